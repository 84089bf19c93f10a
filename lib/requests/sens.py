"""SENs of many licenses at once, from lines or Atlassian's answers; those that match are recorded.

The Marketplace's license keys beside them are not kept: see `policy.store_marketplace_keys`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine

from lib.domain.policy import Policy
from lib.domain.products import Hosting
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.domain.text import quote
from lib.editing import edits
from lib.requests.sen_lines import SenCode, SenLine, problem_sentence, read_sen_lines, remark_sentence
from lib.store import changes as stored
from lib.store import database, packs, request_moves

__all__ = [
    "SEN_OUTCOME_TITLES",
    "SenLine",
    "SenMatch",
    "SenMatches",
    "SenOutcome",
    "match_lines",
    "preview_sens",
    "read_sen_lines",
    "record_matches",
    "record_sens",
]

_DEFAULT_NOTE = "SENs from Atlassian"


class SenOutcome(StrEnum):
    """What comes of a line."""

    RECORDED = "recorded"
    SAME = "same"
    REPEATED = "repeated"
    CONTRADICTS = "contradicts"
    UNKNOWN_KEY = "unknown_key"
    GONE = "gone"
    MALFORMED = "malformed"
    TAKEN = "taken"
    HAS_OTHER = "has_other"
    CLOUD = "cloud"


SEN_OUTCOME_TITLES = {
    SenOutcome.RECORDED: "Matches",
    SenOutcome.SAME: "Recorded already",
    SenOutcome.REPEATED: "Said twice",
    SenOutcome.CONTRADICTS: "Contradicts another line",
    SenOutcome.UNKNOWN_KEY: "Unknown key",
    SenOutcome.GONE: "License is gone",
    SenOutcome.MALFORMED: "Cannot be read",
    SenOutcome.TAKEN: "SEN of another license",
    SenOutcome.HAS_OTHER: "Has another SEN",
    SenOutcome.CLOUD: "Cloud license",
}


@dataclass(frozen=True, slots=True)
class SenMatch:
    """What comes of a line, or would: `key` is the license's if `is_known`, else what the line has for one.

    What stands against it is another line (`other_place`) and its SEN for this license or its license for this SEN, the
    SEN that the license has (`other_sen`), or the license that has the SEN (`other_key`).
    """

    line: int
    place: str
    key: str
    sen: str
    outcome: SenOutcome
    is_known: bool = False
    problem: SenCode | None = None
    remark: str = ""
    other_place: str = ""
    other_key: str = ""
    other_sen: str = ""

    @property
    def sentence(self) -> str:
        """Why that comes of it."""
        match self.outcome:
            case SenOutcome.MALFORMED:
                problem = self.problem or SenCode.NO_LICENSE
                return problem_sentence(problem, self.key, self.sen) + remark_sentence(self.remark)
            case SenOutcome.UNKNOWN_KEY:
                what = f"the key {quote(self.key)}" if self.key else "a key that is on this line"
                return f"No license has {what} now, nor is it the id of a pack."
            case SenOutcome.CONTRADICTS if self.other_sen:
                return f"{self.other_place} says another SEN of this license. Find out which is right."
            case SenOutcome.CONTRADICTS:
                return f"{self.other_place} says {self.sen} of another license. One SEN belongs to one license."
            case SenOutcome.TAKEN:
                return f'{self.sen} is that of license "{self.other_key}". One SEN belongs to one license.'
        return self._sentence_of_known()

    def _sentence_of_known(self) -> str:
        sentences = {
            SenOutcome.RECORDED: "Its SEN is recorded, so it has migrated.",
            SenOutcome.SAME: f"{self.sen} is recorded already.",
            SenOutcome.REPEATED: f"{self.other_place} says the same.",
            SenOutcome.GONE: f'No license has the key "{self.key}" now.',
            SenOutcome.HAS_OTHER: f"It has {self.other_sen}. Edit the license if that is wrong.",
            SenOutcome.CLOUD: "It is a Cloud license: Balsamiq moved those without a request.",
        }
        return sentences[self.outcome]


@dataclass(frozen=True, slots=True)
class SenMatches:
    """What comes of lines, or would, line by line; `change` is the number of the change, None if nothing was written."""

    lines: tuple[SenMatch, ...]
    change: int | None = None

    def of(self, *outcomes: SenOutcome) -> tuple[SenMatch, ...]:
        """The lines of which this comes."""
        return tuple(match for match in self.lines if match.outcome in outcomes)

    @property
    def sens(self) -> dict[str, str]:
        """The SENs that are recorded, by license key."""
        return {match.key: match.sen for match in self.of(SenOutcome.RECORDED)}


def preview_sens(connection: Connection, lines: Sequence[SenLine], policy: Policy) -> SenMatches:
    """What `record_sens` would do now. Raises RefusalError if the policy wants what cannot be done."""
    return match_lines(connection, lines, _licenses_of(connection, lines), policy)


def record_sens(engine: Engine, lines: Sequence[SenLine], actor: Actor, note: str, policy: Policy) -> SenMatches:
    """Record the SENs of those lines that match, in one transaction and one change: those licenses have migrated.

    Nothing is written for the other lines. `edits.undo_change` takes it back. Raises RefusalError as `preview_sens` does,
    and if the actor may not.
    """
    require(actor, Action.RECORD_SENS)
    with database.writing(engine) as connection:
        matches = preview_sens(connection, lines, policy)
        return record_matches(connection, matches, actor, note or _DEFAULT_NOTE, policy)


def match_lines(
    connection: Connection, lines: Sequence[SenLine], licenses: Mapping[str, str], policy: Policy
) -> SenMatches:
    """What comes of lines if `licenses` are the license keys behind their texts. Raises RefusalError as `preview_sens` does."""
    if policy.store_marketplace_keys:
        raise RefusalError(
            "The policy says that Marketplace keys are stored (store_marketplace_keys), which is not possible yet. "
            "Set it to no: SENs are then recorded, and the keys left out."
        )
    matches = [_resolved(line, licenses) for line in lines]
    standing = request_moves.current(connection, [match.key for match in matches if match.is_known]).to_dict("index")
    sens = {match.sen for match in matches if match.outcome is SenOutcome.RECORDED}
    holders = stored.holders(connection, sens)
    return SenMatches(tuple(_judged(match, standing, holders) for match in _compared(matches)))


def record_matches(connection: Connection, matches: SenMatches, actor: Actor, note: str, policy: Policy) -> SenMatches:
    """Record the SENs of lines that match, as one change in a transaction that has begun."""
    if not matches.sens:
        return matches
    values = {key: {"sen": sen} for key, sen in matches.sens.items()}
    edited = edits.edit_in(connection, values, actor, note, policy)
    packs.mark_answered(connection, edited.keys)
    return replace(matches, change=edited.change)


def _licenses_of(connection: Connection, lines: Sequence[SenLine]) -> dict[str, str]:
    """The license key behind each text of lines that is one, or is the id of a license in a pack."""
    texts = list(dict.fromkeys(text for line in lines for text in line.texts))
    keys = set(request_moves.current(connection, texts).index)
    by_id = packs.keys_by_text(connection, [text for text in texts if text not in keys])
    return {**by_id, **{key: key for key in keys}}


def _resolved(line: SenLine, licenses: Mapping[str, str]) -> SenMatch:
    """A line with its license, if that can be told."""
    keys = {licenses[text] for text in line.texts if text in licenses}
    match = SenMatch(
        line.line, line.place, line.key, line.sen, SenOutcome.RECORDED, problem=line.problem, remark=line.remark
    )
    if len(keys) == 1:
        match = replace(match, key=keys.pop(), is_known=True)
    if match.problem is None and len(keys) > 1:
        match = replace(match, problem=SenCode.TWO_KEYS)
    if match.problem:
        return replace(match, outcome=SenOutcome.MALFORMED)
    return match if match.is_known else replace(match, outcome=SenOutcome.UNKNOWN_KEY)


def _compared(matches: Sequence[SenMatch]) -> Iterator[SenMatch]:
    """The lines, with those marked that repeat or contradict each other."""
    sens: dict[str, dict[str, str]] = {}
    keys: dict[str, dict[str, str]] = {}
    for match in matches:
        if match.outcome is not SenOutcome.MALFORMED:
            sens.setdefault(match.key, {}).setdefault(match.sen, match.place)
            keys.setdefault(match.sen, {}).setdefault(match.key, match.place)
    for match in matches:
        is_open = match.outcome is SenOutcome.RECORDED
        yield _beside(match, sens[match.key], keys[match.sen]) if is_open else match


def _beside(match: SenMatch, places_by_sen: Mapping[str, str], places_by_key: Mapping[str, str]) -> SenMatch:
    """A line beside those of the same license and those of the same SEN."""
    for sen, place in places_by_sen.items():
        if sen != match.sen:
            return replace(match, outcome=SenOutcome.CONTRADICTS, other_place=place, other_sen=sen)
    for key, place in places_by_key.items():
        if key != match.key:
            return replace(match, outcome=SenOutcome.CONTRADICTS, other_place=place, other_key=key)
    first = places_by_sen[match.sen]
    if first != match.place:
        return replace(match, outcome=SenOutcome.REPEATED, other_place=first)
    return match


def _judged(match: SenMatch, standing: Mapping[Any, Mapping[Any, Any]], holders: Sequence[tuple[str, str]]) -> SenMatch:
    """A line whose license is known, with why its SEN cannot be recorded, if so."""
    if match.outcome is not SenOutcome.RECORDED:
        return match
    license = standing.get(match.key)
    if license is None:
        return replace(match, outcome=SenOutcome.GONE)
    if license["hosting"] == Hosting.CLOUD:
        return replace(match, outcome=SenOutcome.CLOUD)
    if license["sen"] == match.sen:
        return replace(match, outcome=SenOutcome.SAME)
    if license["sen"]:
        return replace(match, outcome=SenOutcome.HAS_OTHER, other_sen=license["sen"])
    rival = next((key for sen, key in holders if sen == match.sen and key != match.key), None)
    if rival is not None:
        return replace(match, outcome=SenOutcome.TAKEN, other_key=rival)
    return match
