"""The licenses that a pasted mail is about: proposed, corrected by hand, and listed."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from lib.domain.display import display_text
from lib.domain.requests import STAGE_TITLES
from lib.requests.mail_licenses import MailLicenses, Sender, customer_names, licenses_to_move
from lib.store import database, versions
from lib.web import listing, row_links, widgets
from lib.web.connection import engine
from lib.web.session import User

_MOST = 50
"""Licenses that one mail is about at most."""

_IN_VIEW = 3
"""Of those, how many are seen without scrolling."""


def licenses_of(about: MailLicenses, customer: str) -> list[str]:
    """The license keys a mail is about, corrected by hand."""
    for key in about.unknown:
        sentence = widgets.escape(f'The email names the key "{key}", but no license has it now.')
        st.warning(sentence, icon=":material/key_off:")
    proposed, reason = proposal(about, customer)
    # Another mail has other keys, so that the box begins with the mail's own licenses again.
    text = st.text_input(
        "License keys, separated by spaces", value=" ".join(proposed), key=f"reply_keys_{abs(hash(tuple(proposed)))}"
    )
    if reason:
        st.caption(widgets.escape(reason))
    keys = list(dict.fromkeys(text.split()))[:_MOST]
    with database.reading(engine()) as connection:
        stored = set(versions.current(connection, keys).index)
    unknown = [key for key in keys if key not in stored]
    if unknown:
        st.text(f"No license has the key {', '.join(unknown)}.")
    return [key for key in keys if key in stored]


def proposal(about: MailLicenses, customer: str) -> tuple[list[str], str]:
    """The keys of the licenses that a mail is probably about, and why if it does not name them itself."""
    if about.named:
        also = f"The letter quoted below also names {', '.join(about.quoted)}." if about.quoted else ""
        return list(about.named[:_MOST]), also
    if customer:
        return movable_licenses(customer), "No license found in this email. These are the customer's movable licenses."
    sender = sender_of(about)
    if sender is None:
        return [], "No license found in this email. Enter the license keys."
    source = f"Addresses at {sender.address[1:]} are" if sender.address.startswith("@") else f"{sender.address} is"
    reason = f"No license found in this email. {source} known of {sender.name}, whose movable licenses these are."
    return movable_licenses(sender.customer), reason


def sender_of(about: MailLicenses) -> Sender | None:
    """The customer that a mail comes from; of several, the one that a person chooses."""
    if len(about.senders) < 2:
        return next(iter(about.senders), None)
    return st.selectbox(
        widgets.escape(f"Customers with {about.senders[0].address}"),
        about.senders,
        index=None,
        format_func=lambda sender: sender.name,
        key=f"reply_sender_{abs(hash(about.senders))}",
    )


def movable_licenses(customer: str) -> list[str]:
    """The keys of a customer's licenses that can be moved."""
    with database.reading(engine()) as connection:
        return licenses_to_move(connection, customer, _MOST)


def other_customers(records: Sequence[Mapping[Any, Any]], customer: str) -> None:
    """A warning if the licenses belong to several customers, or not to the one whose page this is."""
    customers = list(dict.fromkeys(record["customer"] for record in records))
    if len(customers) > 1 or (customer and customers != [customer]):
        with database.reading(engine()) as connection:
            names = customer_names(connection, customers)
        of = f"several customers: {', '.join(names)}" if len(names) > 1 else f"another customer: {names[0]}"
        sentence = f"These licenses belong to {of}. Remove those that the email is not about."
        st.warning(widgets.escape(sentence), icon=":material/group:")


def licenses_table(records: Sequence[Mapping[Any, Any]], user: User) -> None:
    """The licenses that a mail is about, each a click from its page and its customer's."""
    rows = pd.DataFrame(records)
    frame = pd.DataFrame(
        {
            "License key": rows["license_key"],
            "Customer": [record["company"] or record["license_name"] or "" for record in records],
            "Product": [display_text("product", record["product"]) for record in records],
            "Stage": rows["stage"].map(STAGE_TITLES),
        },
        dtype=object,
    )
    row_links.table(
        frame,
        row_links.of_licenses(rows, user),
        key="reply_licenses",
        height=listing.height(frame, _IN_VIEW),
        alt="The licenses that the email is about",
    )
