"""What commands print and write."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from lib.cli.commands import CommandError
from lib.cli.terminal import echo
from lib.domain.roles import Actor
from lib.store import audit
from lib.store.audit import AuditAction


def log_printing(engine: Engine, what: str, actor: Actor) -> None:
    """Log that a list of licenses or people is printed."""
    audit.log(engine, AuditAction.DOWNLOAD, actor, f"{what}, printed")


def print_json(value: Any) -> None:
    """Print a value for another program."""
    echo(json.dumps(value, ensure_ascii=False, indent=1))


def print_lines(lines: Iterable[str]) -> None:
    """Print sentences, one a line."""
    echo("\n".join(lines))


def write_file(path: Path, parts: Iterable[bytes | memoryview], hint: str = "") -> None:
    """Write a file, making its folder if that is missing. Raises CommandError if it cannot be written."""
    make_folder(path.parent)
    try:
        with path.open("wb") as file:
            file.writelines(parts)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.{hint}") from error


def make_folder(path: Path) -> None:
    """Make a folder and those above it. Raises CommandError if that is not possible."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"The folder {path} cannot be made: {error.strerror}.") from error
