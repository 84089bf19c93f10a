"""The same doings without a browser: check, import, undo, redo, batches, held, errors, purge, edit, undo-edit, upgrades,
progress, upgrade-database."""

from lib.cli import batches, edits, files, lists
from lib.cli.commands import main

__all__ = ["batches", "edits", "files", "lists", "main"]
