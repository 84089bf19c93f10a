"""Files dropped on the page: each becomes an open batch at once, and its upload is forgotten."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from lib.checking.settings import Settings
from lib.domain.refusal import RefusalError
from lib.domain.roles import Actor
from lib.domain.text import format_time, quantity
from lib.importing import imports
from lib.reading.tables import MOST_COLUMNS, MOST_LINES, TableError, refuse_unreadable
from lib.store import batches, database
from lib.web import batch_state, page_paths, session, widgets
from lib.web.connection import engine
from lib.web.session import Role

ENDINGS = ("csv", "tsv", "tab", "txt", "xlsx", "xlsm", "xls", "ods")
_ROUND = "upload_round"
_REFUSED = "refused_files"


def drop_zone() -> None:
    """Where files are dropped; says which ones could not be taken, and why."""
    key = f"files_{st.session_state.setdefault(_ROUND, 0)}"
    limit = st.config.get_option("server.maxUploadSize")
    with st.container(border=True):
        st.file_uploader(
            "Legacy license exports",
            type=ENDINGS,
            accept_multiple_files=True,
            key=key,
            on_change=_take_in,
            args=(key,),
        )
        st.caption(
            f"One or several files of up to {limit:,} MB, {MOST_LINES:,} lines and {MOST_COLUMNS:,} columns each: CSV with any "
            "separator and encoding, or a workbook. Nothing is imported before you have seen what it changes."
        )
    for sentence in st.session_state.get(_REFUSED, ()):
        widgets.failure(sentence)


def waiting() -> None:
    """The files that were brought in and not imported yet, each with a link to go on."""
    found, total = batch_state.listed([batches.BatchState.OPEN], count=20)
    if not found:
        return
    st.subheader("Not imported yet", anchor=False)
    for batch in found:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(
                page_paths.IMPORT,
                label=widgets.escape(batch.name),
                icon=":material/draft:",
                query_params={"batch": str(batch.id)},
            )
            st.caption(widgets.escape(f"#{batch.id} · {format_time(batch.created_at)} · {batch.created_by}"))
    if total > len(found):
        st.caption(f"and {quantity(total - len(found), 'older file')}: see Batches")


def _take_in(key: str) -> None:
    """Keep each dropped file as a batch, and go on with it if it is the only one."""
    actor = session.require(Role.EDITOR)
    taken: list[int] = []
    refused: list[str] = []
    for file in st.session_state[key]:
        try:
            taken.append(_kept(file.name, file.getvalue(), actor))
        except (TableError, RefusalError) as error:
            refused.append(str(error))
        finally:
            _forget(file)
    st.session_state[_ROUND] += 1
    st.session_state[_REFUSED] = refused
    if len(taken) == 1 and not refused:
        st.query_params["batch"] = str(taken[0])


def _kept(name: str, content: bytes, actor: Actor) -> int:
    """The number of the open batch with this file: a new one, unless the very same file is waiting already."""
    refuse_unreadable(content, name)
    with database.reading(engine()) as connection:
        waiting = batches.newest_open(connection, batches.fingerprint(content))
    number = waiting.id if waiting else imports.add_file(engine(), name, content, Settings(), actor)
    if not waiting:
        batch_state.check_again(batch_state.batch(number))
    return number


def _forget(file: UploadedFile) -> None:
    """Free an upload's memory, which Streamlit would hold until the visitor leaves; this part of it is not public."""
    context = get_script_run_ctx()
    manager = getattr(context, "uploaded_file_mgr", None)
    if context and manager and hasattr(manager, "remove_file"):
        manager.remove_file(context.session_id, file.file_id)
