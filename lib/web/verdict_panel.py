"""Why a license is what it is: the verdict rule by rule, with values and where they came from, and what happened to it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from lib.domain.display import column_title, display_text, license_of
from lib.domain.eligibility import OUTCOME_TITLES, RULES, Mark, Outcome, Rule, RuleResult, judge, rule_results
from lib.domain.facts import Facts, facts_of
from lib.domain.flags import FLAG_TITLES, flags_on
from lib.domain.policy import Policy
from lib.domain.products import LISTINGS, Hosting
from lib.domain.what_if import nearest_flips
from lib.editing.history import Event, Origin, events, origins
from lib.web.widgets import escape

_MARKS = {Mark.YES: ":green[**✓**]", Mark.NO: ":red[**✗**]", Mark.UNKNOWN: ":orange[**?**]"}
_COLORS = {
    Outcome.ELIGIBLE: "green",
    Outcome.UPGRADE_NEEDED: "blue",
    Outcome.NEEDS_INFO: "orange",
    Outcome.NOT_ELIGIBLE: "gray",
    Outcome.ALREADY_MIGRATED: "violet",
    Outcome.LEGACY_PLAN: "green",
    Outcome.EXPIRED: "red",
}


def panel(record: Mapping[str, Any], versions: pd.DataFrame, policy: Policy, today: date) -> None:
    """Why the verdict on a license is what it is, and what would change it.

    `record` is its row and `versions` its history, as `views.license` and `views.history` give them.
    """
    facts = facts_of(license_of(record))
    asked = rule_results(facts, policy)
    read = dict.fromkeys(name for rule in RULES for name in rule.reads)
    _rules(asked, record, origins(versions, list(read)))
    left, right = st.columns(2)
    with left:
        _flips(facts, policy)
    with right:
        _look_twice(facts, policy, today)


def headline(record: Mapping[str, Any], policy: Policy) -> None:
    """The verdict on a license as it stands, in a title and a sentence, and which license it is."""
    facts = facts_of(license_of(record))
    verdict = judge(facts, policy)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(OUTCOME_TITLES[verdict.outcome], anchor=False, width="content")
        st.badge(f"Policy v{policy.version}", color=_COLORS[verdict.outcome])  # type: ignore[arg-type]
    st.markdown(" ".join(escape(reason.text) for reason in verdict.reasons[:1]))
    if verdict.outcome is Outcome.EXPIRED and facts.product:
        listing = LISTINGS[facts.product, Hosting.CLOUD]
        st.link_button("Open the Marketplace listing", listing, icon=":material/open_in_new:")
    about = (
        record["license_key"],
        record["company"] or record["license_name"],
        display_text("product", record["product"]),
    )
    st.text(" · ".join(filter(None, about)))


def _rules(asked: list[tuple[Rule, RuleResult]], record: Mapping[str, Any], found: Mapping[str, Origin]) -> None:
    told = [(_MARKS[finding.mark], rule, f"**{escape(rule.title)}**", escape(finding.text)) for rule, finding in asked]
    told += [(":gray[–]", rule, f":gray[{escape(rule.title)}]", ":gray[Not asked]") for rule in RULES[len(asked) :]]
    rows = [
        (mark, title, text, "  \n".join(_value(name, record, found.get(name)) for name in rule.reads))
        for mark, rule, title, text in told
    ]
    st.table(
        pd.DataFrame(rows, columns=["", "Rule", "Finding", "Value used and where it came from"]),
        border="horizontal",
        hide_index=True,
        alt="Each rule in order: met, not met, unknown, or not asked",
    )
    files = {origin.batch: origin.file for origin in found.values() if not origin.by}
    st.caption(" · ".join(f"Import \\#{batch}: {escape(files[batch])}" for batch in sorted(files)))


def _value(name: str, record: Mapping[str, Any], origin: Origin | None) -> str:
    """A value that a rule reads, and the line and the import that it came from, or who wrote it here."""
    told = f"{escape(column_title(name))}: {escape(display_text(name, record[name])) or 'blank'}"
    return f"{told} :gray[· {escape(str(origin))}]" if origin else f":gray[{told}]"


def _flips(facts: Facts, policy: Policy) -> None:
    st.markdown("**What would change the verdict**")
    flips = nearest_flips(facts, policy)
    _bullets([f"{escape(flip.change)} → **{escape(OUTCOME_TITLES[flip.outcome])}**" for flip in flips])
    if not flips:
        st.caption("No single fact would.")


def _look_twice(facts: Facts, policy: Policy, today: date) -> None:
    st.markdown("**Look twice**")
    flags = flags_on(today, facts, judge(facts, policy).flags)
    notices = policy.notices_on(today) if facts.hosting is Hosting.SERVER else []
    _bullets([escape(text) for text in (*(FLAG_TITLES[flag] for flag in flags), *(notice.text for notice in notices))])
    if not flags and not notices:
        st.caption("Nothing unusual.")


def _bullets(texts: list[str]) -> None:
    st.markdown("\n".join(f"- {text}" for text in texts))


def history(versions: pd.DataFrame, *, linked: bool) -> None:
    """What happened to a license, newest first; nothing at all for a key that never was.

    `linked` says whether what a batch did leads to that batch, for those who may see batches.
    """
    told = events(versions)
    if not told:
        return
    st.markdown("**History**")
    rows = [
        (f"{event.at:%Y-%m-%d %H:%M} UTC", escape(event.by), _deed(event, linked), "  \n".join(_changes(event)))
        for event in told
    ]
    st.table(
        pd.DataFrame(rows, columns=["When", "Who", "What", "Changes"]),
        border="horizontal",
        hide_index=True,
        alt=f"{len(told)} changes of this license, newest first",
    )


def _deed(event: Event, linked: bool) -> str:
    """What was done, and under it the file and the line; as links to the batch and the line."""
    did, place = escape(event.title), escape(f"{event.file}, line {event.line}") if event.line else ""
    if linked and event.batch is not None:
        did = f"[{did}](batches?batch={event.batch})"
        place = f"[{place}](batches?batch={event.batch}&line={event.line})" if place else ""
    return f"{did}  \n{place}" if place else did


def _changes(event: Event) -> list[str]:
    told = [escape(change) for change in event.changes] or [":gray[Nothing shown here]"]
    return [*told, *([f":gray[Why: {escape(event.why)}]"] if event.why else [])]
