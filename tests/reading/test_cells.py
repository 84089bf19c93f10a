"""Cells as people and programs write them, and the values they are."""

import gettext
from collections.abc import Callable

import pycountry
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lib.domain.products import APP_KEYS, Hosting, Product
from lib.domain.text import BLANKS, Misread
from lib.domain.tiers import LADDER, UNLIMITED, Size, format_size
from lib.reading.cells import (
    _PLAIN_EMAIL,
    LONGEST_ADDRESS,
    LONGEST_NAME,
    read_address,
    read_email,
    read_hosting,
    read_line,
    read_product,
    read_text,
    read_yes_no,
)
from lib.reading.countries import read_country
from lib.reading.dates import read_date
from lib.reading.formula_safety import is_formula_like
from lib.reading.license_keys import read_key
from lib.reading.sen_numbers import read_sen
from lib.reading.sizes import read_host_size, read_size

READERS: list[Callable[[str], object]] = [
    read_key,
    read_text,
    read_size,
    read_host_size,
    lambda text: read_date(text, None),
    read_product,
    read_hosting,
    read_yes_no,
    read_email,
    read_country,
    read_sen,
]
SIZES = st.integers(min_value=1, max_value=999_999).map(Size)


def code_of(value: object) -> str:
    assert isinstance(value, Misread), f"{value!r} was read"
    return value.code


@given(st.sampled_from(READERS), st.text())
@example(read_size, "9" * 5000)
@example(read_email, "a@" + "x" * 300)
@example(read_email, "a@\ud800.com")
@example(read_country, "\u0338")
def test_every_text_is_a_value_or_says_why_not(reader: Callable[[str], object], text: str) -> None:
    value = reader(text)
    if isinstance(value, Misread):
        assert value.message.startswith('"')
        assert value.message.endswith(".")


@given(st.sampled_from(READERS), st.from_regex(r"[0-9A-Za-z .,:;+/@<>()'\"-]{0,24}", fullmatch=True))
def test_every_text_of_plain_signs_is_a_value_or_says_why_not(reader: Callable[[str], object], text: str) -> None:
    assert reader(text) == reader(f" {text}\u00a0") or text in BLANKS


@pytest.mark.parametrize("blank", [*sorted(BLANKS), "  ", "\u00a0", "\u200b", "\ufeff N/A "])
@pytest.mark.parametrize("reader", READERS)
def test_what_programs_write_for_no_value_is_blank(reader: Callable[[str], object], blank: str) -> None:
    assert reader(blank) in (None, "")


@pytest.mark.parametrize("long", ["x" * 500, "1/2/" + "3" * 500])
def test_a_message_shortens_what_it_repeats(long: str) -> None:
    value = read_date(long, None)
    assert isinstance(value, Misread)
    assert len(value.message) < 200


@pytest.mark.parametrize(
    ("lines", "line"), [("1 Main St\nSpringfield", ", "), ("1 Main St,\r\n\r\n Springfield", ", ")]
)
def test_an_address_has_a_comma_where_it_had_a_line_break(lines: str, line: str) -> None:
    assert read_address(lines) == line.join(("1 Main St", "Springfield"))


def test_a_name_may_be_long_but_not_endless() -> None:
    assert read_line("B" * LONGEST_NAME) == "B" * LONGEST_NAME
    assert code_of(read_line("B" * (LONGEST_NAME + 1))) == "too_long"
    assert code_of(read_address("B" * (LONGEST_ADDRESS + 1))) == "too_long"


