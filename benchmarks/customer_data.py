"""Invented licenses of which it is known which firm owns each, with what makes firms hard to tell apart.

Firms of one name in several countries or in one, groups with several mail domains, resellers (named and not), private
addresses, fillers for names, names spelled in many ways, and cells that are missing.
"""

from dataclasses import dataclass
from random import Random

from benchmarks.matching_data import word

COUNTRIES = ("DE", "US", "GB", "FR", "NL", "JP", "CH", "AT")
FREE = ("gmail.com", "yahoo.com", "gmx.de", "outlook.com")
FILLERS = ("Unknown", "n.a.", "Private", "Self", "-", "", "Company", "privat")
FORMS = {"DE": "GmbH", "US": "Inc.", "GB": "Ltd", "FR": "SARL", "NL": "BV", "JP": "K.K.", "CH": "AG", "AT": "GmbH"}
PEOPLE = "ada ben cleo dan eva finn gina hugo ines jack kim leo mia noah olga paul quin rosa sam tina".split()


@dataclass(frozen=True, slots=True)
class Firm:
    """Who owns licenses: its mail domains (none for a private buyer), its people's addresses, the reseller it buys from."""

    number: int
    name: str
    country: str
    address: str
    domains: tuple[str, ...]
    reseller: str
    is_reseller_named: bool


def licenses(count: int, seed: int) -> list[dict[str, str]]:
    """Rows of so many licenses; `firm` is the number of the firm that owns it."""
    random = Random(seed)
    resellers = [f"resale{number}.example" for number in range(max(3, count // 1_000))]
    rows: list[dict[str, str]] = []
    names: list[str] = []
    number = 0
    while len(rows) < count:
        firm = a_firm(random, number, names, resellers)
        names.append(firm.name)
        number += 1
        people = [f"{random.choice(PEOPLE)}.{word(random)}" for _ in range(random.choice((1, 1, 2)))]
        for _ in range(min(random.choices((1, 2, 3, 6), (55, 25, 12, 8))[0], count - len(rows))):
            rows.append(a_license(random, f"BMQ-{len(rows):07}", firm, people))
    random.shuffle(rows)
    return rows


def a_firm(random: Random, number: int, names: list[str], resellers: list[str]) -> Firm:
    """A firm; six in a hundred have the name of another one, three in a hundred have several domains."""
    name = random.choice(names) if names and random.random() < 0.06 else " ".join((word(random), word(random))).title()
    country = random.choice(COUNTRIES)
    label = f"{name.split()[0].lower()}{number}"
    endings = random.sample((".example", "-group.example", "-online.example"), random.choices((1, 2, 3), (97, 2, 1))[0])
    is_private = random.random() < 0.1
    return Firm(
        number,
        name,
        country,
        f"{word(random).title()} {random.randrange(1, 90)}",
        () if is_private else tuple(f"{label}{ending}" for ending in endings),
        random.choice(resellers) if random.random() < 0.12 else "",
        is_reseller_named=random.random() < 0.7,
    )


def a_license(random: Random, key: str, firm: Firm, people: list[str]) -> dict[str, str]:
    """A license of a firm, as a file has it."""
    person = random.choice(people)
    own = (
        f"{person}@{random.choice(firm.domains)}"
        if firm.domains
        else f"{people[0]}{firm.number}@{random.choice(FREE[:1])}"
    )
    is_bought_by_reseller = bool(firm.reseller) and random.random() < 0.6
    contact = f"sales@{firm.reseller}" if is_bought_by_reseller else own
    expert = f"help@{firm.reseller}" if is_bought_by_reseller and firm.is_reseller_named else ""
    return {
        "license_key": key,
        "product": "Mockups for JIRA",
        "hosting": "Server",
        "editors": "10",
        "host_tier": "100",
        "company": spelled(random, firm),
        "contact_email": "" if random.random() < 0.06 else in_some_case(random, contact),
        "myatlassian_email": own if random.random() < 0.35 else "",
        "expert_email": expert,
        "country": firm.country if random.random() < 0.9 else "",
        "address": firm.address if random.random() < 0.7 else "",
        "firm": str(firm.number),
    }


def spelled(random: Random, firm: Firm) -> str:
    """The firm's name in one of many spellings, or a filler."""
    if random.random() < 0.03:
        return random.choice(FILLERS)
    form = FORMS[firm.country]
    name = random.choices(
        (
            f"{firm.name} {form}",
            firm.name,
            f"{firm.name.upper()} {form.upper()}",
            f"{firm.name}, {form}",
            mistyped(random, firm.name),
        ),
        (50, 30, 8, 8, 4),
    )[0]
    return in_some_case(random, name)


def mistyped(random: Random, name: str) -> str:
    """A name with one letter left out."""
    place = random.randrange(1, len(name) - 1)
    return name[:place] + name[place + 1 :]


def in_some_case(random: Random, text: str) -> str:
    """A text as written, or in capitals or small letters."""
    return random.choices((text, text.upper(), text.lower()), (90, 5, 5))[0]
