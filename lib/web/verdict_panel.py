"""Why a license has its verdict, rule by rule, and its history."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from lib.domain.days import local_time
from lib.domain.display import column_title, display_text, license_of
from lib.domain.eligibility import OUTCOME_TITLES, Outcome
from lib.domain.facts import Facts, facts_of
from lib.domain.flags import FLAG_TITLES, flags_on
from lib.domain.masking import masked
from lib.domain.policy import SETTINGS, Policy
from lib.domain.policy_settings import setting_text
from lib.domain.products import LISTINGS, Hosting
from lib.domain.roles import Action, may
from lib.domain.rules import RULES, Mark, Rule, RuleResult, judge, rule_results
from lib.domain.what_if import nearest_flips
from lib.editing.history import Event, Origin, license_events, value_origins
from lib.policies.hinges import Hinge, hinges
from lib.web.session import User
from lib.web.widgets import BadgeColor, escape

_MARKS = {Mark.YES: ":green[**✓**]", Mark.NO: ":red[**✗**]", Mark.UNKNOWN: ":orange[**?**]"}
_COLORS: dict[Outcome, BadgeColor] = {
    Outcome.ELIGIBLE: "green",
    Outcome.UPGRADE_NEEDED: "blue",
    Outcome.NEEDS_INFO: "orange",
    Outcome.NOT_ELIGIBLE: "gray",
    Outcome.ALREADY_MIGRATED: "violet",
    Outcome.LEGACY_PLAN: "primary",
    Outcome.EXPIRED: "red",
}


def panel(record: Mapping[str, Any], versions: pd.DataFrame, policies: Sequence[Policy], today: date) -> None:
    """The reasons of the verdict on a license, and what would change it.

    `record` is its row and `versions` its history, as `license_queries` gives them; `policies` are all versions of the
    policy, oldest first.
    """
    policy = policies[-1]
    facts = facts_of(license_of(record))
    names: dict[str, None] = {}
    for rule in RULES:
        names.update(dict.fromkeys(rule.reads))
    rules(rule_results(facts, policy), record, value_origins(versions, list(names)))
    flips_column, look_twice_column = st.columns(2)
    with flips_column:
        flips(facts, policy)
        other_policies(facts, policies)
    with look_twice_column:
        look_twice(facts, policy, today)


def headline(record: Mapping[str, Any], policy: Policy, user: User) -> None:
    """The verdict on a current license, its reason, and which license it is."""
    facts = facts_of(license_of(record))
    verdict = judge(facts, policy)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(OUTCOME_TITLES[verdict.outcome], anchor=False, width="content")
        st.badge(f"Policy v{policy.version}", color=_COLORS[verdict.outcome])
    st.markdown(" ".join(escape(reason.text) for reason in verdict.reasons[:1]))
    if verdict.outcome is Outcome.EXPIRED and facts.product:
        listing = LISTINGS[facts.product, Hosting.CLOUD]
        st.link_button("Open the Marketplace listing", listing, icon=":material/open_in_new:")
    visible_record = record if may(user, Action.SEE_PERSONAL_DATA) else masked(record, policy.key_characters)
    company = visible_record["company"] or visible_record["license_name"]
    texts = (visible_record["license_key"], company, display_text("product", record["product"]))
    st.text(" · ".join(filter(None, texts)))


def rules(results: list[tuple[Rule, RuleResult]], record: Mapping[str, Any], origin_of: Mapping[str, Origin]) -> None:
    """All rules in order, with the findings of those that were asked."""
    rows = [(_MARKS[result.mark], f"**{escape(rule.title)}**", escape(result.text)) for rule, result in results]
    rest = RULES[len(results) :]
    rows += [(":gray[–]", f":gray[{escape(rule.title)}]", ":gray[Not asked]") for rule in rest]
    frame = pd.DataFrame(rows, columns=["Met", "Rule", "Finding"])
    st.table(
        frame.assign(**{"Value used and where it came from": [values_used(rule, record, origin_of) for rule in RULES]}),
        border="horizontal",
        hide_index=True,
        alt="Each rule in order: met, not met, unknown, or not asked",
    )
    files = {origin.batch: origin.file for origin in origin_of.values() if not origin.by}
    st.caption(" · ".join(f"Import \\#{batch}: {escape(files[batch])}" for batch in sorted(files)))


def values_used(rule: Rule, record: Mapping[str, Any], origin_of: Mapping[str, Origin]) -> str:
    """The values that a rule reads, a line each."""
    return "  \n".join(value_used(name, record, origin_of.get(name)) for name in rule.reads)


def value_used(name: str, record: Mapping[str, Any], origin: Origin | None) -> str:
    """A value that a rule reads, and its origin."""
    text = f"{escape(column_title(name))}: {escape(display_text(name, record[name])) or 'blank'}"
    if origin is None:
        return f":gray[{text}]"
    return f"{text} :gray[· {escape(str(origin))}]"


def flips(facts: Facts, policy: Policy) -> None:
    """The smallest changes that would turn the verdict."""
    st.subheader("What would change the outcome", anchor=False)
    nearest = nearest_flips(facts, policy)
    bullets([f"{escape(flip.change)} → **{escape(OUTCOME_TITLES[flip.outcome])}**" for flip in nearest])
    if not nearest:
        st.caption("No single fact would.")


def turn_text(hinge: Hinge) -> str:
    """The outcomes before and after a version of the policy, and the settings that made the difference."""
    settings = ", ".join(setting.title for setting in hinge.settings)
    return (
        f"{escape(OUTCOME_TITLES[hinge.before])} under v{hinge.policy.version - 1}, "
        f"**{escape(OUTCOME_TITLES[hinge.after])}** under v{hinge.policy.version}: {escape(settings)}"
    )


def other_policies(facts: Facts, policies: Sequence[Policy]) -> None:
    """The settings that the verdict hangs on, and the versions of the policy that gave another one."""
    rule, _ = rule_results(facts, policies[-1])[-1]
    values = [
        f"{escape(SETTINGS[name].title)}: {escape(setting_text(SETTINGS[name], getattr(policies[-1], name)))}"
        for name in rule.settings
    ]
    turns = list(map(turn_text, hinges(facts, policies)))
    if values or turns:
        st.markdown(f"**Policy v{policies[-1].version}**")
        bullets(turns)
    if values:
        st.caption(f"Depends on: {'; '.join(values)}.")


def look_twice(facts: Facts, policy: Policy, today: date) -> None:
    """Flags on the license, and the policy's notices that concern it."""
    st.subheader("Check these", anchor=False)
    texts = [FLAG_TITLES[flag] for flag in flags_on(today, facts, judge(facts, policy).flags)]
    if facts.hosting is Hosting.SERVER:
        texts += [notice.text for notice in policy.notices_on(today)]
    bullets(list(map(escape, texts)))
    if not texts:
        st.caption("Nothing unusual.")


