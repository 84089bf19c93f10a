"""Files of Marketplace's are told from others by their first line."""

import json
from pathlib import Path

import pytest

from lib.marketplace import recognition
from lib.marketplace.export_columns import LICENSE_COLUMNS, ExportKind
from lib.marketplace.recognition import recognise
from lib.web.upload_limits import is_for_worker
from tests.marketplace.exports import an_entry, an_export
from tests.store.stories import SAMPLE
from tests.workbooks import archive

OLD_BOOK = (Path(__file__).parents[1] / "data" / "shown.xls").read_bytes()


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


@pytest.mark.parametrize("content", [OLD_BOOK, archive({"xl/workbook.bin": "x"})], ids=["xls", "xlsb"])
def test_a_binary_workbook_is_not_opened_to_look_at_it(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.delattr(recognition, "raw_preview")
    assert recognise(content) is None
    assert is_for_worker(content)


def test_other_files_are_the_workers_only_if_they_are_large_in_memory() -> None:
    for content in (b"", SAMPLE, b"PK\x03\x04", archive({"xl/workbook.xml": "x"}), archive({"content.xml": "x"})):
        assert not is_for_worker(content)
    assert is_for_worker(archive({"xl/workbook.xml": "x" * 2_000_001}))
    assert (is_for_worker("x" * 2_000_000), is_for_worker("x" * 2_000_001)) == (False, True)
