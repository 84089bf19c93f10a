"""SENs that people paste for many licenses at once, as lines or as Atlassian answers; those that match are recorded.

The Marketplace's license keys beside them are not kept: see `policy.store_marketplace_keys`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine

from lib import database, edits
from lib.pasted_sens import Pasted, read_sens
from lib.policy import Policy
from lib.products import Hosting
from lib.refusal import RefusalError
from lib.store import edits as stored
from lib.store import packs, requests
from lib.words import quoted

__all__ = ["FATE_TITLES", "Fate", "Pasted", "Recorded", "Told", "preview_sens", "read_sens", "record_sens"]

_DEFAULT_NOTE = "SENs from Atlassian"


class Fate(StrEnum):
    """What comes of a line."""

    RECORDED = "recorded"
    SAME = "same"
    REPEATED = "repeated"
    CONTRADICTS = "contradicts"
    UNKNOWN_KEY = "unknown_key"
    MALFORMED = "malformed"
    TAKEN = "taken"
    HAS_OTHER = "has_other"
    CLOUD = "cloud"


FATE_TITLES = {
    Fate.RECORDED: "Matches",
    Fate.SAME: "Recorded already",
    Fate.REPEATED: "Said twice",
    Fate.CONTRADICTS: "Contradicts another line",
    Fate.UNKNOWN_KEY: "Unknown key",
    Fate.MALFORMED: "Cannot be read",
    Fate.TAKEN: "SEN of another license",
    Fate.HAS_OTHER: "Has another SEN",
    Fate.CLOUD: "Cloud license",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What comes of a line of a paste, or would: `key` is the license's, if it is known; `sentence` says why."""

    line: int
    key: str
    sen: str
    fate: Fate
    sentence: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of a paste, or would, line by line; `change` is the number of the change, None if nothing was written."""

    lines: tuple[Told, ...]
    change: int | None = None

    def of(self, *fates: Fate) -> tuple[Told, ...]:
        """The lines of which this comes."""
        return tuple(told for told in self.lines if told.fate in fates)

    @property
    def sens(self) -> dict[str, str]:
        """The SENs that are recorded, by license key."""
        return {told.key: told.sen for told in self.of(Fate.RECORDED)}


def preview_sens(connection: Connection, pasted: Sequence[Pasted], policy: Policy) -> Recorded:
    """What `record_sens` would do now. Raises RefusalError if the policy wants what cannot be done."""
    if policy.store_marketplace_keys:
        raise RefusalError(
            "The policy says that Marketplace keys are stored (store_marketplace_keys), which is not possible yet. "
            "Set it to no: SENs are then recorded, and the keys left out."
        )
    known = _known(connection, pasted)
    found = [_resolved(one, known) for one in pasted]
    standing = requests.standing(connection, [told.key for told in found]).to_dict("index")
    holders = stored.holders(connection, {told.sen for told in found if told.fate is Fate.RECORDED})
    return Recorded(tuple(_judged(told, standing, holders) for told in _compared(found)))


def record_sens(engine: Engine, pasted: Sequence[Pasted], by: str, note: str, policy: Policy) -> Recorded:
    """Record the SENs of those lines that match, in one transaction and one change: those licenses have migrated.

    Nothing is written for the other lines. `edits.undo_change` takes it back. Raises RefusalError as `preview_sens` does.
    """
    with database.writing(engine) as connection:
        told = preview_sens(connection, pasted, policy)
        if not told.sens:
            return told
        values = {key: {"sen": sen} for key, sen in told.sens.items()}
        done = edits.edit_in(connection, values, by, note or _DEFAULT_NOTE, policy)
        packs.mark_answered(connection, done.keys)
    return replace(told, change=done.change)


def _known(connection: Connection, pasted: Sequence[Pasted]) -> dict[str, str]:
    """The license key behind each text of a paste that is one, or is the id of a license in a pack."""
    texts = list(dict.fromkeys(text for one in pasted for text in (one.key, *one.parts) if text))
    keys = set(requests.standing(connection, texts).index)
    ids = packs.keys_by_id(connection, [text.upper() for text in texts if text not in keys])
    return {text: text if text in keys else ids[text.upper()] for text in texts if text in keys or text.upper() in ids}


def _resolved(one: Pasted, known: Mapping[str, str]) -> Told:
    if one.problem is not None:
        return Told(one.line, one.key, one.sen, Fate.MALFORMED, one.problem)
    keys = {known[text] for text in (one.key, *one.parts) if text in known}
    if len(keys) > 1:
        sentence = "More than one license key stands on this line. Write a line for each."
        return Told(one.line, one.key, one.sen, Fate.MALFORMED, sentence)
    if not keys:
        what = "a key that is on this line" if one.parts else f"the key {quoted(one.key)}"
        return Told(
            one.line, one.key, one.sen, Fate.UNKNOWN_KEY, f"No license has {what} now, nor is it the id of a pack."
        )
    return Told(one.line, keys.pop(), one.sen, Fate.RECORDED, "Its SEN is recorded, so it has migrated.")


def _compared(found: Sequence[Told]) -> Iterator[Told]:
    """The lines, with those told that repeat or contradict each other."""
    readable = [told for told in found if told.fate is not Fate.MALFORMED]
    sens: dict[str, dict[str, int]] = {}
    keys: dict[str, dict[str, int]] = {}
    for told in readable:
        sens.setdefault(told.key, {}).setdefault(told.sen, told.line)
        keys.setdefault(told.sen, {}).setdefault(told.key, told.line)
    for told in found:
        if told.fate is not Fate.RECORDED:
            yield told
            continue
        others = [line for sen, line in sens[told.key].items() if sen != told.sen]
        rivals = [line for key, line in keys[told.sen].items() if key != told.key]
        first = sens[told.key][told.sen]
        if others:
            sentence = f"Line {others[0]} says another SEN of this license. Find out which is right."
            yield replace(told, fate=Fate.CONTRADICTS, sentence=sentence)
        elif rivals:
            sentence = f"Line {rivals[0]} says {told.sen} of another license. One SEN belongs to one license."
            yield replace(told, fate=Fate.CONTRADICTS, sentence=sentence)
        elif first != told.line:
            yield replace(told, fate=Fate.REPEATED, sentence=f"Line {first} says the same.")
        else:
            yield told


def _judged(told: Told, standing: Mapping[Any, Mapping[Any, Any]], holders: Sequence[tuple[str, str]]) -> Told:
    """A line whose license is known, with why its SEN cannot be recorded, if so."""
    if told.fate is not Fate.RECORDED:
        return told
    license = standing[told.key]
    rival = next((key for sen, key in holders if sen == told.sen and key != told.key), None)
    if license["hosting"] == Hosting.CLOUD:
        return replace(told, fate=Fate.CLOUD, sentence="It is a Cloud license: Balsamiq moved those without a request.")
    if license["sen"] == told.sen:
        return replace(told, fate=Fate.SAME, sentence=f"{told.sen} is recorded already.")
    if license["sen"]:
        sentence = f"It has {license['sen']}. Edit the license if that is wrong."
        return replace(told, fate=Fate.HAS_OTHER, sentence=sentence)
    if rival is not None:
        sentence = f'{told.sen} is that of license "{rival}". One SEN belongs to one license.'
        return replace(told, fate=Fate.TAKEN, sentence=sentence)
    return told