@pytest.mark.parametrize("text", ["#REF!", "#NAME?", "#DIV/0!", "#value!", "####"])
@pytest.mark.parametrize("reader", [read_line, read_size, lambda text: read_date(text, None), read_email, read_yes_no])
def test_the_error_of_a_formula_is_no_value(reader: Callable[[str], object], text: str) -> None:
    assert isinstance(reader(text), Misread)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  Acme\u00a0\u200b Corp\n", "Acme Corp"),
        ("1 Main St,\r\nSpringfield", "1 Main St, Springfield"),
        ("Mu\u0308ller", "Müller"),
        ("Mu\u200b\u0308ller", "Müller"),
        ('="0049"', "0049"),
        ("Null", "Null"),
        ("'=Sum Ltd", "=Sum Ltd"),
        ("'@Leisure GmbH", "@Leisure GmbH"),
        ("''=x", "''=x"),
        ("'t Hart BV", "'t Hart BV"),
        ("'quoted'", "'quoted'"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("ශ්\u200dරී", "ශ්\u200dරී"),
        ("👩\u200d💻 Ltd", "👩\u200d💻 Ltd"),
        ("A\u200dB\u200c Ltd", "AB Ltd"),
    ],
)
def test_a_text_is_one_clean_line(text: str, clean: str) -> None:
    assert read_text(text) == clean


@given(st.text())
def test_a_text_once_read_stays_as_it_is(text: str) -> None:
    text_read = read_text(text)
    if not text_read.startswith(('="', "'")):
        assert read_text(text_read) == text_read


TENS = (
    '10,0|10,00|10,00 Users|\'10|="10"|'
    "10|10 Editors|10-editor|10-Editor License|10 users|010|10.0|10.00|１０|Up to 10|up to 10 users|1-10 users|1 – 10|1 to 10 users|max. 10"
    "|<= 10|≤10|10 (max.)|Editors: 10|10 Benutzer|bis zu 10 Benutzer|bis 10|10 éditeurs|jusqu'à 10 utilisateurs|hasta 10 usuarios"
    "|fino a 10 utenti|tot 10 gebruikers|10ユーザー|10名|10 Named Users|10 seats|Per Unit Pricing (10 Users)"
)
THOUSANDS = "2000|2,000|2.000|2'000|2’000|2 000|2\u00a0000|2\u2009000|2\u202f000|2k|2 K users|2,000 Users|2,000.0|up to 2.000 users|501-2,000|2.000,00|2,000.00|2.000,0"
UNLIMITEDS = (
    "Unlimited|unlimited users|UNLIMITED|unbegrenzt|Unbegrenzte Benutzer|illimité|illimitée|ilimitado|illimitato|onbeperkt|無制限|∞|-1|−1|-1.0"
    "|10000+|10,000+|10.000+|10,000+ users|10k+|10001+ Users|Unlimited (10,000+)|no limit|sans limite|sin límite|ohne Begrenzung"
)


@pytest.mark.parametrize("text", TENS.split("|"))
def test_ten_users_are_read_in_every_spelling(text: str) -> None:
    assert read_size(text) == 10


@pytest.mark.parametrize("text", THOUSANDS.split("|"))
def test_two_thousand_users_are_read_in_every_grouping(text: str) -> None:
    assert read_size(text) == 2000


@pytest.mark.parametrize("text", UNLIMITEDS.split("|"))
def test_unlimited_is_read_in_every_spelling(text: str) -> None:
    assert read_size(text) == UNLIMITED


@pytest.mark.parametrize(("text", "size"), [("2.5k", 2500), ("12,345", 12345), ("1,234,567", 1234567), ("11-25", 25)])
def test_other_sizes_are_read(text: str, size: int) -> None:
    assert read_size(text) == size


@pytest.mark.parametrize(
    "text",
    "0|000|-5|- 10|-10 users|10.5|10,5|(10)|10-|2.000-|(1,000)|2,0000|1,00,000|0.500|.5|1.2.3|500+|10²|1E+4|25-10|10/25|$10|~10|>10|10%|10 x 3|ten|ten thousand"
    "|10 Confluence|Unlimited 100|2018-01-10|50\n100|50\r\n100|9999999999|users|limit|10 of 25|?|٣|½|5_000".split("|"),
)
def test_what_is_no_one_size_is_refused(text: str) -> None:
    assert code_of(read_size(text)) == "invalid_size"


