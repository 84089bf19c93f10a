"""Spellings that people and programs use in cells, in several languages, each read as what it says or refused."""

import pytest
from babel import Locale

from lib.domain import products
from lib.domain.products import Product
from lib.domain.text import Misread
from lib.domain.tiers import LADDER, UNLIMITED, Size
from lib.reading.cells import read_yes_no
from lib.reading.countries import read_country
from lib.reading.damaged_text import damage_sentence, mend
from lib.reading.dates import read_date
from lib.reading.license_keys import keys_in, read_key
from lib.reading.sizes import read_host_size, read_size


def code_of(value: object) -> str:
    assert isinstance(value, Misread), f"{value!r} was read"
    return value.code


NO_KEYS = """T.B.D.|to be confirmed|nicht bekannt|k.A.|folgt|gesperrt|à venir|néant|n/d|por definir|sin clave|s/n|assente|da definire
nenhum|não informado|n.v.t.|volgt|未定|該当なし|確認中|undefined|nil|redacted|deleted|siehe E-Mail|vedi email|see PDF|idem|dito|да|VRAI
”|____|BMQ-####-####|####-1234|????-????|xxxxx1234|ends in 1234|Trial|example|lifetime"""


@pytest.mark.parametrize("text", NO_KEYS.replace("\n", "|").split("|"))
def test_what_stands_for_a_key_is_no_key(text: str) -> None:
    assert code_of(read_key(text)) == "invalid_key"


@pytest.mark.parametrize(
    "text",
    """BMQ-1 · BMQ-2|BMQ-1 • BMQ-2|BMQ-1、BMQ-2|BMQ-1；BMQ-2|BMQ-1 -> BMQ-2|BMQ-1 → BMQ-2|BMQ-1 oder BMQ-2|BMQ-1 ou BMQ-2|BMQ-1<br>BMQ-2
1) BMQ-1 2) BMQ-2|BMQ-1/BMQ-2|BMQ-1+BMQ-2""".replace("\n", "|").split("|"),
)
def test_a_list_of_keys_is_parted(text: str) -> None:
    assert code_of(read_key(text)) == "several_keys"
    assert keys_in(text) == ["BMQ-1", "BMQ-2"]


def test_keys_of_the_same_groups_are_a_list() -> None:
    assert keys_in("AAAA-BBBB-1111 CCCC-DDDD-2222") == ["AAAA-BBBB-1111", "CCCC-DDDD-2222"]


@pytest.mark.parametrize(
    "key",
    ["A1B2 C3D4 E5F6", "abc/def==", "eJzzzU/OLi5+NU8jMS8wp1g=", "A-1/2", "JAN-2018-X1", "DEMO-123", "ABCDEF", "T", "1"],
)
def test_an_unusual_key_is_a_key(key: str) -> None:
    assert read_key(key) == key


@pytest.mark.parametrize("start", ["no", "kein", "sans", "sin", "senza", "sem", "geen"])
@pytest.mark.parametrize(
    "end", ["expiry date", "Ablaufdatum", "fin", "vencimiento", "scadenza", "validade", "einddatum"]
)
def test_what_denies_an_end_names_no_date(start: str, end: str) -> None:
    assert code_of(read_date(f"{start} {end}", None)) == "no_date"


NO_DATES = """Perpetual license|does not expire|non-expiring|läuft nie ab|n'expire jamais|no caduca|non scade|não expira|verloopt niet|期限なし
期限無し|indefinido|indéterminé|onbepaald|∞|open|laufend|TBD|unbekannt|expired|abgelaufen|1969-12-31|31.12.2099|2999-12-31|4712-12-31
99991231|0.1.1900|00-JAN-00|--/--/----|dd/mm/yyyy|TT.MM.JJJJ"""


@pytest.mark.parametrize("text", NO_DATES.replace("\n", "|").split("|"))
def test_what_programs_write_for_none_names_no_date(text: str) -> None:
    assert code_of(read_date(text, None)) == "no_date"


@pytest.mark.parametrize(
    ("answer", "texts"),
    [
        (
            True,
            "ticked|selected|granted|verdadeiro|zugestimmt|accepté|aceptado|accettato|akkoord|同意する|有|○|👍|[x]|☒|jawohl|bestätigt",
        ),
        (
            False,
            "not checked|unticked|rejected|nicht einverstanden|abgelehnt|refusé|no acepta|rifiutato|recusado|同意しない|無|×|👎|[ ]",
        ),
    ],
)
def test_yes_and_no_are_read_in_more_words(answer: bool, texts: str) -> None:
    assert {text: read_yes_no(text) for text in texts.split("|")} == dict.fromkeys(texts.split("|"), answer)


@pytest.mark.parametrize("text", ["maybe", "pending", "not", "active", "•", "Yes/No", "[ ] no [ ] yes", "oui / non"])
def test_what_is_neither_yes_nor_no_is_asked(text: str) -> None:
    assert code_of(read_yes_no(text)) == "invalid_yes_no"


