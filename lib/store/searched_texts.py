"""The texts that licenses are searched by: those of today, and what past versions had instead."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, Connection, and_, case, delete, func, insert, literal, or_, select

from lib.store.license_profiles import join_texts
from lib.store.schema import license_versions, past_texts
from lib.store.searched_names import searched_name

KeyCondition = Callable[[ColumnElement[str]], ColumnElement[bool]]
"""Which licenses, as a condition on a column of license keys."""

_v = license_versions.c
_past, _now = license_versions.alias("past"), license_versions.alias("now")

SEARCHED_COLUMNS = (_v.license_key, _v.company, _v.license_name, _v.contact_email, _v.myatlassian_email, _v.sen)
"""The texts of a license that people search."""

_OTHER_TEXTS = join_texts(*(func.coalesce(text, "") for text in SEARCHED_COLUMNS[1:]))
# The key is put in lower case apart: on PostgreSQL its collation knows the letters of English only, and would be that of
# all the texts it is joined with.
TEXTS = join_texts(func.lower(SEARCHED_COLUMNS[0]), func.lower(_OTHER_TEXTS), searched_name(_v.customer))
"""All searched texts of a version in one, in lower case, and its customer's name at the end."""


def renew_past(connection: Connection, is_one: KeyCondition) -> None:
    """Store anew which texts the past versions of some licenses had that their current ones have not."""
    connection.execute(delete(past_texts).where(is_one(past_texts.c.license_key)))
    pairs = [(_past.c[text.name], _now.c[text.name]) for text in SEARCHED_COLUMNS]
    names = searched_name(_past.c.customer), searched_name(_now.c.customer)
    others = [text_unless_same(func.lower(func.coalesce(past, "")), past, now) for past, now in pairs]
    texts = join_texts(*others, text_unless_same(names[0], *names))
    differs = [and_(past != "", past.is_distinct_from(now)) for past, now in (*pairs, names)]
    versions = _past.outerjoin(_now, and_(_now.c.license_key == _past.c.license_key, _now.c.until.is_(None)))
    rows = select(_past.c.license_key, texts).select_from(versions)
    rows = rows.where(is_one(_past.c.license_key), _past.c.until.is_not(None), or_(*differs))
    connection.execute(insert(past_texts).from_select(["license_key", "texts"], rows))


def text_unless_same(text: ColumnElement[str], past: ColumnElement[str], now: ColumnElement[str]) -> ColumnElement[str]:
    """A text of a past version, empty where the current one has the same."""
    return case((past.is_not_distinct_from(now), literal("")), else_=text)
