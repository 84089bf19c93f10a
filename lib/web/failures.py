"""What a page says of an error that nothing on it expected, and how it goes on once the database is back."""

import logging
import secrets
from time import perf_counter

import streamlit as st

from lib.domain.refusal import OutageError
from lib.monitoring import metrics
from lib.web import cached, connection, widgets

ABSENT = (
    "The database cannot be reached right now. What was just under way was not saved; this page goes on by itself as soon as "
    "the database is back."
)
"""What a page says meanwhile."""

_RETRY_SECONDS = 5.0
"""Seconds between attempts to reach the database."""

_PAUSE = _RETRY_SECONDS / 2
"""Seconds after a failure in which there is no attempt."""

_log = logging.getLogger(__name__)


def show(error: Exception) -> bool:
    """Say that the database is away, else show a reference under which the details are logged."""
    metrics.ERRORS.labels("page").inc()
    if isinstance(error, OutageError):
        _log.warning("%s", error)
        wait_for_database(perf_counter())
    else:
        reference = secrets.token_hex(3).upper()
        _log.error("Unexpected error %s", reference, exc_info=error)
        widgets.failure(
            f"Something went wrong on this page. Reload it; if that does not help, report reference {reference}."
        )
    return True  # tells Streamlit that the error has been shown


@st.fragment(run_every=_RETRY_SECONDS)
def wait_for_database(failed_at: float) -> None:
    """Say that the database is away, and draw the page anew once it is back; `failed_at` is of `perf_counter`."""
    # Not at once: a database that answers this and still fails the page would be asked without a pause.
    if perf_counter() - failed_at > _PAUSE and can_be_reached():
        st.rerun()
    st.warning(ABSENT, icon=":material/cloud_off:")


def can_be_reached() -> bool:
    """Whether the database of this visit answers."""
    try:
        cached.newest_version(connection.store())
    except OutageError:
        return False
    return True
