"""What Atlassian answered to a pack: `id, sen, licenseKey` of each license, as JSON or a table; its SENs are recorded.

The Marketplace's license keys are never kept: customers find theirs in their myAtlassian account.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Engine

from lib import database, revisions
from lib.cells import Misread, read_sen
from lib.migration_requests import ONLY_LOOKING, may_change
from lib.policy import Policy
from lib.refusal import RefusalError
from lib.revisions import Revision
from lib.store import packs, versions
from lib.tables import TableError, read_table
from lib.tables.decoding import decoded
from lib.words import clean, quoted, words_of

_ID, _SEN, _KEY = ("id", "import id"), ("sen",), ("license key",)
"""What the parts of an answer are called, in bare words."""

_BETWEEN = tuple(", \t\r\n")


@dataclass(frozen=True, slots=True)
class Line:
    """What was answered for one license: the `id` from the pack, the SEN as it is written (empty if there is none), and
    whatever else was `said`; `place` tells people where it stands."""

    place: str
    id: str
    sen: str
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came of an answer, or would: the SENs that are recorded, and those that were already, by license key; `refused`,
    by license key, and `unknown`, for ids of no license, are sentences that say why nothing is recorded. `change` is the
    number of the change; None if nothing was written."""

    sens: Mapping[str, str] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    change: int | None = None


def read_answer(text: str) -> tuple[Line, ...]:
    """The lines of an answer: a list of JSON objects, such objects one after another, or a table with a header.

    Raises RefusalError if it is none of these, or says nothing of an id and a SEN.
    """
    meant = text.lstrip("\ufeff").strip()
    if not meant:
        raise RefusalError("The answer is empty. Choose the file with the columns id and sen that came from Atlassian.")
    lines = tuple(_of_json(meant) if meant[0] in "[{" else _of_table(meant))
    if not lines:
        raise RefusalError("The answer holds no license: nothing in it has an id.")
    return lines


def read_answer_file(content: bytes, name: str) -> tuple[Line, ...]:
    """The lines of an answer in a file, whichever encoding it is in. Raises RefusalError as `read_answer` does."""
    try:
        text, _ = decoded(content, name)
    except TableError as error:
        raise RefusalError(error.message) from error
    return read_answer(text.decode())


def preview_answer(connection: Connection, lines: Sequence[Line]) -> Answered:
    """What `record_answer` would do now."""
    return _answered(connection, lines)[0]


def record_answer(
    engine: Engine, lines: Sequence[Line], by: str, note: str, policy: Policy, *, role: str = "editor"
) -> Answered:
    """Record the SENs of an answer, in one transaction and one change that can be undone: those licenses have migrated.

    Other lines are told and nothing is written for them. Raises RefusalError if people of that role may not.
    """
    if not may_change(role):
        raise RefusalError(ONLY_LOOKING)
    with database.writing(engine) as connection:
        told, made = _answered(connection, lines)
        if not told.sens:
            return told
        packs.mark_answered(connection, list(told.sens))
        change = revisions.keep(connection, made, by, clean(note) or "Answer from Atlassian", policy)
    return replace(told, change=change)


def _answered(connection: Connection, lines: Sequence[Line]) -> tuple[Answered, Revision]:
    """What comes of an answer, and what is to be written for it."""
    keys = packs.keys_by_id(connection, [line.id for line in lines])
    unknown = tuple(_of_no_pack(line) for line in lines if line.id not in keys)
    given, refused = _told(lines, keys)
    standing = versions.standing(connection, list(given))
    had = dict(zip(standing["license_key"], standing["sen"], strict=True))
    for key, sen in given.items():
        if key not in had:
            refused[key] = f'No license has the key "{key}" now.'
        elif had[key] and had[key] != sen:
            refused[key] = f"It has {had[key]} already, and the answer says {sen}. Find out which is right and edit it."
    values = {key: {"sen": sen} for key, sen in given.items() if key not in refused}
    records = [{str(name): row[name] for name in row} for row in standing.loc[list(values)].to_dict("records")]
    made = revisions.revised(connection, records, values)
    refused |= {key: revisions.in_words(sentences) for key, sentences in made.refused.items()}
    sens = {place["license_key"]: place["sen"] for place in made.places}
    return Answered(sens=sens, same={key: given[key] for key in made.same}, refused=refused, unknown=unknown), made


def _told(lines: Sequence[Line], keys: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The SENs by license key, and the sentences for licenses of which no SEN can be told."""
    given, refused = {}, {}
    known = {(line.id, clean(line.sen)): line for line in lines if line.id in keys}
    often = Counter(id for id, _ in known)
    for line in known.values():
        sen = read_sen(line.sen)
        if often[line.id] > 1:
            refused[keys[line.id]] = "The answer says different things of it. Ask Atlassian which is right."
        elif isinstance(sen, Misread):
            refused[keys[line.id]] = f"{line.place}: {sen.message}"
        elif not sen:
            refused[keys[line.id]] = f"{line.place}: Atlassian gave no SEN.{_said(line)}"
        else:
            given[keys[line.id]] = sen
    return given, refused


def _of_no_pack(line: Line) -> str:
    if not line.id:
        return f"{line.place}: There is no id, so nobody can tell which license it is about.{_said(line)}"
    return f"{line.place}: No pack has a license with the id {quoted(line.id)}.{_said(line)}"


def _said(line: Line) -> str:
    return f" The answer says: {quoted(line.said)}." if line.said else ""


def _of_table(text: str) -> Iterator[Line]:
    try:
        table = read_table(text.encode(errors="replace"), "The answer")
    except TableError as error:
        raise RefusalError(error.message) from error
    names = {words_of(name) for name in table.header}
    if not (names & set(_ID) and names & set(_SEN)):
        raise RefusalError(
            f"The answer needs the columns id and sen, but its header says: {', '.join(map(quoted, table.header))}."
        )
    for line, row in zip(table.lines.tolist(), table.rows, strict=True):
        yield _line(f"Line {line}", dict(zip(table.header, row, strict=False)))


def _of_json(text: str) -> Iterator[Line]:
    for number, told in enumerate(_objects(_values(text)), 1):
        yield _line(f"License {number} of the answer", told)


def _values(text: str) -> Iterator[Any]:
    """The JSON values that stand one after another, whatever parts them."""
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise RefusalError(
                f"The answer is not whole: it cannot be read as JSON ({error}). Get it again."
            ) from error
        yield value
        while text[at : at + 1] in _BETWEEN:
            at += 1


def _objects(values: Iterable[Any]) -> Iterator[Mapping[str, Any]]:
    """What is said license by license, in lists of lists or in an object that has a list for each app."""
    waiting = list(values)[::-1]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value[::-1]
        elif not isinstance(value, dict):
            yield {"": value}
        elif all(isinstance(part, dict | list) for part in value.values()):
            waiting += list(value.values())[::-1]
        else:
            yield value


def _line(place: str, told: Mapping[str, Any]) -> Line:
    by_name = {words_of(name): "" if value is None else str(value) for name, value in told.items()}
    id, sen = (next((by_name[name] for name in names if name in by_name), "") for names in (_ID, _SEN))
    others = (value for name, value in by_name.items() if value and name not in (*_ID, *_SEN, *_KEY))
    return Line(place, clean(id).upper(), sen, "; ".join(others))
