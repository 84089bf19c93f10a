"""The same doings without a browser: check, import, undo, redo, batches, held, errors, purge, upgrades, progress,
upgrade-database."""

from lib.cli import batches, files, lists
from lib.cli.commands import main

__all__ = ["batches", "files", "lists", "main"]
