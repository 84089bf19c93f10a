"""How the field of a column was found, and how sure that is."""

from collections.abc import Sequence
from enum import StrEnum


class MatchKind(StrEnum):
    """How a column's field was found, or why it has none."""

    EXACT = "exact"
    ALIAS = "alias"
    GUESSED = "guessed"
    REMEMBERED = "remembered"
    CHOSEN = "chosen"
    AMBIGUOUS = "ambiguous"
    """A person must say."""

    TAKEN = "taken"
    """An earlier or more exact column has the field."""

    CELLS = "cells"
    """Its cells say so."""

    REFUSED = "refused"
    """Its cells are none of the field that its heading means."""

    UNKNOWN = "unknown"


class Sureness(StrEnum):
    """How sure a column's field is: set, set and shown to confirm, or only offered."""

    SURE = "sure"
    PROBABLE = "probable"
    POSSIBLE = "possible"


_SURENESS = {
    MatchKind.EXACT: Sureness.SURE,
    MatchKind.ALIAS: Sureness.SURE,
    MatchKind.REMEMBERED: Sureness.SURE,
    MatchKind.CHOSEN: Sureness.SURE,
    MatchKind.GUESSED: Sureness.PROBABLE,
    MatchKind.CELLS: Sureness.PROBABLE,
}


def sureness_of(kind: str, suggestions: Sequence[str] = ()) -> Sureness | None:
    """How sure a field found in this way is; None if there is none, nor a suggestion."""
    if kind in list(MatchKind) and MatchKind(kind) in _SURENESS:
        return _SURENESS[MatchKind(kind)]
    return Sureness.POSSIBLE if suggestions else None
