"""A request goes its way and no other, each move has what it needs, and a file never takes back what people did."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from lib.domain.codes import Item, ReasonCode, parse_needs
from lib.domain.eligibility import Outcome
from lib.domain.requests import (
    ENDED,
    ITEM_TITLES,
    OPEN,
    STAGE_TITLES,
    UNDER_WAY,
    WAY,
    Request,
    Stage,
    may_move,
    missing_items,
    moves_from,
    on_way,
    refusal_of_move,
    reverts_migration,
    stage_after,
    stage_after_answer,
    stage_from_fields,
)
from lib.domain.roles import Actor, Role
from tests.examples import examples

ARROWS = """
not_requested: received needs_info declined cancelled
received: needs_info verified declined cancelled
needs_info: verified declined cancelled
verified: needs_info submitted declined cancelled
submitted: migrated declined cancelled failed
migrated: matched
matched: migrated
declined: received needs_info
cancelled: received needs_info
failed: needs_info verified cancelled
"""
WAYS = {line.split(":")[0]: set(line.split(":")[1].split()) for line in ARROWS.strip().splitlines()}
HAS_MIGRATED = {"migrated", "matched"}
STAGES = st.sampled_from(Stage)
ROLES = ("viewer", "editor", "admin")
PAIRS = list(product(Stage, Stage))
COMPLETE: dict[str, Any] = {
    "server_confirmed": True,
    "match_agreed": True,
    "myatlassian_email": "it@acme.example",
    "holder_first_name": "Ada",
    "holder_last_name": "Example",
    "company": "Acme",
    "address": "1 Main Street",
    "country": "DE",
}


def a_request(stage: Stage, **changes: Any) -> Request:
    """A request that has all that any move needs, with some facts told otherwise."""
    usual: dict[str, Any] = {"outcome": Outcome.ELIGIBLE, "has_sen": True, "reaches_tier": True}
    return Request(stage=stage, **{**usual, **changes})


def refused(stage: Stage, to: Stage, role: str = "editor", **circumstances: Any) -> str:
    """The sentence that refuses a move; empty if it may be made."""
    return refusal_of_move(a_request(stage, **circumstances), to, Actor("ann", Role(role))) or ""


def test_every_stage_has_a_title_and_ways_out() -> None:
    assert set(STAGE_TITLES) == set(Stage) == {Stage(name) for name in WAYS}
    assert all(moves_from(stage) for stage in Stage)


@pytest.mark.parametrize("stage", Stage)
def test_from_a_stage_people_may_go_to_these_and_no_others_in_the_order_of_the_way(stage: Stage) -> None:
    ways = moves_from(stage)
    assert {str(to) for to in ways} == WAYS[stage]
    assert list(ways) == sorted(ways, key=list(Stage).index)


@pytest.mark.parametrize(("stage", "to"), PAIRS)
@pytest.mark.parametrize("role", ROLES)
def test_a_move_with_all_it_needs_is_refused_only_off_the_way_or_to_whom_it_is_not_for(
    stage: Stage, to: Stage, role: str
) -> None:
    sentence = refused(stage, to, role)
    assert (sentence == "") == (str(to) in WAYS[stage] and role != "viewer")
    assert not sentence or (sentence[0].isupper() and sentence.endswith("."))


@pytest.mark.parametrize(("stage", "to"), PAIRS)
def test_only_admins_bring_back_what_has_migrated_and_viewers_move_nothing(stage: Stage, to: Stage) -> None:
    brings_back = stage in HAS_MIGRATED and to not in HAS_MIGRATED
    assert reverts_migration(stage, to) == brings_back
    assert [may_move(Actor("ann", Role(role)), stage, to) for role in ROLES] == [False, not brings_back, True]


def test_each_refusal_says_why() -> None:
    assert refused(Stage.RECEIVED, Stage.VERIFIED, "viewer").startswith("You may look at requests, but not move them.")
    assert refused(Stage.RECEIVED, Stage.RECEIVED) == 'It is already at "Received".'
    assert refused(Stage.NEEDS_INFO, Stage.SUBMITTED) == (
        'From "Waiting for the customer" a request cannot go to "Submitted", only to "Verified", "Declined", "Cancelled".'
    )
    assert refused(Stage.MIGRATED, Stage.SUBMITTED) == "It has migrated. Only an administrator may undo that."
    assert "undo the change that recorded its SEN" in refused(Stage.MATCHED, Stage.FAILED, "admin")
    assert (
        refused(Stage.NOT_REQUESTED, Stage.RECEIVED, in_cloud=True) == "It is a Cloud license: those need no request."
    )


@pytest.mark.parametrize("item", ITEM_TITLES)
def test_a_request_that_lacks_a_required_item_is_not_submitted(item: Item) -> None:
    sentence = refused(Stage.VERIFIED, Stage.SUBMITTED, missing_items=(item,))
    assert sentence == f"It lacks: {ITEM_TITLES[item]}."
    assert not refused(Stage.RECEIVED, Stage.VERIFIED, missing_items=(item,)), "only submitting needs it"


def test_all_that_a_request_lacks_is_told_at_once() -> None:
    sentence = refused(Stage.VERIFIED, Stage.SUBMITTED, missing_items=("company", "address"))
    assert sentence == "It lacks: Company, Full address with country."


@pytest.mark.parametrize("outcome", Outcome)
def test_only_eligible_licenses_and_those_to_upgrade_are_submitted(outcome: Outcome) -> None:
    sentence = refused(Stage.VERIFIED, Stage.SUBMITTED, outcome=outcome)
    assert (sentence == "") == (outcome in ("eligible", "upgrade_needed"))
    assert not sentence or sentence.startswith("Its outcome is")


def test_migrated_needs_a_sen_and_matched_the_servers_tier_too() -> None:
    assert refused(Stage.SUBMITTED, Stage.MIGRATED, has_sen=False).startswith("No SEN is recorded.")
    assert refused(Stage.MIGRATED, Stage.MATCHED, has_sen=False).startswith("No SEN is recorded,")
    assert refused(Stage.MIGRATED, Stage.MATCHED, reaches_tier=False).startswith("Its size is below the server tier")
    assert not refused(Stage.SUBMITTED, Stage.MIGRATED, reaches_tier=False)


def test_a_complete_request_lacks_nothing_and_an_empty_one_all_that_is_required() -> None:
    assert missing_items(COMPLETE, ()) == ()
    blank = dict.fromkeys(COMPLETE)
    assert missing_items(blank, parse_needs("hosting,editors,host_tier,product")) == tuple(ITEM_TITLES)
    assert (
        missing_items({**blank, "server_confirmed": False, "match_agreed": False}, parse_needs(""))
        == tuple(ITEM_TITLES)[3:]
    )


@pytest.mark.parametrize(
    ("field", "item"),
    [(name, name) for name in ("server_confirmed", "match_agreed", "myatlassian_email", "company")]
    + [(f"holder_{name}", "holder_name") for name in ("first_name", "last_name")]
    + [(name, "address") for name in ("address", "country")],
)
def test_each_item_is_lacking_where_any_of_its_fields_is(field: str, item: str) -> None:
    assert missing_items({**COMPLETE, field: ""}, ()) == (item,)


class Story(RuleBasedStateMachine):
    """A license whose fields people and files change, and whose request people move."""

    @initialize()
    def begin(self) -> None:
        self.lacks = set(ITEM_TITLES)
        self.outcome, self.reason, self.has_sen, self.reaches = Outcome.NEEDS_INFO, ReasonCode.HOST_TIER, False, False
        self.stage = stage_after(None, self.stage_of_fields())
        self.was_told = self.stage_of_fields()

    def stage_of_fields(self) -> Stage:
        return stage_from_fields(Outcome.ALREADY_MIGRATED if self.has_sen else self.outcome, self.reason)

    def learn(self) -> None:
        before, stage_of_fields = self.stage, self.stage_of_fields()
        self.stage = stage_after(before, stage_of_fields, self.was_told)
        assert self.stage is before or stage_of_fields is not self.was_told, "what tells nothing new moves nothing"
        assert self.stage is before or self.stage is stage_of_fields, (
            "fields bring a request where they tell it is, or leave it"
        )
        self.was_told = stage_of_fields

    @rule(items=st.sets(st.sampled_from(list(ITEM_TITLES))))
    def items_become_known(self, items: set[str]) -> None:
        self.lacks -= items
        self.learn()

    @rule(outcome=st.sampled_from(("eligible", "upgrade_needed", "needs_info", "not_eligible")), declines=st.booleans())
    def it_is_judged_anew(self, outcome: str, declines: bool) -> None:
        self.outcome = Outcome(outcome)
        refused = declines and self.outcome is Outcome.NOT_ELIGIBLE
        self.reason = ReasonCode.DECLINED_TO_MATCH if refused else ReasonCode.MATCHED
        self.learn()

    @rule(there=st.booleans(), reaches=st.booleans())
    def a_sen_comes_or_goes(self, there: bool, reaches: bool) -> None:
        self.has_sen, self.reaches = there, reaches
        self.learn()

    @precondition(lambda self: not self.has_sen)
    @rule()
    def all_becomes_known(self) -> None:
        self.lacks, self.outcome, self.reason = set(), Outcome.ELIGIBLE, ReasonCode.MATCHED
        self.learn()

    @rule(is_reply=st.booleans())
    def the_customer_answers(self, is_reply: bool) -> None:
        before = self.stage
        self.stage = stage_after_answer(before, is_reply=is_reply)
        assert self.stage is before or (before in OPEN and self.stage is Stage.RECEIVED)

    @rule(to=STAGES, role=st.sampled_from(ROLES))
    def somebody_moves_it(self, to: Stage, role: str) -> None:
        request = Request(
            stage=self.stage,
            outcome=Outcome.ALREADY_MIGRATED if self.has_sen else self.outcome,
            missing_items=tuple(self.lacks),
            has_sen=self.has_sen,
            reaches_tier=self.reaches,
        )
        sentence = refusal_of_move(request, to, Actor("ann", Role(role)))
        needs = {
            "submitted": not self.lacks and not self.has_sen and self.outcome in ("eligible", "upgrade_needed"),
            "migrated": self.has_sen,
            "matched": self.has_sen and self.reaches,
        }
        may = role != "viewer" and str(to) in WAYS[self.stage] and needs.get(to, True)
        assert (sentence is None) == may
        if sentence is None:
            self.stage = to

    @invariant()
    def what_has_migrated_has_a_sen_and_the_other_way_round(self) -> None:
        assert (on_way(self.stage) is Stage.MIGRATED) == self.has_sen


Story.TestCase.settings = settings(max_examples=examples(25), stateful_step_count=25)
test_a_request_with_a_story = Story.TestCase


@pytest.mark.parametrize("outcome", Outcome)
def test_fields_tell_of_a_sen_and_of_a_refusal_and_of_no_other_deed(outcome: Outcome) -> None:
    has_sen = outcome is Outcome.ALREADY_MIGRATED
    assert stage_from_fields(outcome, ReasonCode.MATCHED) is (Stage.MIGRATED if has_sen else Stage.NOT_REQUESTED)
    declined = Stage.MIGRATED if has_sen else Stage.DECLINED
    assert stage_from_fields(outcome, ReasonCode.DECLINED_TO_MATCH) is declined


TELLING = (Stage.NOT_REQUESTED, Stage.DECLINED, Stage.MIGRATED)


@pytest.mark.parametrize("stage", TELLING)
def test_a_new_license_is_where_its_fields_tell(stage: Stage) -> None:
    assert stage_after(None, stage) is stage


@given(STAGES, st.sampled_from(TELLING))
def test_a_license_stays_where_people_moved_it_while_its_fields_tell_the_same(before: Stage, stage: Stage) -> None:
    assert stage_after(before, stage, stage) is before


@given(STAGES)
def test_a_sen_moves_whatever_was_before_but_what_matches_already(before: Stage) -> None:
    after = stage_after(before, Stage.MIGRATED, Stage.NOT_REQUESTED)
    assert after is (Stage.MATCHED if before is Stage.MATCHED else Stage.MIGRATED)


@given(STAGES)
def test_a_new_refusal_declines_what_has_no_sen_and_its_end_opens_it_again(before: Stage) -> None:
    assert stage_after(before, Stage.DECLINED, Stage.NOT_REQUESTED) is Stage.DECLINED
    assert stage_after(Stage.DECLINED, Stage.NOT_REQUESTED, Stage.DECLINED) is Stage.NOT_REQUESTED


@pytest.mark.parametrize("before", [*UNDER_WAY, Stage.CANCELLED, Stage.FAILED])
@pytest.mark.parametrize("stage", [Stage.MIGRATED, Stage.DECLINED])
def test_a_request_under_way_or_ended_is_not_taken_back_by_a_file(before: Stage, stage: Stage) -> None:
    assert stage_after(before, Stage.NOT_REQUESTED, stage) is before


@pytest.mark.parametrize("before", Stage)
def test_an_answer_makes_a_request_received_and_only_a_reply_ends_waiting_for_it(before: Stage) -> None:
    by_phone, by_mail = (stage_after_answer(before, is_reply=is_reply) for is_reply in (False, True))
    assert by_phone is (Stage.RECEIVED if before is Stage.NOT_REQUESTED else before)
    assert by_mail is (Stage.RECEIVED if before in (Stage.NOT_REQUESTED, Stage.NEEDS_INFO) else before)


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_counts_as_one_of_the_way_or_ended_beside_it(stage: Stage) -> None:
    stages = on_way(stage)
    assert (stages is None) == (stage in ENDED)
    assert stages is None or stages in WAY
    assert stage not in WAY or stages is stage
    assert (on_way(Stage.NEEDS_INFO), on_way(Stage.MATCHED)) == (Stage.RECEIVED, Stage.MIGRATED)
    assert {*OPEN, *UNDER_WAY, *HAS_MIGRATED, *ENDED} == set(Stage)
