"""What licenses are filtered and counted by, told of their versions in SQL: their profile, its number, what they lack."""

from collections.abc import Mapping
from functools import reduce
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
)

from lib.domain.codes import Item
from lib.domain.eligibility import Outcome
from lib.domain.products import Hosting
from lib.domain.requests import ITEM_TITLES, OPEN
from lib.domain.tiers import UNLIMITED
from lib.store.schema import PROFILE, SEPARATOR, license_versions, profiles

_v, _p = license_versions.c, profiles.c

BANDS = {"small": 50, "medium": 500, "large": 10_000, "largest": UNLIMITED}
"""The size of a customer's server, by the most users of each band."""


def band_of(host_tier: int | None) -> str | None:
    """The band of a server's size."""
    return None if host_tier is None else next(band for band, most in BANDS.items() if host_tier <= most)


_IN_CLOUD = func.coalesce(_v.hosting, "") == Hosting.CLOUD
_BAND = case(
    (or_(_IN_CLOUD, _v.host_tier.is_(None)), null()),
    *((_v.host_tier <= most, band) for band, most in BANDS.items()),
)
_MONTH = case((_IN_CLOUD, func.substr(cast(_v.maintenance_end, Text), 1, 7)), else_=null())

# Twin of `importing.profile_totals.profile_columns`, which knows a batch's profiles before the database has it;
# tests/store/test_twins.py holds them together.
VERSION_PROFILE: Mapping[str, ColumnElement[Any]] = {
    **{name: _v[name] for name in PROFILE if name in _v},
    "country": func.nullif(_v.country, ""),
    "band": _BAND,
    "month": _MONTH,
}
"""Each column of `PROFILE`, as one of a version."""


def join_texts(*parts: ColumnElement[Any]) -> ColumnElement[str]:
    """Texts as one, parted by `SEPARATOR`."""
    return reduce(lambda before, part: before + literal(SEPARATOR) + part, parts)


PROFILE_CODE = join_texts(
    *(
        case((VERSION_PROFILE[name], "1"), else_="0")
        if name == "borderline"
        else func.coalesce(cast(VERSION_PROFILE[name], Text), "?")
        for name in PROFILE
    )
)
"""All of a version's profile in one text: its values as `in_code` tells them, parted by `SEPARATOR`."""


def code_text(name: str, value: Any) -> str:
    """A value of a column of `PROFILE` as `CODE` has it."""
    return "?" if value is None else str(int(value) if name == "borderline" else value)


def _blank(*names: str) -> ColumnElement[bool]:
    return or_(*(func.coalesce(_v[name], "") == "" for name in names))


# Twin of `domain.requests.missing_items`, which says the same of one license; tests/store/test_twins.py holds them together.
_LACKING: dict[Item, ColumnElement[bool]] = {
    **{need: ("," + _v.needs + ",").contains(f",{need},") for need in (Item.HOSTING, Item.EDITORS, Item.HOST_TIER)},
    Item.SERVER_CONFIRMED: _v.server_confirmed.is_not(True),
    Item.MATCH_AGREED: _v.match_agreed.is_not(True),
    Item.MYATLASSIAN_EMAIL: _blank("myatlassian_email"),
    Item.HOLDER_NAME: _blank("holder_first_name", "holder_last_name"),
    Item.COMPANY: _blank("company"),
    Item.ADDRESS: _blank("address", "country"),
}
ITEM_BITS = {item: 1 << place for place, item in enumerate(ITEM_TITLES)}
"""The bit that stands for each item that may be missing."""

MAY_MOVE = and_(
    _v.outcome.in_((Outcome.ELIGIBLE, Outcome.UPGRADE_NEEDED, Outcome.NEEDS_INFO)), ~_IN_CLOUD, _v.stage.in_(OPEN)
)
"""Whether a license may still be requested, so that its customer can be asked for what is missing."""
MISSING = case(
    (MAY_MOVE, sum((case((lacks, ITEM_BITS[item]), else_=0) for item, lacks in _LACKING.items()), literal(0))), else_=0
)
"""What a license's request lacks before it can be submitted, as the sum of `ITEM_BITS`; 0 where there is nothing to request."""


def number_profiles(connection: Connection, chosen: ColumnElement[bool]) -> None:
    """Give the profiles of some versions a number, where they have none yet."""
    told = (
        select(PROFILE_CODE.label("code"), *(VERSION_PROFILE[name].label(name) for name in PROFILE))
        .where(chosen)
        .distinct()
        .subquery()
    )
    new = select(told).where(~exists().where(_p.code == told.c.code))
    connection.execute(insert(profiles).from_select(["code", *PROFILE], new))
