"""Realistic legacy exports, made up: `python -m tests.generate 100000 --dialect german --out licenses.csv`.

The same count, seed and dialect always give the same file. Every customer, name and address in it is invented.
"""

import argparse
import csv
import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

T = TypeVar("T")

HEADER = (
    "License Key,License Name,Product,Editors,License Type,Hosting,Atlassian Users,Purchase Date,Maintenance Expires,Contact Name,"
    "Email,Company,Address,Country,Reseller,myAtlassian Email,Expert Email,Agrees to Match,SEN"
).split(",")
_GERMAN_HEADER = (
    "Lizenzschlüssel,Lizenznehmer,Produkt,Anzahl Bearbeiter,Lizenztyp,Bereitstellung,Atlassian-Benutzer,Kaufdatum,Wartung bis,"
    "Ansprechpartner,E-Mail-Adresse,Firma,Anschrift,Land,Händler,myAtlassian-E-Mail,Experten-E-Mail,Stimmt Upgrade zu,SEN"
).split(",")
_SHORT = ("License Name", "Address", "Reseller", "Expert Email", "SEN")
"""What a plainer export leaves out: 14 columns remain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How one program writes an export."""

    delimiter: str = ","
    encoding: str = "utf-8"
    newline: str = "\n"
    header: Sequence[str] = tuple(HEADER)
    left_out: Sequence[str] = ()
    day: str = "%Y-%m-%d"
    thousands: str = ","
    unlimited: Sequence[str] = ("Unlimited", "Unlimited", "unlimited", "Unlimited Users", "10000+", "10,000+", "-1")
    units: Sequence[str] = ("", "", "", "", "", "", " Editors", "-editor", " users")
    server: Sequence[str] = (*["Server"] * 7, "Behind the firewall", "Download", "self-hosted", "On-Premises")
    yes: Sequence[str] = ("yes", "yes", "Yes", "y")
    no: Sequence[str] = ("no",)


DIALECTS = {
    "comma": Dialect(),
    "semicolon": Dialect(delimiter=";", encoding="utf-8-sig", day="%d/%m/%Y"),
    "tab": Dialect(delimiter="\t", encoding="utf-16", newline="\r\n", left_out=_SHORT, day="%d %b %Y"),
    "excel": Dialect(encoding="utf-8-sig", newline="\r\n", day="%m/%d/%Y", yes=("TRUE",), no=("FALSE",)),
    "german": Dialect(
        delimiter=";",
        encoding="cp1252",
        newline="\r\n",
        header=tuple(_GERMAN_HEADER),
        day="%d.%m.%Y",
        thousands=".",
        unlimited=("Unbegrenzt", "unbegrenzt", "Unlimited"),
        units=("", "", "", "", " Benutzer", " Bearbeiter"),
        server=(*["Server"] * 6, "Self-Hosted", "On-Premise", "lokal"),
        yes=("ja", "Ja"),
        no=("nein",),
    ),
}

