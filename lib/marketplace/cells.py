"""Cells of Marketplace's exports that legacy exports do not have: apps, tiers, numbers of licenses (domain.md §6)."""

from collections.abc import Mapping
from enum import StrEnum

from lib.domain.products import APP_KEYS, Hosting, Product
from lib.domain.text import Misread, bare_words, quote
from lib.domain.tiers import Size
from lib.reading.cells import read_text
from lib.reading.problem_codes import ProblemCode
from lib.reading.sen_numbers import SenKind, normalise_sen, sen_kind
from lib.reading.sizes import read_size


class Status(StrEnum):
    """Whether a Marketplace license has maintenance; `INACTIVE` ones were migrated all the same."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    CANCELLED = "cancelled"


APPS: Mapping[str, tuple[Product, Hosting]] = {app_key: owner for owner, app_key in APP_KEYS.items()}
"""The plugin and the hosting of each of our apps."""

_SIZELESS_TIERS = frozenset(("evaluation", "subscription", "demonstration license", "free"))
"""Texts of `tier` that say nothing of a size."""

# Types and tiers of licenses that nobody bought, so that none can be a migrated one.
_TRIALS = frozenset(("evaluation", "demonstration", "demonstration license"))


def read_tier(text: str) -> Size | Misread | None:
    """The size that a tier's text names, such as `100 Users`; None if it names none, Misread for unknown texts."""
    words = bare_words(read_text(text))
    # Cloud apps have had editions in this column.
    if words in _SIZELESS_TIERS:
        return None
    size = read_size(text)
    if isinstance(size, Misread):
        return Misread(
            ProblemCode.INVALID_SIZE, f"{quote(text)} is not a tier we know. The license counts as without one."
        )
    return size


def read_status(text: str) -> str | Misread:
    """The status of a license, "" for a blank."""
    words = bare_words(read_text(text))
    if not words or words in set(Status):
        return words
    return Misread("unknown_status", f"{quote(text)} is not a status we know. It counts as blank.")


def is_trial(text: str) -> bool:
    """Whether a license's type or tier is that of an evaluation or a demonstration."""
    return bare_words(text) in _TRIALS


def read_license_number(text: str) -> str | Misread:
    """The SEN in `licenseId`, "" for a blank or another kind of Atlassian's numbers, Misread for anything else."""
    number = normalise_sen(text)
    kind = sen_kind(number)
    if kind is SenKind.SEN:
        return number
    if kind is SenKind.OTHER:
        return Misread(
            ProblemCode.INVALID_SEN, f"{quote(text)} is not a SEN. The license is known by its other numbers."
        )
    return ""
