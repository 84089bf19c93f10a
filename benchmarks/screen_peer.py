"""Progress as Streamlit's usual habits make it: what `benchmarks.screens` measures ours beside.

`DATABASE_URL=… streamlit run benchmarks/screen_peer.py`. On each run it counts the licenses that stand by product, by verdict, by
tier move and by customer, each with a `GROUP BY` through `pandas.read_sql` and a connection of its own, and makes of that
three tiles, three Altair charts and a table; `product`, `hosting` and `outcome` in the address narrow them, and buttons for products. No chart is kept,
and the garbage collector is left as Streamlit uses it. With `CACHED` in the environment, what a query gives is kept by
`st.cache_data`, without a limit and without noticing an import. It has none of the rest of ours: no sign-in, other filters to
choose, clicks on marks, history, or words for those who cannot see the charts.
"""

import os

import altair as alt
import pandas as pd
import streamlit as st
from sqlalchemy import text

FILTERS = ("product", "hosting", "outcome")


def counts(columns: str, filters: dict[str, str]) -> pd.DataFrame:
    """How many licenses stand for each combination of some columns, and the users that their upgrades add."""
    conditions = " AND ".join(["until IS NULL", *(f"{name} = :{name}" for name in filters)])
    query = (
        f"SELECT {columns}, count(*) AS licenses, coalesce(sum(users_added), 0) AS users"
        f" FROM license_versions WHERE {conditions} GROUP BY {columns}"
    )
    return pd.read_sql(text(query), os.environ["DATABASE_URL"], params=filters)


cached_counts = st.cache_data(counts) if os.environ.get("CACHED") else counts

st.set_page_config(page_title="Progress", layout="wide")
st.title("Progress")
filters = {name: st.query_params[name] for name in FILTERS if name in st.query_params}
if product := st.pills("Product", ("confluence", "jira"), default=filters.get("product")):
    filters["product"] = product
outcomes = cached_counts("product, outcome", filters)
moves = cached_counts("from_size, to_tier", filters).dropna()
plans = cached_counts("hosting, outcome, borderline", filters)
customers = cached_counts("customer", filters)

for column, (title, value) in zip(
    st.columns(3),
    (("Licenses", outcomes["licenses"].sum()), ("To upgrade", moves["licenses"].sum()), ("Customers", len(customers))),
    strict=True,
):
    column.metric(title, f"{value:,}", border=True)
st.altair_chart(
    alt.Chart(outcomes)
    .mark_bar()
    .encode(
        alt.X("licenses:Q").title("Licenses"),
        alt.Y("product:N").title(None),
        alt.Color("outcome:N").title("Verdict"),
        alt.Tooltip(["product:N", "outcome:N", "licenses:Q"]),
    )
)
st.altair_chart(
    alt.Chart(moves)
    .mark_rect()
    .encode(
        alt.X("to_tier:O").title("Server tier"),
        alt.Y("from_size:O").title("Editors"),
        alt.Color("licenses:Q").title("Licenses"),
        alt.Tooltip(["from_size:O", "to_tier:O", "licenses:Q", "users:Q"]),
    )
)
st.altair_chart(
    alt.Chart(plans[plans["hosting"] == "cloud"])
    .mark_bar()
    .encode(
        alt.X("licenses:Q").title("Cloud licenses"),
        alt.Y("outcome:N").title(None),
        alt.Color("borderline:N").title("Borderline"),
        alt.Tooltip(["outcome:N", "borderline:N", "licenses:Q"]),
    )
)
st.dataframe(customers.nlargest(10, "users"))
