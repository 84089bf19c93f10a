"""Country names in several languages, and their ISO 3166 codes (Atlassian's import wants `isoCountryCode`, domain.md §6)."""

import gettext
import re
from collections.abc import Mapping, Sequence
from functools import cache

import pycountry
from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages

from lib.domain.text import BLANKS, Misread, bare_words, quote
from lib.reading.cell_marks import bare_value
from lib.reading.problem_codes import ProblemCode

_IN_BRACKETS = re.compile(r"\([^()]*\)")
_BETWEEN_PARTS = re.compile(r"\s*[,;/|:]\s*|\s+[-–—]\s+|(?<=^[A-Z]{2})[-–— ]|\s+(?=[A-Z]{2}$)")
_LOCALE = re.compile(r"[a-z]{2}[-_]([A-Z]{2})")
"""A language and its country (`de_DE`)."""

_FLAG_LETTERS = {0x1F1E6 + place: chr(ord("A") + place) for place in range(26)}
"""Two of these signs are drawn as a country's flag."""

_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "ja", "pt")
_NAME_PARTS = ("official_name", "common_name", "name")
_CODE_PARTS = ("alpha_3", "alpha_2", "numeric")
# The code that the European Commission and Unicode use; ISO has none.
_KOSOVO = "XK"

# What people write that neither ISO's nor Unicode's tables have: parts of a country, former and short names.
_ALIASES = {
    _KOSOVO: "xk|xkx|kosovo|kosova|republic of kosovo|republika e kosovës|republika kosovo|косово",
    "GB": "uk|great britain|britain|england|scotland|wales|northern ireland|großbritannien|grande bretagne|angleterre"
    "|gran bretaña|inglaterra|gran bretagna|inghilterra|groot brittannië",
    "US": "america|ee uu|eeuu|amerika|アメリカ",
    "KR": "korea|republic of korea|rep of korea|rok|s korea|한국|남한",
    "NL": "holland|the netherlands|netherland|holanda|olanda|hollande",
    "CZ": "czech|česká republika|české republiky",
    "TR": "turkey",
    "MD": "moldawien",
    "MK": "macedonia|mazedonien|fyrom",
    "SA": "ksa",
    "BA": "bosnia",
    "TT": "trinidad",
    "SZ": "swaziland|swasiland",
    "CI": "ivory coast|elfenbeinküste",
    "HK": "hong kong sar",
    "TW": "taiwan r o c|taiwan roc|臺灣",
    "ZA": "rsa",
    "GR": "el",
    "CD": "drc|dr congo|d r congo|rd congo|dr kongo",
    "MN": "монгол улс",
    "CN": "中國|中华人民共和国|pr china|p r china|prc|p r c|mainland china|vr china|people s republic of china",
    "AE": "uae|emirates|dubai|abu dhabi|vae|eau",
    "VA": "vatican|vatikan",
    "PS": "palestine|palästina",
    "IE": "republic of ireland|eire",
    "DE": "brd",
    "AT": "oesterreich",
    "MM": "burma",
    "BY": "white russia|weißrussland",
    "JP": "nippon|日本国",
}


@cache
def country_name(code: str) -> str:
    """A country's usual English name; an unknown code as it is."""
    if code == _KOSOVO:
        return "Kosovo"
    country = pycountry.countries.get(alpha_2=code)
    if country is None:
        return code
    return str(getattr(country, "common_name", country.name))


def country_parts(*parts: str) -> list[tuple[str, str]]:
    """These parts of every country, each with the country's code."""
    pairs = []
    for country in pycountry.countries:
        texts = (getattr(country, part, None) for part in parts)
        pairs += [(text, country.alpha_2) for text in texts if text]
    return pairs


def translated_names(language: str) -> dict[str, str]:
    """Codes by a language's country names."""
    # ISO's are formal (`Republik Polen`), Unicode's are what people write (`Polen`).
    codes = {}
    if language != "en":
        translate = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language]).gettext
        codes = {bare_words(translate(name)): code for name, code in country_parts(*_NAME_PARTS)}
    territories = Locale.parse(language).territories
    # Unicode also names regions that are no country of ISO's, such as the Eurozone.
    usual = {bare_words(territories[code]): code for code, _ in country_parts("alpha_2") if code in territories}
    return {**codes, **usual}


@cache
def own_names() -> dict[str, str]:
    """Codes by the bare words of the name that each country has in its own languages (`Polska`, `Ελλάδα`)."""
    codes = {}
    for code, _ in country_parts("alpha_2"):
        for language in get_official_languages(code, de_facto=True):
            name = territory_name(language, code)
            if name:
                codes[bare_words(name)] = code
    return codes


def territory_name(language: str, code: str) -> str | None:
    """A country's name in a language, if Unicode has it."""
    try:
        return Locale.parse(language).territories.get(code)
    except UnknownLocaleError:
        return None


@cache
def country_codes() -> dict[str, str]:
    """ISO alpha-2 codes by the bare words of every code and name; English names outrank translated ones."""
    codes: dict[str, str] = {}
    for language in _LANGUAGES:
        codes |= translated_names(language)
    codes |= {bare_words(name): code for name, code in country_parts(*_NAME_PARTS, *_CODE_PARTS)}
    for code, names in _ALIASES.items():
        codes |= dict.fromkeys(map(bare_words, names.split("|")), code)
    return codes


def read_country(text: str) -> str | Misread:
    """The ISO 3166 alpha-2 code of a country's name or code, "" for a blank, Misread `unknown_country` otherwise.

    Names are read in English, German, French, Spanish, Italian, Dutch, Japanese, Portuguese and the country's own languages.
    """
    text = bare_value(text)
    if text in BLANKS:
        return ""
    locale = _LOCALE.fullmatch(text)
    text = locale[1] if locale else text.translate(_FLAG_LETTERS)
    spellings = country_spellings(text)
    code = first_code(spellings, country_codes()) or code_beside_name(text)
    # Reading the names of all languages takes a second, so it is done for a file that has such a name only.
    code = code or first_code(spellings, own_names())
    if code:
        return code
    advice = "Write its name or its two-letter code."
    return Misread(ProblemCode.UNKNOWN_COUNTRY, f"{quote(text)} is not a country we know. {advice}")


def first_code(spellings: Sequence[str], codes: Mapping[str, str]) -> str | None:
    """The code of the first spelling that has one."""
    return next((codes[spelling] for spelling in spellings if spelling in codes), None)


def code_beside_name(text: str) -> str | None:
    """The country of a code beside its name (`DE - Germany`), or of the last part of an address (`Dubai, UAE`)."""
    codes = country_codes()
    parts = [bare_words(part) for part in _BETWEEN_PARTS.split(text)]
    matches = {codes[part] for part in parts if part in codes}
    # "Korea, North" is not Korea: the last part must be a country too.
    if len(matches) == 1 and parts[-1] in codes:
        return matches.pop()
    return None


def country_spellings(text: str) -> list[str]:
    """Ever plainer spellings of a country's name."""
    outside_brackets = bare_words(_IN_BRACKETS.sub(" ", text))
    return [
        bare_words(text),
        outside_brackets,
        outside_brackets.removeprefix("the "),
        outside_brackets.replace(" ", ""),
    ]
