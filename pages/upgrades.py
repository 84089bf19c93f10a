"""Upgrade lists per customer, and their files."""

from lib.web import session, widgets
from lib.web.session import Role

session.require(Role.EDITOR)
widgets.page_header("Upgrade lists", "Licenses that must grow, one list per customer.")