_FIRST_DAY = date(2009, 1, 5)
_DAYS = (date(2019, 6, 30) - _FIRST_DAY).days
_WORDS = (
    "Acme Alder Amber Apex Arbor Argon Aspen Atlas Aurora Basalt Beacon Birch Blauberg Boreal Brücken Cedar Cobalt Corvus Crest Delta "
    "Dünen Eisen Ember Falken Fjord Forge Gamma Granite Grün Harbor Helio Hermes Hollis Iris Jasper Juniper Kappa Kestrel König Kranich "
    "Lakeside Larch Linden Lotus Lumen Maple Meridian Mosaic Müller Nadir Nimbus Northgate Nova Oak Onyx Orion Osprey Ostsee Pélican "
    "Piñon Polar Quartz Quill Raven Redwood Rhône Ridge River Saffron Schäfer Sequoia Sierra Silva Solstice Spruce Stein Sterling Summit "
    "Tamarack Tern Thorn Umbra Union Vega Vela Vermont Vista Wald Weber Westwind Willow Wren Yarrow Zenith Zephyr Zürich"
).split()
_TRADES = (
    "Software Systems Labs Logistics Energy Health Bank Insurance Media Robotics Consulting Analytics Foods Motors Telecom Digital "
    "Engineering Pharma Retail Travel Design Solutions Aerospace Networks Research Games Learning Partners Technik Versicherung"
).split()
_COUNTRIES: tuple[tuple[Sequence[str], Sequence[str], str], ...] = (
    (("United States", "USA", "US", "U.S.A."), ("Inc.", "Inc", "Corp.", "LLC", ""), "{} Main St, Springfield"),
    (("Germany", "Deutschland", "DE"), ("GmbH", "AG", "GmbH & Co. KG", "e.V."), "Ringstraße {}, Köln"),
    (("United Kingdom", "UK", "Great Britain"), ("Ltd", "Ltd.", "plc", "Limited"), "{} High Street, Leeds"),
    (("France", "FR"), ("SARL", "SAS", "S.A."), "{} rue des Érables, Lyon"),
    (("Canada", "CA"), ("Inc.", "Ltd."), "{} King St, Toronto"),
    (("Australia", "AU"), ("Pty Ltd", "Pty. Ltd."), "{} George St, Sydney"),
    (("Netherlands", "The Netherlands", "NL"), ("B.V.", "BV", "N.V."), "Herengracht {}, Amsterdam"),
    (("Switzerland", "Schweiz", "CH"), ("AG", "GmbH"), "Seestrasse {}, Zürich"),
    (("Spain", "España", "ES"), ("S.L.", "S.A."), "Calle Mayor {}, Madrid"),
    (("Japan", "JP"), ("K.K.", "Co., Ltd."), "{} Chome, Minato, Tokyo"),
    (("South Korea", "KR", "Korea, Republic of"), ("Co., Ltd.", "Inc."), "{} Teheran-ro, Seoul"),
    (("India", "IN"), ("Pvt Ltd", "Limited"), "{} MG Road, Pune"),
)
_COUNTRY_WEIGHTS = (38, 16, 12, 7, 6, 5, 4, 3, 3, 2, 2, 2)
_FIRST_NAMES = "Ada Ben Chloé Dan Eva Finn Gia Hans Ines Jörg Kim Léa Max Nora Ole Pia Quinn Rosa Sam Tess Uwe Vera Will Xenia Yuki Zoë".split()
_LAST_NAMES = (
    "Adler Böhm Carter Dubois Evans Fischer García Hale Ito Jensen Kowalski Lang Müller Novak O'Brien Park Quist Rossi Schmidt Tanaka "
    "Ueda Vogel Weiß Xu Young Zhang"
).split()
_PARTNERS = (
    ("Widget Resale Ltd", "widgetresale.example"),
    ("Plugin Partner GmbH", "pluginpartner.example"),
    ("Agile Expertise Inc.", "agileexpertise.example"),
    ("Nordic Tools AB", "nordictools.example"),
)
_PLUGINS = {
    "server": (
        *("Mockups for Confluence", "Mockups for JIRA", "Balsamiq Mockups for Confluence", "Balsamiq Mockups for JIRA"),
        *("Mockups for Confluence Server", "Mockups for JIRA Server", "Mockups 2 for Confluence Server"),
        *("Wireframes for Confluence Server", "Wireframes for Jira Server", "Wireframes for JIRA Server"),
        *("Balsamiq Wireframes for Confluence Server", "Balsamiq Wireframes for Jira Server"),
    ),
    "cloud": (
        *("Mockups for Confluence", "Mockups for JIRA", "Mockups 3 for Confluence Cloud", "Mockups 3 for JIRA Cloud"),
        *("Balsamiq Wireframes for Confluence Cloud", "Balsamiq Wireframes for Jira Cloud"),
    ),
    "data_center": ("Wireframes for Confluence Server", "Wireframes for Jira Server"),
}
_OTHERS = ("Mockups for XWiki", "Mockups for FogBugz", "Mockups 3 for Desktop", "myBalsamiq")
_CLOUD = ("Cloud", "Cloud", "OnDemand", "Atlassian Cloud", "On demand")
_DATA_CENTER = ("Data Center", "datacenter", "DC")
_TYPES = (*["Commercial"] * 30, "Academic", "Academic", "Academic", "Community", "Evaluation")
_EDITORS = (*[10] * 10, *[25] * 7, *[50] * 5, *[100] * 4, 500, 500, 2000, 3, 3, 5, 20, 75, 200, -1, -1)
_HOSTS = (*[10] * 3, *[25] * 5, *[50] * 7, *[100] * 8, *[250] * 5, *[500] * 5, *[2000] * 3, 10000, -1, 15, 40, 87, 1200)
_KEY_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_ERRORS = (
    "bad date,bad date,unknown product,duplicate,duplicate,conflict,mangled key,bad size,bad email,blank product,extra cell"
).split(",")
_ERROR_SHARE = 0.003


