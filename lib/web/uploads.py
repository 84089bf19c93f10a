"""Files dropped on the page: each becomes an open batch at once."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from lib.checking.settings import Settings
from lib.domain.refusal import RefusalError
from lib.domain.roles import Actor
from lib.importing import imports
from lib.marketplace.recognition import recognise
from lib.reading.tables import MOST_COLUMNS, MOST_LINES, TableError, refuse_unreadable
from lib.reconciling import exports
from lib.store import batches, database
from lib.web import batch_state, import_help, menu_pages, page_paths, session, widgets
from lib.web.connection import engine
from lib.web.session import Role
from lib.web.upload_limits import HELD

ENDINGS = ("csv", "tsv", "tab", "txt", "json", "xlsx", "xlsm", "xls", "ods")
_ROUND = "upload_round"
_REFUSED = "refused_files"
_COMPARED = "compared_file"


def drop_zone() -> None:
    """Where files are dropped, and why the last ones were refused."""
    # The round is in the key: after each drop another widget, without files, takes the place of this one.
    key = f"files_{st.session_state.setdefault(_ROUND, 0)}"
    limit = st.config.get_option("server.maxUploadSize")
    with st.container(border=True, key="drop_zone"):
        st.file_uploader(
            "Drop license exports here, or choose them",
            type=ENDINGS,
            accept_multiple_files=True,
            key=key,
            on_change=store_files,
            args=(key,),
        )
        st.caption(
            f"One or several files of up to {limit:,} MB, {MOST_LINES:,} lines and {MOST_COLUMNS:,} columns each: CSV with any "
            "separator and encoding, or a workbook. Nothing is imported before you have seen what it changes."
        )
        import_help.downloads()
    if compared := st.session_state.get(_COMPARED):
        with st.container(horizontal=True, vertical_alignment="center", key="compared"):
            st.info(widgets.escape(compared), icon=":material/compare_arrows:", width="stretch")
            menu_pages.link(page_paths.RECONCILE, label="Open Reconcile", icon=":material/arrow_forward:")
    for sentence in st.session_state.get(_REFUSED, ()):
        widgets.failure(sentence)


def store_files(key: str) -> None:
    """Make each dropped file a batch, and open a single one."""
    actor = session.require(Role.IMPORTER)
    numbers: list[int] = []
    refusals: list[str] = []
    compared = ""
    for file in st.session_state[key]:
        try:
            if recognise(file.getvalue()):
                compared = compare(file.name, file.getvalue(), actor)
                continue
            numbers.append(open_batch_of(file.name, file.getvalue(), actor))
        except (TableError, RefusalError) as error:
            refusals.append(str(error))
        finally:
            free(file)
    st.session_state[_ROUND] += 1
    st.session_state[_REFUSED], st.session_state[_COMPARED] = refusals, compared
    if len(numbers) == 1 and not refusals:
        st.query_params["batch"] = str(numbers[0])


def compare(name: str, content: bytes, actor: Actor) -> str:
    """Have Marketplace's own export compared with the licenses; says so."""
    exports.submit_file(engine(), content, name, actor)
    return f"{name} is Marketplace's own export. It is compared with your licenses, and none of them changes."


def open_batch_of(name: str, content: bytes, actor: Actor) -> int:
    """The number of a file's open batch, which may exist already."""
    refuse_unreadable(content, name)
    with database.reading(engine()) as connection:
        existing = batches.newest_open(connection, batches.fingerprint(content))
    if existing:
        return existing.id
    number = imports.add_file(engine(), name, content, Settings(), actor)
    batch_state.check_again(batch_state.batch(number))
    return number


def free(file: UploadedFile) -> None:
    """Free the memory of an upload that is stored."""
    # Streamlit would hold it until the visitor leaves. There is no public way to free it, hence the careful look-ups.
    context = get_script_run_ctx()
    manager = getattr(context, "uploaded_file_mgr", None)
    if context and manager and hasattr(manager, "remove_file"):
        manager.remove_file(context.session_id, file.file_id)
        HELD.release(context.session_id, file.file_id)
