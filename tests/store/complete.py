"""Licenses whose requests have all items, and the files of the packs made of them."""

import io
from zipfile import ZipFile

from sqlalchemy import Engine

from lib.domain.products import APP_KEYS, Hosting, Product
from lib.domain.requests import Stage
from lib.domain.roles import Actor
from lib.requests import moves
from tests.actors import editor
from tests.store.stories import POLICY, a_row, imported

ASKED = {
    "server_confirmed": "yes",
    "match_agreed": "yes",
    "myatlassian_email": "it@acme.example",
    "holder_first_name": "Ada",
    "holder_last_name": "Example",
    "company": "Acme",
    "address": "1 Main Street",
    "country": "Germany",
}

READY = {**ASKED, "purchase_date": "2015-03-01", "maintenance_end": "2016-03-01"}

CONFLUENCE, JIRA = (APP_KEYS[product, Hosting.SERVER] for product in (Product.CONFLUENCE, Product.JIRA))


def ready(key: str, **cells: str) -> dict[str, str]:
    """A license whose request has all items."""
    return a_row(key, **{**READY, **cells})


def came_in(engine: Engine, *rows: dict[str, str], by: str = "ada") -> None:
    """Import those rows, and let the requests of all these licenses come in: changes 1 and 2 of an empty store."""
    imported(engine, *rows, by=by)
    moves.move_requests(engine, [row["license_key"] for row in rows], Stage.RECEIVED, editor(by), "", POLICY)


def verify(engine: Engine, keys: list[str], actor: Actor, note: str = "") -> None:
    """Let requests come in, and verify them: two changes."""
    for stage in (Stage.RECEIVED, Stage.VERIFIED):
        moves.move_requests(engine, keys, stage, actor, note, POLICY)


def files(content: bytes) -> dict[str, str]:
    """The texts in an archive, by name."""
    with ZipFile(io.BytesIO(content)) as parts:
        return {name: parts.read(name).decode("utf-8-sig") for name in parts.namelist()}
