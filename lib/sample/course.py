"""What becomes known of an invented license, week by week, until it has moved, or has not."""

from collections.abc import Sequence
from random import Random

from lib.sample.customers import customers
from lib.sample.licenses import Cells, License, bought

WEEKS = 28
"""Weeks of work, from the first export on."""

News = dict[int, Cells]
"""What becomes known of a license, by week; it is there from the first of them on."""

_ITEMS = (
    ("myatlassian_email",),
    ("match_agreed",),
    ("server_confirmed",),
    ("holder_first_name", "holder_last_name"),
    ("expert_email",),
    *((name,) for name in ("hosting", "editors", "host_tier", "address", "company")),
)
"""What requests tell, and customers may tell later."""

_CUSTOMERS = 500
_LICENSES = 1200


def courses(seed: int) -> list[tuple[License, News]]:
    """All licenses of the sample and what becomes known of each; the same seed always gives the same."""
    rng = Random(seed)  # noqa: S311 - nothing secret
    everyone = customers(_CUSTOMERS, rng)
    # Each has one license at least, and some have many.
    shares = [1 / (place + 6) for place in range(_CUSTOMERS)]
    buyers = [*range(_CUSTOMERS), *rng.choices(range(_CUSTOMERS), shares, k=_LICENSES - _CUSTOMERS)]
    # Most customers ask in the weeks around the middle, so that what has moved makes an S.
    asking = [round(rng.gauss(12, 6)) if rng.random() < 0.8 else WEEKS for _ in everyone]
    refusing = [rng.random() < 0.06 for _ in everyone]
    told = []
    for number, buyer in enumerate(buyers, 1):
        license = bought(everyone[buyer], number * 37 % 99_991, rng)
        told.append((license, course(license, asking[buyer], refusing[buyer], rng)))
    return told


def course(license: License, asks: int, refuses: bool, rng: Random) -> News:
    """What becomes known of a license whose customer asks in that week, to move it or to say that it must not grow."""
    arrives = rng.randint(2, 8) if rng.random() < 0.03 else 0
    news: News = {arrives: license.known()}
    if not license.may_move:
        _tell(news, arrives + rng.randint(1, 60), _missing(license, ("maintenance_end",)))
    elif asks < WEEKS:
        came = max(asks, arrives) + rng.randint(1, 2)
        if refuses:
            _refuse(news, came, rng)
        else:
            _request(news, license, came, rng)
    return news


def _refuse(news: News, came: int, rng: Random) -> None:
    _tell(news, came, {"match_agreed": "no"})
    if rng.random() < 0.3:
        _tell(news, came + rng.randint(4, 9), {"match_agreed": "yes"})


def _request(news: News, license: License, came: int, rng: Random) -> None:
    weeks = []
    for item in _ITEMS:
        if cells := _missing(license, item):
            weeks.append(_week_of_item(came, rng))
            _tell(news, weeks[-1], cells)
    if max(weeks) < WEEKS and rng.random() < 0.95:
        _tell(news, max(weeks) + rng.randint(1, 4), {"sen": f"SEN-{license.key[-5:]}77"})


def _week_of_item(came: int, rng: Random) -> int:
    """Most items come with the request, some later, a few not at all."""
    said = rng.random()
    return came if said < 0.86 else came + rng.randint(1, 7) if said < 0.97 else WEEKS


def _missing(license: License, names: Sequence[str]) -> Cells:
    """What the first export does not say of these fields."""
    known = license.known()
    return {name: license.cells[name] for name in names if license.cells[name] and name not in known}


def _tell(news: News, week: int, cells: Cells) -> None:
    """Let something become known in a week, unless that is yet to come."""
    if cells and week < WEEKS:
        news.setdefault(week, {}).update(cells)
