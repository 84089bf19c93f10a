"""Every import: receipt, problems, history, undo, redo."""

import streamlit as st

from lib.domain.refusal import RefusalError
from lib.store.batches import BatchState
from lib.web import batch_list, batch_state, cached, original_line, page_paths, receipt, session, widgets
from lib.web.session import Role

session.require(Role.IMPORTER)


def one_batch(number: int) -> None:
    """The receipt of the link's batch, or the way to import it."""
    if st.button("All batches", key="all_batches", icon=":material/arrow_back:", type="tertiary"):
        st.switch_page(page_paths.BATCHES)
    try:
        batch = batch_state.batch(number)
    except RefusalError as error:
        widgets.failure(error)
        return
    if batch.state is BatchState.OPEN:
        receipt.heading(batch, f"Batch #{batch.id}: nothing of it is in the store yet.")
        st.page_link(
            page_paths.IMPORT,
            label="Go on with it",
            icon=":material/arrow_forward:",
            query_params={"batch": str(batch.id)},
        )
    else:
        original_line.panel(batch, st.query_params.get("line", ""))
        receipt.settled(batch)


widgets.page_header("Batches", cached.status_line(cached.version()))
number = batch_state.number_in_url(st.query_params.get("batch", ""))
if number is None:
    batch_list.panel()
else:
    one_batch(number)
