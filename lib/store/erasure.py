"""Erases what is stored about a customer's people: known places first, then every text of every table that names them."""

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, or_, select, table, update
from sqlalchemy import column as sql_column

from lib.domain.customers import name_of_customer
from lib.domain.licenses import COLUMNS
from lib.store import batches, bulk, catch_up
from lib.store.redaction import ERASED, redact_everywhere
from lib.store.schema import (
    SEARCH_INDEX,
    batch_parts,
    changes,
    check_pages,
    checks,
    customer_notes,
    customer_tallies,
    findings,
    license_customers,
    license_versions,
    lookups,
    marketplace_links,
    marketplace_versions,
    match_decisions,
    merges,
    metadata,
    pack_licenses,
    packs,
    rejections,
)

PERSONAL = tuple(name for name, column in COLUMNS.items() if column.personal)
_BLANKED = (*PERSONAL, "notes", "extra")
"""The columns of a version that are emptied."""

# Whose values are searched everywhere; the address of a reseller is in other customers' licenses, too.
_EMAILS = ("contact_email", "myatlassian_email")

_MARKETPLACE = ("contact_name", "address", "technical_email", "billing_email", "partner_email")
# Letters of a text that is searched everywhere: shorter ones are parts of other words.
_SHORTEST = 6

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")

_v = license_versions.c


@dataclass(frozen=True, slots=True)
class Reach:
    """What an erasure reaches: how many licenses, versions of them, kept files, packs, notes, and other texts."""

    licenses: int
    versions: int
    files: int
    packs: int
    notes: int
    texts: int


def erase(connection: Connection, customer: str, change: int) -> Reach:
    """Erase a customer's contacts; `change` is the number of this change."""
    keys = license_keys(connection, customer)
    of_licenses = bulk.is_one_of(connection, _v.license_key, keys)
    values = values_of(connection, of_licenses)
    files = erase_files(connection, keys, of_licenses, values)
    erase_checks(connection)
    notes = erase_notes(connection, customer)
    erase_reasons(connection, customer, keys, of_licenses)
    erase_on_marketplace(connection, keys, values)
    pack_count = erase_packs(connection, keys)
    versions = erase_versions(connection, of_licenses, values)
    if not name_of_customer(customer):
        rename_customer(connection, customer, f"erased {change}")
    redaction = redact_everywhere(connection, values)
    renew_lookups(connection, sorted({*keys, *redaction.licenses}))
    return Reach(len(keys), versions, files, pack_count, notes, redaction.places)


def license_keys(connection: Connection, customer: str) -> list[str]:
    """The licenses that are or were the customer's."""
    query = select(_v.license_key).where(_v.customer == customer).distinct().order_by(_v.license_key)
    return list(connection.execute(query).scalars())


def values_of(connection: Connection, of_licenses: ColumnElement[bool]) -> list[str]:
    """The texts by which the customer's people can be found anywhere, the longest first."""
    names = (*_EMAILS, *(name for name in PERSONAL if name != "expert_email"), "notes", "extra")
    columns = [_v[name] for name in dict.fromkeys(names)]
    values: set[str] = set()
    for row in connection.execute(select(*columns).where(of_licenses).distinct()).mappings():
        values.update(texts_of(dict(row)))
    return sorted((value for value in values if len(value) >= _SHORTEST), key=len, reverse=True)


def texts_of(version: dict[str, Any]) -> Iterator[str]:
    """The texts of a version that name a person by themselves: a single first or last name names many."""
    for first, last in (("contact_first_name", "contact_last_name"), ("holder_first_name", "holder_last_name")):
        if version[first] and version[last]:
            yield f"{version[first]} {version[last]}"
    for name in (*_EMAILS, "address", "notes"):
        if version[name]:
            yield version[name]
    if " " in (version["contact_name"] or ""):
        yield version["contact_name"]
    yield from _ADDRESS.findall(f"{version['notes'] or ''} {version['extra'] or ''}")
    yield from filter(None, json.loads(version["extra"] or "{}").values())


def erase_versions(connection: Connection, of_licenses: ColumnElement[bool], values: Sequence[str]) -> int:
    """Empty the personal columns of all versions, past ones too; verdicts and counts stay."""
    query = select(func.count()).select_from(license_versions).where(of_licenses)
    total: int = connection.execute(query).scalar_one()
    connection.execute(update(license_versions).where(of_licenses).values(dict.fromkeys(_BLANKED)))
    # A license may be registered in a person's name.
    is_person = bulk.is_one_of(connection, _v.license_name, values)
    connection.execute(update(license_versions).where(of_licenses, is_person).values(license_name=None))
    return total


