"""License keys are opaque, but what is plainly none is asked about (domain.md §2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.text import Misread
from lib.reading.license_keys import LONGEST_KEY, read_key


def code_of(value: object) -> str:
    assert isinstance(value, Misread), f"{value!r} was read"
    return value.code


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (" BMQ-1 ", "BMQ-1"),
        ("\ufeff\u200baB c\u00a0", "aB c"),
        ("eJz\u00adx+/==", "eJzx+/=="),
        ("00123", "00123"),
        ('="00123"', "00123"),
        ("1E5", "1E5"),
        ("5E10AB", "5E10AB"),
        ("1234567890123450", "1234567890123450"),
        ("1E10", "1E10"),
        ("3-10", "3-10"),
        ("123456789012345678901", "123456789012345678901"),
        ("ABCD EFGH 1234", "ABCD EFGH 1234"),
        ("'00123", "00123"),
        ("'-AbC123", "-AbC123"),
        ("'=abc==", "=abc=="),
        ("'quoted'", "'quoted'"),
        ("Mexxxico-1", "Mexxxico-1"),
        ("K" * LONGEST_KEY, "K" * LONGEST_KEY),
        ("K-1\x1b[31m", "K-1"),
        ("\x07K-1\x00", "K-1"),
    ],
)
def test_a_key_loses_only_what_nobody_can_see(text: str, key: str) -> None:
    assert read_key(text) == key


@given(st.text())
def test_a_key_once_read_stays_as_it_is(text: str) -> None:
    key = read_key(text)
    if not isinstance(key, Misread) and not key.startswith(('="', "'")):
        assert read_key(key) == key


@pytest.mark.parametrize(
    "text",
    ["1.23E+11", "1,23E+11", "1E+11", "1.23e+11", "1.5E11", "123456789012.0", "12345678901234500", "####", "#NAME?"],
)
def test_a_key_that_a_spreadsheet_turned_into_a_number_is_mangled(text: str) -> None:
    assert code_of(read_key(text)) == "mangled_number"


@pytest.mark.parametrize(
    "text",
    ["K-1, K-2", "K-3\nK-4", "K-5;K-6", "K-7|K-8", "BMQ-1 BMQ-2", "BMQ-1 / BMQ-2", "K-1 and K-2", "K-1\tK-2", "K-\n1"],
)
def test_a_cell_with_several_keys_is_none(text: str) -> None:
    assert code_of(read_key(text)) == "several_keys"


@pytest.mark.parametrize(
    "text",
    [
        *("****1234", "XXXX-XXXX-XXXX-1234", "AB12-xxxx", "••••••", "BMQ-…", "BMQ-41..."),
        *("TBD", "?", "???", "----", "-----", ".", "unknown", "see email", "n.a.", "N.N.", "0", "0000-0000"),
        *("2018-03-02", "2018-03-02 00:00:00", "02/03/2018", "2 March 2018", "10-Mar", "12:30"),
        *("TRUE", "FALSE", "wahr", "Yes", "K" * (LONGEST_KEY + 1)),
        *("wird nachgereicht", "on its way.", "à demander au client", "<redacted>", "[hidden]", "(none yet)"),
    ],
)
def test_what_is_plainly_no_key_is_refused(text: str) -> None:
    assert code_of(read_key(text)) == "invalid_key"
