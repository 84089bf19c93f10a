"""What customers get: one sheet across A4 in their language, drafts of mails, and letters worded for how they stand."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine

from lib.documents import customer_editions, exports, letters
from lib.documents.exports.customer_books import footer
from lib.documents.exports.customer_sheets import day_text
from lib.documents.exports.sheet_words import WORDS
from lib.documents.letters import Language, Letter
from lib.domain.refusal import RefusalError
from lib.measures.cut import Cut
from lib.store import database
from tests.actors import admin, editor
from tests.store.stories import a_row, imported

INTERNAL = ("Tier steps", "change #", "Policy", "Mind", "Note", "Outcome", "cut", "Created by", "Borderline")
LICENSES = (
    a_row("K-1", company="Acme", match_agreed="yes"),
    a_row("K-2", company="Acme", editors="100"),
    a_row("K-3", company="Acme", host_tier=""),
    a_row("K-4", company="Acme", hosting="Cloud", maintenance_end="2017-01-01"),
    a_row("K-5", company="Acme", sen="SEN-1"),
    a_row("K-6", company="Acme", license_type="Evaluation"),
)
OF_ACME = Cut(customer=("acme (DE)",), group="all")


@pytest.fixture
def store(sqlite: Engine) -> Engine:
    """A store with one license of each kind, of one customer."""
    imported(sqlite, *LICENSES)
    return sqlite


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (Language.ENGLISH, "5 Apr 2017"),
        (Language.GERMAN, "05.04.2017"),
        (Language.FRENCH, "05/04/2017"),
        (Language.SPANISH, "05/04/2017"),
    ],
)
def test_days_are_written_as_each_language_does(language: Language, text: str) -> None:
    assert day_text(date(2017, 4, 5), WORDS[language]) == text


@pytest.mark.parametrize("name", ["A" * 40_000, "R&D " * 60, "\U00013000" * 200])
def test_a_long_name_leaves_room_for_the_number_of_the_page(name: str) -> None:
    code = footer(f"Licenses of {name}", "Page &P of &N")
    length = len(code.encode("utf-16-le")) // 2
    assert 250 <= length <= 255
    assert code.startswith("&LLicenses of ")
    assert code.endswith("&RPage &P of &N")
    assert code.count("&") % 2 == 0, "each one of the name is doubled"


@pytest.mark.parametrize("language", list(Language))
def test_a_customers_workbook_is_one_sheet_for_paper_without_an_internal_word(
    store: Engine, language: Language
) -> None:
    with database.reading(store) as connection:
        content = customer_editions.customer_workbook(connection, OF_ACME, language, actor=editor("ann"))
    (page,) = load_workbook(io.BytesIO(content)).worksheets
    texts = [str(cell.value) for row in page.iter_rows() for cell in row if cell.value]
    assert [page.cell(line, 1).value for line in range(5, 10)] == ["K-1", "K-2", "K-3", "K-4", "K-5"]
    assert len({page.cell(4, column).value for column in range(1, 8)}) == 7
    assert "Acme" in texts[0]
    assert not [text for text in texts for word in INTERNAL if word in text]
    assert sum("Marketplace" in text and text.count(":") == 1 for text in texts[-1:]) == 1, "the warning, once"
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert min(cell.font.size for row in page.iter_rows() for cell in row if cell.value) >= 9
    assert sum(page.column_dimensions[letter].width for letter in "ABCDEFG") < 150, "so that nothing is made smaller"


def test_a_customers_pdf_is_its_sheet_on_as_many_pages_as_it_needs(store: Engine) -> None:
    with database.reading(store) as connection:
        (sheet,) = exports.customer_sheets(connection, OF_ACME, date(2026, 11, 24), Language.GERMAN)
    as_of = datetime(2026, 11, 24, tzinfo=UTC)
    content = exports.customer_pdf(sheet, as_of)
    assert content == exports.customer_pdf(sheet, as_of)
    assert (b"/MediaBox [0 0 841.89 595.28]" in content, b"/Count 1" in content) == (True, True)
    assert b"/Count 4" in exports.customer_pdf(replace(sheet, rows=sheet.rows * 15), as_of)
    with pytest.raises(RefusalError, match="No font has these characters: \U00012000"):
        exports.customer_pdf(replace(sheet, title="\U00012000"), as_of)


def test_a_plan_is_told_in_the_tense_of_its_day(store: Engine) -> None:
    with database.reading(store) as connection:
        for day, words in ((date(2017, 7, 1), "runs until 1 Jul 2017"), (date(2017, 7, 2), "ended on 1 Jul 2017")):
            (sheet,) = exports.customer_sheets(connection, OF_ACME, day, Language.ENGLISH)
            assert words in sheet.rows[3][-1]
    (header, *rows) = exports.customer_csv(sheet).decode("utf-8-sig").splitlines()
    assert (header.split(",")[0], len(rows)) == ("License key", 5)


def test_a_draft_has_the_reader_the_subject_the_letter_and_the_list() -> None:
    letter = Letter("Größe", "Sehr geehrte\nDamen", "eva@acme.example", Language.GERMAN)
    content = letters.email_draft(letter, "Liste Größe.xlsx", b"PK", "application/x-test")
    assert content == letters.email_draft(letter, "Liste Größe.xlsx", b"PK", "application/x-test")
    draft = message_from_bytes(content, policy=policy.default)
    (attachment,) = draft.iter_attachments()
    body = draft.get_body()
    assert (draft["X-Unsent"], draft["To"], draft["Subject"]) == ("1", "eva@acme.example", "Größe")
    assert body is not None
    assert body.get_content().splitlines() == ["Sehr geehrte", "Damen"]
    assert (attachment.get_filename(), attachment.get_content()) == ("Liste Größe.xlsx", b"PK")


def test_letters_are_worded_for_how_the_customers_licenses_stand(sqlite: Engine) -> None:
    imported(
        sqlite,
        a_row("K-1", company="Grows", contact_email="a@grows.example", contact_name="Ada"),
        a_row("K-2", company="Grows", contact_email="b@grows.example", contact_name="Bo", editors="100"),
        a_row("K-3", company="Moves", editors="100"),
        a_row("K-4", company="Asks", host_tier=""),
        a_row("K-5", company="Clouds", hosting="Cloud", maintenance_end="2010-01-01"),
    )
    with database.reading(sqlite) as connection:
        of_all = {name: letter for _, name, letter in letters.letters_of(connection, Cut(), Language.ENGLISH)}
        (cloud,) = letters.letters_of(connection, Cut(group="cloud"), Language.ENGLISH)
        to_bo = letters.letters_of(connection, Cut(), Language.ENGLISH, to="b@grows.example")
        other = {name: letter for _, name, letter in to_bo}["Grows"]
        moving = [name for _, name, _ in letters.letters_of(connection, Cut(group="move"), Language.ENGLISH)]
    assert "needs an upgrade from 10 to 100 users" in of_all["Grows"].body
    assert "without an upgrade" in of_all["Moves"].body
    assert "do not install" not in of_all["Moves"].body
    assert "we need some information first" in of_all["Asks"].body
    assert "start a new subscription: https://" in cloud[2].body
    assert moving == ["Grows", "Moves"]
    assert [contact.email for contact in of_all["Grows"].contacts] == ["a@grows.example", "b@grows.example"]
    assert (other.to, other.body.splitlines()[0]) == ("b@grows.example", "Dear Bo,")


def test_what_somebody_reworded_before_is_what_every_letter_to_a_server_customer_says(sqlite: Engine) -> None:
    own = letters.template(Language.ENGLISH).sections
    parts = [name for name in own if name.startswith(("move_", "information_", "cloud_", "plan_"))]
    text = "\n\n".join(f"[{name}]\n{section}" for name, section in own.items() if name not in parts)
    text = text.replace("Kind regards", "Yours")
    letters.reword(sqlite, Language.ENGLISH, text, admin("eve"), based_on=0)
    imported(sqlite, a_row("K-3", company="Moves", editors="100"))
    with database.reading(sqlite) as connection:
        (_, _, letter) = next(letters.letters_of(connection, Cut(), Language.ENGLISH))
    assert "Yours" in letter.body
    assert "do not install" not in letter.body
