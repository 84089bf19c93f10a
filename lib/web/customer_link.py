"""The way from a license to its customer."""

from collections.abc import Mapping
from typing import Any

from lib.domain.roles import Action, may
from lib.web import menu_pages, page_paths, widgets
from lib.web.cached import Version
from lib.web.session import User


def show(record: Mapping[str, Any], version: Version, user: User) -> None:
    """A link to a license's customer, for those who may see customers."""
    if not record["customer"] or not may(user, Action.DOWNLOAD_UPGRADES):
        return
    name = record["company"] or record["license_name"] or record["customer"]
    menu_pages.link(
        page_paths.CUSTOMERS,
        label=f"Customer: {widgets.escape(name)}",
        icon=":material/groups:",
        query_params={"customer": record["customer"]},
    )
