"""A file becomes a batch: columns, check, preview, done."""

from lib.web import session, widgets
from lib.web.session import Role

session.require(Role.EDITOR)
widgets.page_header("Import", "Bring in a legacy license export.")
