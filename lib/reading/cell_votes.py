"""What a column's cells say about the field that its heading means: they may refuse it, name another, or find one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from lib.domain import products
from lib.domain.licenses import COLUMNS, ColumnKind
from lib.domain.text import Misread
from lib.reading.cells import read_email, read_hosting, read_product, read_text
from lib.reading.column_readers import reader_for
from lib.reading.problem_codes import ProblemCode

FEWEST = 3
"""Different texts from which on cells have a say against their heading."""

_UNDERSTOOD = frozenset(
    (ProblemCode.AMBIGUOUS_DATE, ProblemCode.NO_DATE, ProblemCode.NO_SIZE, ProblemCode.UNKNOWN_COUNTRY)
)
"""Codes of cells that are in the right column all the same."""

_MOST = 0.8
_NAMES = ("contact_name", "license_name", "company", "contact_first_name", "contact_last_name")
_TELLING_KINDS = frozenset(ColumnKind) - {ColumnKind.TEXT, ColumnKind.COUNTRY}
"""Kinds whose cells can be told from others."""

_CONFIRMABLE_KINDS = (ColumnKind.EMAIL, ColumnKind.COUNTRY)
_KEY_LIKE = re.compile(r"(?=.*\d)(?=.*[A-Za-z-])[\w-]{8,}")


@dataclass(frozen=True, slots=True)
class CellSample:
    """Some filled cells of a column, as many as are worth reading."""

    texts: tuple[str, ...] = ()
    filled: float = 0.0
    """The share of filled cells of the whole column."""

    @property
    def distinct(self) -> tuple[str, ...]:
        """Its different texts."""
        return tuple(dict.fromkeys(self.texts))

    def share(self, is_such: Callable[[str], bool]) -> float:
        """The share of different texts that are such."""
        distinct = self.distinct
        if not distinct:
            return 0.0
        return sum(map(is_such, distinct)) / len(distinct)

    def share_of_rows(self, is_such: Callable[[str], bool]) -> float:
        """The share of texts that are such, each as often as it comes."""
        if not self.texts:
            return 0.0
        return sum(map(is_such, self.texts)) / len(self.texts)

    def repeats(self) -> bool:
        """Whether most texts come several times, as no license key does."""
        return len(self.texts) >= 2 * FEWEST and len(self.distinct) <= len(self.texts) / 2


def readable_share(sample: CellSample, field: str) -> float:
    """The share of different texts that can be read as this field."""
    return sample.share(lambda text: is_readable(text, field))


@lru_cache(maxsize=4096)
def is_readable(text: str, field: str) -> bool:
    """Whether a cell can be read as this field."""
    value = reader_for(COLUMNS[field])(text)
    return not isinstance(value, Misread) or value.code in _UNDERSTOOD


def refuses(sample: CellSample, field: str) -> bool:
    """Whether the cells are plainly no values of a field: under half are readable, or its keys repeat."""
    if field == "license_key":
        # What else may be wrong with a key is said of its cell.
        return sample.repeats()
    if len(sample.distinct) < FEWEST:
        return False
    return COLUMNS[field].kind in _TELLING_KINDS and readable_share(sample, field) < 0.5


def field_of_names(sample: CellSample) -> str | None:
    """The field of a column whose heading means a name, but whose cells are emails or products."""
    if len(sample.distinct) < FEWEST:
        return None
    if sample.share(is_email) >= _MOST:
        return "contact_email"
    if sample.share(is_product) >= _MOST:
        return "product"
    return None


def field_of_cells(sample: CellSample, fewest: int = 2) -> str | None:
    """The field that cells name by themselves, if they are not too few: the product, or the hosting."""
    if len(sample.texts) < fewest or sample.filled < 0.5:
        return None
    if max(sample.share(is_product), sample.share_of_rows(is_product)) >= _MOST:
        return "product"
    if sample.share(is_hosting) != 1:
        return None
    return "hosting"


def confirms(sample: CellSample, field: str) -> bool:
    """Whether cells plainly are values of a field."""
    # Only addresses, countries and keys of one form are plain; a number may be anything.
    if len(sample.distinct) < FEWEST:
        return False
    if field == "license_key":
        return sample.filled >= _MOST and len(sample.distinct) == len(sample.texts) and sample.share(is_key_like) == 1
    return COLUMNS[field].kind in _CONFIRMABLE_KINDS and readable_share(sample, field) == 1


def is_key_like(text: str) -> bool:
    """Whether a text looks like a license key and like nothing else: one word with digits, and letters or dashes."""
    return _KEY_LIKE.fullmatch(text) is not None and is_readable(text, "license_key")


def names_hosting(sample: CellSample) -> bool:
    """Whether a column's products say where they run."""
    # Then no other column need say it.
    names = [product for text in sample.distinct if (product := products.read_product(text))]
    return bool(names) and all(hosting for _, hosting in names)


def means_name(field: str | None) -> bool:
    """Whether a field holds names, which any text may be."""
    return field in _NAMES


def is_email(text: str) -> bool:
    """Whether a text is an email address."""
    address = read_email(text)
    return isinstance(address, str) and bool(address)


def is_product(text: str) -> bool:
    """Whether a text names a Balsamiq product."""
    return bool(read_text(text)) and not isinstance(read_product(text), Misread)


def is_hosting(text: str) -> bool:
    """Whether a text names a hosting."""
    return bool(read_text(text)) and not isinstance(read_hosting(text), Misread)
