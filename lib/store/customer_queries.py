"""Queries about customers: their names, their licenses and what changed."""

from collections import Counter
from collections.abc import Container, Mapping, Sequence

import pandas as pd
from sqlalchemy import ColumnElement, Connection, and_, func, literal, or_, select, union

from lib.domain.customers import ANCHOR_MARKS, NO_ORGANIZATION, name_of_customer, name_with_anchor, organisation_key
from lib.measures.cut import Cut
from lib.store import bulk, customer_aliases
from lib.store.frames import fetch_frame
from lib.store.schema import changes, customer_tallies, license_versions
from lib.store.searched_names import searched_name
from lib.store.selection import Selection, select_licenses

_v, _t = license_versions.c, customer_tallies.c


def customer_names(connection: Connection, selection: Selection, is_wanted: ColumnElement[bool]) -> dict[str, str]:
    """The commonest spelling of each customer's name, by key; of equally common ones the first by letter.

    `is_wanted` is a condition on `license_versions`.
    """
    spelling = func.coalesce(func.nullif(_v.company, ""), func.nullif(_v.license_name, ""), _v.contact_email)
    query = select(_v.customer, spelling.label("name"), func.count().label("times"))
    query = query.where(selection.is_of_day, is_wanted).group_by(_v.customer, spelling)
    rows = connection.execute(query).all()
    # The commonest spelling comes last, so that it is the one that the dictionary keeps.
    ascending = sorted(rows, key=lambda row: (-row.times, row.name), reverse=True)
    return {row.customer: displayed_name(row.customer, row.name) for row in ascending}


def told_apart(names: Mapping[str, str], others: Container[str] = ()) -> dict[str, str]:
    """Names by customer key, each that several have with its anchor; `others` are keys with namesakes elsewhere."""
    times = Counter(names.values())
    return {
        key: name_with_anchor(name, key) if times[name] > 1 or key in others else name for key, name in names.items()
    }


def namesakes(connection: Connection, keys: Sequence[str]) -> set[str]:
    """Those of some customers whose name another one has, too."""
    names = {key: name for key in keys if (name := name_of_customer(key))}
    each = bulk.rows_of_texts(connection, sorted(set(names.values())))
    query = select(each.c.value, _v.customer).distinct().where(_v.until.is_(None), is_named(each.c.value))
    customers: dict[str, set[str]] = {}
    for name, customer in connection.execute(query):
        customers.setdefault(name, set()).add(customer)
    return {key for key, name in names.items() if customers.get(name, set()) - {key}}


def displayed_name(customer: str, spelling: str) -> str:
    """What a customer is called: its spelling; where that names nobody (`Unknown`), its address, else that it has no name."""
    if organisation_key(spelling):
        return spelling
    address = customer if "@" in customer else ""
    return name_of_customer(customer) or address or NO_ORGANIZATION


def customer_name(connection: Connection, key: str) -> str | None:
    """The commonest spelling of a customer's name, told apart from its namesakes, if it has licenses."""
    return names_of(connection, [key]).get(key)


def names_of(connection: Connection, keys: Sequence[str]) -> dict[str, str]:
    """The names of these customers by key, in their order, those of namesakes told apart."""
    is_one = bulk.is_one_of(connection, _v.customer, keys)
    names = customer_names(connection, select_licenses(connection, Cut()), is_one)
    names = told_apart(names, namesakes(connection, keys))
    return {key: names[key] for key in keys if key in names}


def find_customers(connection: Connection, name: str) -> list[str]:
    """The keys of customers meant by a name: that very key, else all of that name, else all whose keys contain the name."""
    query = select(_v.customer).distinct().where(_v.until.is_(None)).order_by(_v.customer)
    organisation = organisation_key(name)
    is_meant = [_v.customer == name]
    if organisation:
        aliases = customer_aliases.all_aliases(connection).items()
        merged = [into for customer, into in aliases if name_of_customer(customer) == organisation]
        is_meant.append(or_(is_named(literal(organisation)), bulk.is_one_of(connection, _v.customer, merged)))
        is_meant.append(searched_name(_v.customer).contains(organisation, autoescape=True))
    for condition in is_meant:
        customers = list(connection.execute(query.where(condition)).scalars())
        if customers:
            return customers
    return []


def is_named(organisation: ColumnElement[str]) -> ColumnElement[bool]:
    """The condition that a license's customer has exactly this name (`customers.name_of_customer`)."""
    # Between two texts, not LIKE, and first between those that all begin so: either database then uses its index of
    # customers, which it does not for alternatives alone.
    spans = [(organisation + f" {mark}", organisation + f" {chr(ord(mark) + 1)}") for mark in ANCHOR_MARKS]
    anchored = [and_(_v.customer >= first, _v.customer < end) for first, end in spans]
    begins_so = and_(_v.customer >= organisation, _v.customer < organisation + "!")
    return and_(begins_so, or_(_v.customer == organisation, *anchored))


def customer_changes(connection: Connection, key: str) -> pd.DataFrame:
    """Every change that began or ended versions of a customer's licenses, the newest first.

    Columns: at, by, kind, reason, batch_id, and how many `licenses` it touched.
    """
    # Current and closed versions apart, since each kind has an index of its own.
    is_current, is_closed = _v.until.is_(None), _v.until.is_not(None)
    parts = [
        select(_v.license_key, change.label("change")).where(_v.customer == key, kind)
        for change, kind in ((_v.since, is_current), (_v.since, is_closed), (_v.until, is_closed))
    ]
    touched = union(*parts).subquery()
    columns = [changes.c[name] for name in ("at", "by", "kind", "reason", "batch_id")]
    query = select(*columns, func.count(touched.c.license_key.distinct()).label("licenses"))
    query = query.select_from(changes.join(touched, touched.c.change == changes.c.id))
    return fetch_frame(connection, query.group_by(changes.c.id, *columns).order_by(changes.c.id.desc()))


def current_licenses(connection: Connection, customer: str) -> pd.DataFrame:
    """A customer's current licenses, all columns, by key."""
    query = select(license_versions).where(_v.customer == customer, _v.until.is_(None))
    return fetch_frame(connection, query.order_by(_v.license_key))


def licenses_at(connection: Connection, customer: str, change: int) -> pd.DataFrame:
    """A customer's licenses at a change, all columns, by key."""
    # Current and closed versions apart, since each kind has an index of its own.
    is_current, was_current = _v.until.is_(None), and_(_v.until > change, _v.until.is_not(None))
    own = or_(*(and_(_v.customer == customer, _v.since <= change, kind) for kind in (is_current, was_current)))
    return fetch_frame(connection, select(license_versions).where(own).order_by(_v.license_key))
