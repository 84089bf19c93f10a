"""Invented pairs of files, a legacy export and Marketplace's, of which it is known which license is which.

The noise is that of such files: typing errors, addresses of resellers, firms that were renamed or have a name in common,
customers with several licenses of one product, erased contacts, and customers who did not move but bought anew.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from lib.domain.products import APP_KEYS, Hosting, Product
from lib.domain.tiers import LADDER, Size, tier_holding
from lib.marketplace.export_columns import LICENSE_COLUMNS

_SYLLABLES = "ba be bo ca co da de do fa fe ga go ha ja jo ka ke ko la le lo ma me mo na ne no pa pe po ra re ro sa se so ta te to va ve vo".split()
_ENDS = "n r s x l m k tec soft lab net dyne plex corp".split()
_TRADES = "Systems Software Logistics Consulting Bank Energy Media Health Foods Robotics Partners Design Insurance Labs".split()
_FORMS = {
    "Germany": "GmbH",
    "United States": "Inc",
    "United Kingdom": "Ltd",
    "France": "SARL",
    "Netherlands": "BV",
    "Japan": "KK",
}
_CODES = {
    "Germany": "DE",
    "United States": "US",
    "United Kingdom": "GB",
    "France": "FR",
    "Netherlands": "NL",
    "Japan": "JP",
}
_FIRST = "ada ben cleo dan eva finn gina hugo ines jack kim leo mia noah olga paul quin rosa sam tina uwe vera will yara zoe".split()
_FREE = ("gmail.com", "yahoo.com", "gmx.de", "outlook.com")
_SIZES = LADDER[:8]


@dataclass(slots=True)
class Firm:
    """A customer: its name, country, mail domain, and the reseller that buys for it, if any."""

    name: str
    country: str
    domain: str
    reseller: str


@dataclass(slots=True)
class PairOfFiles:
    """Rows of our licenses and of Marketplace's, and the id of the true partner by license key."""

    ours: list[dict[str, Any]] = field(default_factory=list)
    theirs: list[dict[str, str]] = field(default_factory=list)
    truth: dict[str, str] = field(default_factory=dict)


