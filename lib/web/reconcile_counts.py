"""What the comparison with Marketplace says of the licenses of a cut, as links to them."""

import streamlit as st

from lib.matching.finding_lists import LIST_HELP, LIST_TITLES, FindingList
from lib.measures.cut import Cut
from lib.store import database, finding_conditions
from lib.web import cached, menu_pages, page_paths
from lib.web.cached import Version
from lib.web.connection import engine


@cached.cache(8)
def lists_in_use(version: Version) -> tuple[FindingList, ...]:
    """The lists that have any license."""
    with database.reading(engine(version.store)) as connection:
        return tuple(name for name, count in finding_conditions.counts(connection).items() if count)


def strip(version: Version, cut: Cut) -> None:
    """A link with a count for each list; nothing before the first comparison, or for a past day."""
    if cut.on:
        return  # the comparison is of now
    names = lists_in_use(version)
    if not names:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small", key="marketplace"):
        st.markdown("**On Marketplace**", width="content")
        for name in names:
            narrower = cut.with_filters(marketplace=(str(name),))
            total = cached.total(version, narrower)
            menu_pages.link(
                page_paths.LICENSES,
                label=f"{LIST_TITLES[name]}: {total:,}",
                help=LIST_HELP[name],
                disabled=not total,
                query_params=narrower.query(),
            )
