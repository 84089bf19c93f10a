"""A person changes a license here: its cells are read as a file's are, it is judged anew, and that is a change of its own."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, Engine

from lib import database
from lib.cells import Misread, read_text
from lib.columns import reader_for
from lib.history import deed
from lib.judging import judge_all
from lib.licenses import COLUMNS, REQUIRED, TEXTUAL
from lib.merging import CONTENT, stored_column
from lib.organisations import customers_of
from lib.plans import contents_of, verdict_columns
from lib.policy import Policy
from lib.problems import RefusalError
from lib.requests_told import stages
from lib.store import batches, edits, versions
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
        made = _made_of(after, policy)
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


def undo_change(engine: Engine, number: int, by: str, reason: str = "") -> int:
    """Take an edit back, or take its undoing back (which redoes it), and so on; gives the number of the new change.

    Raises RefusalError if that is no edit, was taken back already, or if the license changed since.
    """
    with database.writing(engine) as connection:
        told = _edit_standing(connection, number)
        kind = "redo" if told.kind == "undo" else "undo"
        later = edits.keepers(connection, number)
        if later:
            since = _deed_in_words(later[0])
            raise RefusalError(
                f"The license was changed since: {since}. Nothing was taken back; edit the license instead."
            )
        change = versions.begin_change(connection, by=by, kind=kind, reason=reason, counts={}, undoes=number)
        versions.tell_counts(connection, change, versions.take_back(connection, number, change))
    return change


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


def _edit_standing(connection: Connection, number: int) -> Change:
    told = batches.change(connection, number)
    if told is None or told.batch_id is not None:
        raise RefusalError(f"Change {number} is no edit of a license. An import is taken back on the page Batches.")
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


def _made_of(version: Mapping[str, Any], policy: Policy) -> dict[str, Any]:
    """What follows from a license's fields: its content hash, its customer, its verdict and its request's stage."""
    columns = {name: stored_column(name, [version[name]]) for name in CONTENT}
    named = [pa.array([version[name] or ""]) for name in ("company", "license_name", "contact_email")]
    verdicts = judge_all(columns, policy)
    stood = {name: stored_column(name, [version[name]]) for name in ("stage", "stage_since")}
    verdict = verdict_columns(verdicts) | stages(columns, verdicts, stood)
    return {
        "content": int(contents_of(columns)[0]),
        "customer": customers_of(*named)[0].as_py(),
        **{name: _code(column.at(0)) for name, column in verdict.items()},
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
