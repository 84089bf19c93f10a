"""What a file says about itself, so that it can be understood without the dashboard."""

from dataclasses import dataclass
from datetime import datetime

from lib.exports.fields import DO_NOT_INSTALL


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Where a file's rows come from: `as_of` (with a time zone) is when the data last changed, `data_version` the number
    of that change, `cut` the filters in words, `by` who asked, `notices` what the policy wants said."""

    as_of: datetime
    data_version: int
    policy_version: int
    by: str
    cut: str = ""
    notices: tuple[str, ...] = ()


def lines_of(about: About, counts: dict[str, int | str]) -> list[tuple[str, int | str]]:
    """The sheet *About this file* as pairs of a heading and what it says."""
    return [
        ("Data as of", about.as_of.strftime("%d %b %Y %H:%M %Z").lstrip("0")),
        ("Data version", f"change #{about.data_version}"),
        ("Policy", f"v{about.policy_version}"),
        ("Licenses chosen", about.cut or "All"),
        ("Made for", about.by),
        *counts.items(),
        *(("Mind", text) for text in (*_MIND, *about.notices)),
    ]


_MIND = (
    "A license matches when its number of editors is at least the user tier of the Confluence or Jira server it runs on. "
    "Marketplace asks for that; licenses bought from Balsamiq did not have to match.",
    "From is the license's size today, To the server's user tier: the license must grow from one to the other.",
    DO_NOT_INSTALL,
    "Users added counts the users gained by growing; a license that grows to Unlimited adds no number.",
)
