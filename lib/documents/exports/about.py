"""What a file says about itself, so that it can be understood without the dashboard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lib.documents.exports.fields import DO_NOT_INSTALL

ABOUT_SHEET = "About this file"
"""The sheet of a workbook that says what the file is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Where a file's rows come from.

    `as_of` is when the data last changed, `data_version` the number of that change, `made` when the file was made, if
    that is to be said; both times have a time zone. `cut` is the filters in words, `by` who asked, `notices` what the
    policy tells readers, `doubts` which customers may be several firms.
    """

    as_of: datetime
    data_version: int
    policy_version: int
    by: str
    cut: str = ""
    notices: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    made: datetime | None = None


def lines_about(about: About, counts: Mapping[str, int], remarks: Sequence[str]) -> list[tuple[str, int | str]]:
    """The sheet *About this file* as pairs of a heading and its value; `remarks` are what readers should know."""
    made_on = [("Made on", format_instant(about.made))] if about.made else []
    return [
        ("Data as of", format_instant(about.as_of)),
        ("Data version", f"change #{about.data_version}"),
        ("Policy", f"v{about.policy_version}"),
        ("Filter", about.cut or "All"),
        ("Created by", about.by),
        *made_on,
        *counts.items(),
        *(("Note", text) for text in (*about.doubts, *remarks, *about.notices)),
    ]


def format_instant(at: datetime) -> str:
    """`14 May 2019 09:12 UTC`: a time with its zone."""
    return at.strftime("%d %b %Y %H:%M %Z").lstrip("0")


UPGRADE_REMARKS = (
    "A license matches when its number of editors is at least the user tier of the Confluence or Jira server it runs on. "
    "Marketplace asks for that; licenses bought from Balsamiq did not have to match.",
    "From is the license's size today, To the server tier: the upgrade that is needed.",
    DO_NOT_INSTALL,
    "Users added counts the users gained by upgrades; upgrades to Unlimited are not counted.",
)
"""What the readers of every list of upgrades should know."""
