"""Managers: where are we, who is stuck, will we make it."""

from lib.web import session, widgets
from lib.web.session import Role

session.require(Role.VIEWER)
widgets.page_header("Progress", "Where the migration stands, who is stuck, and whether it will be done in time.")
