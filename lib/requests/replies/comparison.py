"""What a mail says beside what is stored, without what is equal."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lib.domain.display import display_text
from lib.domain.licenses import COLUMNS
from lib.reading.column_readers import reader_for
from lib.requests.replies.reply import FIELDS, Answer, Reply

REFUSAL = {"match_agreed": "no"}
"""What is entered for licenses whose customer declines to match, once a person has confirmed that."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that a mail fills otherwise than these licenses, which all have `stored` there (empty for a blank)."""

    field: str
    stored: str
    text: str
    keys: tuple[str, ...]


def differences(reply: Reply, records: Sequence[Mapping[Any, Any]]) -> tuple[Difference, ...]:
    """What a mail changes in stored licenses, in the order of the items."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for record in records:
        key = record["license_key"]
        for field, text in reply.texts_for(key).items():
            stored = display_text(field, record.get(field))
            if stored != display_text(field, reader_for(COLUMNS[field])(text)):
                groups.setdefault((field, stored, text), []).append(key)
    changes = [Difference(*group, tuple(keys)) for group, keys in groups.items()]
    return tuple(sorted(changes, key=lambda difference: FIELDS.index(difference.field)))


def refusals(reply: Reply, records: Sequence[Mapping[Any, Any]]) -> Iterator[tuple[Answer, tuple[str, ...]]]:
    """The answers that decline to match, each with the keys of the stored licenses for which that is new."""
    undecided = [record["license_key"] for record in records if record.get("match_agreed") is not False]
    for answer in reply.refusals:
        if keys := tuple(filter(answer.is_about, undecided)):
            yield answer, keys


def texts_by_license(choice: Sequence[Difference]) -> dict[str, dict[str, str]]:
    """The texts to enter for each license, by field."""
    texts: dict[str, dict[str, str]] = {}
    for difference in choice:
        for key in difference.keys:
            texts.setdefault(key, {})[difference.field] = difference.text
    return texts