@dataclass(frozen=True, slots=True)
class Customer:
    """An organisation, the ways its name is written, and the two servers it runs."""

    spellings: Sequence[str]
    domain: str
    countries: Sequence[str]
    address: str
    hosts: tuple[int, int]
    partner: tuple[str, str]


def rows(count: int, seed: int = 1, dialect: str = "comma", changed: float = 0.0) -> Iterator[list[str]]:
    """The header and `count` rows (a few of them repeat others); `changed` is the share of rows told differently since."""
    how = DIALECTS[dialect]
    columns = [place for place, name in enumerate(HEADER) if name not in how.left_out]
    licenses = _licenses(count, Random(seed), how)
    since = _changed(licenses, changed, Random(seed + 1), how) if changed else licenses
    yield [how.header[place] for place in columns]
    for row in since:
        yield [row[place] for place in columns] + row[len(HEADER) :]


def content(count: int, seed: int = 1, dialect: str = "comma", changed: float = 0.0) -> bytes:
    """The whole file as bytes."""
    how, text = DIALECTS[dialect], io.StringIO()
    csv.writer(text, delimiter=how.delimiter, lineterminator=how.newline).writerows(rows(count, seed, dialect, changed))
    return text.getvalue().encode(how.encoding)


def _licenses(count: int, rng: Random, how: Dialect) -> Iterator[list[str]]:
    customers = [_customer(rng) for _ in range(max(1, count * 2 // 5))]
    days = [(_FIRST_DAY + timedelta(days=day)).strftime(how.day) for day in range(_DAYS + 4 * 366)]
    row: list[str] = []
    for number in range(count):
        if rng.random() < _ERROR_SHARE and row:
            row = _with_error(rng, row, _license(number, rng, how, customers, days), days)
        else:
            row = _license(number, rng, how, customers, days)
        yield row


def _customer(rng: Random) -> Customer:
    countries, forms, address = rng.choices(_COUNTRIES, _COUNTRY_WEIGHTS)[0]
    name = f"{rng.choice(_WORDS)} {rng.choice(_WORDS)} {rng.choice(_TRADES)}"
    legal = f"{name} {rng.choice(forms)}".strip()
    slug = "".join(letter for letter in name.lower() if letter.isascii() and letter.isalpha())
    spellings = (*[legal] * 6, name, legal.upper(), legal.replace(".", ""))
    hosts = rng.choice(_HOSTS), rng.choice(_HOSTS)
    domain = f"{slug}{rng.randrange(1000)}.example"
    return Customer(spellings, domain, countries, address.format(rng.randrange(1, 200)), hosts, rng.choice(_PARTNERS))


def _license(number: int, rng: Random, how: Dialect, customers: Sequence[Customer], days: Sequence[str]) -> list[str]:
    # A power of a uniform number makes the tail: a few customers have hundreds of licenses, most have one.
    customer = customers[int(rng.random() ** 1.6 * len(customers))]
    company = _any(rng, customer.spellings)
    product, hosting = _product(rng, how)
    host = customer.hosts["Confluence" in product]
    bought = int(rng.random() * _DAYS)
    renewed = bought + int(365.25 * (1 + int(rng.random() ** 2 * 3)))
    first, last = _any(rng, _FIRST_NAMES), _any(rng, _LAST_NAMES)
    through_partner = rng.random() < 0.12
    email = _email(first, last, customer.partner[1] if through_partner and rng.random() < 0.2 else customer.domain)
    return [
        _key(number),
        company if rng.random() < 0.7 else company.split()[0],
        product,
        _size(rng, _any(rng, _EDITORS), how, how.units) if rng.random() < 0.99 else "",
        _any(rng, _TYPES),
        hosting,
        _size(rng, host, how, ("",)) if rng.random() < 0.88 else "",
        days[bought],
        days[renewed] if rng.random() < 0.97 else "",
        f"{first} {last}",
        email if rng.random() < 0.98 else "RTBF",
        company,
        customer.address if rng.random() < 0.8 else "",
        _any(rng, customer.countries),
        customer.partner[0] if through_partner else "",
        f"it@{customer.domain}" if rng.random() < 0.6 else "",
        f"orders@{customer.partner[1]}" if through_partner else "",
        _consent(rng.random(), rng, how),
        f"SEN-{10_000_000 + number}" if rng.random() < 0.08 else "",
    ]


def _any(rng: Random, pool: Sequence[T]) -> T:
    return pool[int(rng.random() * len(pool))]


def _key(number: int) -> str:
    """A key that looks random and never comes twice: an odd factor maps 40-bit numbers one to one."""
    mixed = (number * 0x5DEECE66D + 0xB5297A4D) % 2**40
    letters = "".join(_KEY_LETTERS[mixed >> shift & 31] for shift in range(0, 40, 5))
    return f"BMQ-{letters[:4]}-{letters[4:]}"


def _product(rng: Random, how: Dialect) -> tuple[str, str]:
    where = rng.random()
    if where < 0.02:
        return _any(rng, _OTHERS), "Server"
    if where < 0.05:
        return _any(rng, _PLUGINS["data_center"]), _any(rng, _DATA_CENTER)
    if where < 0.27:
        return _any(rng, _PLUGINS["cloud"]), _any(rng, _CLOUD)
    return _any(rng, _PLUGINS["server"]), _any(rng, how.server) if rng.random() < 0.96 else ""


def _size(rng: Random, size: int, how: Dialect, units: Sequence[str]) -> str:
    if size < 0:
        return _any(rng, how.unlimited)
    number = f"{size:,}".replace(",", how.thousands) if rng.random() < 0.3 else str(size)
    return number + _any(rng, units)


def _consent(chance: float, rng: Random, how: Dialect) -> str:
    return _any(rng, how.yes) if chance < 0.45 else _any(rng, how.no) if chance < 0.49 else ""


def _email(first: str, last: str, domain: str) -> str:
    plain = str.maketrans({"ü": "ue", "ö": "oe", "ä": "ae", "ß": "ss", "é": "e", "ë": "e", "í": "i", "'": ""})
    return f"{first}.{last}@{domain}".lower().translate(plain)


def _with_error(rng: Random, before: list[str], row: list[str], days: Sequence[str]) -> list[str]:
    """The row with one of the mistakes that people and spreadsheets make."""
    mistake = _any(rng, _ERRORS)
    wrong = {
        "bad date": ("Maintenance Expires", _any(rng, ("31.02.2018", "2017-02-30", "TBD", "0000-00-00", "soon"))),
        "unknown product": ("Product", _any(rng, ("Gliffy for Confluence", "Wireframes for Trello", "Product 7"))),
        "mangled key": ("License Key", f"{rng.randrange(1, 10)}.{rng.randrange(10, 99)}E+11"),
        "bad size": ("Editors", _any(rng, ("ten", "1.5", "many", "0"))),
        "bad email": ("Email", row[10].replace("@", " at ").replace("RTBF", "see notes")),
        "blank product": ("Product", ""),
    }
    if mistake == "duplicate":
        return list(before)
    if mistake == "conflict":
        return _told(before, "Purchase Date", _any(rng, days))
    return [*row, "left over"] if mistake == "extra cell" else _told(row, *wrong[mistake])


def _changed(licenses: Iterator[list[str]], share: float, rng: Random, how: Dialect) -> Iterator[list[str]]:
    """The same rows, some of them as they may stand a while later."""
    for row in licenses:
        if rng.random() >= share:
            yield row
        else:
            news = {
                "Atlassian Users": str(_any(rng, (10, 50, 500, 10000))),
                "Agrees to Match": _any(rng, how.yes),
                "Maintenance Expires": (_FIRST_DAY + timedelta(days=_DAYS + rng.randrange(900))).strftime(how.day),
                "Email": f"new.contact{rng.randrange(1000)}@changed.example",
            }
            name = _any(rng, tuple(news))
            yield _told(row, name, news[name])


def _told(row: list[str], name: str, value: str) -> list[str]:
    cells = list(row)
    cells[HEADER.index(name)] = value
    return cells


def main() -> None:
    """Write a made-up export to a file or to standard output."""
    parser = argparse.ArgumentParser(prog="python -m tests.generate", description="Write a made-up legacy export.")
    parser.add_argument("count", type=int, metavar="N", help="how many rows")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same file")
    parser.add_argument("--dialect", choices=DIALECTS, default="comma", help="whose way of writing")
    parser.add_argument("--out", type=Path, help="the file to write, instead of standard output")
    parser.add_argument("--changed", type=float, default=0.0, metavar="SHARE", help="tell this share of the rows anew")
    options = parser.parse_args()
    how = DIALECTS[options.dialect]
    with options.out.open("wb") if options.out else nullcontext(sys.stdout.buffer) as file:
        text = io.TextIOWrapper(file, how.encoding, newline="")
        lines = csv.writer(text, delimiter=how.delimiter, lineterminator=how.newline)
        lines.writerows(rows(options.count, options.seed, options.dialect, options.changed))
        text.flush()
        text.detach()


if __name__ == "__main__":
    main()
