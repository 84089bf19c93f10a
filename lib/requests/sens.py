"""SENs of many licenses at once, from lines or Atlassian's answers; those that match are recorded.

The Marketplace's license keys beside them are not kept: see `policy.store_marketplace_keys`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Engine

from lib.domain.policy import Policy
from lib.domain.products import Hosting
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.editing import edits
from lib.requests.sen_lines import SenCode, SenLine, read_sen_file, read_sen_lines
from lib.requests.sen_matches import SEN_OUTCOME_TITLES, SenMatch, SenMatches, SenOutcome
from lib.store import database, license_sens, packs, request_moves

__all__ = [
    "SEN_OUTCOME_TITLES",
    "SenLine",
    "SenMatch",
    "SenMatches",
    "SenOutcome",
    "match_lines",
    "preview_sens",
    "read_sen_file",
    "read_sen_lines",
    "record_matches",
    "record_sens",
]

DEFAULT_NOTE = "SENs from Atlassian"
"""What the history says of SENs where nobody said more."""


def preview_sens(connection: Connection, lines: Sequence[SenLine], policy: Policy) -> SenMatches:
    """What `record_sens` would do now. Raises RefusalError if the policy wants what cannot be done."""
    return match_lines(connection, lines, keys_by_text(connection, lines), policy)


def record_sens(engine: Engine, lines: Sequence[SenLine], actor: Actor, note: str, policy: Policy) -> SenMatches:
    """Record the SENs of lines that match, in one transaction and one change: those licenses have migrated.

    Nothing is written for the other lines. `change_reversal.undo_change` undoes it. Raises RefusalError as `preview_sens` does,
    and if the actor may not.
    """
    require(actor, Action.RECORD_SENS)
    with database.writing(engine) as connection:
        matches = preview_sens(connection, lines, policy)
        return record_matches(connection, matches, actor, note or DEFAULT_NOTE, policy)


def match_lines(
    connection: Connection, lines: Sequence[SenLine], keys: Mapping[str, str], policy: Policy
) -> SenMatches:
    """What comes of lines whose texts mean these license keys. Raises RefusalError as `preview_sens` does."""
    if policy.store_marketplace_keys:
        raise RefusalError(
            "The policy says that Marketplace keys are stored (store_marketplace_keys), which is not possible yet. "
            "Set it to no: SENs are then recorded, and the keys left out."
        )
    matches = [match_line(line, keys) for line in lines]
    current = request_moves.current(connection, [match.key for match in matches if match.is_known])
    licenses = current.to_dict("index")
    sens = {match.sen for match in matches if match.outcome is SenOutcome.RECORDED}
    holders = license_sens.sen_holders(connection, sens)
    comparisons = compare_lines(matches)
    return SenMatches(tuple(match_license(match, licenses, holders) for match in comparisons))


def record_matches(connection: Connection, matches: SenMatches, actor: Actor, note: str, policy: Policy) -> SenMatches:
    """Record the SENs of lines, within a transaction, as one change."""
    if not matches.sens:
        return matches
    values = {key: {"sen": sen} for key, sen in matches.sens.items()}
    result = edits.edit_in_transaction(connection, values, actor, note, policy)
    packs.mark_answered(connection, result.changed)
    return replace(matches, change=result.change)


def keys_by_text(connection: Connection, lines: Sequence[SenLine]) -> dict[str, str]:
    """The license key behind each text of lines that is one, or is the id of a license in a pack."""
    texts = distinct_texts(lines)
    keys = set(request_moves.current(connection, texts).index)
    others = [text for text in texts if text not in keys]
    return packs.keys_by_text(connection, others) | {key: key for key in keys}


def distinct_texts(lines: Sequence[SenLine]) -> list[str]:
    """The distinct texts of lines that may be keys or ids."""
    texts: dict[str, None] = {}
    for line in lines:
        texts |= dict.fromkeys(line.texts)
    return list(texts)


def match_line(line: SenLine, keys: Mapping[str, str]) -> SenMatch:
    """A line with its license, if it names just one."""
    licenses = {keys[text] for text in line.texts if text in keys}
    problem = line.problem
    if problem is None and len(licenses) > 1:
        problem = SenCode.TWO_KEYS
    is_known = len(licenses) == 1
    return SenMatch(
        line=line.line,
        place=line.place,
        key=licenses.pop() if is_known else line.key,
        sen=line.sen,
        outcome=outcome_of_line(problem, is_known),
        is_known=is_known,
        problem=problem,
        remark=line.remark,
        lines=1 + len(line.more_lines),
    )


def outcome_of_line(problem: SenCode | None, is_known: bool) -> SenOutcome:
    """What comes of a line by itself."""
    if problem is SenCode.HEADING:
        return SenOutcome.HEADING
    if problem:
        return SenOutcome.MALFORMED
    if not is_known:
        return SenOutcome.UNKNOWN_KEY
    return SenOutcome.RECORDED


def compare_lines(matches: Sequence[SenMatch]) -> Iterator[SenMatch]:
    """The lines, with those marked that repeat or contradict each other."""
    # All places come first: of two lines that contradict each other, the first is marked too.
    places_by_sen: dict[str, dict[str, str]] = {}
    places_by_key: dict[str, dict[str, str]] = {}
    for match in matches:
        if match.outcome not in (SenOutcome.MALFORMED, SenOutcome.HEADING):
            places_by_sen.setdefault(match.key, {}).setdefault(match.sen, match.place)
            places_by_key.setdefault(match.sen, {}).setdefault(match.key, match.place)
    for match in matches:
        if match.outcome is SenOutcome.RECORDED:
            yield compare_line(match, places_by_sen[match.key], places_by_key[match.sen])
        else:
            yield match


def compare_line(match: SenMatch, places_by_sen: Mapping[str, str], places_by_key: Mapping[str, str]) -> SenMatch:
    """A line compared with others of its license or SEN."""
    for sen, place in places_by_sen.items():
        if sen != match.sen:
            return replace(match, outcome=SenOutcome.CONTRADICTS, other_place=place, other_sen=sen)
    for key, place in places_by_key.items():
        if key != match.key:
            return replace(match, outcome=SenOutcome.CONTRADICTS, other_place=place, other_key=key)
    # Last, since a line that contradicts another is no mere repeat.
    first_place = places_by_sen[match.sen]
    if first_place != match.place:
        return replace(match, outcome=SenOutcome.REPEATED, other_place=first_place)
    return match


def match_license(
    match: SenMatch, licenses: Mapping[Any, Mapping[Any, Any]], holders: Sequence[tuple[str, str]]
) -> SenMatch:
    """A line compared with its license as it is now, and with the licenses that hold its SEN."""
    if match.outcome is not SenOutcome.RECORDED:
        return match
    license = licenses.get(match.key)
    if license is None:
        return replace(match, outcome=SenOutcome.GONE)
    if license["hosting"] == Hosting.CLOUD:
        return replace(match, outcome=SenOutcome.CLOUD)
    if license["sen"] == match.sen:
        return replace(match, outcome=SenOutcome.SAME)
    if license["sen"]:
        return replace(match, outcome=SenOutcome.HAS_OTHER, other_sen=license["sen"])
    rivals = [key for sen, key in holders if sen == match.sen and key != match.key]
    if rivals:
        return replace(match, outcome=SenOutcome.TAKEN, other_key=rivals[0])
    return match
