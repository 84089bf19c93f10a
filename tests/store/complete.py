"""Licenses whose requests have all items, and the files of the packs made of them."""

import io
from zipfile import ZipFile

from lib.domain.products import APP_KEYS, Hosting, Product
from tests.store.stories import a_row

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


def files(content: bytes) -> dict[str, str]:
    """The texts in an archive, by name."""
    with ZipFile(io.BytesIO(content)) as parts:
        return {name: parts.read(name).decode("utf-8-sig") for name in parts.namelist()}
