"""Texts reduced to what people mean by them (domain.md §2, §7)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.text import BLANKS, bare_words, clean, half_width, printable, quote


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Acme  Corp ", "Acme Corp"),
        ("Acme\u00a0Corp\t", "Acme Corp"),
        ("\ufeffK-1\u200b", "K-1"),
        ("two\r\nlines", "two lines"),
        ("Mu\u0308ller", "Müller"),
        ("soft\u00adhyphen", "softhyphen"),
        ("\x1b[31;1mred\x1b[0m \x1b[2J", "red"),
        ("a\x1b]0;title\x07b\x1b]8;;http://evil.example\x1b\\c", "abc"),
        ("bell\x07, delete\x7f, unit\x1fseparator", "bell, delete, unit separator"),
        ("", ""),
    ],
)
def test_white_space_and_invisible_characters_mean_nothing(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("E-mail", "e mail"),
        ("License_Key", "license key"),
        ("licenseKey", "license key"),
        ("Straße", "strasse"),
        ("Clé de licence", "cle de licence"),
        ("MÜLLER & SÖHNE", "muller sohne"),
        ("ＡＢＣ１", "abc1"),
        ("ライセンス", "ライセンス"),
        ("--- ", ""),
    ],
)
def test_bare_words_have_no_case_accents_or_punctuation(text: str, words: str) -> None:
    assert bare_words(text) == words


def test_full_width_letters_become_plain_and_superscripts_stay() -> None:
    assert half_width("１０　ｕｓｅｒｓ ²") == "10 users ²"


def test_an_erased_contact_is_a_blank() -> None:
    """domain.md §6, §8: `RTBF` and the text `null` mean that there is nothing."""
    assert {"", "RTBF", "null", "N/A", "-"} <= BLANKS


def test_messages_repeat_a_cell_shortly_and_on_one_line() -> None:
    assert quote("two\nlines") == '"two lines"'
    assert quote("x" * 61) == f'"{"x" * 60}…"'


@given(st.text())
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert bare_words(bare_words(text)) == bare_words(text)


@given(st.text())
def test_case_and_outer_white_space_never_make_other_words(text: str) -> None:
    assert bare_words(f" {text}\t") == bare_words(text)


@pytest.mark.parametrize("obeyed", ["\x1b[2J", "\x1b]0;title\x07", "\x1b", "\x9b31m"[:1], "\x08", "\x0c", "\u202e"])
def test_a_terminal_is_given_nothing_to_obey(obeyed: str) -> None:
    assert printable(f"a{obeyed}b\tc\r\nü") == "ab\tc\r\nü"
