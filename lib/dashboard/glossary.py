"""What the terms on screens and in files mean, each from where its number is made."""

from collections.abc import Iterator
from dataclasses import dataclass

from lib.dashboard.tiles import MOVABLE, fully_migrated, tiles
from lib.domain.eligibility import OUTCOME_MEANINGS, OUTCOME_TITLES
from lib.domain.flags import FLAG_TITLES
from lib.domain.requests import STAGE_MEANINGS, STAGE_TITLES
from lib.measures.forecast import AT_RISK_WEEKS, FEWEST_WEEKS, PACE_WEEKS, Prospect
from lib.measures.progress import ProgressCounts

OTHER_TERMS = {
    "Editors": "The size of a license: how many named users may edit. A whole number, or Unlimited.",
    "Server tier": "The user tier of the customer's Confluence or Jira server, which the license has to match.",
    "Consent": "The customer's word that the license may be upgraded to match the server.",
    "SEN": "Support Entitlement Number: what Atlassian calls a license that has moved.",
    "Customer": "All licenses of one organization; a person may merge or split customers.",
    "Complete": "How many of the eight items of a request are on file.",
    "Ready": "Eligible or upgrade needed: nothing has to be found out first. Imports say how many become ready.",
    "Import": "A file of licenses, checked and stored as one change that can be undone.",
    "Skipped": "Rows with errors, which an import leaves out until they are corrected.",
    "Borderline": "A Cloud license near the line: a few days, or day and month swapped, would change its group.",
    "Current pace": f"Licenses migrated per week, averaged over the last {PACE_WEEKS} weeks; shown after {FEWEST_WEEKS} weeks of history.",
    Prospect.ON_TRACK.value: "At the current pace the target will be met.",
    Prospect.AT_RISK.value: f"At the current pace all will have migrated up to {AT_RISK_WEEKS} weeks after the target.",
    Prospect.LATE.value: "At the current pace it takes longer than that, or the target has passed.",
}


@dataclass(frozen=True, slots=True)
class Term:
    """A word, what kind of thing it names, and what it means."""

    kind: str
    title: str
    meaning: str


def terms() -> Iterator[Term]:
    """All terms, kind by kind."""
    yield from (Term("Word", title, meaning) for title, meaning in OTHER_TERMS.items())
    yield Term("Number", "Movable", MOVABLE)
    nothing = ProgressCounts.nothing()
    outcomes = frozenset(OUTCOME_TITLES.values())
    for tile in (*tiles(nothing, "licenses", {}), fully_migrated(nothing)):
        if tile.title not in outcomes:
            yield Term("Number", tile.title, tile.help)
    yield from (Term("Outcome", title, OUTCOME_MEANINGS[outcome]) for outcome, title in OUTCOME_TITLES.items())
    yield from (Term("Stage", title, STAGE_MEANINGS[stage]) for stage, title in STAGE_TITLES.items())
    yield from (Term("Check", title, "Worth a look; it blocks no license.") for title in FLAG_TITLES.values())
