"""The licenses that invented customers bought, and what an export does not know of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from lib.domain.cloud_plan import months_after
from lib.domain.policy import Policy
from lib.domain.products import PLUGINS, Hosting, Product
from lib.domain.tiers import LADDER, UNLIMITED, Size
from lib.judging.stages import REQUEST_FIELDS
from lib.sample.customers import Customer, one_of

Cells = dict[str, str]
"""Texts by field, as a file has them."""

ON_REQUEST = (*REQUEST_FIELDS, "expert_email")
"""What only a request tells."""

_POLICY = Policy()
_NAMES: Mapping[Product, Sequence[str]] = {
    Product.CONFLUENCE: ("Mockups for Confluence", "Balsamiq Wireframes for Confluence"),
    Product.JIRA: ("Mockups for JIRA", "Balsamiq Wireframes for Jira"),
    Product.XWIKI: ("Mockups for XWiki",),
    Product.FOGBUGZ: ("Mockups for FogBugz",),
    Product.DESKTOP: ("Mockups 3 for Desktop",),
    Product.MYBALSAMIQ: ("myBalsamiq",),
}
_PRODUCTS = {Product.CONFLUENCE: 50, Product.JIRA: 46, **dict.fromkeys([*_NAMES][2:], 1)}
_HOSTINGS = {Hosting.SERVER: 74, Hosting.CLOUD: 22, Hosting.DATA_CENTER: 4}
_TYPES = {"Commercial": 91, "Academic": 5, "Community": 2, "Evaluation": 2}
_STEPS = {0: 38, 1: 11, -1: 20, -2: 14, -3: 10}
"""How many tiers a license is larger than its server."""

_OFF_LADDER = (3, 5, 20, 75, 150, 200)
_BLANKS = {
    "hosting": 0.05,
    "editors": 0.03,
    "host_tier": 0.1,
    "maintenance_end": 0.07,
    "address": 0.35,
    "company": 0.02,
}
"""How often an export does not know a field."""


@dataclass(frozen=True, slots=True)
class License:
    """What there is to know of a license, its request included, and the fields that its first export lacks."""

    cells: Cells
    lacks: frozenset[str]
    may_move: bool

    @property
    def key(self) -> str:
        return self.cells["license_key"]

    def known(self) -> Cells:
        """What the first export tells."""
        return {name: text for name, text in self.cells.items() if name not in ON_REQUEST and name not in self.lacks}


def bought(customer: Customer, number: int, rng: Random) -> License:
    """A license of a customer; the number makes its key."""
    product = one_of(_PRODUCTS, rng)
    hosting = one_of(_HOSTINGS, rng) if product in PLUGINS else Hosting.SERVER
    kind = one_of(_TYPES, rng)
    lacks = frozenset(name for name, share in _BLANKS.items() if rng.random() < share)
    since = date(2010, 1, 4) + timedelta(days=rng.randrange(3300))
    ends = _cloud_end(product, rng) if hosting is Hosting.CLOUD else months_after(since, 12 * rng.randint(1, 4))
    what = {"product": rng.choice(_NAMES[product]), "hosting": hosting.replace("_", " "), "license_type": kind}
    when = {"purchase_date": since.isoformat(), "maintenance_end": ends.isoformat()}
    cells = {"license_key": f"SAMPLE-{number:05}"} | what | when | _sizes(customer, product, rng) | _who(customer, rng)
    movable = product in PLUGINS and hosting is Hosting.SERVER and kind != "Evaluation"
    return License(cells, lacks, movable)


def _sizes(customer: Customer, product: Product, rng: Random) -> Cells:
    host = customer.servers.get(product, LADDER[1])
    return {
        "editors": _written(_editors(host, rng)),
        "host_tier": _written(_users(host) if rng.random() < 0.08 else host),
    }


def _editors(host: Size, rng: Random) -> int:
    if rng.random() < 0.07:
        return rng.choice(_OFF_LADDER)
    place = LADDER.index(host) + one_of(_STEPS, rng)
    return LADDER[min(max(place, 0), len(LADDER) - 1)]


def _users(host: Size) -> int:
    """A number of users that needs a server of that tier."""
    return host if host == UNLIMITED else host * 7 // 8


def _written(size: int) -> str:
    return "Unlimited" if size == UNLIMITED else str(size)


def _cloud_end(product: Product, rng: Random) -> date:
    """When maintenance on Cloud ended: around the day that the product was moved, every sixth time in doubt."""
    moved = _POLICY.reference(product)
    if rng.random() < 0.17:
        return months_after(moved, -_POLICY.grace_months) + timedelta(days=rng.randint(-30, 30))
    return moved + timedelta(days=round(rng.gauss(40, 160)))


def _who(customer: Customer, rng: Random) -> Cells:
    holder = {"holder_first_name": customer.first_name, "holder_last_name": customer.last_name}
    return holder | {
        "license_name": customer.company,
        "company": customer.company,
        "contact_name": f"{customer.first_name} {customer.last_name}",
        "contact_email": customer.email,
        "address": customer.address,
        "country": customer.country,
        "reseller": customer.reseller,
        "server_confirmed": "yes",
        "match_agreed": "yes",
        "myatlassian_email": f"it@{customer.domain}",
        "expert_email": "orders@partner.example" if customer.reseller and rng.random() < 0.5 else "",
    }
