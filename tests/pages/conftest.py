"""The store behind the pages, empty for each test."""

from collections.abc import Iterator

import pytest
import streamlit as st
from sqlalchemy import Engine
from streamlit.components.v2 import manifest_scanner

from lib.domain.policy import Policy
from lib.importing import imports
from lib.web import connection
from tests.actors import editor
from tests.pages.visit import SAMPLE, add_file
from tests.stores import connected


@pytest.fixture(autouse=True, scope="session")
def known_components() -> Iterator[None]:
    """Look for installed components once and not for every page: Streamlit reads the metadata of all packages for it."""
    manifests = manifest_scanner.scan_component_manifests()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda: manifests)
        yield


@pytest.fixture
def engine(sqlite_store_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The store that the pages of this test use, on this machine, by a person named ann."""
    monkeypatch.setenv("DATABASE_URL", sqlite_store_url)
    monkeypatch.setenv("APP_AUTH_MODE", "local")
    monkeypatch.setenv("LOGNAME", "ann")
    st.cache_data.clear()
    st.cache_resource.clear()
    with connected(sqlite_store_url) as engine:
        yield engine
    connection.engine().dispose()


@pytest.fixture
def sample(engine: Engine) -> Engine:
    """The store with the sample of 11 licenses, brought in by ann as import #1."""
    imports.commit(engine, add_file(engine, SAMPLE.read_text(), SAMPLE.name), editor("ann"), Policy())
    return engine
