"""`python -m lib.cli`."""

from lib.cli import main

if __name__ == "__main__":
    main()
