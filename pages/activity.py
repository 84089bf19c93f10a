"""Every change of any kind with its undo, one change, and the receipts of imports."""

import streamlit as st

from lib.domain.changes import GROUP_TITLES
from lib.domain.refusal import RefusalError
from lib.store.batches import BATCH_STATE_TITLES, BatchState
from lib.web import (
    activity_detail,
    activity_list,
    announcements,
    batch_list,
    batch_state,
    cached,
    menu_pages,
    newer_data,
    original_line,
    page_paths,
    receipt,
    session,
    unknown_links,
    widgets,
)
from lib.web.session import Role

user = session.require(Role.IMPORTER)


def one_batch(number: int) -> None:
    """The receipt of the link's batch, or the way to import it."""
    try:
        batch = batch_state.batch(number)
    except RefusalError as error:
        widgets.failure(error)
        return
    if batch.state is BatchState.OPEN:
        receipt.heading(batch, f"Import #{batch.id}: nothing has been imported yet.")
        menu_pages.link(
            page_paths.IMPORT,
            label="Continue",
            icon=":material/arrow_forward:",
            query_params={"batch": str(batch.id)},
        )
    else:
        original_line.panel(batch, st.query_params.get("line", ""))
        receipt.settled(batch)


version = cached.version()
newer_data.page_header("Activity", version)
announcements.show()
unknown_links.refuse_parameters(
    batch=unknown_links.is_number,
    by=unknown_links.one_of(activity_list.people(version)),
    change=unknown_links.is_number,
    kind=unknown_links.one_of(GROUP_TITLES.values()),
    days=unknown_links.is_past_day,
    files=unknown_links.one_of(["all"]),
    state=unknown_links.one_of(BATCH_STATE_TITLES.values()),
)
batch = batch_state.number_in_url(st.query_params.get("batch", ""))
change = batch_state.number_in_url(st.query_params.get("change", ""))
files = st.query_params.get("files", "")
is_one = batch is not None or change is not None or files
if is_one and st.button("All activity", key="all_activity", icon=":material/arrow_back:", type="tertiary"):
    st.switch_page(page_paths.ACTIVITY)
if batch is not None:
    one_batch(batch)
elif change is not None:
    activity_detail.panel(change, user)
elif files:
    batch_list.panel()
else:
    activity_list.panel(version, user)
