"""What licenses are filtered and counted by, as SQL on their versions: their profile, its code, what they lack."""

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
    not_,
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
    if host_tier is None:
        return None
    return next(band for band, most in BANDS.items() if host_tier <= most)


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
"""Each column of `PROFILE`, as an expression of a version."""


def join_texts(*parts: ColumnElement[Any]) -> ColumnElement[str]:
    """Texts as one, with `SEPARATOR` between them."""
    return reduce(lambda before, part: before + literal(SEPARATOR) + part, parts)


def _code_part(name: str) -> ColumnElement[str]:
    if name == "borderline":
        # The databases write yes and no differently as texts.
        return case((VERSION_PROFILE[name], "1"), else_="0")
    return func.coalesce(cast(VERSION_PROFILE[name], Text), "?")


PROFILE_CODE = join_texts(*map(_code_part, PROFILE))
"""All of a version's profile in one text: its values as in `code_text`, with `SEPARATOR` between them."""


def code_text(name: str, value: Any) -> str:
    """A value of a column of `PROFILE` as `PROFILE_CODE` has it."""
    if value is None:
        return "?"
    return str(int(value) if name == "borderline" else value)


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

_LACKING_BITS = (case((lacks, ITEM_BITS[item]), else_=0) for item, lacks in _LACKING.items())
MISSING = case((MAY_MOVE, sum(_LACKING_BITS, literal(0))), else_=0)
"""What a license's request lacks before it can be submitted, as the sum of `ITEM_BITS`; 0 where there is nothing to request."""


# Not `MISSING == 0`, which looks at every item: databases stop at the first that is missing, and texts cost most.
_BY_COST = sorted(_LACKING, key=[*_LACKING][3:].__contains__, reverse=True)
LACKS_NOTHING = or_(not_(MAY_MOVE), and_(*(not_(_LACKING[item]) for item in _BY_COST)))
"""Whether a license's request lacks nothing, or there is nothing to request."""


def number_profiles(connection: Connection, condition: ColumnElement[bool]) -> None:
    """Number the profiles of some versions, where they are new."""
    columns = (VERSION_PROFILE[name].label(name) for name in PROFILE)
    each = select(PROFILE_CODE.label("code"), *columns).where(condition).distinct().subquery()
    new = select(each).where(~exists().where(_p.code == each.c.code))
    connection.execute(insert(profiles).from_select(["code", *PROFILE], new))
