"""Letters ask for what is missing and for nothing else, in four languages, as text, as a link and as PDF."""

import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from fpdf.fonts import TTFFont
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.documents import letters
from lib.documents.exports.customer_sheets import day_text
from lib.documents.exports.sheet_words import WORDS
from lib.documents.letters import LONGEST_LINK, Language, Letter, LetterLicense
from lib.documents.letters.font_files import font_files
from lib.documents.letters.letter import cloud_letter
from lib.documents.letters.pdf import EAST_ASIAN_FONTS, Pages, fallback_fonts, needs_shaping
from lib.documents.letters.templates import template
from lib.domain.eligibility import Outcome
from lib.domain.refusal import RefusalError
from lib.domain.requests import ITEM_TITLES
from lib.domain.tiers import UNLIMITED
from lib.requests.replies import read_reply
from tests.examples import examples

AS_OF = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
GROWS = LetterLicense(
    key="K-1",
    product="jira",
    outcome="upgrade_needed",
    size=10,
    tier=2000,
    missing=("myatlassian_email", "holder_name"),
    contact="Eva Doe",
    email="eva@acme.example",
    country="US",
)
MATCHES = replace(GROWS, key="K-2", outcome="eligible", size=UNLIMITED, tier=None, missing=("address",))


def a_letter(*licenses: LetterLicense, name: str = "Acme Corp", language: Language | None = None) -> Letter:
    return letters.letter(name, licenses or (GROWS,), language)


def test_a_letter_lists_its_licenses_and_asks_for_what_each_lacks() -> None:
    letter = a_letter(GROWS, MATCHES)
    assert letter.to == "eva@acme.example"
    assert "K-1, Wireframes for Jira: needs an upgrade from 10 to 2,000 users" in letter.body
    assert "K-2" in letter.body
    assert "Please do not install the new Marketplace key" in letter.body
    questions = [line for line in letter.body.splitlines() if line[:1].isdigit()]
    assert len(questions) == 4, "two items of one license, one of the other, and the Expert"
    assert "name of your organization" not in " ".join(questions).lower()


def test_who_need_not_grow_is_not_warned_and_who_lacks_nothing_is_not_asked() -> None:
    letter = a_letter(replace(MATCHES, missing=(), has_expert=True))
    assert "do not install" not in letter.body
    assert not [line for line in letter.body.splitlines() if line[:1].isdigit()]


LICENSES = {
    Language.ENGLISH: "licenses",
    Language.GERMAN: "Lizenzen",
    Language.FRENCH: "licences",
    Language.SPANISH: "licencias",
}


@pytest.mark.parametrize("language", list(Language))
def test_a_letter_about_one_license_does_not_say_licenses(language: Language) -> None:
    unclear, on_cloud = (replace(GROWS, outcome=outcome, tier=None) for outcome in ("needs_info", "expired"))
    for license in (GROWS, MATCHES, unclear):
        letter, of_two = a_letter(license, language=language), a_letter(license, license, language=language)
        assert LICENSES[language] not in letter.subject + letter.body
        assert LICENSES[language] in of_two.subject + of_two.body
    letter = cloud_letter("Acme Corp", [on_cloud], language, template(language), AS_OF.date())
    assert LICENSES[language] not in letter.subject + letter.body


@pytest.mark.parametrize(
    ("country", "language"),
    [("AT", "de"), ("DE", "de"), ("FR", "fr"), ("MX", "es"), ("US", "en"), ("JP", "en"), ("", "en")],
)
def test_the_language_is_that_of_the_country(country: str, language: str) -> None:
    assert a_letter(replace(GROWS, country=country)).language == language


@pytest.mark.parametrize("language", list(Language))
def test_every_language_asks_for_every_item_and_its_answers_are_understood(language: Language) -> None:
    everything = replace(GROWS, missing=tuple(ITEM_TITLES))
    letter = a_letter(everything, language=language)
    assert "$" not in letter.body
    questions = read_reply(letter.body).questions
    assert len(set(questions.values())) >= len(ITEM_TITLES) - 1


