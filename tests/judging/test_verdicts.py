"""Many licenses judged at once get the verdicts they would get one by one (design: a batch is judged per distinct facts)."""

from collections.abc import Sequence
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from lib.columnar.column import CodedColumn
from lib.domain.facts import facts_of
from lib.domain.licenses import COLUMNS, License
from lib.domain.policy import Policy
from lib.domain.rules import judge
from lib.domain.tiers import Size
from lib.judging.verdicts import judge_all
from tests.examples import examples
from tests.strategies import licenses

POLICIES = (
    Policy(),
    Policy(round_editors_up=True, consent_before_upgrade=True),
    Policy(expired_maintenance_eligible=False, expired_before=date(2016, 4, 1)),
    Policy(ladder=(Size(15), Size(2**31 - 1)), grace_months=1),
)


def columns_of(rows: Sequence[License]) -> dict[str, CodedColumn]:
    return {name: CodedColumn.of(getattr(row, name) for row in rows) for name in COLUMNS}


@settings(max_examples=examples(100))
@given(st.lists(licenses(), min_size=1, max_size=8), st.sampled_from(POLICIES))
def test_a_batch_is_judged_as_each_license_by_itself(rows: list[License], policy: Policy) -> None:
    assert list(judge_all(columns_of(rows), policy).objects()) == [judge(facts_of(row), policy) for row in rows]


@given(
    st.lists(licenses(), min_size=2, max_size=6).flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows)))
)
def test_verdicts_do_not_depend_on_the_order_of_the_rows(two_orders: tuple[list[License], list[License]]) -> None:
    rows, shuffled = two_orders
    verdicts = dict(zip(rows, judge_all(columns_of(rows), POLICIES[0]).objects(), strict=True))
    again = judge_all(columns_of(shuffled), POLICIES[0]).objects()
    assert [verdicts[row] for row in shuffled] == list(again)


def test_no_licenses_get_no_verdicts() -> None:
    assert len(judge_all(columns_of([]), POLICIES[0])) == 0


def test_licenses_with_the_same_facts_share_one_verdict() -> None:
    rows = [License(license_key=f"K-{number}", company=f"Company {number}") for number in range(50)]
    verdicts = judge_all(columns_of(rows), POLICIES[0])
    assert len(verdicts.values) == 1
