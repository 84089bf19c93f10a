"""What people said of two customers, the licenses that change hands by it, and customers that look like one."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)

from lib.domain.customers import MergeState
from lib.judging.similar_customers import Candidate, Suggestion, similar_pairs
from lib.measures.cut import Cut
from lib.store import bulk, customer_aliases
from lib.store.schema import changes, license_versions, merges
from lib.store.selection import select_licenses

_v, _m = license_versions.c, merges.c


@dataclass(frozen=True, slots=True)
class Merge:
    """What somebody said of two customers, given by their keys; `change` gave the licenses to the other, None where none did."""

    id: int
    customer: str
    into: str
    state: MergeState
    by: str
    at: datetime
    change: int | None
    reason: str


def page(
    connection: Connection, states: Sequence[MergeState] = (), *, start: int = 0, count: int | None = 50
) -> tuple[list[Merge], int]:
    """A page of what people said of two customers, newest first (all if `count` is None), and how many there are in all.

    `states` are alternatives (empty: any).
    """
    conditions = [_m.state.in_(states)] if states else []
    total: int = connection.execute(select(func.count()).select_from(merges).where(*conditions)).scalar_one()
    page = select(merges).where(*conditions).order_by(_m.id.desc()).offset(start).limit(count)
    return [_merge(row) for row in connection.execute(page)], total


def merge(connection: Connection, number: int) -> Merge | None:
    """What was said under that number, None if there is none."""
    row = connection.execute(select(merges).where(_m.id == number)).one_or_none()
    return _merge(row) if row else None


def merge_of(connection: Connection, customer: str) -> Merge | None:
    """The merge of a customer into another that holds, None if it is one of its own."""
    merged = select(merges).where(_m.customer == customer, _m.state == MergeState.CONFIRMED)
    row = connection.execute(merged).one_or_none()
    return _merge(row) if row else None


def dismissal_of(connection: Connection, one: str, other: str) -> Merge | None:
    """What says that two customers, in any order, are two; None if nobody said so."""
    either = or_(and_(_m.customer == one, _m.into == other), and_(_m.customer == other, _m.into == one))
    row = connection.execute(select(merges).where(_m.state == MergeState.DISMISSED, either).limit(1)).one_or_none()
    return _merge(row) if row else None


def add(connection: Connection, **told: Any) -> int:
    """Keep what somebody said of two customers: customer, into, state, by, change, reason; gives its number."""
    row = {"at": datetime.now(UTC), "reason": "", **told}
    number: int = connection.execute(insert(merges).values(row).returning(_m.id)).scalar_one()
    return number


def set_state(connection: Connection, number: int, state: MergeState) -> None:
    """Move what was said to another state."""
    connection.execute(update(merges).where(_m.id == number).values(state=state))


def is_customer(connection: Connection, customer: str) -> bool:
    """Whether any license is of a customer now."""
    one = select(_v.customer).where(_v.customer == customer, _v.until.is_(None)).limit(1)
    return connection.execute(one).first() is not None


def number_moved(connection: Connection, number: int) -> int:
    """How many licenses a merge gave to the other customer when it was said."""
    asked = select(changes.c.counts).join(merges, _m.change == changes.c.id).where(_m.id == number)
    return int(connection.execute(asked).scalar_one()["changed"])


def move_all(connection: Connection, customer: str, into: str, change: int) -> int:
    """Let all licenses of a customer be another's from a change on; gives how many they are."""
    return _give(connection, _v.customer == customer, into, change)


def move_back(connection: Connection, known_as: str, change: int) -> int:
    """Let the licenses of a customer that are known as others' by now be theirs from a change on; gives how many they are."""
    now = customer_aliases.all_aliases(connection)
    theirs = customer_aliases.misplaced_keys(connection, now, _v.until.is_(None), _v.customer == known_as)
    return sum(
        _give(connection, bulk.is_one_of(connection, _v.license_key, keys), customer, change)
        for customer, keys in theirs.items()
    )