def generate(licenses: int, seed: int = 20) -> PairOfFiles:
    """Files of so many legacy licenses, of which seven in ten moved, and about as many Marketplace licenses."""
    random = Random(seed)
    files, resellers = PairOfFiles(), [f"resale{number}.example" for number in range(max(3, licenses // 400))]
    firms: list[Firm] = []
    while len(files.ours) < licenses:
        firm = a_firm(random, firms, resellers)
        firms.append(firm)
        person = f"{random.choice(_FIRST)}.{word(random)}"
        for _ in range(random.choices((1, 2, 3), (80, 15, 5))[0]):
            add_license(random, files, firm, person)
    for _ in range(licenses // 4):
        # Customers that never were ours.
        stranger = a_firm(random, firms, resellers)
        files.theirs.append(bought(random, files, stranger, f"it@{stranger.domain}", random.choice(list(Product)[:2])))
    random.shuffle(files.theirs)
    return files


def word(random: Random) -> str:
    """A word that nobody knows."""
    return "".join(random.choices(_SYLLABLES, k=random.choice((2, 3, 3)))) + random.choice(_ENDS)


def a_firm(random: Random, firms: list[Firm], resellers: list[str]) -> Firm:
    """A firm; two in a hundred have the name of another one in another country."""
    country = random.choice(list(_FORMS))
    name = (
        f"{word(random).capitalize()} {random.choice(_TRADES)}" if random.random() < 0.7 else word(random).capitalize()
    )
    domain = f"{name.lower().replace(' ', '-')}{random.randrange(1000)}.example"
    if firms and random.random() < 0.02:
        name = random.choice(firms).name.rpartition(" ")[0]
    if random.random() < 0.12:
        domain = random.choice(_FREE)
    reseller = random.choice(resellers) if random.random() < 0.1 else ""
    return Firm(f"{name} {_FORMS[country]}", country, domain, reseller)


def add_license(random: Random, files: PairOfFiles, firm: Firm, person: str) -> None:
    """One of a firm's licenses, and its Marketplace license if it moved or the customer bought anew."""
    product = random.choice((Product.CONFLUENCE, Product.CONFLUENCE, Product.JIRA))
    start = date(2010, 1, 1) + timedelta(random.randrange(3100))
    end = start.replace(day=min(start.day, 28), year=start.year + random.choice((1, 1, 1, 2, 3)))
    contact = f"{person}@{firm.domain}" if firm.domain not in _FREE else f"{person}{random.randrange(99)}@{firm.domain}"
    account = contact if random.random() < 0.6 else f"it@{firm.domain}" if firm.domain not in _FREE else f"it.{contact}"
    buyer = f"orders@{firm.reseller}" if firm.reseller and random.random() < 0.7 else contact
    editors = Size(random.choice((3, 5, 10, 10, 25, 50, 100)))
    host_tier = max(tier_holding(editors), random.choice(_SIZES[:6]))
    license = {
        "license_key": f"BMQ-{len(files.ours):07}",
        "product": str(product),
        "hosting": "server",
        "sen": "",
        "company": firm.name,
        "myatlassian_email": account if random.random() < 0.92 else "",
        "contact_email": buyer,
        "expert_email": f"orders@{firm.reseller}" if firm.reseller and random.random() < 0.5 else "",
        "country": _CODES[firm.country],
        "editors": editors,
        "host_tier": host_tier if random.random() < 0.95 else None,
        "start": start,
        "end": end,
        "submitted_on": None,
    }
    files.ours.append(license)
    chance = random.random()
    if chance < 0.7:
        move(random, files, firm, license, account, contact)
    elif chance < 0.75:
        # Half of them buy when their old maintenance ends.
        day = end + timedelta(random.randrange(2)) if random.random() < 0.5 else None
        files.theirs.append(bought(random, files, firm, account, product, day))


def next_sen(files: PairOfFiles) -> str:
    """A SEN that nobody has."""
    return f"SEN-{10_000_000 + len(files.theirs)}"


def move(random: Random, files: PairOfFiles, firm: Firm, license: dict[str, Any], account: str, contact: str) -> None:
    """The Marketplace license of a license that moved."""
    sen = next_sen(files)
    files.truth[license["license_key"]] = sen
    start, end = license["start"], license["end"]
    way = random.random()
    if way < 0.22:
        end = end.replace(year=end.year + random.choice((1, 1, 2, 3)))
    elif way < 0.30:
        years = random.choice((1, 2))
        start, end = end + timedelta(1), end.replace(year=end.year + years)
    elif way < 0.38:
        submitted = date(2018, 1, 1) + timedelta(random.randrange(300))
        start, end = submitted + timedelta(random.randrange(20)), submitted + timedelta(365)
        license["submitted_on"] = submitted if random.random() < 0.7 else None
    elif way < 0.40:
        start, end = start + timedelta(random.randrange(-200, 200)), end + timedelta(random.randrange(-200, 200))
    if random.random() < 0.35:
        license["sen"] = sen
    tier = random.choices(
        (license["host_tier"] or 100, tier_holding(license["editors"]), random.choice(_SIZES)), (75, 20, 5)
    )[0]
    technical = random.choices((account, f"{random.choice(_FIRST)}.{word(random)}@{firm.domain}", contact), (88, 6, 6))[
        0
    ]
    billing = random.choices((contact, f"accounts@{firm.domain}", ""), (70, 20, 10))[0]
    if firm.reseller and random.random() < 0.6:
        billing = f"orders@{firm.reseller}"
    entry = an_entry(sen, Product(license["product"]), firm, start, end, f"{tier} Users")
    entry |= {
        "company": renamed(random, firm),
        "technicalContactEmail": noisy_email(random, technical),
        "billingContactEmail": noisy_email(random, billing),
        "partnerContactEmail": f"orders@{firm.reseller}" if firm.reseller and random.random() < 0.7 else "",
        "country": firm.country if random.random() < 0.97 else random.choice(list(_FORMS)),
    }
    files.theirs.append(entry)


def bought(
    random: Random, files: PairOfFiles, firm: Firm, email: str, product: Product, day: date | None = None
) -> dict[str, str]:
    """The Marketplace license of a customer that bought one on a day, whatever it had before."""
    start = day or date(2012, 1, 1) + timedelta(random.randrange(2500))
    entry = an_entry(next_sen(files), product, firm, start, start + timedelta(365), f"{random.choice(_SIZES)} Users")
    return entry | {"technicalContactEmail": noisy_email(random, email), "company": renamed(random, firm)}


def an_entry(sen: str, product: Product, firm: Firm, start: date, end: date, tier: str) -> dict[str, str]:
    """A row of Marketplace's export."""
    return {
        "addonLicenseId": sen.removeprefix("SEN-"),
        "licenseId": sen,
        "addonKey": APP_KEYS[product, Hosting.SERVER],
        "licenseType": "COMMERCIAL",
        "maintenanceStartDate": start.isoformat(),
        "maintenanceEndDate": end.isoformat(),
        "status": "active" if end > date(2018, 6, 1) else "inactive",
        "hosting": "Server",
        "tier": tier,
        "company": firm.name,
        "country": firm.country,
        "lastUpdated": end.isoformat(),
    }


def renamed(random: Random, firm: Firm) -> str:
    """A firm's name as somebody else wrote it."""
    name, _, form = firm.name.rpartition(" ")
    letter = random.randrange(len(name))
    return random.choices(
        (
            firm.name,
            name,
            firm.name.upper(),
            f"{name[:letter]}{random.choice('aeiourst')}{name[letter + 1 :]} {form}",
            f"{word(random).capitalize()} Group",
            name.partition(" ")[0],
            " ".join(reversed(name.split())),
            "RTBF",
        ),
        (70, 10, 5, 5, 4, 3, 2, 1),
    )[0]


def noisy_email(random: Random, email: str) -> str:
    """An address as it stands in another file."""
    chance = random.random()
    if chance < 0.02:
        return "RTBF"
    if chance < 0.035 and email:
        letter = random.randrange(email.index("@"))
        return email[:letter] + random.choice("aeiourst") + email[letter + 1 :]
    return email.upper() if chance < 0.1 else email


def write_files(files: PairOfFiles, folder: Path) -> None:
    """Both files and the truth, as CSV."""
    write_rows(folder / "legacy.csv", list(files.ours[0]), iter(files.ours))
    write_rows(folder / "marketplace.csv", list(LICENSE_COLUMNS), iter(files.theirs))
    truth = ({"license_key": key, "id": sen} for key, sen in files.truth.items())
    write_rows(folder / "truth.csv", ["license_key", "id"], truth)


def write_rows(path: Path, columns: list[str], rows: Iterator[dict[str, Any]]) -> None:
    """A CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
