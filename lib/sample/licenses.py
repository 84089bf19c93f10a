"""The licenses of invented customers, and what an export lacks of them."""

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
"""Fields that only a request fills."""

_DOCUMENTED = Policy()
"""The documented days, around which invented ends of maintenance lie."""

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
"""How often an export lacks a field."""


@dataclass(frozen=True, slots=True)
class License:
    """All cells of a license, including those of its request, and the fields that its first export lacks."""

    cells: Cells
    lacks: frozenset[str]
    may_move: bool

    @property
    def key(self) -> str:
        """Its license key."""
        return self.cells["license_key"]

    def exported_cells(self) -> Cells:
        """The cells of its first export."""
        return {name: text for name, text in self.cells.items() if name not in ON_REQUEST and name not in self.lacks}


def buy_license(customer: Customer, number: int, rng: Random) -> License:
    """A random license of a customer; the number makes its key."""
    product = one_of(_PRODUCTS, rng)
    hosting = one_of(_HOSTINGS, rng) if product in PLUGINS else Hosting.SERVER
    kind = one_of(_TYPES, rng)
    lacks = frozenset(name for name, share in _BLANKS.items() if rng.random() < share)
    purchase = date(2010, 1, 4) + timedelta(days=rng.randrange(3300))
    if hosting is Hosting.CLOUD:
        end = cloud_maintenance_end(product, rng)
    else:
        end = months_after(purchase, 12 * rng.randint(1, 4))
    cells = {
        "license_key": f"SAMPLE-{number:05}",
        "product": rng.choice(_NAMES[product]),
        "hosting": hosting.replace("_", " "),
        "license_type": kind,
        "purchase_date": purchase.isoformat(),
        "maintenance_end": end.isoformat(),
        **size_cells(customer, product, rng),
        **customer_cells(customer, rng),
    }
    movable = product in PLUGINS and hosting is Hosting.SERVER and kind != "Evaluation"
    return License(cells, lacks, movable)


def size_cells(customer: Customer, product: Product, rng: Random) -> Cells:
    """The sizes of a license and of its server."""
    host = customer.servers.get(product, LADDER[1])
    return {
        "editors": size_text(editors_for(host, rng)),
        "host_tier": size_text(users_of(host) if rng.random() < 0.08 else host),
    }


def editors_for(host: Size, rng: Random) -> int:
    """A license's size for a server of that tier: often the same, sometimes off the ladder."""
    if rng.random() < 0.07:
        return rng.choice(_OFF_LADDER)
    place = LADDER.index(host) + one_of(_STEPS, rng)
    return LADDER[min(max(place, 0), len(LADDER) - 1)]


def users_of(host: Size) -> int:
    """A number of users that needs a server of that tier."""
    return host if host == UNLIMITED else host * 7 // 8


def size_text(size: int) -> str:
    """A size as an export has it."""
    return "Unlimited" if size == UNLIMITED else str(size)


def cloud_maintenance_end(product: Product, rng: Random) -> date:
    """The end of maintenance on Cloud: around the day of the product's move, every sixth time borderline."""
    move_day = _DOCUMENTED.reference(product)
    if rng.random() < 0.17:
        return months_after(move_day, -_DOCUMENTED.grace_months) + timedelta(days=rng.randint(-30, 30))
    return move_day + timedelta(days=round(rng.gauss(40, 160)))


def customer_cells(customer: Customer, rng: Random) -> Cells:
    """The cells that say whose a license is, and those of its request."""
    return {
        "holder_first_name": customer.first_name,
        "holder_last_name": customer.last_name,
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