def test_a_link_carries_the_letter_as_it_is() -> None:
    letter = a_letter(replace(GROWS, email="eva+crm&co@acme.example"), name="Größe & Söhne 100 %")
    link = urlsplit(letters.mailto(letter))
    assert (link.scheme, unquote(link.path)) == ("mailto", "eva+crm&co@acme.example")
    query = parse_qs(link.query, strict_parsing=True)
    assert query["subject"] == [letter.subject]
    assert query["body"] == [letter.body.replace("\n", "\r\n")]
    assert letters.fits_link(letter)


@given(st.integers(0, 60), st.text(max_size=300), st.sampled_from(list(Language)))
def test_no_link_is_longer_than_mail_programs_take(licenses: int, name: str, language: Language) -> None:
    letter = a_letter(*(replace(GROWS, key=f"K-{number}") for number in range(licenses)), name=name, language=language)
    assert len(letters.mailto(letter)) <= LONGEST_LINK
    is_whole = unquote(letters.mailto(letter).split("&body=")[1]) == letter.body.replace("\n", "\r\n")
    assert is_whole == letters.fits_link(letter)


@settings(max_examples=examples(6))
@given(st.text(max_size=80))
def test_any_name_makes_a_pdf_and_the_same_one_again_or_is_refused_for_its_characters(name: str) -> None:
    letter = a_letter(name=name)
    if characters := letters.missing_glyphs(letter):
        assert set(characters) <= set(letter.subject + letter.body)
        with pytest.raises(RefusalError, match="no font has"):
            letters.letter_pdf([letter], AS_OF)
        return
    content = letters.letter_pdf([letter], AS_OF)
    assert content.startswith(b"%PDF-")
    assert content == letters.letter_pdf([letter], AS_OF)


def test_no_font_file_stays_open() -> None:
    with Pages(AS_OF) as pages:
        pages.add_letter(a_letter(name="ببب"))
    files = [font.ttfont.reader for font in pages.fonts.values() if isinstance(font, TTFFont)]
    assert len(files) > 2, "each font that was opened"
    assert files == [None] * len(files), "which is what fontTools leaves of a font that is closed"


def test_names_of_the_far_east_have_their_letters_in_a_pdf() -> None:
    assert len(letters.letter_pdf([a_letter(name="東京都庁")], AS_OF)) > len(letters.letter_pdf([a_letter()], AS_OF))


def test_only_characters_that_no_font_has_are_missing() -> None:
    for name in ("Größe & Söhne", "東京都庁", "ООО Пример", "Tab\there"):
        assert letters.missing_glyphs(a_letter(name=name)) == ""
    assert letters.missing_glyphs(a_letter(name="𐎀 Acme 𐎁 𐎀")) == "𐎀𐎁"
    with pytest.raises(RefusalError, match="no font has 𐎀"):
        letters.letter_pdf([a_letter(), a_letter(name="𐎀 Acme")], AS_OF)


@pytest.mark.parametrize(
    ("name", "country", "fonts"),
    [
        ("Acme", "KR", []),
        ("株式会社サンプル", "", ["Noto Sans JP"]),
        ("삼성 예제 주식회사", "", ["Noto Sans KR"]),
        ("华为示例技术有限公司", "", ["Noto Sans SC"]),
        ("東京", "JP", ["Noto Sans JP"]),
        ("中文", "CN", ["Noto Sans SC"]),
        ("中文", "TW", ["Noto Sans TC"]),
        ("中文", "KR", ["Noto Sans KR"]),
        ("삼성 华为", "CN", ["Noto Sans KR", "Noto Sans SC"]),
    ],
)
def test_east_asian_names_are_in_the_fonts_of_their_scripts(name: str, country: str, fonts: list[str]) -> None:
    letter = a_letter(replace(GROWS, country=country), name=name)
    assert letters.missing_glyphs(letter) == ""
    content = letters.letter_pdf([letter], AS_OF)
    embedded = {font for font in EAST_ASIAN_FONTS if font.replace(" ", "").encode() in content}
    assert sorted(embedded) == fonts


