"""`python -m lib.cli`."""

from lib.cli import main
from lib.columnar.memory import spare_modules

if __name__ == "__main__":
    spare_modules()
    main()