@given(
    st.one_of(SIZES, st.just(UNLIMITED)),
    st.sampled_from(["{}", "{} users", "up to {}", "({} users)", " {}\u00a0editors", '="{}"', "'{}"]),
)
def test_a_size_written_for_people_reads_back(size: Size, form: str) -> None:
    assert read_size(form.format(format_size(size))) == size
    assert read_host_size(form.format(format_size(size)), LADDER) == size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("87", 87),
        ("Jira 87", 87),
        ("Confluence: 100 users", 100),
        ("Confluence (Unlimited)", UNLIMITED),
        ("Confluence Server 2,000 users", 2000),
        ("Jira Software 50 / Service Desk 15", 50),
        ("Jira Software 25 / Service Desk 40", 50),
        ("JSW: 50, JSD: 15 agents", 50),
        ("Jira Software 50\nJira Service Desk 250", 250),
        ("Jira Core 10 and Jira Software unlimited", UNLIMITED),
        ("Jira Software 2,000; Jira Service Desk 15", 2000),
    ],
)
def test_the_host_tier_of_several_applications_is_the_highest(text: str, size: int) -> None:
    assert read_host_size(text, LADDER) == size


@pytest.mark.parametrize(
    ("text", "tiers"),
    [
        ("Jira 100 / Confluence 500", (100, 500)),
        ("Jira 500, Confluence 25", (500, 25)),
        ("Confluence 30\nJira 87", (87, 30)),
        ("Jira Software 25; Service Desk 40; Confluence Unlimited", (50, UNLIMITED)),
    ],
)
def test_of_both_servers_the_one_of_the_licenses_own_product_counts(text: str, tiers: tuple[int, int]) -> None:
    """domain.md §3: a cell that names both servers means the license's own product."""
    assert (read_host_size(text, LADDER, Product.JIRA), read_host_size(text, LADDER, Product.CONFLUENCE)) == tiers
    assert code_of(read_host_size(text, LADDER)) == "several_servers"


def test_the_tier_of_the_other_products_server_is_none() -> None:
    assert read_host_size("Confluence 500", LADDER, Product.CONFLUENCE) == 500
    assert code_of(read_host_size("Confluence 500", LADDER, Product.JIRA)) == "several_servers"
    assert read_host_size("Server 500", LADDER, Product.JIRA) == 500


@pytest.mark.parametrize("text", ["Evaluation", "Evaluation License", "trial", "Demo", "Testversion", "Subscription"])
def test_what_says_that_a_license_is_an_evaluation_is_no_size(text: str) -> None:
    assert code_of(read_size(text)) == "no_size"


@pytest.mark.parametrize(
    "text", ["50/15", "50\n100", "Jira 50 / ask Bob", "Jira", "Jira 0", "Jira 50 Service Desk 15", "(10)", "10-"]
)
def test_numbers_that_name_no_application_are_not_a_host_tier(text: str) -> None:
    assert code_of(read_host_size(text, LADDER)) == "invalid_size"


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("Wireframes for Confluence Server", Product.CONFLUENCE),
        ("Mockups 2 for Jira Server", Product.JIRA),
        ("  mockups for\u00a0JIRA ", Product.JIRA),
        ("Mockups for XWiki", Product.XWIKI),
        *((key, product) for (product, _), key in APP_KEYS.items()),
    ],
)
def test_products_are_read_by_their_names(text: str, product: Product) -> None:
    assert read_product(text) is product


@pytest.mark.parametrize("text", ["Gliffy for Confluence", "Confluence and Jira", "Visio"])
def test_another_product_is_unknown(text: str) -> None:
    assert code_of(read_product(text)) == "unknown_product"


@pytest.mark.parametrize(
    ("text", "hosting"),
    [
        ("Server", Hosting.SERVER),
        ("Behind the firewall", Hosting.SERVER),
        ("on-premises", Hosting.SERVER),
        ("DC", Hosting.DATA_CENTER),
        ("OnDemand", Hosting.CLOUD),
        ("https://acme.atlassian.net/", Hosting.CLOUD),
    ],
)
def test_hostings_are_read_by_their_synonyms(text: str, hosting: Hosting) -> None:
    assert read_hosting(text) is hosting


