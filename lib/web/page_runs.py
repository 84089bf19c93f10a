"""Runs of pages: what is logged meanwhile belongs to them, and their times are numbers for Prometheus."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

import streamlit as st

from lib.monitoring import logs, metrics
from lib.web import batch_state
from lib.web.session import User

_log = logging.getLogger(__name__)


@contextmanager
def measured(page: str, user: User | None) -> Iterator[None]:
    """Measure a run of a page, and name its circumstances in what is logged until the next one."""
    logs.begin(
        request=secrets.token_hex(8),
        page=page,
        user=logs.user_id(user.name) if user else "",
        batch=batch_state.number_in_url(st.query_params.get("batch", "")),
    )
    start = perf_counter()
    try:
        yield
    finally:
        seconds = perf_counter() - start
        metrics.PAGE_RUNS.labels(page).observe(seconds)
        _log.info("The page ran for %d ms", round(1000 * seconds))
