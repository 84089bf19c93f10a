"""Contacts are hidden until somebody who may see them asks, and each look is logged."""

import pytest
from sqlalchemy import Engine

from lib.domain.masking import HIDDEN
from lib.domain.refusal import RefusalError
from lib.domain.roles import Actor, Role
from lib.store import audit, contacts, database
from tests.actors import ADMIN
from tests.store.stories import a_row, imported

LISTER = Actor("lisa@example.com", Role.LISTER)


def test_each_look_at_contacts_is_logged_without_a_name_or_a_key(engine: Engine) -> None:
    keys = [f"KEY-OF-ACME-{number}" for number in range(1000, 1022)]
    imported(engine, *(a_row(key, contact_email="ada@acme.example") for key in keys))
    with database.writing(engine) as connection:
        hidden = contacts.masked_contacts(connection, keys[:1]).iloc[0]
        revealed = contacts.reveal(connection, keys, LISTER)
        entries, _ = audit.page(connection, ADMIN, action="reveal")
    assert (hidden["license_key"], hidden["contact_email"], hidden["contact_name"]) == (f"{HIDDEN}1000", HIDDEN, "")
    assert list(revealed["license_key"]) == keys
    assert set(revealed["contact_email"]) == {"ada@acme.example"}
    [entry] = entries
    assert entry.who == "lisa@example.com"
    assert entry.detail.startswith(f"contacts of {HIDDEN}1000, {HIDDEN}1001, ")
    assert entry.detail.endswith(f"{HIDDEN}1019 and 2 more")


def test_a_viewer_can_reveal_no_contact(engine: Engine) -> None:
    imported(engine, a_row("K-1", contact_email="ada@acme.example"))
    with database.writing(engine) as connection, pytest.raises(RefusalError, match="may not see contacts"):
        contacts.reveal(connection, ["K-1"], Actor("vic@example.com", Role.VIEWER))
