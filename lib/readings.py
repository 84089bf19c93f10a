"""One column of a file read: what its cells say, and what is wrong with those that say nothing (design §3)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lib.coded import Coded, Column, Mask, Texts
from lib.columns import PLAIN
from lib.licenses import TEXTUAL, Kind
from lib.words import BLANKS, Misread

_BLANK_TEXTS = pa.array(sorted(BLANKS - {""}))


@dataclass(frozen=True, slots=True)
class Reading:
    """A column's cells as read, the values they say (blank where unreadable), each row's Misread or None, and its original
    text, which differs from the one read where a person said what it means."""

    texts: Texts
    values: Column
    wrong: Coded
    original: Texts


def read_column(texts: Texts, kind: Kind, read: Callable[[str], Any], *, as_is: bool) -> Reading:
    """Every cell read: once per distinct text, and of texts only those that the reader would not give back as they are.

    `as_is` says that `read` is the kind's own reader, so that `PLAIN` holds for it.
    """
    if as_is and kind in PLAIN:
        return _read_texts(texts, kind, read)
    said = texts.map(read)
    values = said.map(partial(_or_blank, "" if kind in TEXTUAL else None))
    return Reading(texts, values, _wrong(said), texts)


def _wrong(said: Coded) -> Coded:
    if any(isinstance(value, Misread) for value in said.values):
        return said.map(_misread)
    return Coded.constant(None, len(said))


def _or_blank(blank: Any, value: Any) -> Any:
    return blank if value is None or isinstance(value, Misread) else value


def _misread(value: Any) -> Misread | None:
    return value if isinstance(value, Misread) else None


def _read_texts(texts: Texts, kind: Kind, read: Callable[[str], Any]) -> Reading:
    rows = np.flatnonzero(~_plain(texts, kind))
    said = texts.take(rows).map(read)
    values = said.map(partial(_or_blank, ""))
    replaced = texts.replaced(rows, values.objects().tolist()) if len(rows) else texts
    misread = _wrong(said)
    if misread.values == (None,):
        return Reading(texts, replaced, Coded.constant(None, len(texts)), texts)
    wrong = np.zeros(len(texts), dtype=np.int32)
    wrong[rows] = misread.codes + 1
    return Reading(texts, replaced, Coded(wrong, (None, *misread.values)).distinct(), texts)


def _plain(texts: Texts, kind: Kind) -> Mask:
    plain: Mask = texts.matching(PLAIN[kind]) & ~np.asarray(pc.is_in(texts.array, _BLANK_TEXTS))
    if kind is Kind.EMAIL:
        plain &= np.asarray(pc.less(pc.binary_length(texts.array), 64))
    return plain | texts.blank()
