"""The files of *Customers*: made when somebody asks for them, and logged, so that later changes can be shown."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from lib.documents import upgrade_files
from lib.documents.list_formats import UpgradeFormat
from lib.documents.spool import Content
from lib.documents.upgrade_files import UPGRADE_FORMATS
from lib.domain.policy import Policy
from lib.domain.roles import Action
from lib.measures.customer_groups import CustomerGroup
from lib.measures.cut import Cut
from lib.measures.list_totals import ListTotals
from lib.requests import downloads
from lib.store import change_log, customer_lists, database
from lib.web import cached, download_button, session, widgets
from lib.web.cached import Version
from lib.web.connection import engine
from lib.web.long_downloads import Download
from lib.web.session import User

_REMARKS = "upgrade_remarks"
"""The remarks on files made in this session, by suffix and cut."""

Remarks = dict[tuple[str, Cut], str]


def file(
    upgrade_format: UpgradeFormat, cut: Cut, user: User, policy: Policy, file_remarks: Remarks | None = None
) -> Content:
    """The list of a cut as it is now, if that person still may have it; the download is logged.

    What the file lacks is put into `file_remarks`, for the page to show when it is drawn next.
    """
    actor = session.recheck(user, Action.DOWNLOAD_UPGRADES)
    # One transaction, so that content, totals and the change that they are of belong together.
    with database.reading(engine()) as connection:
        upgrades = upgrade_files.file(connection, upgrade_format, cut, actor=actor, policy=policy)
        change = change_log.latest_change(connection)
        customers = customer_lists.listed_keys(connection, cut)
    downloads.log(
        engine(),
        kind=upgrade_format.suffix,
        cut=cut,
        change=change,
        counts=upgrades.totals.to_json(),
        content=upgrades.content,
        customers=[key for key in customers if key not in upgrades.omitted],
        actor=actor,
    )
    if file_remarks is not None:
        file_remarks[upgrade_format.suffix, cut] = upgrades.remark
    return upgrades.content


def download(upgrade_format: UpgradeFormat, cut: Cut, user: User, policy: Policy, file_remarks: Remarks) -> Download:
    """The same for the browser."""
    return Download(file(upgrade_format, cut, user, policy, file_remarks))


def buttons(
    cut: Cut,
    title: str,
    totals: ListTotals,
    user: User,
    policy: Policy,
    held_back: str = "",
    *,
    formats: Sequence[UpgradeFormat] = tuple(UPGRADE_FORMATS.values()),
) -> None:
    """A button for each format; one that cannot hold all of it says so.

    `held_back` is why nothing may go to the customer, empty if it may.
    """
    # Streamlit calls `file` outside of the page's run, where the session cannot be reached: so it gets the dictionary.
    file_remarks = st.session_state.setdefault(_REMARKS, {})
    for upgrade_format in formats:
        refusal = upgrade_format.refusal(totals)
        if upgrade_format.goes_to_customers:
            refusal = held_back or refusal
        download_button.show(
            upgrade_format.title,
            partial(download, upgrade_format, cut, user, policy, file_remarks),
            upgrade_format.file_name(title, CustomerGroup(cut.group or CustomerGroup.UPGRADE)),
            upgrade_format.format.mime_type,
            key=f"download_{upgrade_format.suffix}",
            type="primary" if upgrade_format is formats[0] else "secondary",
            icon=":material/download:",
            # No rerun: it would build all of the page again while the browser waits for the file.
            on_click="ignore",
            disabled=bool(refusal),
            help=refusal or upgrade_format.help,
            width="content",
        )


def forget_remarks() -> None:
    """Forget what files made in this session lacked."""
    # Others would be made now.
    st.session_state.pop(_REMARKS, None)


def remarks(version: Version, cut: Cut, totals: ListTotals) -> None:
    """A warning for each format whose file would lack customers, or lacked some when it was made."""
    file_remarks: Remarks = st.session_state.get(_REMARKS, {})
    for upgrade_format in UPGRADE_FORMATS.values():
        remark = "" if upgrade_format.refusal(totals) else cached.upgrade_remark(version, cut, upgrade_format.suffix)
        if remark := remark or file_remarks.get((upgrade_format.suffix, cut), ""):
            st.warning(widgets.escape(remark), icon=":material/warning:")
