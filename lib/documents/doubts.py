"""Customers that may be several firms: what is said of them, and that no file of their own is made (domain.md §8)."""

from collections.abc import Sequence

from sqlalchemy import Connection

from lib.domain.text import quantity, quote
from lib.measures.cut import Cut
from lib.store import customer_confirmations, customer_lists, customer_queries
from lib.store.schema import license_versions
from lib.store.selection import select_licenses

_MOST_NAMES = 5
"""Customers that a sentence names."""


def reasons(connection: Connection, cut: Cut) -> dict[str, str]:
    """Why each customer of a cut may be several firms."""
    # What somebody confirmed needs no reason.
    doubtful = customer_confirmations.doubtful_customers(connection, cut)
    return {key: reason_of(key, parts) for key, parts in doubtful.items()}


def reason_of(customer: str, parts: Sequence[str]) -> str:
    """The sentence on a customer's doubts (see `customer_doubts.doubts`), and what settles them."""
    remedy = "Confirm that it is one customer before anything is sent."
    if not customer:
        remedy = "Edit the licenses to say whose they are before anything is sent."
    return f"It may be several firms: {'; '.join(parts)}. {remedy}"


def remarks_of_list(connection: Connection, cut: Cut) -> tuple[str, ...]:
    """A sentence for each customer with upgrades in a cut that may be several firms, the first few by name."""
    own_reasons = reasons(connection, cut)
    if not own_reasons:
        return ()
    keys = [key for key in customer_lists.listed_keys(connection, cut) if key in own_reasons]
    is_one = license_versions.c.customer.in_(keys[:_MOST_NAMES])
    names = customer_queries.customer_names(connection, select_licenses(connection, Cut()), is_one)
    sentences = [f"{quote(names[key])}: {own_reasons[key]}" for key in keys[:_MOST_NAMES]]
    if len(keys) > _MOST_NAMES:
        sentences.append(f"The same holds for {quantity(len(keys) - _MOST_NAMES, 'more customer')}.")
    return tuple(sentences)


def omission_sentence(omissions: Sequence[tuple[str, str]]) -> str:
    """The customers that a file lacks, with reasons; empty if none."""
    if not omissions:
        return ""
    parts = [f"{quote(name)}: {reason}" for name, reason in omissions[:_MOST_NAMES]]
    if len(omissions) > _MOST_NAMES:
        parts.append(f"And {len(omissions) - _MOST_NAMES:,} more.")
    return f"Left out: {' '.join(parts)}"
