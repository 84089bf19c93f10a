"""The pages: file, title, icon, address, and what somebody must be able to do to find them in the menu."""

from dataclasses import dataclass
from itertools import chain

from lib.domain.roles import Action
from lib.web import page_paths


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A page; the one at the empty address comes first. `action` is what it is for, None if it is for everybody.

    One that is not listed is an old address, which leads to another page.
    """

    file: str
    title: str
    icon: str
    address: str
    action: Action | None = None
    is_listed: bool = True


MENU: dict[str, tuple[MenuEntry, ...]] = {
    "License migration": (
        MenuEntry(page_paths.PROGRESS, "Progress", "monitoring", ""),
        MenuEntry(page_paths.CLOUD, "Cloud", "cloud", "cloud"),
        MenuEntry(page_paths.LICENSES, "Licenses", "key", "licenses"),
        MenuEntry(page_paths.POLICY, "Policy", "tune", "policy"),
    ),
    "Work": (
        MenuEntry(page_paths.CUSTOMERS, "Customers", "groups", "customers", Action.DOWNLOAD_UPGRADES),
        MenuEntry(page_paths.UPGRADES, "Upgrade lists", "upgrade", "upgrades", is_listed=False),
        MenuEntry(page_paths.REQUESTS, "Requests", "inbox", "requests", Action.MOVE_REQUEST),
        MenuEntry(page_paths.RECONCILE, "Reconcile", "compare_arrows", "reconcile", Action.RECONCILE),
        MenuEntry(page_paths.IMPORT, "Import", "upload_file", "import", Action.IMPORT),
        MenuEntry(page_paths.ACTIVITY, "Activity", "history", "activity", Action.UNDO_IMPORT),
        MenuEntry(page_paths.BATCHES, "Imports", "history", "batches", Action.UNDO_IMPORT, is_listed=False),
    ),
    "Administration": (
        MenuEntry(page_paths.PEOPLE, "People", "group", "people", Action.MANAGE_PEOPLE),
        MenuEntry(page_paths.AUDIT, "Audit log", "policy", "audit", Action.SEE_AUDIT),
    ),
}
"""All pages by the section of the menu that they are in."""

ADDRESSES = frozenset(entry.address for entry in chain.from_iterable(MENU.values()))
"""The address of each page, after the server's own."""
