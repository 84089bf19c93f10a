"""Files of Marketplace's are told from others by their first line."""

import json

import pytest

from lib.marketplace.export_columns import LICENSE_COLUMNS, ExportKind
from lib.marketplace.recognition import recognise
from tests.marketplace.exports import an_entry, an_export
from tests.store.stories import SAMPLE


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (an_export(an_entry()), ExportKind.LICENSES),
        ("\ufeff".encode() + an_export(an_entry()), ExportKind.LICENSES),
        (an_export(an_entry()).replace(b",", b";"), ExportKind.LICENSES),
        (an_export(columns=("licenseId", "organisationName", "addOnKey")), ExportKind.OLD_LICENSES),
        (an_export(columns=(*LICENSE_COLUMNS, "saleDate", "transactionId")), ExportKind.TRANSACTIONS),
        (json.dumps([an_entry()]).encode(), ExportKind.LICENSES),
        (SAMPLE, None),
        (b"", None),
        (b"\x89PNG\r\n\x00\x01", None),
    ],
)
def test_a_file_is_recognised_by_its_first_line(content: bytes, kind: ExportKind | None) -> None:
    assert recognise(content) is kind
