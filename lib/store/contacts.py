"""The contacts of licenses, for whoever asks to see them: each look is logged."""

from collections.abc import Collection

import pandas as pd
from sqlalchemy import Connection

from lib.domain.licenses import COLUMNS
from lib.domain.masking import PERSONAL, masked_key, masked_value
from lib.domain.roles import Action, Actor, require
from lib.store import audit, license_queries, policies
from lib.store.audit import AuditAction

CONTACT_COLUMNS = ("license_key", *(name for name in COLUMNS if name in PERSONAL))
"""What is hidden of a license until somebody asks to see it."""

_MOST_NAMED = 20
"""Licenses that one entry of the log tells apart."""


def masked_contacts(connection: Connection, keys: Collection[str]) -> pd.DataFrame:
    """The contacts of some licenses as everybody may see them (`CONTACT_COLUMNS`): whether there is a value."""
    contacts = _contacts(connection, keys)
    characters = policies.current(connection).key_characters
    hidden = {}
    for name in CONTACT_COLUMNS:
        hidden[name] = [masked_value(name, value, characters) for value in contacts[name]]
    return contacts.assign(**hidden)


def reveal(connection: Connection, keys: Collection[str], actor: Actor) -> pd.DataFrame:
    """The contacts of some licenses as they are stored (`CONTACT_COLUMNS`), for an entry in the log."""
    contacts = revealed_contacts(connection, keys, actor)
    labels = [masked_key(key) for key in contacts["license_key"]]
    detail = ", ".join(labels[:_MOST_NAMED])
    if len(labels) > _MOST_NAMED:
        detail += f" and {len(labels) - _MOST_NAMED:,} more"
    audit.record(connection, AuditAction.REVEAL, actor, f"contacts of {detail}")
    return contacts


def revealed_contacts(connection: Connection, keys: Collection[str], actor: Actor) -> pd.DataFrame:
    """The contacts of some licenses as they are stored (`CONTACT_COLUMNS`), for somebody whose look is logged already."""
    require(actor, Action.REVEAL)
    return _contacts(connection, keys)


def _contacts(connection: Connection, keys: Collection[str]) -> pd.DataFrame:
    return license_queries.current_by_key(connection, keys)[list(CONTACT_COLUMNS)]
