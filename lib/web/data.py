"""What pages read, once per version of the data: every cached query takes the newest change's number first."""

from typing import Any

import pandas as pd
import streamlit as st

from lib import database, exports
from lib.cut import Cut
from lib.history import deed
from lib.policy import Policy
from lib.store import batches, counts, versions, views
from lib.web.connection import engine
from lib.words import moment

POLICY = Policy()
"""The rules in force."""


def version() -> int:
    """The number of the newest change, 0 in an empty store; cheap enough for every run of a page."""
    with database.reading(engine()) as connection:
        return versions.latest_change(connection)


@st.cache_data(max_entries=256, ttl=3600, show_spinner=False)
def cube(version: int, cut: Cut) -> pd.DataFrame:
    """The numbers behind every tile and chart (see `counts.cube`) at a version of the data."""
    with database.reading(engine()) as connection:
        return counts.cube(connection, cut)


@st.cache_data(max_entries=4, ttl=3600, show_spinner=False)
def status_line(version: int) -> str:
    """When and by whom the data last changed, under which policy, and how much there is: the grey line of every page."""
    with database.reading(engine()) as connection:
        last = batches.last_change(connection)
        total = views.count(connection, Cut())
    if last is None:
        return f"No data yet · policy v{POLICY.version}"
    did = deed(last.kind, last.batch_id).lower()
    return f"Data as of {moment(last.at)} · last {did} by {last.by} · policy v{POLICY.version} · {total:,} licenses"


@st.cache_data(max_entries=128, ttl=3600, show_spinner=False)
def licenses(version: int, cut: Cut, start: int, count: int) -> pd.DataFrame:
    """A page of the licenses of a cut, all columns (see `views.licenses`)."""
    with database.reading(engine()) as connection:
        return views.licenses(connection, cut, start=start, count=count)


@st.cache_data(max_entries=128, ttl=3600, show_spinner=False)
def story(version: int, key: str) -> tuple[dict[str, Any] | None, pd.DataFrame]:
    """A license as it stands now, None if it does not, and all versions there ever were of it."""
    with database.reading(engine()) as connection:
        return views.license(connection, key), views.history(connection, key)


def licenses_csv(cut: Cut) -> bytes:
    """All licenses of a cut as they stand at this moment, as a CSV file."""
    with database.reading(engine()) as connection:
        return exports.licenses_csv(views.licenses(connection, cut))
