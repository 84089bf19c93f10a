"""The list that one customer gets: what each of its licenses is, needs and lacks, in its own language."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from lib.documents.exports.sheet_words import WORDS, SheetWords
from lib.documents.letters.customer_letters import VERSION_COLUMNS, letter_license
from lib.documents.letters.letter import language_of
from lib.documents.letters.templates import Language
from lib.domain.eligibility import Outcome
from lib.domain.products import LISTINGS, PRODUCT_TITLES, Hosting, Product
from lib.domain.text import clean
from lib.domain.tiers import UNLIMITED
from lib.measures.cut import Cut
from lib.store import customer_languages, file_rows
from lib.store.license_profiles import ITEM_BITS
from lib.store.sample_stores import is_sample

ON_CLOUD = (Outcome.LEGACY_PLAN, Outcome.EXPIRED)
LISTED = (Outcome.UPGRADE_NEEDED, Outcome.ELIGIBLE, Outcome.NEEDS_INFO, *ON_CLOUD, Outcome.ALREADY_MIGRATED)
"""The licenses that a customer's list has, in this order: those that cannot move are not the customer's to act on."""

COLUMNS = (*VERSION_COLUMNS, "host_tier", "match_agreed", "sen", "users_added")
"""What the list and its language are made of."""

BLANK = "–"


@dataclass(frozen=True, slots=True)
class CustomerSheet:
    """A customer's list as texts: title, sender and day, headings, a row for each license, and what to do, said once.

    `customer` is its key, and `name` its name, told apart from its namesakes: for us, not for the customer.
    """

    customer: str
    name: str
    title: str
    sender: str
    words: SheetWords
    rows: tuple[tuple[str, ...], ...]
    steps: tuple[str, ...]
    warning: str
    upgrades: int
    users_added: int


def customer_sheets(
    connection: Connection, cut: Cut, day: date, language: Language | None = None
) -> Iterator[CustomerSheet]:
    """The list of each customer of a cut, by the customers' keys, as of a day.

    In the language that people chose for the customer, else in that of its reader's country. The connection must stay
    open until the last.
    """
    languages = customer_languages.chosen_languages(connection)
    of_sample = is_sample(connection)
    records = records_of(file_rows.slices_with_missing(connection, cut, LISTED, COLUMNS))
    for customer, own in groupby(records, itemgetter("customer")):
        rows = list(own)
        own_language = language or languages.get(customer) or language_of([letter_license(row) for row in rows])
        sheet = sheet_of(customer, rows, WORDS[Language(own_language)], day)
        yield replace(sheet, sender=f"{sheet.words.sample} {sheet.sender}") if of_sample else sheet


def records_of(slices: Iterable[pd.DataFrame]) -> Iterator[dict[str, Any]]:
    """The rows of frames, one at a time."""
    for frame in slices:
        names = list(map(str, frame.columns))
        for row in frame.itertuples(index=False, name=None):
            yield dict(zip(names, row, strict=True))


def sheet_of(customer: str, records: list[dict[str, Any]], words: SheetWords, day: date) -> CustomerSheet:
    """The list of one customer, of its licenses."""
    in_order = sorted(records, key=lambda record: LISTED.index(Outcome(record["outcome"])))
    growing = [record for record in records if record["outcome"] == Outcome.UPGRADE_NEEDED]
    rows = tuple(row_of(record, words, day) for record in in_order)
    return CustomerSheet(
        customer=customer,
        name=records[0]["title"],
        title=words.title.format(customer=clean(records[0]["name"])),
        sender=words.sender.format(day=day_text(day, words)),
        words=words,
        rows=rows,
        steps=tuple(steps_of(records, bool(growing), words)),
        warning=words.warning if growing else "",
        upgrades=len(growing),
        users_added=sum(record["users_added"] or 0 for record in growing),
    )


def steps_of(records: list[dict[str, Any]], has_upgrades: bool, words: SheetWords) -> Iterator[str]:
    """What the customer does next; nothing where no license can be requested any more."""
    if all(record["outcome"] in (*ON_CLOUD, Outcome.ALREADY_MIGRATED) for record in records):
        return
    if any(record["missing"] for record in records):
        yield words.step_missing
    if has_upgrades:
        yield words.step_upgrade
    yield words.step_reply


def row_of(record: Mapping[str, Any], words: SheetWords, day: date) -> tuple[str, ...]:
    """The cells of one license, in the order of the headings."""
    product = PRODUCT_TITLES[Product(record["product"])] if record["product"] else "Confluence / Jira"
    first = (
        record["license_key"],
        words.product.format(product=product),
        size_text(record["editors"], words.editors, words),
    )
    if record["outcome"] in ON_CLOUD:
        return (*first, words.cloud, BLANK, BLANK, cloud_text(record, words, day))
    server = size_text(record["host_tier"], words.users, words)
    if record["outcome"] == Outcome.ALREADY_MIGRATED:
        return (*first, server, BLANK, BLANK, words.moved.format(sen=record["sen"] or "SEN"))
    return (*first, server, upgrade_text(record, words), consent_text(record, words), missing_text(record, words))


def size_text(size: int | None, template: str, words: SheetWords) -> str:
    """A number of people in words: `2,000 users`, `Unlimited`; a dash where it is unknown."""
    if size is None:
        return BLANK
    if size == UNLIMITED:
        return words.unlimited
    return template.format(count=number_text(size, words))


def number_text(number: int, words: SheetWords) -> str:
    """A whole number, or Unlimited."""
    if number == UNLIMITED:
        return words.unlimited
    return f"{number:,}".replace(",", words.thousands)


def upgrade_text(record: Mapping[str, Any], words: SheetWords) -> str:
    """From which size to which, or that none is needed."""
    if record["outcome"] == Outcome.UPGRADE_NEEDED:
        sizes = {"from": record["from_size"], "to": record["to_tier"]}
        text = words.upgrade_to_unlimited if record["to_tier"] == UNLIMITED else words.upgrade
        return text.format(**{name: number_text(size, words) for name, size in sizes.items()})
    if record["outcome"] == Outcome.ELIGIBLE:
        return words.no_upgrade
    return BLANK


def consent_text(record: Mapping[str, Any], words: SheetWords) -> str:
    """Whether the customer agreed to match its server."""
    if record["outcome"] == Outcome.NEEDS_INFO:
        return BLANK
    if record["match_agreed"]:
        return words.agreed
    return words.not_agreed


def missing_text(record: Mapping[str, Any], words: SheetWords) -> str:
    """What the customer is still asked for, in the order of asking."""
    items = [words.missing[item] for item, bit in ITEM_BITS.items() if record["missing"] & bit]
    return "; ".join(items) or words.nothing


def cloud_text(record: Mapping[str, Any], words: SheetWords, day: date) -> str:
    """What becomes of a Cloud license, in the tense of the day."""
    # Without the name that ends it, the link leads to the same page, and leaves the cell lower.
    link = LISTINGS[Product(record["product"]), Hosting.CLOUD].rpartition("/")[0]
    end = record["plan_end"]
    if record["outcome"] == Outcome.EXPIRED or end is None:
        return words.expired.format(link=link)
    text = words.plan_runs if end >= day else words.plan_ended
    return text.format(day=day_text(end, words), link=link)


def day_text(day: date, words: SheetWords) -> str:
    """A day as the language writes it."""
    return day.strftime(words.day)
