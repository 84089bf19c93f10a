"""Chromium for the browser tests: found where it is, or else installed. `python -m tests.provide` does both."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

# The shell draws the same pages for half the processor's time: it has no window, no extensions and no settings.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ADVICE = (
    "No Chromium for the browser tests was found, and none could be installed. "
    "Install Chromium or Google Chrome, or say where one is: make test CHROMIUM=/path/to/chromium"
)


def chromium() -> str | None:
    """The path of a Chromium that runs on this machine, or None: CHROMIUM's, the system's, or Playwright's own."""
    return next((path for path in _candidates() if _runs(path)), None)


def _candidates() -> Iterator[str]:
    path = os.environ.get("CHROMIUM")
    if path:
        yield path
        return
    yield from filter(None, map(shutil.which, NAMES))
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    if Path(own).exists():
        yield own


def _runs(path: str) -> bool:
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def main() -> None:
    """Make sure that there is a Chromium, or end with a sentence that says what to do."""
    for install in (None, _from_the_system, _from_playwright):
        if install and not os.environ.get("CHROMIUM"):
            install()
        path = chromium()
        if path:
            print(f"Chromium for the browser tests: {path}")
            return
    sys.exit(ADVICE)


def _from_the_system() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "-q", "update"], env=environment, check=False)
        # What Chromium recommends besides a font are a printer's settings, drivers of graphics cards and a desktop's parts.
        install = ["apt-get", "-qy", "install", "--no-install-recommends", "fonts-liberation"]
        for package in NAMES[:2]:
            if subprocess.run([*install, package], env=environment, check=False).returncode == 0:
                return


def _from_playwright() -> None:
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    subprocess.run([*command, "--with-deps"] if os.geteuid() == 0 else command, check=False)


if __name__ == "__main__":
    main()
