"""Invented exports of sixty shapes with what is true of them: headings of other programs, eight languages, many formats."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from babel import Locale
from xlsxwriter import Workbook

from lib.reading.headings import match_heading

HEADINGS = Path(__file__).parents[1] / "tests" / "data" / "headings.csv"
ROWS = 40
LANGUAGES = ("English", "German", "French", "Spanish", "Italian", "Portuguese", "Dutch", "Japanese")
_PROGRAMS = {
    "German": ("Shopware", "DATEV", "Lexware", "i-doit", "Configuration Manager in German"),
    "French": ("PrestaShop", "Odoo in French"),
}
"""Programs, beside shops and spreadsheets, whose headings are in these languages."""

_IN_SEVERAL_LANGUAGES = "Shops in four languages"
_BABEL = dict(zip(LANGUAGES, ("en", "de", "fr", "es", "it", "pt", "nl", "ja"), strict=True))
_COUNTRIES = ("DE", "FR", "US", "GB", "NL", "ES", "IT", "JP", "BR", "CH")
_SERVER = {"German": "Server", "French": "Serveur", "Spanish": "Servidor"}
_FIELDS = (
    *("license_key", "product", "hosting", "editors", "host_tier", "maintenance_end", "purchase_date"),
    *("company", "contact_first_name", "contact_last_name", "contact_email", "address", "country", "notes"),
)
_NEEDED = ("license_key", "product", "hosting", "editors", "host_tier", "maintenance_end")

Row = dict[str, Any]
"""The true value of each field of a license."""


@dataclass(frozen=True, slots=True)
class Style:
    """How one program writes: its language, cells and file."""

    language: str
    day: str
    day_first: bool | None
    size: str
    is_country_code: bool
    product: str
    form: str
    title: str = ""
    total: bool = False
    is_stacked: bool = False
    """Whether it writes two tables below one another, with columns in another order."""


@dataclass(frozen=True, slots=True)
class Export:
    """A file, what a person would say of its columns, and the licenses that are in it; `bad` rows must not come in."""

    name: str
    content: bytes
    columns: Mapping[str, str]
    day_first: bool | None
    rows: Sequence[Row]
    bad: frozenset[str] = field(default_factory=frozenset)


def headings_by_language() -> dict[str, dict[str, list[str]]]:
    """The listed headings by language and field; those that mean none below an empty name."""
    headings: dict[str, dict[str, list[str]]] = {language: {} for language in LANGUAGES}
    with HEADINGS.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            # Generic sizes are asked about beside another, as they must be.
            language = language_of(line["program"])
            if language and not match_heading(line["heading"], 0).is_generic:
                headings[language].setdefault(line["field"], []).append(line["heading"])
    return headings


def language_of(program: str) -> str | None:
    """The language of a program's headings; None for one of several."""
    if program == _IN_SEVERAL_LANGUAGES:
        return None
    for language in LANGUAGES[1:]:
        if program in (f"{language} shop", f"{language} spreadsheets", *_PROGRAMS.get(language, ())):
            return language
    return "English"


def invent_row(number: int, chance: Random) -> Row:
    """A license."""
    first, last = chance.choice(("Ada Lane", "Jürgen Groß", "Zoë O'Hara", "Bo Kurz", "François Lefèvre")).split()
    company = f"{chance.choice(('Acme', 'Globex', 'Müller', 'Initech', 'Umbrella'))} {number}, Ltd"
    end = date(2016, 1, 1) + timedelta(days=chance.randrange(900))
    return {
        "license_key": f"BMQ-{number:05}-{chance.randrange(16**6):06X}",
        "product": chance.choice(("confluence", "jira")),
        "hosting": "server" if chance.random() < 0.8 else "cloud",
        "editors": chance.choice((3, 10, 25, 100, 2000)),
        "host_tier": chance.choice((10, 25, 50, 100, 500, 2000)),
        "maintenance_end": end,
        "purchase_date": end - timedelta(days=365),
        "company": company,
        "contact_first_name": first,
        "contact_last_name": last,
        "contact_email": f"{first[0].lower()}.{number}@{company.split()[0].lower().replace('ü', 'u')}.example",
        "address": f"{chance.randrange(1, 99)} Long Street, Springfield",
        "country": chance.choice(_COUNTRIES),
        "notes": chance.choice(("", "", "called twice", "renewal agreed")),
    }


def cell(name: str, value: Any, style: Style) -> str:
    """A value as this program writes it."""
    if isinstance(value, date):
        return value.strftime(style.day)
    if name in ("editors", "host_tier"):
        return style.size.format(value)
    if name == "product":
        return style.product.format(value.title())
    if name == "country" and not style.is_country_code:
        return str(Locale.parse(_BABEL[style.language]).territories[value])
    if name == "hosting":
        return _SERVER.get(style.language, "Server") if value == "server" else "Cloud"
    return str(value)


def noise(heading: str, number: int, chance: Random) -> str:
    """A cell of a column that means no field."""
    text = heading.lower()
    if any(word in text for word in ("date", "time", "at", "datum", "fecha")):
        return f"{2010 + number % 8}-0{number % 9 + 1}-15"
    if any(word in text for word in ("phone", "tel", "fax", "電話")):
        return f"+1 555 {number:04}"
    if any(word in text for word in ("total", "price", "cost", "amount", "montant", "importe")):
        return f"{chance.randrange(10, 999)}.00"
    return chance.choice(("", "A", "B", f"{100000 + number}"))


