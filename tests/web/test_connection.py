"""A visit works on one database, in its downloads too."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import streamlit as st

from lib.web import connection


def test_a_download_reads_the_store_of_its_visit_and_nothing_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///configured.sqlite")
    with monkeypatch.context() as visit:
        visit.setattr(connection, "get_script_run_ctx", lambda **_: object())
        visit.setitem(st.session_state, connection.SAMPLE, "sqlite:///sample.sqlite")
        build = connection.from_this_store(lambda: str(connection.engine().url))
        assert str(connection.engine().url) == "sqlite:///sample.sqlite"
        assert str(connection.configured_engine().url) == "sqlite:///configured.sqlite"
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(build).result() == "sqlite:///sample.sqlite"
        assert threads.submit(lambda: str(connection.engine().url)).result() == "sqlite:///configured.sqlite"
