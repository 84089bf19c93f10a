"""What makes a license what it is, and one hash of all of it."""

from collections.abc import Mapping

from lib.columnar.column import Column
from lib.columnar.combinations import Hashes, row_hashes
from lib.domain.licenses import COLUMNS, TEXTUAL, ColumnKind

CONTENT_COLUMNS = (*COLUMNS, "country_text", "extra")
"""The columns that make a license what it is: if none differs from what is stored, nothing is written."""


def content_hashes(licenses: Mapping[str, Column]) -> Hashes:
    """The content hash of each license that is at the stage its fields tell; for others see `stages.hashes_at_stages`.

    A column that is not there counts as blank.
    """
    kinds = {
        name: COLUMNS[name].kind if name in COLUMNS else ColumnKind.TEXT for name in CONTENT_COLUMNS if name in licenses
    }
    texts = {name: licenses[name] for name, kind in kinds.items() if kind in TEXTUAL}
    return row_hashes(texts, {name: licenses[name] for name in kinds if name not in texts})
