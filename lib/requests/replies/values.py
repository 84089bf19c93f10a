"""What an answer fills a license's fields with."""

from dataclasses import dataclass, field
from typing import Any, Self

from lib.domain.licenses import COLUMNS
from lib.domain.text import Misread, quote
from lib.reading.column_readers import reader_for


@dataclass(frozen=True, slots=True)
class AnswerValues:
    """The texts and values of an answer by field; a `problem` is a sentence if it cannot be read in whole or in part."""

    texts: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    problem: str | None = None

    @classmethod
    def of_texts(cls, texts: dict[str, str]) -> Self:
        """Values that are their own texts."""
        return cls(texts, dict(texts))


def read_field(name: str, text: str) -> AnswerValues:
    """A field's value as files have it."""
    # A blank is a problem here: a request needs the field.
    value = reader_for(COLUMNS[name])(text)
    if isinstance(value, Misread):
        return AnswerValues(problem=value.message)
    if value is None or value == "":
        return AnswerValues(problem=f"{quote(text)} says that there is none, which a request cannot do without.")
    return AnswerValues({name: text}, {name: value})
