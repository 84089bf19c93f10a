"""The same doings without a browser: check, import, undo, redo, batches, held, errors, purge, edit, undo-edit, request,
downloads, mark-sent, upgrades, progress, upgrade-database."""

from lib.cli import batches, edits, files, lists, requests
from lib.cli.commands import main

__all__ = ["batches", "edits", "files", "lists", "main", "requests"]
