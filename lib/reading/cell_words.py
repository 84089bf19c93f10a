"""What people write in cells for yes and no, for what is missing, and beside numbers of users, in several languages."""

import csv
from pathlib import Path

from lib.domain.text import bare_words

_FILE = Path(__file__).with_name("cell_words.csv")


def read_words() -> dict[str, frozenset[str]]:
    """Bare words and phrases by kind, of the data file."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return {line["kind"]: frozenset(map(bare_words, line["words"].split("|"))) for line in csv.DictReader(file)}


CELL_WORDS = read_words()


def single_words(kind: str) -> frozenset[str]:
    """The single words of a kind's phrases."""
    return frozenset(" ".join(CELL_WORDS[kind]).split())


def denied(words: str) -> str | None:
    """What bare words say is not so (`not checked` → `checked`); None if they deny nothing."""
    parts = words.split()
    for length in (2, 1):
        if " ".join(parts[:length]) in CELL_WORDS["negation"]:
            return " ".join(parts[length:])
    if parts and parts[-1] in CELL_WORDS["negation"]:
        return " ".join(parts[:-1])
    return None
