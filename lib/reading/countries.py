"""Country names in several languages, and their ISO 3166 codes (Atlassian's import wants `isoCountryCode`, domain.md §6)."""

import gettext
import re
from functools import cache

import pycountry

from lib.domain.text import BLANKS, Misread, bare_words, clean, quote

_ASIDE = re.compile(r"\([^()]*\)")
_LANGUAGES = ("de", "fr", "es", "it", "nl", "ja", "pt")
_NAMES = ("official_name", "common_name", "name")
_ALIASES = {
    "GB": "uk|great britain|britain|england|scotland|wales|northern ireland|großbritannien|england|grande bretagne|angleterre"
    "|royaume uni|reino unido|gran bretaña|inglaterra|regno unito|gran bretagna|inghilterra|verenigd koninkrijk"
    "|groot brittannië|vereinigtes königreich|イギリス|英国",
    "US": "usa|america|united states of america|united states|états unis d'amérique|etats unis|estados unidos|ee uu|eeuu|stati uniti"
    "|stati uniti d'america|vereinigte staaten von amerika|verenigde staten|amerika|アメリカ|アメリカ合衆国|米国",
    "KR": "korea|south korea|republic of korea|südkorea|corée du sud|corea del sur|corea del sud|zuid korea|韓国",
    "KP": "north korea|nordkorea|corée du nord|corea del norte|corea del nord|noord korea|北朝鮮",
    "NL": "holland|the netherlands|netherland|niederlande|pays bas|países bajos|paesi bassi|holanda|olanda|hollande|オランダ",
    "CZ": "czech republic|czech|tschechien|tschechische republik|république tchèque|república checa|repubblica ceca|tsjechië",
    "RU": "russia|russland|russie|rusia|rusland|ロシア",
    "TR": "turkey|türkei|turquie|turquía|turchia|turkije|türkiye",
    "TW": "taiwan|taïwan|taiwán|台湾",
    "VN": "vietnam|viet nam",
    "IR": "iran|irán",
    "SY": "syria|syrien|syrie|siria",
    "BO": "bolivia|bolivien|bolivie",
    "VE": "venezuela",
    "TZ": "tanzania|tansania|tanzanie",
    "MD": "moldova|moldawien|moldavie|moldavia",
    "MK": "macedonia|north macedonia|mazedonien|nordmazedonien",
    "SZ": "swaziland|swasiland",
    "CV": "cape verde|kap verde",
    "CI": "ivory coast|elfenbeinküste|costa de marfil|costa d'avorio|ivoorkust",
    "LA": "laos",
    "BN": "brunei",
    "HK": "hong kong|hongkong|hong kong sar|香港",
    "MO": "macau|macao",
    "CN": "people's republic of china|pr china|prc|mainland china|volksrepublik china|vr china|中国",
    "AE": "uae|emirates|dubai|abu dhabi|vae|eau|emiratos árabes unidos",
    "VA": "vatican|vatican city|vatikan",
    "PS": "palestine|palästina",
    "IE": "republic of ireland|eire|irland|irlande|irlanda",
    "DE": "deutschland|brd|federal republic of germany|allemagne|alemania|germania|duitsland|alemanha|ドイツ",
    "AT": "österreich|oesterreich|autriche|austria|oostenrijk",
    "CH": "schweiz|suisse|suiza|svizzera|zwitserland|switzerland|スイス",
    "MM": "burma",
    "BY": "belarus|white russia|weißrussland|weissrussland",
    "JP": "japan|nippon|日本国",
}


@cache
def country_name(code: str) -> str:
    """The usual English name of a country; a code that none has, as it is."""
    country = pycountry.countries.get(alpha_2=code)
    return str(getattr(country, "common_name", country.name)) if country else code


def _names(*parts: str) -> list[tuple[str, str]]:
    """The named parts of every country, with its code."""
    named = ((getattr(country, part, None), country.alpha_2) for part in parts for country in pycountry.countries)
    return [(name, code) for name, code in named if name]


@cache
def _codes() -> dict[str, str]:
    """ISO alpha-2 codes by the bare words of every code and name we know; an English name outranks a translated one."""
    found: dict[str, str] = {}
    for language in _LANGUAGES:
        translated = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language]).gettext
        found |= {bare_words(translated(name)): code for name, code in _names(*_NAMES)}
    found |= {bare_words(name): code for name, code in _names(*_NAMES, "alpha_3", "alpha_2")}
    return found | {bare_words(name): code for code, names in _ALIASES.items() for name in names.split("|")}


def read_country(text: str) -> str | Misread:
    """The ISO 3166 alpha-2 code of a country's name or code, "" for a blank, Misread `unknown_country` otherwise.

    Names are known in English, German, French, Spanish, Italian, Dutch, Japanese and Portuguese.
    """
    if clean(text) in BLANKS:
        return ""
    codes, whole, outside = _codes(), bare_words(text), bare_words(_ASIDE.sub(" ", text))
    forms = (whole, outside, outside.removeprefix("the "), outside.replace(" ", ""))
    code = next((codes[form] for form in forms if form in codes), None)
    return code or Misread(
        "unknown_country",
        f"{quote(text)} is not a country we know. Write its name or its two-letter code.",
    )