def _give(connection: Connection, chosen: ColumnElement[bool], into: str, change: int) -> int:
    """Let new versions stand that differ in their customer only, for those that stand and are `chosen`."""
    ended = connection.execute(update(license_versions).where(_v.until.is_(None), chosen).values(until=change))
    given: dict[str, ColumnElement[Any]] = {
        "since": literal(change),
        "until": null(),
        "customer": literal(into),
        "stage_since": func.coalesce(_v.stage_since, _v.since),
    }
    columns = {column.name: given.get(column.name, column) for column in license_versions.columns}
    rows = select(*columns.values()).where(_v.until == change, chosen)
    connection.execute(insert(license_versions).from_select(list(columns), rows))
    return int(ended.rowcount)


def suggestions(connection: Connection, cut: Cut | None = None, limit: int = 50) -> tuple[list[Suggestion], int]:
    """Customers of a cut that are probably one, the likeliest first, and how many such pairs there are in all.

    Those that somebody said something of do not come again. Of 50,000 customers this takes seconds: `alike` depends on the
    licenses alone and can be remembered, `open_ones` is quick.
    """
    found = undecided(connection, similar_customers(connection, cut))
    return found[:limit], len(found)


def similar_customers(connection: Connection, cut: Cut | None = None) -> list[Suggestion]:
    """Customers of a cut that are probably one, whatever people said of them."""
    return similar_pairs(*comparison_data(connection, cut))


def undecided(connection: Connection, found: Sequence[Suggestion]) -> list[Suggestion]:
    """The suggestions that nobody confirmed or dismissed."""
    told = connection.execute(select(_m.customer, _m.into).where(_m.state != MergeState.UNDONE))
    known_pairs = {frozenset(pair) for pair in told}
    return [one for one in found if frozenset((one.customer, one.into)) not in known_pairs]


def comparison_data(connection: Connection, cut: Cut | None = None) -> tuple[list[Candidate], set[str]]:
    """What customers of a cut are compared by, and the mail domains of resellers, who write for many of them."""
    names: dict[str, Counter[str]] = defaultdict(Counter)
    domains: dict[str, set[str]] = defaultdict(set)
    resellers: set[str] = set()
    for row in connection.execute(_asked(connection, cut or Cut())):
        names[row.customer][row.name or ""] += row.licenses
        domains[row.customer] |= {row.contact, row.account}
        resellers |= {row.expert, row.reseller}
    found = [
        Candidate(customer, _commonest(spelled), spelled.total(), frozenset(domains[customer] - {""}))
        for customer, spelled in names.items()
        if customer
    ]
    return found, resellers - {""}


def _commonest(spelled: Counter[str]) -> str:
    return min(spelled, key=lambda name: (-spelled[name], name))


def _asked(connection: Connection, cut: Cut) -> Select[Any]:
    """How many licenses of each customer have which name and mail domains: the one question of all this."""
    chosen = select_licenses(connection, cut)
    name = func.coalesce(func.nullif(_v.company, ""), func.nullif(_v.license_name, ""), _v.contact_email)
    mails = {
        "contact": _v.contact_email,
        "account": _v.myatlassian_email,
        "expert": _v.expert_email,
        "reseller": _v.reseller,
    }
    told = {"name": name, **{named: _domain(connection, mail) for named, mail in mails.items()}}
    grouped = [_v.customer, *told.values()]
    named = [_v.customer, *(column.label(label) for label, column in told.items())]
    asked = select(*named, func.count().label("licenses")).where(
        *chosen.on_versions(chosen.conditions), chosen.is_of_day
    )
    return asked.group_by(*grouped)


def _domain(connection: Connection, mail: ColumnElement[Any]) -> ColumnElement[str]:
    """What follows the @ of an address in lower case, empty where there is none."""
    place = (func.strpos if connection.dialect.name == "postgresql" else func.instr)(mail, "@")
    return case((place > 0, func.lower(func.trim(func.substr(mail, place + 1)))), else_="")


def _merge(row: Row[Any]) -> Merge:
    told = row._asdict()
    return Merge(**{**told, "state": MergeState(told["state"])})
