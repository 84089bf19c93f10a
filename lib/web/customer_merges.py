"""Customers that are probably one, for people to decide."""

from collections.abc import Sequence

import streamlit as st

from lib.domain.customers import MergeState
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, may
from lib.domain.text import quantity
from lib.editing import customer_merges
from lib.judging.similar_customers import Suggestion
from lib.store import customer_queries, customer_suggestions, database
from lib.store import merges as stored
from lib.store.customer_queries import displayed_name
from lib.store.merges import Merge
from lib.web import customer_regrouping, session, widgets
from lib.web.cached import Version
from lib.web.connection import engine
from lib.web.local_times import time_text
from lib.web.session import User

_LISTED = 10
_MESSAGE = "merge_said"

# Pairs that one click merges, so that it takes seconds.
_AT_ONCE = 200

_STRONG_HELP = (
    "The same name, with the same country or email domain, and nothing against it. Each merge can be undone below."
)


def panel(version: Version, user: User) -> None:
    """Suggestions and decisions, behind a switch since comparing takes a while."""
    if sentence := st.session_state.pop(_MESSAGE, ""):
        st.info(widgets.escape(sentence), icon=":material/info:")
    if not st.toggle("Find duplicate customers", key="look_for_merges"):
        return
    with database.reading(engine()) as connection:
        suggestions = customer_suggestions.undecided(connection, alike(version))
        decisions, total = stored.page(connection, (MergeState.CONFIRMED, MergeState.DISMISSED), count=_LISTED)
    with st.container(border=True, key="merges"):
        list_suggestions(suggestions, user)
        if decisions:
            st.header("Decisions", anchor=False)
        for merge in decisions:
            decision(merge, user)
        if total > len(decisions):
            st.caption(f"The newest {len(decisions)} of {total:,}.")
    customer_regrouping.panel(version, user)


def list_suggestions(suggestions: Sequence[Suggestion], user: User) -> None:
    """The likeliest pairs, and one button for all that nothing speaks against."""
    st.header(f"{quantity(len(suggestions), 'possible duplicate')}", anchor=False)
    if not suggestions:
        st.caption("No customers look like duplicates.")
    strong = [pair for pair in suggestions if pair.is_strong][:_AT_ONCE]
    if strong and may(user, Action.MERGE_CUSTOMERS):
        label = f"Merge {quantity(len(strong), 'sure pair')}"
        st.button(label, key="merge_strong", help=_STRONG_HELP, on_click=merge_strong, args=(strong, user))
    for pair in suggestions[:_LISTED]:
        suggestion(pair, user)
    if len(suggestions) > _LISTED:
        st.caption(f"The likeliest {_LISTED} of {len(suggestions):,}.")


@st.cache_data(max_entries=2, ttl=3600, show_spinner="Comparing customers…")
def alike(version: Version) -> list[Suggestion]:
    """Customers with similar names, decided or not, the likeliest first."""
    with database.reading(engine()) as connection:
        return customer_suggestions.similar_customers(connection)


def suggestion(pair: Suggestion, user: User) -> None:
    """Two customers, why they may be one, and the two ways to decide."""
    # A key that names the pair: the suggestions move up when one is decided, and a click must not hit the next.
    key = f"{pair.customer}|{pair.into}"
    name, into_name = names_of(pair)
    first = f"{name} ({quantity(pair.licenses, 'license')})"
    second = f"{into_name} ({quantity(pair.into_licenses, 'license')})"
    with st.container(horizontal=True, vertical_alignment="center", key=f"pair_{abs(hash(key))}"):
        names = widgets.escape(f"{first} / {second}")
        st.markdown(f"{names}  \n:small[{widgets.escape(pair.why)}]", width="stretch")
        for label, kind in (("Merge", "merge"), ("Keep separate", "dismiss")):
            st.button(label, key=f"{kind}_{key}", on_click=decide, args=(kind, pair.customer, pair.into, user))


def names_of(pair: Suggestion) -> tuple[str, str]:
    """What the customers of a pair are called, told apart if that is the same."""
    customers = {pair.customer: pair.name, pair.into: pair.into_name}
    names = customer_queries.told_apart({key: displayed_name(key, name) for key, name in customers.items()})
    return names[pair.customer], names[pair.into]


def decision(merge: Merge, user: User) -> None:
    """A decision about two customers, and its undo."""
    verb = "is" if merge.state is MergeState.CONFIRMED else "is not"
    with st.container(horizontal=True, vertical_alignment="center", key=f"said_{merge.id}"):
        st.markdown(
            f"{widgets.escape(merge.customer)} {verb} {widgets.escape(merge.into)}  \n"
            f":small[{widgets.escape(merge.by)} on {time_text(merge.at)}]",
            width="stretch",
        )
        st.button("Undo", key=f"back_{merge.id}", type="tertiary", on_click=revert, args=(merge, user))


def decide(kind: str, customer: str, into: str, user: User) -> None:
    """Merge or dismiss a suggestion."""
    record = {"merge": customer_merges.merge, "dismiss": customer_merges.dismiss}[kind]
    try:
        actor = session.recheck(user, Action.MERGE_CUSTOMERS)
        record(engine(), customer, into, actor)
    except RefusalError as refusal:
        st.session_state[_MESSAGE] = str(refusal)


def merge_strong(pairs: Sequence[Suggestion], user: User) -> None:
    """Merge the suggested pairs that nothing speaks against."""
    try:
        actor = session.recheck(user, Action.MERGE_CUSTOMERS)
        count, rest = customer_merges.merge_strong(engine(), pairs, actor)
    except RefusalError as refusal:
        st.session_state[_MESSAGE] = str(refusal)
        return
    others = f", and {rest:,} left as somebody decided meanwhile" if rest else ""
    st.session_state[_MESSAGE] = f"{quantity(count, 'pair')} merged{others}."


def revert(merge: Merge, user: User) -> None:
    """Undo a decision."""
    try:
        actor = session.recheck(user, Action.MERGE_CUSTOMERS)
        if merge.state is MergeState.CONFIRMED:
            customer_merges.undo_merge(engine(), merge.id, actor)
        else:
            customer_merges.undismiss(engine(), merge.id, actor)
    except RefusalError as refusal:
        st.session_state[_MESSAGE] = str(refusal)
