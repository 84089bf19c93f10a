"""The letters that are to be written to the customers of a cut, from the store."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from lib.documents.letters.letter import Letter, LetterLicense, cloud_letter, hidden_contacts, language_of, letter
from lib.documents.letters.templates import Language
from lib.documents.letters.wordings import templates
from lib.domain.codes import Flag, parse_flags
from lib.domain.eligibility import Outcome
from lib.measures.customer_groups import CustomerGroup
from lib.measures.cut import Cut
from lib.store import change_log, customer_languages, file_rows
from lib.store.license_profiles import ITEM_BITS

VERSION_COLUMNS = (
    *("license_key", "product", "outcome", "editors", "from_size", "to_tier", "flags"),
    *("contact_name", "contact_first_name", "contact_last_name", "contact_email", "myatlassian_email"),
    *("country", "expert_email", "plan_end"),
)
"""What a letter reads of a license, beside its customer's key and name and what is `missing`."""

LETTER_COLUMNS = ("customer", "name", "missing", *VERSION_COLUMNS)

ON_CLOUD = (Outcome.LEGACY_PLAN, Outcome.EXPIRED)

Letters = Iterator[tuple[str, str, Letter]]
"""The key and the name of a customer, and the letter to it."""


def letters_of(
    connection: Connection, cut: Cut, language: Language | None = None, *, to: str = "", hides_contacts: bool = False
) -> Letters:
    """A letter to each customer of a cut who lacks something or must upgrade, by the customers' keys.

    It is about those licenses of the cut that may still be requested, or about Cloud licenses where the cut's group is of
    them; in the wording in force, and by default in the language that people chose for the customer, else that of the
    reader's country. `to` is a contact's address; with `hides_contacts`, marks stand in place of whom it is to. The
    connection must stay open until the last.
    """
    texts, languages = templates(connection), customer_languages.chosen_languages(connection)
    is_cloud, today = cut.group == CustomerGroup.CLOUD, change_log.today(connection)
    customers = cloud_licenses_by_customer if is_cloud else licenses_by_customer
    for customer, name, licenses in customers(connection, cut):
        own_language = language or Language(languages.get(customer) or language_of(licenses))
        text = texts[own_language]
        if hides_contacts:
            licenses = hidden_contacts(licenses)
        if is_cloud:
            yield customer, name, cloud_letter(name, licenses, own_language, text, today, to=to)
        else:
            yield customer, name, letter(name, licenses, own_language, text, to=to)


def cloud_licenses_by_customer(connection: Connection, cut: Cut) -> Iterator[tuple[str, str, list[LetterLicense]]]:
    """The key and the name of each customer with Cloud licenses, and these."""
    rows = rows_of(file_rows.slices_with_missing(connection, cut, ON_CLOUD, VERSION_COLUMNS))
    for (customer, name), own_rows in groupby(rows, itemgetter("customer", "name")):
        yield customer, name, [letter_license(row) for row in own_rows]


def licenses_by_customer(connection: Connection, cut: Cut) -> Iterator[tuple[str, str, list[LetterLicense]]]:
    """The key and the name of each such customer, and the licenses that its letter is about."""
    rows = rows_of(file_rows.requestable_slices(connection, cut))
    for (customer, name), own_rows in groupby(rows, itemgetter("customer", "name")):
        licenses = [letter_license(row) for row in own_rows]
        if any(license.missing or license.tier is not None for license in licenses):
            yield customer, name, licenses


def rows_of(slices: Iterable[pd.DataFrame]) -> Iterator[dict[str, Any]]:
    """The rows of frames, one at a time."""
    for frame in slices:
        columns = [frame[name].tolist() for name in LETTER_COLUMNS]
        for row in zip(*columns, strict=True):
            yield dict(zip(LETTER_COLUMNS, row, strict=True))


def letter_license(row: dict[str, Any]) -> LetterLicense:
    """A row as the letter needs it."""
    contact, email = reader_of(row)
    return LetterLicense(
        key=row["license_key"],
        product=row["product"],
        outcome=row["outcome"],
        size=row["editors"] if row["from_size"] is None else row["from_size"],
        tier=row["to_tier"],
        missing=tuple(item for item, bit in ITEM_BITS.items() if row["missing"] & bit),
        contact=contact,
        email=email,
        country=row["country"] or "",
        has_expert=bool(row["expert_email"]),
        plan_end=row["plan_end"],
    )


def reader_of(row: dict[str, Any]) -> tuple[str, str]:
    """Whom a letter about a license is written to: a name and an address, empty where unknown."""
    account_email = row["myatlassian_email"] or ""
    # A reseller is no customer (domain.md §2): the holder of the account is.
    if Flag.RESELLER_CONTACT in parse_flags(row["flags"]):
        return "", account_email
    names = (row["contact_first_name"], row["contact_last_name"])
    contact = row["contact_name"] or " ".join(filter(None, names))
    return contact, row["contact_email"] or account_email
