"""The same doings without a browser: check, import, undo, redo, batches, held, errors, purge, edit, undo-edit, merge, merges,
undo-merge, requests, request, downloads, mark-sent, pack, packs, answer, sens, reply, upgrades, letters, progress,
board-pack, upgrade-database."""

from lib.cli import batches, board_packs, edits, files, lists, merges, packs, replies, requests, sens
from lib.cli.commands import main

__all__ = [
    "batches",
    "board_packs",
    "edits",
    "files",
    "lists",
    "main",
    "merges",
    "packs",
    "replies",
    "requests",
    "sens",
]