def test_a_hosting_we_do_not_know_is_unknown() -> None:
    assert code_of(read_hosting("Mars")) == "unknown_hosting"


@pytest.mark.parametrize("text", "yes|Y|TRUE|1|1.0|x|X|✓|✔️|☑|ja|Oui|sí|Si|はい|Yes.|agreed".split("|"))
def test_yes_is_read_in_every_language(text: str) -> None:
    assert read_yes_no(text) is True


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        *((yes, True) for yes in ("checked", "да", "tak", "sim", "evet", "ano", "igen", "'Yes", "네")),
        *((no, False) for no in ("unchecked", "нет", "nie", "não", "hayır", "nem", "ei")),
    ],
)
def test_yes_and_no_of_other_tools_and_languages_are_read(text: str, answer: bool) -> None:
    assert read_yes_no(text) is answer


@pytest.mark.parametrize("text", "no|N|false|0|0.0|✗|nein|Non|いいえ|nee|declined".split("|"))
def test_no_is_read_in_every_language(text: str) -> None:
    assert read_yes_no(text) is False


@pytest.mark.parametrize("text", ["maybe", "yes and no", "2", "?", "✓✗"])
def test_what_is_neither_yes_nor_no_is_refused(text: str) -> None:
    assert code_of(read_yes_no(text)) == "invalid_yes_no"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ada@acme.example", "ada@acme.example"),
        (" Ada.Lane+x@ACME.Example ", "Ada.Lane+x@acme.example"),
        ("mailto:ada@acme.example?subject=Move", "ada@acme.example"),
        ("MAILTO:ada%2Bx@acme.example", "ada+x@acme.example"),
        ("Ada Lane <ada@acme.example>", "ada@acme.example"),
        ('"Lane, Ada" <mailto:ada@acme.example>', "ada@acme.example"),
        ("ada@acme.example;", "ada@acme.example"),
        ("ada@acme.test", "ada@acme.test"),
        ("o'brien@acme.co.uk", "o'brien@acme.co.uk"),
        ("jörg@bücher.example", "jörg@bücher.example"),
        ("ada@acme\u200b.example", "ada@acme.example"),
        ("'ada@acme.example", "ada@acme.example"),
        ("'ada@acme.example'", "ada@acme.example"),
        ('="ada@acme.example"', "ada@acme.example"),
        ("ａｄａ＠acme.example", "ada@acme.example"),
    ],
)
def test_one_address_is_read_from_the_forms_it_is_pasted_in(text: str, address: str) -> None:
    assert read_email(text) == address
    assert read_email(address) == address


@pytest.mark.parametrize(
    "text",
    "ada|ada@acme|ada@@acme.example|ada lane@acme.example|ada@acme .example|.ada@acme.example|ada.@acme.example|a..b@acme.example"
    "|ada@-acme.example|ada@acme-.example|ada@acme..example|@acme.example|ada@host.local|<>|Ada <>|;|mailto:|ada at acme.example|ada@10.0.0.1".split(
        "|"
    ),
)
def test_what_is_no_address_is_refused(text: str) -> None:
    assert code_of(read_email(text)) == "invalid_email"


def test_two_addresses_in_a_cell_are_refused_for_being_two() -> None:
    value = read_email("ada@acme.example; bo@acme.example")
    assert isinstance(value, Misread)
    assert "more than one" in value.message


LABELS = st.from_regex(r"[a-zA-Z0-9-]{1,66}", fullmatch=True)


