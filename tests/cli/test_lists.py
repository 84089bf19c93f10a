"""Lists and letters from the command line: the same bytes as on the screen, and noted as taken along."""

import csv
import io
import zipfile
from pathlib import Path

from click.testing import CliRunner
from openpyxl import load_workbook
from sqlalchemy import Engine, update

from lib.cli import main
from lib.documents import upgrade_files
from lib.documents.upgrade_files import UPGRADE_FORMATS
from lib.measures.cut import Cut
from lib.store import customer_lists, database, downloads
from lib.store.schema import license_versions
from tests.actors import editor
from tests.store.stories import POLICY, a_row, imported


def run(engine: Engine, *words: object) -> str:
    result = CliRunner().invoke(
        main, [*map(str, words), "--database", engine.url.render_as_string(hide_password=False)]
    )
    assert result.exit_code == 0, result.output
    return result.output


def refusal(engine: Engine, *words: object) -> str:
    result = CliRunner().invoke(
        main, [*map(str, words), "--database", engine.url.render_as_string(hide_password=False)]
    )
    assert result.exit_code == 2
    return result.output


def test_every_kind_of_file_is_what_the_screen_gives(engine: Engine, tmp_path: Path) -> None:
    imported(engine, a_row("K-1", company="Acme"), a_row("K-2", company="Beta"))
    for kind, upgrade_format in UPGRADE_FORMATS.items():
        out = tmp_path / f"list.{kind}"
        assert "2 upgrades of 2 customers written" in run(engine, "upgrades", "--out", out, "--by", "ann")
        with database.reading(engine) as connection:
            file = upgrade_files.file(connection, upgrade_format, Cut(), actor=editor("ann"), policy=POLICY)
            assert out.read_bytes() == file.content
            assert file.totals == customer_lists.list_totals(connection, Cut())
    with database.reading(engine) as connection:
        noted, total = downloads.page(connection)
    assert total == len(UPGRADE_FORMATS)
    assert {(entry.by, entry.customers) for entry in noted} == {("ann", 2)}
    assert zipfile.ZipFile(tmp_path / "list.zip").namelist() == ["Acme.xlsx", "Beta.xlsx", "manifest.csv"]


def test_a_customer_gets_an_edition_of_its_own(engine: Engine, tmp_path: Path) -> None:
    imported(engine, a_row("K-1", company="Acme"), a_row("K-2", company="Beta"))
    out = tmp_path / "acme.xlsx"
    run(engine, "upgrades", "--for-customer", "--customer", "Acme", "--out", out)
    assert load_workbook(out).sheetnames == ["Lizenzen"]  # its country is Germany
    printed = run(engine, "upgrades", "--for-customer", "--customer", "Acme")
    assert "K-1" in printed
    assert "K-2" not in printed
    run(engine, "upgrades", "--for-customer", "--customer", "Acme", "--out", tmp_path / "acme.pdf")
    assert (tmp_path / "acme.pdf").read_bytes().startswith(b"%PDF-")
    with database.reading(engine) as connection:
        kinds = [download.kind for download in downloads.page(connection)[0]]
    assert kinds == ["customer_pdf", "customer_csv", "customer_xlsx"]
    assert "for one customer" in refusal(engine, "upgrades", "--for-customer", "--out", out)
    assert "must end in .xlsx, .pdf or .csv" in refusal(
        engine, "upgrades", "--for-customer", "--customer", "Acme", "--out", tmp_path / "acme.zip"
    )


def test_letters_are_printed_or_written_one_by_one(engine: Engine, tmp_path: Path) -> None:
    imported(engine, a_row("K-1", company="Acme", country="US"), a_row("K-2", company="Beta", country="Germany"))
    printed = run(engine, "letters", "--customer", "Acme")
    assert "needs an upgrade from 10 to 100 users" in printed
    assert "Beta" not in printed
    assert "2 letters written" in run(engine, "letters", "--out", tmp_path / "letters")
    assert sorted(path.name for path in (tmp_path / "letters").iterdir()) == ["Acme.pdf", "Beta.pdf"]


def test_letters_that_no_font_can_show_are_named_and_the_others_written(engine: Engine, tmp_path: Path) -> None:
    imported(engine, a_row("K-1", company="Acme"), a_row("K-2", company="𐎀𐎁 Ltd"))
    folder, file = tmp_path / "letters", tmp_path / "letters.pdf"
    output = refusal(engine, "letters", "--out", folder)
    assert "1 letter written" in output
    assert 'No PDF for 1 customer, because no font has these characters: "𐎀𐎁 Ltd" (𐎀𐎁). Use the letter' in output
    assert [path.name for path in folder.iterdir()] == ["Acme.pdf"]
    output = refusal(engine, "upgrades", "--out", file)
    assert "1 upgrade of 1 customer written" in output
    assert '"𐎀𐎁 Ltd" (𐎀𐎁)' in output
    assert file.read_bytes().startswith(b"%PDF-")
    with database.reading(engine) as connection:
        assert [download.customers for download in downloads.page(connection)[0]] == [1, 1]


def test_no_file_is_written_if_no_font_can_show_any_letter(engine: Engine, tmp_path: Path) -> None:
    imported(engine, a_row("K-2", company="𐎀𐎁 Ltd"))
    assert '"𐎀𐎁 Ltd" (𐎀𐎁)' in refusal(engine, "upgrades", "--out", tmp_path / "letters.pdf")
    assert not (tmp_path / "letters.pdf").exists()


def test_a_customer_that_no_workbook_has_room_for_is_named_and_the_others_archived(
    engine: Engine, tmp_path: Path
) -> None:
    # An import asks about such a name, but earlier ones did not.
    imported(engine, a_row("K-1", company="Acme"), a_row("K-2", company="B" * 500), a_row("K-3", company="Ceta"))
    is_long = license_versions.c.license_key == "K-2"
    with database.writing(engine) as connection:
        connection.execute(update(license_versions).where(is_long).values(company="B" * 40_000))
    out = tmp_path / "list.zip"
    output = refusal(engine, "upgrades", "--out", out)
    assert "2 upgrades of 2 customers written" in output
    assert f'No workbook for 1 customer: "{"B" * 60}…".' in output
    assert "longer than the 32,767 characters" in output
    with zipfile.ZipFile(out) as archive:
        assert archive.namelist() == ["Acme.xlsx", "Ceta.xlsx", "manifest.csv"]
        manifest = list(csv.DictReader(io.StringIO(archive.read("manifest.csv").decode("utf-8-sig"))))
    assert [(line["File"], bool(line["Remark"])) for line in manifest] == [
        ("Acme.xlsx", False),
        ("", True),
        ("Ceta.xlsx", False),
    ]
    assert manifest[1]["Customer"] == "B" * 120
    with database.reading(engine) as connection:
        assert downloads.page(connection)[0][0].customers == 2


def test_what_cannot_be_written_is_said(engine: Engine, tmp_path: Path) -> None:
    assert "must end in .xlsx, .zip, .csv or .pdf" in refusal(engine, "upgrades", "--out", tmp_path / "list.doc")
    assert "cannot be printed" in refusal(engine, "upgrades", "--format", "zip")
