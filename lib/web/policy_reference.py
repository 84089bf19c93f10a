"""The rules in plain words: what each says, what it reads, and how many licenses it decides."""

import pandas as pd
import streamlit as st

from lib.dashboard import glossary
from lib.domain.policy import SETTINGS, Policy
from lib.domain.policy_settings import setting_text
from lib.policies.reference import RuleEntry
from lib.web import policy_state
from lib.web.cached import Version
from lib.web.widgets import escape


def panel(version: Version, policy: Policy) -> None:
    """The rules in the order in which they apply."""
    st.caption("The first rule that decides gives the outcome. Checks and notices are for people: they block nothing.")
    entries = policy_state.rule_entries(version, policy)
    rows = [row(place, entry, policy) for place, entry in enumerate(entries, 1)]
    st.table(
        pd.DataFrame(rows, columns=["No.", "Rule", "What it says", "Settings that it uses", "Licenses it decides"]),
        border="horizontal",
        hide_index=True,
        alt="The rules in their order, with how many licenses each decides",
    )
    show_glossary()


def show_glossary() -> None:
    """All terms on screens and in files."""
    st.header("Glossary", anchor="glossary")
    rows = [(term.kind, f"**{escape(term.title)}**", escape(term.meaning)) for term in glossary.terms()]
    frame = pd.DataFrame(rows, columns=["Kind", "Term", "Meaning"])
    st.table(frame, border="horizontal", hide_index=True, alt="The terms on screens and in files")


def row(place: int, entry: RuleEntry, policy: Policy) -> tuple[str, ...]:
    """A rule as a row of the table."""
    settings = [setting_line(name, policy) for name in entry.rule.settings]
    return (
        str(place),
        f"**{escape(entry.rule.title)}**",
        escape(entry.sentence),
        "  \n".join(settings) or ":gray[None: documented]",
        f"{entry.licenses:,}",
    )


def setting_line(name: str, policy: Policy) -> str:
    """A setting with its value, and who said so."""
    setting = SETTINGS[name]
    mark = "documented" if setting.documented else "our choice"
    return f"{escape(setting.title)}: {escape(setting_text(setting, getattr(policy, name)))} :gray[· {mark}]"
