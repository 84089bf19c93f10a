"""A person changes a license here: its cells are read as a file's are, it is judged anew, and that is a change of its own."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, Engine

from lib import database
from lib.cells import Misread, read_text
from lib.columns import reader_for
from lib.history import OF_CUSTOMERS, TAKEN_BACK_AS, deed
from lib.judging import judge_all
from lib.licenses import COLUMNS, REQUIRED, TEXTUAL
from lib.merging import CONTENT, stored_column
from lib.migration_requests import ONLY_LOOKING, Stage, may_change, may_move
from lib.organisations import customers_of, known_as
from lib.plans import contents_of, verdict_columns
from lib.policy import Policy
from lib.problems import RefusalError
from lib.requests_told import TELLING, contents_at, stages, told_of
from lib.store import aliases, batches, downloads, edits, requests, versions
from lib.store.batches import Change
from lib.store.edits import Keeper
from lib.words import counted, moment

FIELDS = tuple(name for name in COLUMNS if name != "license_key")
"""What a person may change of a license, in reading order. Its key is what it is known by."""

_NEEDED = tuple(name for name in REQUIRED if name == "product")
"""A license without one would never have come in."""

_MOST_KEEPERS = 3
"""Changes that a sentence names."""


class UnreadableError(RefusalError):
    """Texts that say no value of their field: `sentences` tells what is wrong with each, by field."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        super().__init__(" ".join(f"{COLUMNS[name].title}: {text}" for name, text in sentences.items()))
        self.sentences = dict(sentences)


def edit(
    engine: Engine, key: str, since: int | None, texts: Mapping[str, str], by: str, reason: str, policy: Policy
) -> int:
    """Change fields of a license to what the texts (by field) say, as a person wrote them; gives the change's number.

    `since` is the change that began the version which the person saw, None for whichever stands. Raises UnreadableError;
    RefusalError if the license changed meanwhile or is gone, if a field cannot be changed, or if nothing differs.
    """
    values = read(texts, policy)
    with database.writing(engine) as connection:
        before = _standing(connection, key, since)
        after = {**before, **values}
        names = [name for name in values if name in FIELDS and _told(before, name) != _told(after, name)]
        if not names:
            raise RefusalError("This says what is stored already, so nothing was changed.")
        if "country" not in names:
            after["country_text"] = before["country_text"]
        after["edited"] = ",".join(sorted({*names, *filter(None, (before["edited"] or "").split(","))}))
        change = versions.begin_change(connection, by=by, kind="edit", reason=reason, counts={"changed": 1})
        made = _made_of(before, after, aliases.aliases(connection), policy)
        edits.replace(connection, {**after, **made, "stage_since": made["stage_since"] or change}, change)
    return change


def read(texts: Mapping[str, str], policy: Policy) -> dict[str, Any]:
    """The values that texts mean, by field, as they are stored; with a country its own text. Raises UnreadableError."""
    for name in texts:
        if name not in FIELDS:
            raise RefusalError(_no_field(name))
    found = {name: reader_for(COLUMNS[name], ladder=policy.ladder)(text) for name, text in texts.items()}
    wrong = {name: value.message for name, value in found.items() if isinstance(value, Misread)}
    wrong |= {name: _blank(name) for name in _NEEDED if name in found and not found[name]}
    if wrong:
        raise UnreadableError(wrong)
    values = {name: _plain(name, value) for name, value in found.items()}
    return {**values, "country_text": read_text(texts["country"])} if "country" in texts else values


def undo_change(engine: Engine, number: int, by: str, reason: str = "", role: str = "admin") -> int:
    """Take an edit or a move of requests back, or take its undoing back (which redoes it), and so on; gives the number of
    the new change.

    Licenses that changed since are left alone: see `kept_by`. Raises RefusalError if that is no such change, was taken back
    already, if all its licenses changed since, or if people of that role may not (`migration_requests.may_move`).
    """
    with database.writing(engine) as connection:
        return take_back(connection, number, by, reason, role)


def take_back(connection: Connection, number: int, by: str, reason: str = "", role: str = "admin") -> int:
    """`undo_change`, in a transaction that has begun."""
    if not may_change(role):
        raise RefusalError(ONLY_LOOKING)
    told = _standing_change(connection, number)
    later = edits.keepers(connection, number)
    kept = sum(keeper.licenses for keeper in later)
    if later and not versions.would_take_back(connection, number)["restored"]:
        who = "The license was" if kept == 1 else f"All {counted(kept, 'license')} were"
        raise RefusalError(
            f"{who} changed since: {_deed_in_words(later[0])}. Nothing was taken back; edit the license instead."
        )
    kind = TAKEN_BACK_AS[told.kind]
    change = versions.begin_change(connection, by=by, kind=kind, reason=reason, counts={}, undoes=number)
    counts = versions.take_back(connection, number, change)
    if not all(may_move(role, Stage(was), Stage(now)) for was, now in requests.steps(connection, change)):
        raise RefusalError("That would take back what has migrated, which only an administrator may do.")
    if download := told.counts.get(SENT):
        counts[SENT] = download
        downloads.turn(connection, download, by, is_sent=kind == "stage_redo")
    versions.tell_counts(connection, change, counts)
    return change


