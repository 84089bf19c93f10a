"""What follows from a license's fields is the same for many at once, for each alone, and by the readable scalar rules."""

from dataclasses import fields
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lib.columnar.column import Column
from lib.domain.customers import CustomerDecisions, Identity, customer_key
from lib.domain.display import license_of
from lib.domain.eligibility import Verdict
from lib.domain.facts import facts_of
from lib.domain.licenses import COLUMNS, License
from lib.domain.mail_domains import WELL_KNOWN
from lib.domain.policy import Policy
from lib.domain.requests import Stage, stage_after, stage_from_fields
from lib.domain.rules import judge
from lib.judging.content_hash import CONTENT_COLUMNS, content_hashes
from lib.judging.derive import STORED_INPUTS, derive
from lib.judging.stages import stage_mark
from lib.judging.stored import stored_column
from tests.strategies import licenses

POLICY = Policy()
ALIASES = {"acme (DE)": "muller sohne", "bo@partner.example": "acme (DE)"}


def stored_rows() -> st.SearchStrategy[dict[str, Any]]:
    """Licenses as the store has them, without what follows from them."""
    blanks = dict.fromkeys(CONTENT_COLUMNS)
    return licenses().map(lambda row: {**blanks, **{name: getattr(row, name) for name in COLUMNS}})


@st.composite
def replacements(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A stored version of a license, at any stage, and the fields that it is to have now."""
    before = draw(stored_rows())
    verdict = verdict_on(before)
    stage = {"stage": draw(st.sampled_from(Stage)), "stage_since": draw(st.integers(1, 5))}
    changed = draw(st.sampled_from((before, draw(stored_rows()))))
    return {**before, "outcome": verdict.outcome, "reason": verdict.reasons[0].code, **stage}, changed


def verdict_on(row: dict[str, Any]) -> Verdict:
    return judge(facts_of(license_of(row)), POLICY)


def columns_of(rows: list[dict[str, Any]], names: tuple[str, ...]) -> dict[str, Column]:
    return {name: stored_column(name, [row[name] for row in rows]) for name in names}


def customer_of(license: License) -> str:
    own = customer_key(Identity(**{field.name: getattr(license, field.name) for field in fields(Identity)}), WELL_KNOWN)
    return ALIASES.get(own, own)


def stage_by_fields(row: dict[str, Any]) -> Stage:
    verdict = verdict_on(row)
    return stage_from_fields(verdict.outcome, verdict.reasons[0].code)


def expected(before: dict[str, Any] | None, row: dict[str, Any]) -> dict[str, Any]:
    """What the scalar rules say of one license that is new, or takes the place of a stored version."""
    verdict, own_stage, own_hash = verdict_on(row), stage_by_fields(row), alone(row)
    stage, since = own_stage, None
    if before:
        stage = stage_after(before["stage"], own_stage, stage_by_fields(before))
        since = before["stage_since"] if stage is before["stage"] else None
    return {
        "content": own_hash if stage is own_stage else own_hash ^ stage_mark(stage),
        "outcome": verdict.outcome,
        "reason": verdict.reasons[0].code,
        "needs": ",".join(verdict.needs),
        "flags": ",".join(verdict.flags),
        "from_size": verdict.from_size,
        "to_tier": verdict.to_tier,
        "tier_steps": verdict.tier_steps,
        "users_added": verdict.users_added,
        "consent": verdict.consent,
        "plan_detail": verdict.plan_detail,
        "plan_end": verdict.plan_end,
        "borderline": verdict.borderline,
        "stage": stage,
        "stage_since": since,
        "customer": customer_of(license_of(row)),
    }


def alone(row: dict[str, Any]) -> int:
    return int(content_hashes(columns_of([row], CONTENT_COLUMNS))[0])


@given(st.lists(stored_rows(), max_size=3), st.lists(replacements(), max_size=3))
def test_many_licenses_have_what_follows_from_each_alone(
    new: list[dict[str, Any]], changes: list[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    """New licenses come first, then those that take the place of stored versions."""
    before, after = [version for version, _ in changes], [row for _, row in changes]
    rows = [*new, *after]
    derived = derive(
        columns_of(rows, CONTENT_COLUMNS), columns_of(before, STORED_INPUTS), CustomerDecisions(ALIASES), POLICY
    )
    pairs = zip([*[None] * len(new), *before], rows, strict=True)
    assert [derived.at(row) for row in range(len(rows))] == [expected(version, row) for version, row in pairs]


@given(st.lists(stored_rows(), min_size=1, max_size=4))
def test_hashes_that_are_known_already_are_not_worked_out_anew(rows: list[dict[str, Any]]) -> None:
    columns = columns_of(rows, CONTENT_COLUMNS)
    before = columns_of([], STORED_INPUTS)
    once, again = (
        derive(columns, before, CustomerDecisions(), POLICY, hashes) for hashes in (None, content_hashes(columns))
    )
    assert once.hashes.tolist() == again.hashes.tolist()
