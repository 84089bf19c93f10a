"""How far two licenses may agree in each comparison, and what each agreement says: the table behind every score.

A score is the sum of weights after Fellegi and Sunter: the binary logarithm of how much more often an agreement is found
between a license and its own Marketplace license (`m`) than between two that have nothing to do with each other (`u`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Comparison(StrEnum):
    """What is compared."""

    SEN = "sen"
    EMAIL = "email"
    NAME = "name"
    COUNTRY = "country"
    START = "start"
    END = "end"
    SIZE = "size"


@dataclass(frozen=True, slots=True)
class Level:
    """An agreement or disagreement; `u` is None where it is the share of licenses that have the very same value."""

    code: str
    reason: str
    m: float
    u: float | None


# The shares `m` are our choice: near what the benchmark's invented files have, and rounded. What is documented is only
# the order in which agreements count (domain.md §6), which the classes hold, not the scores.
LEVELS: Mapping[Comparison, tuple[Level, ...]] = {
    Comparison.SEN: (Level("same_sen", "The recorded SEN is this license's", 0.999, 1e-9),),
    Comparison.EMAIL: (
        Level("same_account", "The myAtlassian email is a contact of the Marketplace license", 0.62, None),
        Level("same_contact", "The contact email is a contact of the Marketplace license", 0.16, None),
        Level("near_email", "The emails differ by a typing error", 0.03, 1e-6),
        Level("same_domain", "The emails are of the same company domain", 0.11, None),
        Level("other_email", "The emails differ", 0.08, 0.999),
    ),
    Comparison.NAME: (
        Level("same_name", "The companies have the same name", 0.8, None),
        Level("same_words", "The companies have the same words in another order or spacing", 0.03, 1e-5),
        Level("alike_name", "The companies' names are alike", 0.06, 3e-4),
        Level("part_of_name", "One company's name is part of the other's", 0.05, 2e-3),
        Level("other_name", "The companies' names differ", 0.06, 0.998),
    ),
    Comparison.COUNTRY: (
        Level("same_country", "Both are in the same country", 0.95, None),
        Level("other_country", "The countries differ", 0.05, 0.9),
    ),
    Comparison.START: (
        Level("same_start", "It starts on the day expected", 0.65, 5e-4),
        Level("start_at_submission", "It starts soon after we asked Atlassian to move it", 0.1, 5e-3),
        Level("renewed_start", "It starts on an anniversary of the maintenance's end, as a renewal does", 0.1, 5e-3),
        Level("other_start", "It starts on another day than expected", 0.15, 0.99),
    ),
    Comparison.END: (
        Level("same_end", "Maintenance ends on the same day", 0.65, 5e-4),
        Level("renewed_end", "Maintenance was renewed: it ends whole years later", 0.2, 3e-3),
        Level("near_end", "Maintenance ends within a month of ours", 0.05, 0.02),
        Level("other_end", "Maintenance ends on another day", 0.1, 0.976),
    ),
    Comparison.SIZE: (
        Level("host_tier", "Its tier is that of the customer's server", 0.5, 0.15),
        Level("own_tier", "Its tier is that of our license", 0.35, 0.15),
        Level("other_tier", "Its tier is another", 0.15, 0.7),
    ),
}
"""The levels of each comparison, the closest agreement first. What is unknown on either side is no level and weighs nothing."""

REASONS = {level.code: level.reason for levels in LEVELS.values() for level in levels}
"""The sentence of each level, by its code."""


def level_number(comparison: Comparison, code: str) -> int:
    """The place of a level among those of its comparison."""
    return next(number for number, level in enumerate(LEVELS[comparison]) if level.code == code)
