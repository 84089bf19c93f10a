"""Invented customers: names that nobody could take for a real one, servers of two sizes, a country each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random
from typing import TypeVar

from lib.domain.products import Product
from lib.domain.tiers import LADDER, Size

T = TypeVar("T")

_WHOSE = "Imaginary Invented Fictional Pretend Makebelieve Example Nowhere Storybook Daydream Papermade".split()
_WHAT = (
    "Teapot Umbrella Lighthouse Pickle Kettle Moonboat Snowglobe Dragon Unicorn Marmalade Windmill Cuckoo Beanstalk "
    "Porridge Slipper Lantern Feather Pebble"
).split()
_TRADES = "Works Bank Logistics Labs Insurance Media Robotics Foods".split()
_FIRST_NAMES = (
    "Ada Ben Chloé Dan Eva Finn Gia Hans Ines Jörg Kim Léa Max Nora Ole Pia Quinn Rosa Sam Tess Vera Yuki".split()
)
_LAST_NAMES = "Example Sample Placeholder Specimen Fiction Nobody Standin Dummy Mockup".split()

# Countries by customers out of some 430: a dozen, a long tail, and one that no list of countries has.
_COUNTRIES = (
    "United States 120, Germany 62, United Kingdom 46, France 30, Canada 25, Australia 20, Netherlands 18, Switzerland 15, "
    "Japan 12, India 11, Spain 9, Sweden 8, Brazil 5, Italy 5, Poland 4, Austria 4, Norway 4, Denmark 3, Belgium 3, "
    "Finland 3, Ireland 2, Portugal 2, New Zealand 2, Singapore 2, South Africa 2, Mexico 1, South Korea 1, Czechia 1, "
    "Chile 1, Iceland 1, Atlantis 1"
)

_ENTRIES = [entry.rsplit(" ", 1) for entry in _COUNTRIES.split(", ")]
_SHARES = {name: int(share) for name, share in _ENTRIES} | {"": 9}
_FORMS = dict(
    part.split(": ")
    for part in "Germany: GmbH, Austria: GmbH, Switzerland: AG, France: SARL, Netherlands: B.V., Australia: Pty Ltd, "
    "United Kingdom: Ltd, Ireland: Ltd, Sweden: AB".split(", ")
)
_SERVERS: Mapping[Size, int] = dict(zip(LADDER, (4, 9, 14, 18, 15, 15, 10, 4, 4), strict=True))
_PARTNERS = ("Pretend Partner Ltd", "Fictional Resale GmbH", "Nowhere Expertise Inc.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """An organisation; `servers` are the sizes of its Confluence and its Jira."""

    company: str
    domain: str
    country: str
    address: str
    first_name: str
    last_name: str
    servers: Mapping[Product, Size]
    reseller: str

    @property
    def email(self) -> str:
        """The address of its contact, in plain letters."""
        plain = str.maketrans("éö", "eo")
        return f"{self.first_name}.{self.last_name}@{self.domain}".lower().translate(plain)


def customers(count: int, rng: Random) -> list[Customer]:
    """That many customers, no two of the same name."""
    names = rng.sample([*product(_WHOSE, _WHAT, _TRADES)], count)
    return [invent_customer(name, rng) for name in names]


def invent_customer(name: Sequence[str], rng: Random) -> Customer:
    """A customer of that name in a random country."""
    country = one_of(_SHARES, rng)
    return Customer(
        company=f"{' '.join(name)} {_FORMS.get(country, 'Inc.')}",
        domain=f"{''.join(name)}.example".lower(),
        country=country,
        address=f"{rng.randrange(1, 200)} Invented Street, Nowhere",
        first_name=rng.choice(_FIRST_NAMES),
        last_name=rng.choice(_LAST_NAMES),
        servers={plugin: one_of(_SERVERS, rng) for plugin in (Product.CONFLUENCE, Product.JIRA)},
        reseller=rng.choice(_PARTNERS) if rng.random() < 0.12 else "",
    )


def one_of(shares: Mapping[T, float], rng: Random) -> T:
    """One of the keys, each as often as its share says."""
    return rng.choices([*shares], [*shares.values()])[0]
