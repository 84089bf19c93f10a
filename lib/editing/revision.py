"""New values of licenses as a person writes them: read like a file's cells, checked, and judged anew."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from lib.columnar.column import Column
from lib.domain.changes import ChangeKind
from lib.domain.codes import join_codes, parse_fields
from lib.domain.licenses import COLUMNS, REQUIRED, TEXTUAL
from lib.domain.policy import Policy
from lib.domain.products import Hosting
from lib.domain.refusal import RefusalError
from lib.domain.requests import Stage, stage_after_answer
from lib.domain.roles import Actor
from lib.domain.text import Misread
from lib.judging.content_hash import CONTENT_COLUMNS
from lib.judging.derive import STORED_INPUTS, Derived, derive, stored_code
from lib.judging.stages import REQUEST_FIELDS, at_stage, stages_from_fields
from lib.judging.stored import stored_column
from lib.reading.cells import read_text
from lib.reading.column_readers import reader_for
from lib.store import change_log, customer_aliases, license_sens, policies, versions

FIELDS = tuple(name for name in COLUMNS if name != "license_key")
"""What a person may change of a license, in reading order; its key identifies it."""

# A license without one could not have been imported.
_NEVER_BLANK = tuple(name for name in REQUIRED if name == "product")

_EXPERTS = ("expert_email", "myatlassian_email", "contact_email")

Version = Mapping[str, Any]
Sentences = Mapping[str, str]
"""What is wrong with texts, by field."""


class UnreadableError(RefusalError):
    """Texts that are no values of their fields, or contradict what is stored."""

    def __init__(self, sentences: Sentences) -> None:
        super().__init__(join_sentences(sentences))
        self.sentences = dict(sentences)


@dataclass(frozen=True, slots=True)
class Revision:
    """What becomes of licenses that get other values."""

    before: list[Version] = field(default_factory=list)
    after: list[dict[str, Any]] = field(default_factory=list)
    """The versions that replace those of `before`, in the same order."""

    unchanged: list[str] = field(default_factory=list)
    """The keys of licenses in which nothing differs."""

    refused: dict[str, Sentences] = field(default_factory=dict)
    is_reply: bool = False
    """Whether the customers wrote these values themselves."""


def join_sentences(sentences: Sentences) -> str:
    """What is wrong, field by field, in one text."""
    return " ".join(f"{COLUMNS[name].title}: {text}" for name, text in sentences.items())


def parse_values(texts: Mapping[str, str], policy: Policy) -> dict[str, Any]:
    """The values that texts mean, by field, as they are stored; with a country its own text.

    Raises UnreadableError, or RefusalError if a field cannot be edited.
    """
    for name in texts:
        refuse_other_fields(name)
    values = {name: reader_for(COLUMNS[name], ladder=policy.ladder)(text) for name, text in texts.items()}
    wrong = {name: value.message for name, value in values.items() if isinstance(value, Misread)}
    wrong |= {name: blank_sentence(name) for name in _NEVER_BLANK if name in values and not values[name]}
    if wrong:
        raise UnreadableError(wrong)
    stored = {name: stored_value(name, value) for name, value in values.items()}
    if "country" in texts:
        stored["country_text"] = read_text(texts["country"])
    return stored


def refuse_other_fields(name: str) -> None:
    """Raises RefusalError if a person cannot edit a field."""
    if name == "license_key":
        raise RefusalError("The license key cannot be edited: it is what the license is known by.")
    if name not in FIELDS:
        raise RefusalError(f'A license has no field "{name}". The fields are {", ".join(FIELDS)}.')


def blank_sentence(name: str) -> str:
    """Why a field cannot be blank."""
    return f"The {COLUMNS[name].title.lower()} cannot be blank. Say which it is."


def stored_value(name: str, value: Any) -> Any:
    """A value as imports store it: a blank text is an empty one, other blanks are None, codes are texts."""
    if value is None and COLUMNS[name].kind in TEXTUAL:
        return ""
    return stored_code(value)


def revise(
    connection: Connection,
    current: Iterable[Version],
    values: Mapping[str, Mapping[str, Any]],
    *,
    is_reply: bool = False,
) -> Revision:
    """What becomes of licenses with new `values` (by license key); a reply also moves requests that it says nothing new of."""
    revision, sens = Revision(is_reply=is_reply), SenHolders(connection, values)
    for before in current:
        key = before["license_key"]
        after = {**before, **values[key]}
        names = [name for name in values[key] if name in FIELDS and says(before, name) != says(after, name)]
        wrong = contradictions(after, names, sens)
        if not names and not (is_reply and awaits_reply(before)):
            revision.unchanged.append(key)
        elif wrong:
            revision.refused[key] = wrong
        else:
            revision.before.append(before)
            revision.after.append(with_edited_fields(before, after, names))
    return revision


def awaits_reply(version: Mapping[Any, Any]) -> bool:
    """Whether a reply of its customer moves a license's request."""
    stage = Stage(version["stage"])
    return version["hosting"] != Hosting.CLOUD and stage_after_answer(stage, is_reply=True) is not stage


