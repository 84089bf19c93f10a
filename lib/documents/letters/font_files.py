"""The font of letters as files: its package has them packed, and an account's processes unpack them once for all of them."""

import os
import stat
import tempfile
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pymupdf_fonts

from lib.domain.refusal import RefusalError

NAMES = {"": "notos", "B": "notosbo"}
"""What the package calls the font, by style."""


def font_files() -> dict[str, Path]:
    """The font's files by style. Raises RefusalError if another account has put something in their place."""
    return {style: font_file(name) for style, name in NAMES.items()}


def font_file(name: str) -> Path:
    """The file of a font by its name in the package, unpacked unless it is there: who tidies up may have removed it."""
    file = folder() / f"{name}-{package_version()}.ttf"
    if not file.exists():
        # Renamed at the end, so that another process never reads half of it.
        unfinished = file.with_suffix(f".{os.getpid()}")
        unfinished.write_bytes(pymupdf_fonts.fontbuffers[name]())
        unfinished.replace(file)
    return file


def folder() -> Path:
    """This account's folder for them. Not a folder of each process, which would stay behind when the process is killed."""
    path = Path(tempfile.gettempdir(), f"license-letter-fonts-{os.getuid()}")
    path.mkdir(mode=0o700, exist_ok=True)
    status = path.lstat()
    # Others may write to the folder around it: what they put there is no font of ours.
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or stat.S_IMODE(status.st_mode) != 0o700:
        raise RefusalError(f"{path} is not a folder of this account alone, as the fonts of letters need. Remove it.")
    return path


@cache
def package_version() -> str:
    """The version of the package that the fonts come with."""
    return version("pymupdf-fonts")