@given(st.from_regex(r"[a-zA-Z0-9_+'.-]{1,66}", fullmatch=True), st.lists(LABELS, min_size=1, max_size=5))
@example("x" * 64, ["y" * 58, "com"])
@example("ada", ["x", "local"])
@example("ada", ["xn--a", "com"])
def test_an_address_plain_enough_for_the_short_check_passes_the_careful_one(local: str, labels: list[str]) -> None:
    address = f"{local}@{'.'.join(labels)}"
    if _PLAIN_EMAIL.fullmatch(address):
        assert read_email(f"<{address}>") == read_email(address)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("UK", "GB"),
        ("U.S.A.", "US"),
        ("usa", "US"),
        ("United States", "US"),
        ("The Netherlands", "NL"),
        ("Holland", "NL"),
        ("KR", "KR"),
        ("Korea", "KR"),
        ("Korea, Republic of", "KR"),
        ("Deutschland", "DE"),
        ("GERMANY (DE)", "DE"),
        ("Allemagne", "DE"),
        ("Alemania", "DE"),
        ("Duitsland", "DE"),
        ("ドイツ", "DE"),
        ("Österreich", "AT"),
        ("Cote d'Ivoire", "CI"),
        ("Czech Republic", "CZ"),
        ("Türkiye", "TR"),
        ("Turkey", "TR"),
        ("Russia", "RU"),
        ("Schweizerische Eidgenossenschaft", "CH"),
        ("NA", "NA"),
        ("Kosovo", "XK"),
        ("xk", "XK"),
        ("Polska", "PL"),
        ("Sverige", "SE"),
        ("Ελλάδα", "GR"),
        ("Україна", "UA"),
        ("대한민국", "KR"),
        ("FYROM", "MK"),
        ("P.R. China", "CN"),
        ("DE - Germany", "DE"),
        ("Dubai, UAE", "AE"),
        ("'Germany", "DE"),
        ('="Germany"', "DE"),
    ],
)
def test_countries_are_read_by_code_and_by_name_in_several_languages(text: str, code: str) -> None:
    assert read_country(text) == code


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it", "nl", "ja"])
def test_every_country_is_read_by_its_name_in_each_language(language: str) -> None:
    translate = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language], fallback=True).gettext
    codes = {country.alpha_2: read_country(translate(country.name)) for country in pycountry.countries}
    assert codes == {code: code for code in codes}


@pytest.mark.parametrize(
    "text", ["Freedonia", "XX", "Europe", "!", "Korea, North", "USA / Canada", "Germany - Bavaria"]
)
def test_a_country_we_do_not_know_is_unknown(text: str) -> None:
    assert code_of(read_country(text)) == "unknown_country"


@pytest.mark.parametrize(
    ("text", "sen"),
    [("SEN-1", "SEN-1"), (" sen-l12345 ", "SEN-L12345"), ("SEN–77", "SEN-77"), ("SEN-L\u200b9", "SEN-L9")],
)
def test_a_sen_is_read_in_capitals(text: str, sen: str) -> None:
    assert read_sen(text) == sen


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("AT-123456", "transaction"),
        ("E-2AB-3CD-4EF-5GH", "Cloud entitlement"),
        ("10000001", "bare number"),
        ("SEN 123", "not a SEN"),
        ("SEN-", "not a SEN"),
        ("SEN-12A", "not a SEN"),
    ],
)
def test_another_number_is_told_from_a_sen(text: str, what: str) -> None:
    value = read_sen(text)
    assert code_of(value) == "invalid_sen"
    assert isinstance(value, Misread)
    assert what in value.message


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "=",
        "+SUM(A1)",
        "-2+3+cmd|' /C calc'!A0",
        "@sum",
        "- a note",
        "\tx",
        "\r=x",
        "＝1",
        "＋x",
        "－x",
        "＠x",
        "  =1",
    ],
)
def test_a_cell_that_a_spreadsheet_may_run_looks_like_a_formula(text: str) -> None:
    assert is_formula_like(text)


@pytest.mark.parametrize(
    "text", ["", "Acme", "a=b", "-5", "-5.00", "+49 (30) 1234-567", "-", "--", "+1", '="00123"', "1-2", " x"]
)
def test_numbers_phones_and_plain_texts_are_no_formulas(text: str) -> None:
    assert not is_formula_like(text)


@pytest.mark.parametrize("text", ["5,000,000,000", "2.147.483.648", "2147483647", "999999999k"])
def test_no_number_of_users_is_larger_than_unlimited(text: str) -> None:
    assert isinstance(read_size(text), Misread)
    assert isinstance(read_host_size(text, LADDER), Misread)
