"""Cells that a license's outcome does not need: what cannot be read there holds no row, and its text is kept."""

from functools import partial

import numpy as np
import pyarrow as pa

from lib.checking.typed_table import TypedTable
from lib.columnar.column import Mask
from lib.domain.facts import LicenseKind, kind_of
from lib.domain.products import PLUGINS, Hosting
from lib.reading.problem_codes import ProblemCode

_SIZES = ("editors", "host_tier")
# What a cell says instead of a value; a cell that is plainly mistaken holds its row in any case.
_KEPT_CODES = frozenset((ProblemCode.NO_DATE, ProblemCode.NO_SIZE, ProblemCode.SEVERAL_SERVERS))


def is_kept(sheet: TypedTable, name: str, code: ProblemCode) -> Mask:
    """The rows whose cell with this code is kept as a text."""
    # Their outcome does not need its value, so that a size of `Evaluation` holds no row.
    if code not in _KEPT_CODES:
        return np.zeros(len(sheet), np.bool_)
    if name == "purchase_date":
        return np.ones(len(sheet), np.bool_)
    needed_for = (Hosting.SERVER,) if name in _SIZES else (Hosting.CLOUD,)
    own_hosting = sheet.hosting()
    is_other_hosting = own_hosting.where_value(lambda hosting: hosting is not None and hosting not in needed_for)
    # A product that cannot be read may be a plugin, once it is corrected.
    is_no_plugin = sheet.values("product").where_value(lambda product: product is not None and product not in PLUGINS)
    is_evaluation = sheet.values("license_type").where_value(lambda text: kind_of(text) is LicenseKind.EVALUATION)
    return np.asarray(is_other_hosting | is_no_plugin | is_evaluation)


def kept_texts(sheet: TypedTable) -> dict[str, pa.Array]:
    """The unreadable cells that are kept, by heading; else blank."""
    texts = {}
    for name, reading in sheet.readings.items():
        mask = np.zeros(len(sheet), np.bool_)
        for code in _KEPT_CODES & {misread.code for misread in reading.misreads.values if misread}:
            has_code = partial(has_misread, code)
            mask |= reading.misreads.where_value(has_code) & is_kept(sheet, name, ProblemCode(code))
        if mask.any():
            originals = reading.originals.arrow(pa.string())
            texts[sheet.titles[name]] = pa.compute.if_else(pa.array(mask), originals, "")
    return texts


def has_misread(code: str, misread: object) -> bool:
    """Whether a cell was misread with this code."""
    return getattr(misread, "code", None) == code
