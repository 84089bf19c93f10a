"""What the screens do, without a browser: see `python -m lib.cli --help`."""

from lib.cli import (
    backups,
    batches,
    board_packs,
    edits,
    erasures,
    files,
    lists,
    merges,
    packs,
    parts,
    policy,
    progress,
    reconcile,
    replies,
    requests,
    sens,
)
from lib.cli.commands import main

__all__ = [
    "backups",
    "batches",
    "board_packs",
    "edits",
    "erasures",
    "files",
    "lists",
    "main",
    "merges",
    "packs",
    "parts",
    "policy",
    "progress",
    "reconcile",
    "replies",
    "requests",
    "sens",
]
