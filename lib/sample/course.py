"""The course of an invented license: what becomes known of it, week by week."""

from collections.abc import Sequence
from random import Random

from lib.sample.customers import customers
from lib.sample.licenses import Cells, License, buy_license

WEEKS = 28
"""Weeks of work, from the first export on."""

Course = dict[int, Cells]
"""The cells that become known of a license, by week; the first week is that of its arrival."""

_ITEMS = (
    ("myatlassian_email",),
    ("match_agreed",),
    ("server_confirmed",),
    ("holder_first_name", "holder_last_name"),
    ("expert_email",),
    *((name,) for name in ("hosting", "editors", "host_tier", "address", "company")),
)
"""Groups of fields that become known together, by the request or later."""

_CUSTOMERS = 500
_LICENSES = 1200


def courses(seed: int) -> list[tuple[License, Course]]:
    """All licenses of the sample with their courses; the same seed always gives the same."""
    rng = Random(seed)  # noqa: S311 - nothing secret
    everyone = customers(_CUSTOMERS, rng)
    # Each customer has at least one license, and some have many.
    shares = [1 / (place + 6) for place in range(_CUSTOMERS)]
    buyers = [*range(_CUSTOMERS), *rng.choices(range(_CUSTOMERS), shares, k=_LICENSES - _CUSTOMERS)]
    # Most customers ask in the weeks around the middle, so that the migrated licenses form an S-curve.
    request_weeks = [round(rng.gauss(12, 6)) if rng.random() < 0.8 else WEEKS for _ in everyone]
    refusals = [rng.random() < 0.06 for _ in everyone]
    pairs = []
    for number, buyer in enumerate(buyers, 1):
        license = buy_license(everyone[buyer], number * 37 % 99_991, rng)
        pairs.append((license, course(license, request_weeks[buyer], refusals[buyer], rng)))
    return pairs


def course(license: License, request_week: int, refuses: bool, rng: Random) -> Course:
    """The course of a license whose customer asks in that week to move it, or refuses to let it grow."""
    arrival = rng.randint(2, 8) if rng.random() < 0.03 else 0
    steps: Course = {arrival: license.exported_cells()}
    if not license.may_move:
        add_cells(steps, arrival + rng.randint(1, 60), cells_to_come(license, ("maintenance_end",)))
    elif request_week < WEEKS:
        week = max(request_week, arrival) + rng.randint(1, 2)
        if refuses:
            refuse(steps, week, rng)
        else:
            request(steps, license, week, rng)
    return steps


def refuse(steps: Course, week: int, rng: Random) -> None:
    """Let the customer refuse to match, and sometimes agree after all."""
    add_cells(steps, week, {"match_agreed": "no"})
    if rng.random() < 0.3:
        add_cells(steps, week + rng.randint(4, 9), {"match_agreed": "yes"})


def request(steps: Course, license: License, week: int, rng: Random) -> None:
    """Let a request come in, its missing items later, and usually the SEN once all are there."""
    weeks = []
    for names in _ITEMS:
        if cells := cells_to_come(license, names):
            weeks.append(week_of_item(week, rng))
            add_cells(steps, weeks[-1], cells)
    if max(weeks) < WEEKS and rng.random() < 0.95:
        add_cells(steps, max(weeks) + rng.randint(1, 4), {"sen": f"SEN-{license.key[-5:]}77"})


def week_of_item(request_week: int, rng: Random) -> int:
    """Most items come with the request, some later, a few never."""
    chance = rng.random()
    if chance < 0.86:
        return request_week
    if chance < 0.97:
        return request_week + rng.randint(1, 7)
    return WEEKS


def cells_to_come(license: License, names: Sequence[str]) -> Cells:
    """The filled cells of these fields that the first export lacks."""
    exported = license.exported_cells()
    return {name: license.cells[name] for name in names if license.cells[name] and name not in exported}


def add_cells(steps: Course, week: int, cells: Cells) -> None:
    """Let cells become known in a week, unless that lies in the future."""
    if cells and week < WEEKS:
        steps.setdefault(week, {}).update(cells)
