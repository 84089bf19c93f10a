"""Dates as programs count them: in seconds or thousandths since 1970. Only a whole column of them is read so."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime

from lib.domain.text import BLANKS, Misread
from lib.reading.cell_marks import bare_value
from lib.reading.dates import read_date

_SECONDS = re.compile(r"([12][0-9]{9})(?:[0-9]{3})?(?:\.[0-9]+)?")
"""From 2001 to 2038, as all dates of licenses are."""

_NOTHING = BLANKS | {"0"}


def are_unix_times(texts: Iterable[str]) -> bool:
    """Whether all texts of a column, but those that say nothing, are such numbers."""
    filled = [text for text in map(bare_value, _until_other(texts)) if text not in _NOTHING]
    return bool(filled) and all(map(_SECONDS.fullmatch, filled))


def _until_other(texts: Iterable[str]) -> Iterable[str]:
    """The texts up to the first that decides against it."""
    # Columns of other kinds cost nothing.
    for text in texts:
        yield text
        content = bare_value(text)
        if content not in _NOTHING and not _SECONDS.fullmatch(content):
            return


def read_unix_time(text: str) -> date | Misread | None:
    """The day of a number of seconds, in UTC; all other texts as `read_date` reads them."""
    seconds = _SECONDS.fullmatch(bare_value(text))
    if not seconds or int(seconds[1]) >= 2**31:
        return read_date(text, None)
    return datetime.fromtimestamp(int(seconds[1]), UTC).date()
