"""What was done: sign-ins, refusals, roles, changes and downloads, to narrow and to export."""

from lib.web import audit_list, session, widgets
from lib.web.session import Role

user = session.require(Role.ADMIN)

widgets.page_header("Audit log", "What people did, the newest first. Nothing here can be changed or deleted.")
audit_list.panel(user)