def says(version: Version, name: str) -> Any:
    """What a version has in a field, None if it is blank; a country we do not know by its own text."""
    value = version[name]
    if name == "country":
        value = value or version["country_text"]
    # Imports store a blank text as an empty one, other blanks as None: neither is an edit of the other.
    if value == "":
        return None
    return value


def with_edited_fields(before: Version, after: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """A new version that remembers which fields a person changed."""
    edited = join_codes(sorted({*names, *parse_fields(before["edited"])}))
    version = {**after, "edited": edited or None}
    # The same country in other words is no edit.
    if "country" not in names:
        version["country_text"] = before["country_text"]
    return version


class SenHolders:
    """Which licenses have or are to get which SEN."""

    def __init__(self, connection: Connection, values: Mapping[str, Mapping[str, Any]]) -> None:
        new = [(value["sen"], key) for key, value in values.items() if value.get("sen")]
        self._holders = [*license_sens.sen_holders(connection, {sen for sen, _ in new}), *new]

    def other_than(self, key: str, sen: str) -> str | None:
        """Another license with a SEN; None if there is none."""
        others = (holder for number, holder in self._holders if number == sen and holder != key)
        return next(others, None)


def contradictions(after: Version, names: Sequence[str], sens: SenHolders) -> dict[str, str]:
    """What is wrong with new values, beside other licenses and fields."""
    wrong = {}
    # Only what was edited is checked: an old contradiction elsewhere must not stop an edit of something else.
    if "sen" in names:
        holder = sens.other_than(after["license_key"], after["sen"])
        if holder:
            wrong["sen"] = sen_conflict(after["sen"], holder)
    addresses = [name for name in _EXPERTS if name in names]
    if addresses:
        sentence = expert_conflict(after)
        if sentence:
            wrong[addresses[0]] = sentence
    return wrong


def sen_conflict(sen: str, key: str) -> str:
    """Why a license cannot have a SEN that another one has."""
    return (
        f'{sen} is that of license "{key}". One SEN belongs to one license: correct it here, or clear it there first.'
    )


def expert_conflict(license: Version) -> str | None:
    """Why an address cannot be the Expert's (domain.md §2)."""
    expert = (license["expert_email"] or "").casefold()
    if not expert:
        return None
    for name in _EXPERTS[1:]:
        if expert == (license[name] or "").casefold():
            return (
                f"The Expert email and the {title_in_sentence(name)} would be the same. An Expert is the partner "
                "who sells to the customer, never the customer: correct one of them, or leave the Expert email empty."
            )
    return None


def title_in_sentence(name: str) -> str:
    """A field's title in lower case, except for the name myAtlassian."""
    title = COLUMNS[name].title
    if title.startswith("my"):
        return title
    return title.lower()


def store_revision(connection: Connection, revision: Revision, actor: Actor, reason: str, policy: Policy) -> int:
    """Replace licenses by new versions, as one change; gives its number. Raises RefusalError."""
    # The policy may have changed between the judging and the writing.
    policies.refuse_outdated(connection, policy)
    counts = {"changed": len(revision.after)}
    change = change_log.begin_change(connection, actor=actor, kind=ChangeKind.EDIT, reason=reason, counts=counts)
    derived = derive_revision(connection, revision, policy)
    own_stages = stages_from_fields(derived.columns).objects()
    rows = []
    for row, (before, after) in enumerate(zip(revision.before, revision.after, strict=True)):
        values = derived.at(row)
        if answers(before, after, is_reply=revision.is_reply):
            stage = stage_after_answer(Stage(values["stage"]), is_reply=revision.is_reply)
            values = at_stage(values, stage, Stage(own_stages[row]))
        values["stage_since"] = before["stage_since"] if values["stage"] == before["stage"] else change
        rows.append({**after, **values})
    versions.replace(connection, rows, change)
    return change


def answers(before: Version, after: Version, *, is_reply: bool) -> bool:
    """Whether a person recorded here what only the license's customer can say."""
    if after["hosting"] == Hosting.CLOUD:
        return False
    return is_reply or any(after[name] not in (None, "", before[name]) for name in REQUEST_FIELDS)


def derive_revision(connection: Connection, revision: Revision, policy: Policy) -> Derived:
    """What follows from the fields of the new versions."""
    licenses = stored_columns(revision.after, CONTENT_COLUMNS)
    stored = stored_columns(revision.before, STORED_INPUTS)
    return derive(licenses, stored, customer_aliases.customer_decisions(connection), policy)


def stored_columns(rows: Sequence[Version], names: Iterable[str]) -> dict[str, Column]:
    """Some columns of versions."""
    columns = {}
    for name in names:
        columns[name] = stored_column(name, [version[name] for version in rows])
    return columns