def bullets(texts: list[str]) -> None:
    """A list with a bullet for each text, which is Markdown."""
    st.markdown("\n".join(f"- {text}" for text in texts))


def history(versions: pd.DataFrame, zone: str, hidden: Collection[str], *, linked: bool) -> None:
    """All changes of a license, newest first; nothing for an unknown key.

    Times are those of a time zone, values of `hidden` columns are masked; `linked` says whether changes link to their batches, for those who may see batches.
    """
    changes = license_events(versions, hidden)
    if not changes:
        return
    st.subheader("History", anchor=False)
    rows = [
        (f"{local_time(event.at, zone):%Y-%m-%d %H:%M %Z}", escape(event.by), deed(event, linked), changes_of(event))
        for event in changes
    ]
    st.table(
        pd.DataFrame(rows, columns=["When", "Who", "What", "Changes"]),
        border="horizontal",
        hide_index=True,
        alt=f"{len(changes)} changes of this license, newest first",
    )


def deed(event: Event, has_link: bool) -> str:
    """What was done, with file and line, linked to batch and line."""
    title, place = escape(event.title), ""
    if event.line:
        place = escape(f"{event.file}, line {event.line}")
    if has_link and event.batch is not None:
        # Links relative to this page: the application may be served under any path.
        title = f"[{title}](batches?batch={event.batch})"
        place = place and f"[{place}](batches?batch={event.batch}&line={event.line})"
    return f"{title}  \n{place}" if place else title


def changes_of(event: Event) -> str:
    """The cells that an event changed, a line each, and the reason."""
    lines = [escape(change) for change in event.changes] or [":gray[Nothing shown here]"]
    if event.why:
        lines.append(f":gray[Why: {escape(event.why)}]")
    return "  \n".join(lines)  # two blanks make a line break in Markdown
