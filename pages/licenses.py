"""Every license: filter, why, history."""

from lib.web import session, widgets
from lib.web.session import Role

session.require(Role.VIEWER)
widgets.page_header("Licenses", "Every license with its verdict.")