@pytest.mark.parametrize(
    ("name", "font"),
    [
        ("شركة المثال (Acme) 2026", "Noto Sans Arabic"),
        ("חברת דוגמה בע״מ", "Noto Sans Hebrew"),
        ("บริษัท น้ำ จำกัด", "Noto Sans Thai"),
        ("उदाहरण क्षेत्र", "Noto Sans Devanagari"),
        ("Օրինակ ՍՊԸ", "Noto Sans Armenian"),
        ("მაგალითი შპს", "Noto Sans Georgian"),
        ("Rocket 🚀❤️", "Noto Emoji"),
    ],
)
def test_names_in_other_scripts_are_in_their_fonts_without_gaps(
    name: str, font: str, caplog: pytest.LogCaptureFixture
) -> None:
    own_letter = a_letter(name=name)
    assert letters.missing_glyphs(own_letter) == ""
    assert fallback_fonts(own_letter)[0] == font
    letters.letter_pdf([own_letter], AS_OF)
    assert "missing the following glyphs" not in caplog.text


def test_arabic_is_joined_and_runs_from_right_to_left_in_a_sentence_from_left_to_right() -> None:
    with Pages(AS_OF) as pages:
        pages.add_letter(a_letter(name="ببب"))
        font = pages.fonts["noto sans arabic"]
        assert isinstance(font, TTFFont)
        glyph_names = [glyph.glyph_name for glyph, _ in font.subset.items() if glyph is not None]
    forms = [name.rsplit(".")[-1] for name in glyph_names if "." in name]
    assert forms == ["fina", "medi", "init"], "as drawn from the left"


@pytest.mark.parametrize(
    ("name", "is_shaped"),
    [("Acme", False), ("東京", False), ("ООО Пример", False), ("חברת", True), ("ก็", True), ("क्ष", True)],
)
def test_only_letters_with_such_characters_are_shaped(name: str, is_shaped: bool) -> None:
    assert needs_shaping(a_letter(name=name)) == is_shaped


def test_the_language_is_that_of_the_readers_country_not_of_another_contact() -> None:
    others = [replace(GROWS, key=f"K-{number}", contact="", email="", country="DE") for number in range(3)]
    assert a_letter(*others, replace(GROWS, key="K-9", country="FR")).language == Language.FRENCH
    assert a_letter(*others, replace(GROWS, key="K-9", country="")).language == Language.ENGLISH


@pytest.mark.parametrize(
    ("language", "day"),
    [
        (Language.ENGLISH, "1 Mar 2027"),
        (Language.GERMAN, "01.03.2027"),
        (Language.FRENCH, "01/03/2027"),
        (Language.SPANISH, "01/03/2027"),
    ],
)
def test_a_plan_ends_on_a_day_as_the_language_writes_it(language: Language, day: str) -> None:
    end = date(2027, 3, 1)
    plan = replace(MATCHES, outcome=Outcome.LEGACY_PLAN, plan_end=end)
    assert f" {day}." in cloud_letter("Acme", [plan], language, template(language), end).body
    assert day_text(end, WORDS[language]) == day


def test_an_accounts_processes_share_one_folder_of_fonts_that_nobody_else_may_enter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    regular, bold = font_files().values()
    assert font_files() == {"": regular, "B": bold}
    assert sorted(tmp_path.rglob("*")) == sorted((regular.parent, regular, bold))
    assert regular.parent.stat().st_mode & 0o777 == 0o700
    regular.unlink()
    assert font_files()[""].read_bytes()[:4] == b"\0\1\0\0", "it is there again"


def test_fonts_of_another_account_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = next(iter(font_files().values())).parent
    folder.chmod(0o770)
    with pytest.raises(RefusalError, match="not a folder of this account alone"):
        font_files()
    folder.rename(tmp_path / "theirs")
    folder.symlink_to(tmp_path / "theirs")
    (tmp_path / "theirs").chmod(0o700)
    with pytest.raises(RefusalError, match="not a folder of this account alone"):
        font_files()
