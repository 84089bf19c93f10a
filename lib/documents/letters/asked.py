"""The letters that are to be written to the customers of a cut, from the store."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from lib.documents.letters.letter import Asked, Letter, language_of, letter
from lib.documents.letters.templates import Language
from lib.documents.letters.worded import templates
from lib.domain.codes import Flag, parse_flags
from lib.measures.cut import Cut
from lib.store import file_rows
from lib.store.license_profiles import ITEM_BITS

Letters = Iterator[tuple[str, str, Letter]]
"""The key and the name of a customer, and the letter to it."""


def letters_of(connection: Connection, cut: Cut, language: Language | None = None) -> Letters:
    """A letter to each customer of a cut who must be asked for something or told of an upgrade, by the customers' keys.

    It is about those licenses of the cut that may still be requested, in the wording in force. In the language of the
    customer's country, if none is said. The connection must stay open until the last.
    """
    texts = templates(connection)
    for customer, name, licenses in asked_of(connection, cut):
        spoken = language or language_of(license.country for license in licenses)
        yield customer, name, letter(name, licenses, spoken, texts[spoken])


def asked_of(connection: Connection, cut: Cut) -> Iterator[tuple[str, str, list[Asked]]]:
    """The key and the name of each such customer, and the licenses that its letter is about."""
    rows = _rows(file_rows.requestable_slices(connection, cut))
    for (customer, name), own in groupby(rows, itemgetter("customer", "name")):
        licenses = [_asked(row) for row in own]
        if any(license.missing or license.tier is not None for license in licenses):
            yield customer, name, licenses


_COLUMNS = (
    "customer name license_key product outcome editors from_size to_tier missing flags contact_name contact_first_name contact_last_name "
    "contact_email myatlassian_email country expert_email"
).split()


def _rows(slices: Iterable[pd.DataFrame]) -> Iterator[dict[str, Any]]:
    for frame in slices:
        for row in zip(*(frame[name].tolist() for name in _COLUMNS), strict=True):
            yield dict(zip(_COLUMNS, row, strict=True))


def _asked(row: dict[str, Any]) -> Asked:
    """A reseller is no customer (domain.md §2): where the contact is one, the holder of the account is written to."""
    is_reseller = Flag.RESELLER_CONTACT in parse_flags(row["flags"])
    names = (row["contact_first_name"], row["contact_last_name"])
    contact = row["contact_name"] or " ".join(filter(None, names))
    return Asked(
        key=row["license_key"],
        product=row["product"],
        outcome=row["outcome"],
        size=row["editors"] if row["from_size"] is None else row["from_size"],
        tier=row["to_tier"],
        missing=tuple(item for item, bit in ITEM_BITS.items() if row["missing"] & bit),
        contact="" if is_reseller else contact,
        email=(row["myatlassian_email"] if is_reseller else row["contact_email"] or row["myatlassian_email"]) or "",
        country=row["country"] or "",
        has_expert=bool(row["expert_email"]),
    )