def spoil(cells: dict[str, str], chance: Random) -> None:
    """Make a row one that nobody may take for a license as it stands."""
    kind = chance.choice(("key", "mangled", "product", "size"))
    if kind == "size":
        cells["editors"], cells["hosting"] = "ten or so", "Server"
    else:
        cells.update(
            {"key": {"license_key": "TBD"}, "mangled": {"license_key": "1.23E+11"}, "product": {"product": "Gizmo"}}[
                kind
            ]
        )


def invent_export(number: int, listed: Mapping[str, Mapping[str, Sequence[str]]]) -> Export:
    """An export; the same number is the same file."""
    chance = Random(number)
    style = invent_style(LANGUAGES[number % len(LANGUAGES)] if number % 2 else "English", chance)
    headings = choose_headings(listed[style.language], listed["English"], chance)
    rows = [invent_row(number * 1000 + index, chance) for index in range(ROWS)]
    bad, lines = set(), []
    others = chance.sample(list(listed[style.language][""]), 5)
    for index, row in enumerate(rows):
        cells = {name: cell(name, row[name], style) for name in headings}
        if chance.random() < 0.03:
            spoil(cells, chance)
            bad.add(row["license_key"])
        lines.append([*cells.values(), *(noise(heading, index, chance) for heading in others)])
    order = list(range(len(headings) + len(others)))
    chance.shuffle(order)
    header = [*headings.values(), *others]
    table = [[line[place] for place in order] for line in [header, *lines]]
    if style.is_stacked:
        half = len(lines) // 2
        turned = [[*line[::-1]] for line in [table[0], *table[half:]]]
        table = [*table[:half], [""] * len(order), *turned]
    columns = {heading: name for name, heading in headings.items()}
    good = [{name: row[name] for name in headings} for row in rows if row["license_key"] not in bad]
    content = WRITERS[style.form](framed(table, style))
    return Export(
        f"export-{number}.{style.form.split('-')[0]}", content, columns, style.day_first, good, frozenset(bad)
    )


def invent_style(language: str, chance: Random) -> Style:
    """How a program writes."""
    day, day_first = chance.choice((("%Y-%m-%d", None), ("%d.%m.%Y", True), ("%m/%d/%Y", False), ("%d/%m/%Y", True)))
    return Style(
        language,
        day,
        day_first,
        chance.choice(("{}", "{}", "{} Users", "{:,}")),
        chance.random() < 0.5,
        chance.choice(("{}", "Balsamiq Wireframes for {}", "Mockups for {}")),
        chance.choice([form for form in WRITERS if form != "csv-western" or language != "Japanese"]),
        chance.choice(("", "", "Licenses, exported by a program")),
        chance.random() < 0.2,
        chance.random() < 0.15,
    )


def choose_headings(
    own: Mapping[str, Sequence[str]], english: Mapping[str, Sequence[str]], chance: Random
) -> dict[str, str]:
    """A heading for each field that this export has."""
    headings: dict[str, str] = {}
    for name in _FIELDS:
        listed = [heading for heading in own.get(name) or english[name] if heading not in headings.values()]
        if name in _NEEDED or chance.random() < 0.8:
            headings[name] = chance.choice(listed or english[name])
    return headings


def framed(table: list[list[str]], style: Style) -> list[list[str]]:
    """The table with a title above and a total below, if the program writes them."""
    width = len(table[0])
    above = [[style.title, *[""] * (width - 1)], [""] * width] if style.title else []
    below = [["Total", *[""] * (width - 2), str(len(table) - 1)]] if style.total else []
    return [*above, *table, *below]


def text_writer(delimiter: str, encoding: str) -> Callable[[list[list[str]]], bytes]:
    """Writes a table as a text."""

    def write(table: list[list[str]]) -> bytes:
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter).writerows(table)
        return text.getvalue().encode(encoding, "replace")

    return write


def workbook(table: list[list[str]]) -> bytes:
    """Writes a table as a workbook, numbers as numbers."""
    content = io.BytesIO()
    with Workbook(content) as book:
        sheet = book.add_worksheet("Licenses")
        for number, cells in enumerate(table):
            for place, text in enumerate(cells):
                sheet.write(number, place, int(text) if text.isdecimal() else text)
    return content.getvalue()


def padded_text(table: list[list[str]]) -> bytes:
    """Writes a table as columns padded with blanks."""
    widths = [max(map(len, cells)) + 2 for cells in zip(*table, strict=True)]
    lines = ["".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]
    return "\n".join(lines).encode()


WRITERS: dict[str, Callable[[list[list[str]]], bytes]] = {
    "csv": text_writer(",", "utf-8"),
    "csv-semicolon": text_writer(";", "utf-8-sig"),
    "tsv": text_writer("\t", "utf-16"),
    "csv-pipe": text_writer("|", "utf-8"),
    "csv-western": text_writer(";", "cp1252"),
    "txt": padded_text,
    "xlsx": workbook,
}
