"""Where license keys lead that a file, a mail or a list names: those of them that are stored."""

from collections.abc import Sequence

from lib.store import database, versions
from lib.web import row_links
from lib.web.connection import engine
from lib.web.row_links import Places
from lib.web.session import User


def places(keys: Sequence[str | None], user: User) -> dict[str, Places]:
    """Where these keys and the customers of their licenses lead; a license that is not stored has no page."""
    texts = [key or "" for key in keys]
    with database.reading(engine()) as connection:
        customers = versions.customers(connection, list(dict.fromkeys(texts)))
    return row_links.of_stored(texts, customers, user)
