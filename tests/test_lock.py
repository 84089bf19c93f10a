"""Production installs what was tested: the lock has every requirement at its version, and a hash for each file."""

import re

from tests.lock import LOCK
from tests.rooms import ROOT

ENTRY = re.compile(r"[a-z0-9.-]+==\S+( ; [^\n]+?)?( --hash=sha256:[0-9a-f]{64})+")


def pinned(text: str) -> set[str]:
    """`name==version` of each line, without extras."""
    lines = (line.split(" ")[0] for line in text.splitlines() if line and line[0] not in "# ")
    return {re.sub(r"\[.*\]", "", line).lower() for line in lines}


def test_the_lock_has_every_requirement_at_its_version() -> None:
    missing = pinned((ROOT / "requirements.txt").read_text()) - pinned(LOCK.read_text())
    assert not missing, f"Run python -m tests.lock: {', '.join(sorted(missing))} changed in requirements.txt."


def test_every_file_of_the_lock_has_its_hash() -> None:
    text = LOCK.read_text().replace(" \\\n    ", " ")
    _, *entries = text.splitlines()
    assert len(entries) > 40
    assert [entry for entry in entries if not ENTRY.fullmatch(entry)] == []