SENT = "download"
"""Among the counts of a change that marked a download as sent: the download's number."""


def kept_by(engine: Engine, number: int, *, start: int = 0, count: int = 50) -> tuple[pd.DataFrame, int]:
    """A page of the licenses that taking a change back would leave alone (see `store.edits.kept`), and how many there are."""
    with database.reading(engine) as connection:
        return edits.kept(connection, number, start=start, count=count)


def keepers_of(engine: Engine, batch: int) -> list[Keeper]:
    """The later changes for which undoing or redoing a batch would leave licenses alone, the newest first."""
    with database.reading(engine) as connection:
        last = batches.last_change_of(connection, batch)
        return edits.keepers(connection, last.id) if last else []


def kept_of(engine: Engine, batch: int, *, start: int = 0, count: int = 50) -> tuple[pd.DataFrame, int]:
    """A page of the licenses that undoing or redoing a batch would leave alone (see `store.edits.kept`), and how many
    there are in all."""
    with database.reading(engine) as connection:
        last = batches.last_change_of(connection, batch)
        return edits.kept(connection, last.id if last else 0, start=start, count=count)


def kept_in_words(keepers: Sequence[Keeper]) -> str:
    """Why licenses are left alone when a change is taken back, the newest change first: what changed them, who and when.

    Empty if none is.
    """
    told = [f"{_deed_in_words(keeper)} ({counted(keeper.licenses, 'license')})" for keeper in keepers[:_MOST_KEEPERS]]
    others = len(keepers) - len(told)
    return "; ".join([*told, *([f"and {counted(others, 'more change')}"] if others else [])])


def _standing_change(connection: Connection, number: int) -> Change:
    told = batches.change(connection, number)
    if told is None or told.batch_id is not None:
        raise RefusalError(f"Change {number} is no edit of a license. An import is taken back on the page Batches.")
    if told.kind in OF_CUSTOMERS:
        raise RefusalError(f"Change {number} is no edit of a license but a {deed(told.kind, None).lower()}.")
    if after := batches.undoing_of(connection, number):
        raise RefusalError(f"This was taken back already, by {after.by} at {moment(after.at)}.")
    return told


def _standing(connection: Connection, key: str, since: int | None) -> dict[str, Any]:
    found = versions.standing(connection, [key]).to_dict("records")
    if not found:
        raise RefusalError(f'No license has the key "{key}" now, so there is nothing to edit.')
    if since is not None and found[0]["since"] != since:
        raise RefusalError(
            f"This license was changed meanwhile: {_change_in_words(connection, found[0]['since'])}. "
            "Look at it as it is now before editing it."
        )
    return {str(name): value for name, value in found[0].items()}


def _change_in_words(connection: Connection, number: int) -> str:
    told = batches.change(connection, number)
    return _deed_in_words(told) if told else f"change {number}"


def _deed_in_words(told: Change | Keeper) -> str:
    return f"{deed(told.kind, told.batch_id).lower()} by {told.by} at {moment(told.at)}"


def _made_of(
    before: Mapping[str, Any], after: Mapping[str, Any], merged: Mapping[str, str], policy: Policy
) -> dict[str, Any]:
    """What follows from a license's fields: its content hash, its customer, its verdict and its request's stage."""
    columns = {name: stored_column(name, [after[name]]) for name in CONTENT}
    named = [pa.array([after[name] or ""]) for name in ("company", "license_name", "contact_email")]
    verdict = verdict_columns(judge_all(columns, policy))
    told = told_of(columns | verdict)
    stage = stages(told, {name: stored_column(name, [before[name]]) for name in (*TELLING, "stage", "stage_since")})
    return {
        "content": int(contents_at(contents_of(columns), stage["stage"], told)[0]),
        "customer": known_as(customers_of(*named), merged)[0].as_py(),
        **{name: _code(column.at(0)) for name, column in (verdict | stage).items()},
    }


def _told(version: Mapping[str, Any], name: str) -> Any:
    """What a version says in a field, blank texts being like none; a country we do not know by its own text."""
    value = version[name] or version["country_text"] if name == "country" else version[name]
    return None if value == "" else value


def _plain(name: str, value: Any) -> Any:
    """A value as imports store it: a blank text is an empty one, other blanks are None, codes are texts."""
    return _code(value) if value is not None or COLUMNS[name].kind not in TEXTUAL else ""


def _code(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value


def _blank(name: str) -> str:
    return f"The {COLUMNS[name].title.lower()} cannot be blank. Say which it is."


def _no_field(name: str) -> str:
    if name == "license_key":
        return "The license key cannot be edited: it is what the license is known by."
    return f'A license has no field "{name}". The fields are {", ".join(FIELDS)}.'
