"""What Marketplace says of one license: the one that it became, or the one that is proposed for it."""

import streamlit as st

from lib.domain.masking import masked_key
from lib.domain.roles import Action, may
from lib.domain.text import format_day
from lib.domain.tiers import format_size
from lib.matching.confidence import CONFIDENCE_TITLES, Confidence
from lib.matching.findings import FINDING_TITLES, FindingState
from lib.store import bulk, database, findings, marketplace_links
from lib.store.schema import findings as findings_table
from lib.web import cached, widgets
from lib.web.cached import Version
from lib.web.connection import engine
from lib.web.session import User


def line(version: Version, key: str, user: User) -> None:
    """One line about a license on Marketplace; nothing where it has nothing to do with it."""
    with database.reading(engine(version.store)) as connection:
        links = marketplace_links.of_license(connection, key).to_dict("records")
        is_this = bulk.is_one_of(connection, findings_table.c.license_key, [key])
        rows = findings.page(connection, [is_this]).to_dict("records")
    if links:
        row = links[0]
        number = (
            row["marketplace_id"]
            if may(user, Action.SEE_PERSONAL_DATA)
            else masked_key(row["marketplace_id"], cached.policy().key_characters)
        )
        days = " to ".join(format_day(day) for day in (row["start"], row["end"]) if day)
        parts = [number, row["tier_text"] or format_size(row["linked_tier"]), days, row["status"]]
        text = f"On Marketplace: {' · '.join(filter(None, parts))} (change {row['change']})"
    elif rows:
        row = rows[0]
        title = FINDING_TITLES[FindingState(row["state"])]
        sure = CONFIDENCE_TITLES[Confidence(row["confidence"])].lower() if row["confidence"] else ""
        text = f"Marketplace: {title}{f', {sure} match' if sure else ''}"
    else:
        return
    st.caption(f":material/compare_arrows: {widgets.escape(text)}")