@pytest.mark.parametrize(
    "text",
    """bis zu 25 Benutzern|25ユーザ|25 ユーザーまで|25 postes|25 puestos|25 posti|25 Stück|25 pcs.|x25|25x|25 people|25 personnes|25 user(s)
25 Nutzer:innen|25 Benutzer/innen|25 rédacteurs|25,00|25 seats max.""".replace("\n", "|").split("|"),
)
def test_words_beside_a_size_do_not_matter(text: str) -> None:
    assert read_size(text) == Size(25)


@pytest.mark.parametrize(
    "text", ["> 10000", "more than 10,000", "über 10.000", "sem limite", "無限", "ohne Beschränkung"]
)
def test_sizes_without_an_end_are_unlimited(text: str) -> None:
    assert read_size(text) == UNLIMITED


@pytest.mark.parametrize("text", ["25 or 50", "25 + 5", "ca. 25", "> 25", "25 (was 10)", "25 EUR"])
def test_what_is_no_one_size_is_asked(text: str) -> None:
    assert code_of(read_size(text)) == "invalid_size"


@pytest.mark.parametrize(
    "text",
    [
        *("JIRA 100; CONF 500", "Jira=100 Confluence=500", "Jira 100 Confluence 500", "100 Jira 500 Confluence"),
        *(
            "Jira – 100 · Confluence – 500",
            "100 en Jira, 500 en Confluence",
            "Jira 100 - Confluence 500",
            "(Jira) 100 (Confluence) 500",
        ),
    ],
)
def test_each_license_has_the_size_of_its_own_server(text: str) -> None:
    assert read_host_size(text, LADDER, Product.JIRA) == Size(100)
    assert read_host_size(text, LADDER, Product.CONFLUENCE) == Size(500)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(
            ("CH-Schweiz", "CH"),
            ("DE Germany", "DE"),
            ("Germany DE", "DE"),
            ("🇩🇪", "DE"),
            ("de_DE", "DE"),
            ("en-US", "US"),
            ("276", "DE"),
        ),
        *(
            ("EL", "GR"),
            ("RSA", "ZA"),
            ("DR Congo", "CD"),
            ("中國", "CN"),
            ("Česká republika", "CZ"),
            ("S. Korea", "KR"),
        ),
    ],
)
def test_countries_are_read_in_the_spellings_of_programs(text: str, code: str) -> None:
    assert read_country(text) == code


DAMAGED = {
    "M├╝ller": "Müller",
    "JosĂ© MĂĽller": "José Müller",
    "MГјller": "Müller",
    "Mﾃｼller": "Müller",
    "M√ºller": "Müller",
    "MÃƒÂ¼ller": "Müller",
    "Fran%C3%A7ois": "François",
    "M\\u00fcller": "Müller",
    "M=C3=BCller": "Müller",
    "=?UTF-8?Q?M=C3=BCller?=": "Müller",
    "AT&amp;amp;T": "AT&T",
    "РњРѕСЃРєРІР°": "Москва",
}


@pytest.mark.parametrize(("text", "whole"), DAMAGED.items())
def test_letters_of_other_encodings_are_mended(text: str, whole: str) -> None:
    assert mend(text) == whole
    assert damage_sentence(text) is not None


@pytest.mark.parametrize(
    "language", ["ru", "el", "pl", "ro", "cs", "tr", "vi", "ja", "zh", "ko", "ar", "he", "uk", "sr", "fr", "pt", "is"]
)
def test_names_in_their_own_letters_are_not_damaged(language: str) -> None:
    names = [name for name in Locale.parse(language).territories.values() if damage_sentence(name)]
    assert names == []


@pytest.mark.parametrize("text", ["100% C++", "=?no mail?=", "=?UTF-8?Q?=FC?=", "C:\\users", "a=C3", "Ünlü Çelik"])
def test_signs_of_codes_alone_are_no_damage(text: str) -> None:
    assert mend(text) == text


HOSTINGS = {
    "server": "selbst gehostet|auf eigenem Server|autoalojado|in sede|installazione locale|instalação local|op locatie|zelf gehost"
    "|オンプレミス|サーバー版|Jira Server|installed on premises|in-house|on-site|own server|intranet",
    "cloud": "SaaS|in der Cloud|dans le cloud|na nuvem|nuvola|クラウド版|Confluence Cloud|https://acme.atlassian.net/wiki|acme.jira.com",
    "data_center": "centro dati|datacentrum|centro de dados",
}


@pytest.mark.parametrize(
    ("hosting", "text"), [(name, text) for name, texts in HOSTINGS.items() for text in texts.split("|")]
)
def test_hostings_are_read_in_more_words(hosting: str, text: str) -> None:
    assert products.read_hosting(text) == hosting


@pytest.mark.parametrize("text", ["Server or Cloud", "private cloud", "installed", "Jira", "notatlassian.net.example"])
def test_what_names_no_one_hosting_is_asked(text: str) -> None:
    assert products.read_hosting(text) is None


@pytest.mark.parametrize(
    "name",
    [
        "Balsamiq voor Jira",
        "Jira用",
        "Jira版 Balsamiq",
        "Extension Jira",
        "Balsamiq® Wireframes™ for Jira",
        "Complemento para Jira",
        "Lizenz Jira",
    ],
)
def test_products_are_read_in_more_words(name: str) -> None:
    product = products.read_product(name)
    assert product is not None
    assert product[0] == Product.JIRA