def erase_files(
    connection: Connection, keys: Sequence[str], of_licenses: ColumnElement[bool], values: Sequence[str]
) -> int:
    """Delete the kept files that the licenses came from, or that name them or their people, with what was wrong in them."""
    came_from = set(connection.execute(select(_v.batch_id).where(of_licenses).distinct()).scalars())
    stored = (
        connection.execute(select(batch_parts.c.batch_id).distinct().order_by(batch_parts.c.batch_id)).scalars().all()
    )
    sought = [*values, *(key for key in keys if len(key) >= _SHORTEST)]
    numbers = [
        number for number in stored if number in came_from or mentions(batches.content(connection, number), sought)
    ]
    batches.delete_files(connection, numbers)
    in_files = rejections.c.batch_id.in_({*numbers, *filter(None, came_from)})
    personal = update(rejections).where(in_files, rejections.c.field.in_(PERSONAL))
    connection.execute(personal.values(value=None, message=ERASED))
    return len(numbers)


def erase_checks(connection: Connection) -> None:
    """Delete what checks of open files found, which quotes stored values beside those of the file; they are checked again."""
    for one in (check_pages, checks):
        connection.execute(delete(one))


def mentions(content: bytes, texts: Iterable[str]) -> bool:
    """Whether a file has one of some texts in it, packed or not, in any usual encoding."""
    forms = {form for text in texts for form in encoded(text.lower())}
    return any(form in part for part in map(bytes.lower, unpacked(content)) for form in forms)


def encoded(text: str) -> Iterator[bytes]:
    """A text as the bytes of files have it."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "cp1252"):
        yield text.encode(encoding, errors="ignore")
    yield escape(text).encode()


def unpacked(content: bytes) -> Iterator[bytes]:
    """A file, or the parts that are packed in it."""
    if not content.startswith(b"PK"):
        yield content
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for part in archive.infolist():
            yield archive.read(part)


def erase_notes(connection: Connection, customer: str) -> int:
    """Erase what colleagues wrote about the customer."""
    notes = update(customer_notes).where(customer_notes.c.customer == customer)
    return connection.execute(notes.values(text=ERASED)).rowcount


def erase_reasons(connection: Connection, customer: str, keys: Sequence[str], of_licenses: ColumnElement[bool]) -> None:
    """Erase the reasons that people gave for what they did to these licenses, but for those of imports."""
    touching = select(_v.since).where(of_licenses).union(select(_v.until).where(of_licenses, _v.until.is_not(None)))
    reasons: list[tuple[Table, ColumnElement[bool]]] = [
        (changes, changes.c.id.in_(touching) & changes.c.batch_id.is_(None)),
        (merges, (merges.c.customer == customer) | (merges.c.into == customer)),
        (license_customers, bulk.is_one_of(connection, license_customers.c.license_key, keys)),
        (match_decisions, bulk.is_one_of(connection, match_decisions.c.license_key, keys)),
    ]
    for one, is_theirs in reasons:
        connection.execute(update(one).where(is_theirs, one.c.reason != "").values(reason=ERASED))


def erase_on_marketplace(connection: Connection, keys: Sequence[str], values: Sequence[str]) -> None:
    """Empty the contacts of the Marketplace licenses that these became, or may have, or that have their addresses."""
    partners: set[str] = set()
    for one in (marketplace_links, findings, match_decisions):
        theirs = select(one.c.marketplace_id).where(bulk.is_one_of(connection, one.c.license_key, keys))
        partners.update(connection.execute(theirs).scalars())
    is_theirs = [bulk.is_one_of(connection, marketplace_versions.c.id, sorted(partners))]
    addresses = [value.lower() for value in values]
    places = (marketplace_versions.c.technical_email, marketplace_versions.c.billing_email)
    is_theirs += [bulk.is_one_of(connection, func.lower(place), addresses) for place in places]
    connection.execute(update(marketplace_versions).where(or_(*is_theirs)).values(dict.fromkeys(_MARKETPLACE, "")))


def erase_packs(connection: Connection, keys: Sequence[str]) -> int:
    """Delete the files of the packs that these licenses are in."""
    theirs = select(pack_licenses.c.download_id).where(bulk.is_one_of(connection, pack_licenses.c.license_key, keys))
    return connection.execute(update(packs).where(packs.c.download_id.in_(theirs)).values(content=b"")).rowcount


def rename_customer(connection: Connection, customer: str, name: str) -> None:
    """Give a customer that goes by an email address another key, wherever it stands."""
    for one in metadata.tables.values():
        for place in ("customer", "into"):
            if place in one.c and one is not lookups and one is not customer_tallies:
                connection.execute(update(one).where(one.c[place] == customer).values({place: name}))


def renew_lookups(connection: Connection, keys: Sequence[str]) -> None:
    """Make anew what these licenses are searched and counted by."""
    catch_up.replace_licenses(connection, lambda key: bulk.is_one_of(connection, key, keys))
    if connection.dialect.name == "sqlite":
        # Its index only marks what is gone, until its parts are joined to one.
        connection.execute(insert(table(SEARCH_INDEX, sql_column(SEARCH_INDEX))).values({SEARCH_INDEX: "optimize"}))
