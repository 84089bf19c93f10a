"""What changed on Marketplace between the newest export and those before it."""

from functools import partial

import pandas as pd
import streamlit as st

from lib.domain.roles import Action
from lib.marketplace.succession import ALTERATION_TITLES, Alteration
from lib.reconciling import exports, files
from lib.reconciling.comparison import newest_export
from lib.store import database, marketplace_exports
from lib.web import cached, reconcile_download, session, widgets
from lib.web.cached import Version
from lib.web.connection import engine
from lib.web.session import User

TITLE = "Altered"
_ROWS = 50


@cached.cache(4)
def rows(version: Version, export: int) -> pd.DataFrame:
    """What an export altered; nothing for the first, of which all is new."""
    with database.reading(engine(version.store)) as connection:
        newest = newest_export(connection)
        altered, total = exports.altered(connection, newest), marketplace_exports.count(connection)
    is_first = len(altered) == total and bool((altered["alteration"] == Alteration.NEW).all())
    if is_first or newest.id != export:
        return altered.head(0)
    return altered


def panel(altered: pd.DataFrame, user: User) -> None:
    """What altered, of all kinds or one, page by page."""
    st.caption("What differs between the newest export and earlier ones.")
    if altered.empty:
        st.caption("Nothing has changed since the previous export.")
        return
    counts = altered["alteration"].value_counts()
    kind = st.pills(
        "What changed",
        [str(one) for one in Alteration if str(one) in counts],
        format_func=lambda name: f"{ALTERATION_TITLES[Alteration(name)]}: {counts[name]:,}",
        key="alteration",
        label_visibility="collapsed",
    )
    of_kind = altered[altered["alteration"] == kind] if kind in counts else altered
    page = widgets.pager(len(of_kind), _ROWS, f"page_altered_{kind}")
    part = of_kind.iloc[(page - 1) * _ROWS : page * _ROWS]
    st.dataframe(files.altered_frame(part), hide_index=True, key="altered", alt="What changed")
    reconcile_download.button(f"Download {len(altered):,} as CSV", "reconcile_altered", partial(altered_file, user))


def altered_file(user: User) -> bytes:
    """What altered as CSV, if that person still may have it."""
    session.recheck_download(user, Action.DOWNLOAD_LICENSES, "what changed on Marketplace")
    with database.reading(engine()) as connection:
        return files.altered_csv(connection)
