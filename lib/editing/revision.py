"""What people write of licenses here: read as a file's cells are, refused where it contradicts, and judged anew."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from lib.domain.changes import ChangeKind
from lib.domain.codes import join_codes, parse_fields
from lib.domain.licenses import COLUMNS, REQUIRED, TEXTUAL
from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.roles import Actor
from lib.domain.text import Misread
from lib.judging.content_hash import CONTENT_COLUMNS
from lib.judging.derive import STORED_INPUTS, Derived, derive, stored_code
from lib.judging.stored import stored_column
from lib.reading.cells import read_text
from lib.reading.column_readers import reader_for
from lib.store import change_log, customer_aliases, license_sens, versions

FIELDS = tuple(name for name in COLUMNS if name != "license_key")
"""What a person may change of a license, in reading order. Its key is what it is known by."""

_NEEDED = tuple(name for name in REQUIRED if name == "product")
"""A license without one would never have come in."""

_EXPERTS = ("expert_email", "myatlassian_email", "contact_email")

Version = Mapping[str, Any]
Sentences = Mapping[str, str]
"""What is wrong with texts, by field."""


class UnreadableError(RefusalError):
    """Texts that say no value of their field, or contradict what is stored: `sentences` tells what is wrong with each, by
    field."""

    def __init__(self, sentences: Sentences) -> None:
        super().__init__(in_words(sentences))
        self.sentences = dict(sentences)


@dataclass(frozen=True, slots=True)
class Revision:
    """What becomes of licenses: the `versions` that stand now and what comes in their `places`, the keys of those in which
    nothing differs, and the others, with what is wrong by field."""

    versions: list[Version] = field(default_factory=list)
    places: list[dict[str, Any]] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    refused: dict[str, Sentences] = field(default_factory=dict)


def in_words(sentences: Sentences) -> str:
    """What is wrong, field by field, in sentences."""
    return " ".join(f"{COLUMNS[name].title}: {text}" for name, text in sentences.items())


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


def revised(connection: Connection, standing: Iterable[Version], values: Mapping[str, Mapping[str, Any]]) -> Revision:
    """What becomes of licenses that stand once they have other values (`read`), told by license key. Writes nothing."""
    made = Revision()
    rivals = _Rivals(connection, values)
    for before in standing:
        key, own = before["license_key"], values[before["license_key"]]
        after = {**before, **own}
        names = [name for name in own if name in FIELDS and _told(before, name) != _told(after, name)]
        if not names:
            made.same.append(key)
        elif wrong := _wrong(after, names, rivals):
            made.refused[key] = wrong
        else:
            made.versions.append(before)
            made.places.append(_written(before, after, names))
    return made


def keep(connection: Connection, made: Revision, actor: Actor, reason: str, policy: Policy) -> int:
    """Let a revision's versions stand in their places, as one change; gives its number."""
    counts = {"changed": len(made.places)}
    change = change_log.begin_change(connection, by=actor.name, kind=ChangeKind.EDIT, reason=reason, counts=counts)
    derived = _derived(made.versions, made.places, customer_aliases.all_aliases(connection), policy)
    rows = [{**place, **derived.at(row)} for row, place in enumerate(made.places)]
    for row in rows:
        row["stage_since"] = row["stage_since"] or change
    versions.replace(connection, rows, change)
    return change


def sentence_of_rival(sen: str, key: str) -> str:
    """Why a license cannot have a SEN that another one has."""
    return (
        f'{sen} is that of license "{key}". One SEN belongs to one license: correct it here, or clear it there first.'
    )


class _Rivals:
    """Which other license has a SEN that one is to get, or is to get it as well."""

    def __init__(self, connection: Connection, values: Mapping[str, Mapping[str, Any]]) -> None:
        given = [(own["sen"], key) for key, own in values.items() if own.get("sen")]
        self._holders = [*license_sens.sen_holders(connection, {sen for sen, _ in given}), *given]

    def of(self, sen: str, key: str) -> str | None:
        return next((holder for held, holder in self._holders if held == sen and holder != key), None)


def _wrong(after: Version, names: Sequence[str], rivals: _Rivals) -> dict[str, str]:
    wrong = {}
    if "sen" in names and after["sen"] and (rival := rivals.of(after["sen"], after["license_key"])):
        wrong["sen"] = sentence_of_rival(after["sen"], rival)
    if set(_EXPERTS) & set(names) and (sentence := _own_address(after)):
        wrong[next(name for name in _EXPERTS if name in names)] = sentence
    return wrong


def _own_address(license: Version) -> str | None:
    """Why the address of the Expert cannot be that: an Expert is never the customer (domain.md §2)."""
    expert = (license["expert_email"] or "").casefold()
    for name in _EXPERTS[1:]:
        if expert and expert == (license[name] or "").casefold():
            return (
                f"The Expert email and the {_mid_sentence(COLUMNS[name].title)} would be the same. An Expert is the partner "
                "who sells to the customer, never the customer: correct one of them, or leave the Expert email empty."
            )
    return None


def _mid_sentence(title: str) -> str:
    return title if title.startswith("my") else title.lower()


def _written(before: Version, after: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    if "country" not in names:
        after["country_text"] = before["country_text"]
    after["edited"] = join_codes(sorted({*names, *parse_fields(before["edited"])}))
    return after


def _derived(
    before: Sequence[Version], after: Sequence[Version], aliases: Mapping[str, str], policy: Policy
) -> Derived:
    licenses = {name: stored_column(name, [place[name] for place in after]) for name in CONTENT_COLUMNS}
    stored = {name: stored_column(name, [version[name] for version in before]) for name in STORED_INPUTS}
    return derive(licenses, stored, aliases, policy)


def _told(version: Version, name: str) -> Any:
    """What a version says in a field, blank texts being like none; a country we do not know by its own text."""
    value = version[name] or version["country_text"] if name == "country" else version[name]
    return None if value == "" else value


def _plain(name: str, value: Any) -> Any:
    """A value as imports store it: a blank text is an empty one, other blanks are None, codes are texts."""
    return stored_code(value) if value is not None or COLUMNS[name].kind not in TEXTUAL else ""


def _blank(name: str) -> str:
    return f"The {COLUMNS[name].title.lower()} cannot be blank. Say which it is."


def _no_field(name: str) -> str:
    if name == "license_key":
        return "The license key cannot be edited: it is what the license is known by."
    return f'A license has no field "{name}". The fields are {", ".join(FIELDS)}.'
