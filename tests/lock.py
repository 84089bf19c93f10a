"""Writes requirements.lock: what requirements.txt comes to with all that it needs, each with the hash of its file.

`python -m tests.lock` asks pip, which downloads nothing but what it must to know; run it after a change of requirements.txt. The
hashes are those of the files for this kind of machine and version of Python.
"""

import json
import subprocess
import sys
from typing import Any

from tests.rooms import ROOT

LOCK = ROOT / "requirements.lock"
HEADER = "# Written by python -m tests.lock. Install with: pip install --require-hashes -r requirements.lock\n"


def resolved() -> list[dict[str, Any]]:
    """What pip would install, by its own report."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--report", "-"]
    result = subprocess.run(
        [*command, "-r", str(ROOT / "requirements.txt")], check=True, capture_output=True, text=True
    )
    packages: list[dict[str, Any]] = json.loads(result.stdout)["install"]
    return packages


def lines_of(packages: list[dict[str, Any]]) -> list[str]:
    """A line for each package, by name."""
    lines = []
    for package in packages:
        name, version = package["metadata"]["name"].lower().replace("_", "-"), package["metadata"]["version"]
        digest = package["download_info"]["archive_info"]["hashes"]["sha256"]
        lines.append(f"{name}=={version} --hash=sha256:{digest}\n")
    return sorted(lines)


if __name__ == "__main__":
    LOCK.write_text("".join([HEADER, *lines_of(resolved())]))
    print(f"{LOCK.name} is written.")
