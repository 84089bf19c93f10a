"""What makes a license what it is, and one hash of all of it."""

from collections.abc import Mapping

from lib.columnar.column import Column
from lib.columnar.combinations import Hashes, row_hashes
from lib.domain.licenses import COLUMNS, TEXTUAL, ColumnKind

CONTENT_COLUMNS = (*COLUMNS, "country_text", "extra")
"""The columns that make a license what it is: nothing is written if none differs from what is stored."""


def content_kind(name: str) -> ColumnKind:
    """What a content column holds."""
    if name in COLUMNS:
        return COLUMNS[name].kind
    return ColumnKind.TEXT


def content_hashes(licenses: Mapping[str, Column]) -> Hashes:
    """The content hash of each license at the stage of its own fields; for others see `stages.hashes_at_stages`.

    A missing column counts as blank.
    """
    columns = {name: licenses[name] for name in CONTENT_COLUMNS if name in licenses}
    # Texts are mostly distinct, so they are hashed row by row, and other columns once per distinct value.
    texts = {name: column for name, column in columns.items() if content_kind(name) in TEXTUAL}
    return row_hashes(texts, {name: column for name, column in columns.items() if name not in texts})
