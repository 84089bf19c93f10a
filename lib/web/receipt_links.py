"""Where an import leads: to the lists it fills, and to the rows that it skipped."""

import streamlit as st

from lib.domain.eligibility import Outcome
from lib.domain.refusal import RefusalError
from lib.domain.text import quantity
from lib.importing import corrected_rows
from lib.measures.customer_groups import CustomerGroup
from lib.measures.cut import Cut
from lib.reading.tables import TableError
from lib.store import database, license_queries
from lib.store.batches import Batch, BatchState
from lib.store.receipt import Receipt
from lib.web import batch_state, cached, listed_customers, menu_pages, page_paths, session, widgets
from lib.web.connection import engine
from lib.web.session import Role


def onward(batch: Batch) -> None:
    """Links to the upgrade lists and the licenses that lack information, of what an import wrote."""
    of_batch = {"batch": str(batch.id)}
    customers = listed_customers.group_sizes(cached.version(), Cut(batch=(batch.id,)))[CustomerGroup.UPGRADE]
    with database.reading(engine()) as connection:
        lacking = license_queries.count(connection, Cut(batch=(batch.id,), outcome=(Outcome.NEEDS_INFO,)))
    if customers:
        label = f"{quantity(customers, 'upgrade list')} →"
        menu_pages.link(
            page_paths.CUSTOMERS, label=label, query_params={**of_batch, "group": CustomerGroup.UPGRADE.value}
        )
    if lacking:
        query = {**of_batch, "outcome": Outcome.NEEDS_INFO.value}
        label = f"{lacking:,} need information →" if lacking > 1 else "1 needs information →"
        menu_pages.link(page_paths.LICENSES, label=label, query_params=query)


def skipped_rows(batch: Batch, receipt: Receipt) -> None:
    """The way to correct rows that an import skipped, and the files in which they came back."""
    if not receipt.counts.held or batch.state is not BatchState.IMPORTED:
        return
    with database.reading(engine()) as connection:
        files = corrected_rows.files_with_corrections(connection, batch.id)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(sentence(receipt.counts.held, files), width="content")
        if not files and batch.purged_at is None:
            label = f"Correct {quantity(receipt.counts.held, 'skipped row')}"
            if st.button(label, key="correct_skipped", icon=":material/edit:"):
                correct(batch.id)
        for file in files:
            page = page_paths.IMPORT if file.state is BatchState.OPEN else page_paths.ACTIVITY
            menu_pages.link(page, label=f"Import #{file.id} →", query_params={"batch": str(file.id)})


def sentence(count: int, files: list[Batch]) -> str:
    """What became of the rows that an import skipped."""
    rows = quantity(count, "row")
    back = sum(file.receipt.counts.rows - file.receipt.counts.held for file in files if file.receipt)
    if back:
        return f"{rows} skipped; {back:,} came in corrected."
    if files:
        return f"{rows} skipped; being corrected."
    return f"{rows} skipped."


def correct(number: int) -> None:
    """Open the skipped rows of an import as a file of their own."""
    actor = session.require(Role.IMPORTER)
    try:
        new_number = corrected_rows.open_skipped_rows(engine(), number, actor, cached.policy())
    except (RefusalError, TableError) as error:
        widgets.failure(error)
        return
    batch_state.check_again(batch_state.batch(new_number))
    st.switch_page(page_paths.IMPORT, query_params={"batch": str(new_number)})
