"""What a file says about itself, so that it can be understood without the dashboard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lib.documents.exports.fields import DO_NOT_INSTALL

ABOUT_SHEET = "About this file"
"""The sheet of a workbook that says what the file is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Where a file's rows come from: `as_of` (with a time zone) is when the data last changed, `data_version` the number
    of that change, `cut` the filters in words, `by` who asked, `notices` what the policy wants said, `made` when the file was made, if that is to be said (with a time zone)."""

    as_of: datetime
    data_version: int
    policy_version: int
    by: str
    cut: str = ""
    notices: tuple[str, ...] = ()
    made: datetime | None = None


def lines_of(about: About, counts: Mapping[str, int | str], minds: Sequence[str]) -> list[tuple[str, int | str]]:
    """The sheet *About this file* as pairs of a heading and what it says; `minds` are what readers should know."""
    return [
        ("Data as of", _moment(about.as_of)),
        ("Data version", f"change #{about.data_version}"),
        ("Policy", f"v{about.policy_version}"),
        ("Licenses chosen", about.cut or "All"),
        ("Made for", about.by),
        *([("Made on", _moment(about.made))] if about.made else []),
        *counts.items(),
        *(("Mind", text) for text in (*minds, *about.notices)),
    ]


def _moment(at: datetime) -> str:
    return at.strftime("%d %b %Y %H:%M %Z").lstrip("0")


UPGRADE_MINDS = (
    "A license matches when its number of editors is at least the user tier of the Confluence or Jira server it runs on. "
    "Marketplace asks for that; licenses bought from Balsamiq did not have to match.",
    "From is the license's size today, To the server's user tier: the license must grow from one to the other.",
    DO_NOT_INSTALL,
    "Users added counts the users gained by growing; a license that grows to Unlimited adds no number.",
)
"""What every list of upgrades has to say of itself."""
