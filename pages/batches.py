"""Every import: receipt, held rows, undo, redo."""

from lib.web import session, widgets
from lib.web.session import Role

session.require(Role.EDITOR)
widgets.page_header("Batches", "Every import, with its receipt and its undo.")
