"""Our own lists when they come back: columns that we worked out say nothing new about a license."""

from collections.abc import Sequence

# Titles of what our lists say beyond the fields of a license; tests/documents/test_exports.py holds them together.
_WORKED_OUT = frozenset(
    (
        *("Customer", "Contact", "From", "To", "Tier steps", "Users added", "Consent", "Before the upgrade"),
        *(
            "Outcome",
            "Needs",
            "Missing",
            "Checks",
            "Look at twice",
            "Cloud plan",
            "Cloud plan ends",
            "Borderline",
            "Request",
        ),
        *("Import", "Line in file", "Group", "Plan ends", "Next step", "Warning"),
    )
)

_ONLY_OURS = frozenset(
    (
        "Tier steps",
        "Users added",
        "Before the upgrade",
        "Checks",
        "Look at twice",
        "Cloud plan ends",
        "Line in file",
        "Next step",
    )
)
_ALWAYS_OURS = frozenset(("License key", "Contact", "Contact email", "myAtlassian email"))


def worked_out_columns(headings: Sequence[str]) -> frozenset[str]:
    """The columns of one of our own lists that are not read again; none of any other file."""
    titles = frozenset(headings)
    is_ours = titles >= _ALWAYS_OURS or ("License key" in titles and len(titles & _ONLY_OURS) > 1)
    return titles & _WORKED_OUT if is_ours else frozenset()
