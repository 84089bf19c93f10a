"""The items that a customer's mail may answer, in the order of the request (domain.md §5)."""

ITEMS: dict[str, tuple[str, ...]] = {
    "server_confirmed": ("server_confirmed",),
    "match_agreed": ("match_agreed",),
    "license_key": ("license_key",),
    "myatlassian_email": ("myatlassian_email",),
    "holder_name": ("holder_first_name", "holder_last_name"),
    "company": ("company",),
    "address": ("address", "country"),
    "expert_email": ("expert_email",),
    "hosting": ("hosting",),
    "editors": ("editors",),
    "host_tier": ("host_tier",),
}
"""The fields that each item fills: the eight of a request, then what a verdict may need."""

ITEM_OF_PART = {"holder_first_name": "holder_name", "holder_last_name": "holder_name", "country": "address"}
"""Items by those of their fields that people answer separately."""

REQUEST_ITEMS = tuple(ITEMS)[:8]
"""The items that make a request complete, numbered in this order."""

ARTICLE_ITEMS = REQUEST_ITEMS[2:]
"""The items as the article's mail numbers them: both confirmations come before its list."""

YES_NO = frozenset(REQUEST_ITEMS[:2])
"""Items that are answered by yes or no."""


def whole_item(name: str) -> str:
    """The item that a name means, be it an item or a part of one."""
    return ITEM_OF_PART.get(name, name)
