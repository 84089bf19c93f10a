"""Writes requirements.lock: what requirements.txt comes to with all that it needs, each with the hashes of its files.

`python -m tests.lock` asks uv, which downloads nothing but what it must to know; run it after a change of requirements.txt. The
lock serves every system and every Python from 3.11 on, by markers where these differ.
"""

import subprocess
import sys

from tests.rooms import ROOT

LOCK = ROOT / "requirements.lock"
HEADER = "# Written by python -m tests.lock. Install with: pip install --require-hashes -r requirements.lock\n"
_OPTIONS = ("--universal", "--generate-hashes", "--python-version=3.11", "--no-annotate", "--no-header", "--quiet")


def locked() -> str:
    """The packages with their hashes, as pip reads them."""
    command = [sys.executable, "-m", "uv", "pip", "compile", *_OPTIONS, str(ROOT / "requirements.txt")]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    LOCK.write_text(HEADER + locked())
    print(f"{LOCK.name} is written.")
