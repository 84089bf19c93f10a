"""Which Marketplace license is proposed for which of ours, how sure that is, and why (domain.md §6)."""

from datetime import date, timedelta
from typing import Any

import pytest

from lib.domain.mail_domains import WELL_KNOWN
from lib.matching.blocking import candidates
from lib.matching.confidence import Confidence, Doubt
from lib.matching.match import is_automatic, match
from lib.matching.sides import prepare
from tests.matching.licenses import NO_EMAILS, our_license, ours, proposal, proposals, their_license, theirs

NO_CONTACT = {"myatlassian_email": "", "contact_email": ""}


def confidence(our_row: dict[str, Any], their_row: dict[str, Any]) -> str | None:
    """How sure it is that two licenses are one; None if they are not."""
    match = proposal(our_row, their_row)
    return match["confidence"] if match else None


def doubts(our_row: dict[str, Any], their_row: dict[str, Any]) -> str:
    """What speaks against applying a match without a person."""
    match = proposal(our_row, their_row)
    assert match is not None
    return str(match["doubts"])


def partners(our_rows: list[dict[str, Any]], their_rows: list[dict[str, Any]], **decisions: Any) -> dict[str, str]:
    """The proposed partner of each license."""
    frame = proposals(our_rows, their_rows, **decisions)
    return dict(zip(frame["license_key"], frame["id"], strict=True))


def test_a_recorded_sen_is_certain_whatever_else_differs() -> None:
    stranger = their_license(company="Other", **NO_EMAILS, country="DE", start=None, end=None)
    assert confidence(our_license(sen="SEN-1"), stranger) == Confidence.CERTAIN
    assert doubts(our_license(sen="SEN-1"), stranger) == ""


def test_a_license_with_another_recorded_sen_is_not_proposed() -> None:
    assert confidence(our_license(sen="SEN-2"), their_license()) is None


def test_a_marketplace_license_with_a_recorded_sen_is_proposed_to_no_other() -> None:
    assert partners([our_license("K-1"), our_license("K-2", sen="SEN-1")], [their_license()]) == {"K-2": "SEN-1"}


def test_the_same_account_is_strong_whatever_its_case() -> None:
    theirs = their_license(technical_email="IT@acme.example", billing_email="")
    assert confidence(our_license(contact_email=""), theirs) == Confidence.STRONG


def test_the_same_contact_is_strong() -> None:
    theirs = their_license(technical_email="", billing_email="ada@acme.example")
    assert confidence(our_license(myatlassian_email=""), theirs) == Confidence.STRONG


@pytest.mark.parametrize(
    ("our_fields", "their_fields"),
    [({"expert_email": "ada@acme.example"}, {}), ({}, {"partner_email": "sales@acme.example"})],
)
def test_an_address_of_a_reseller_is_no_contact_of_the_customer(
    our_fields: dict[str, str], their_fields: dict[str, str]
) -> None:
    license = our_license(myatlassian_email="", **our_fields)
    theirs = their_license(technical_email="", billing_email="ada@acme.example", **their_fields)
    assert confidence(license, theirs) == Confidence.PROBABLE


@pytest.mark.parametrize(("firms", "expected"), [(2, Confidence.STRONG), (3, Confidence.PROBABLE)])
def test_an_address_that_serves_three_firms_is_no_customers_own(firms: int, expected: Confidence) -> None:
    contact = {"myatlassian_email": "", "contact_email": "buy@desk.example"}
    names = [f"Firm{number}" for number in range(firms)]
    our_rows = [
        our_license(f"K-{name}", company=name, product="jira" if name == "Firm0" else "confluence", **contact)
        for name in names
    ]
    matches = proposals(
        our_rows, [their_license(company="Firm0", technical_email="buy@desk.example", billing_email="")]
    )
    assert matches.to_dict("records")[0]["confidence"] == expected


def test_the_same_company_alone_is_probable() -> None:
    assert confidence(our_license(), their_license(**NO_EMAILS, company="ACME Corporation")) == Confidence.PROBABLE


@pytest.mark.parametrize(
    ("domain", "expected"), [("acme.example", Confidence.POSSIBLE), ("gmail.com", None), ("partner.example", None)]
)
def test_only_a_domain_of_the_customers_own_is_possible(domain: str, expected: Confidence | None) -> None:
    license = our_license(
        company="", myatlassian_email=f"it@{domain}", expert_email="sales@partner.example", start=None, end=None
    )
    theirs = their_license(company="Umbrella", technical_email=f"other@{domain}", billing_email="")
    assert confidence(license, theirs) == expected


def test_another_app_is_never_proposed_without_a_sen() -> None:
    assert confidence(our_license(product="confluence"), their_license()) is None
    assert confidence(our_license(hosting="cloud"), their_license()) is None
    assert confidence(our_license(product="xwiki"), their_license()) is None


def test_data_center_and_server_are_one_app() -> None:
    assert confidence(our_license(), their_license(hosting="data_center")) == Confidence.STRONG


def test_a_recorded_sen_of_another_product_is_doubted() -> None:
    assert doubts(our_license(sen="SEN-1", product="confluence"), their_license()) == Doubt.OTHER_PRODUCT


@pytest.mark.parametrize(
    ("fields", "doubt"),
    [
        ({}, ""),
        ({"start": date(2017, 3, 3)}, ""),
        ({"start": date(2017, 3, 3), "end": date(2018, 3, 3)}, Doubt.BOUGHT_ANEW),
        # A renewal of ours looks the same as buying anew when maintenance ends.
        ({"start": date(2018, 3, 2), "end": date(2019, 3, 2)}, Doubt.BOUGHT_ANEW),
        ({"start": None, "end": None}, Doubt.BOUGHT_ANEW),
        ({"company": "Umbrella"}, Doubt.OTHER_NAME),
        ({"status": "cancelled"}, Doubt.CANCELLED),
    ],
)
def test_a_strong_match_waits_for_a_person_if_something_speaks_against_it(fields: dict[str, Any], doubt: str) -> None:
    assert doubts(our_license(), their_license(**fields)) == doubt


@pytest.mark.parametrize(("days", "doubt"), [(-1, Doubt.BOUGHT_ANEW), (0, ""), (60, ""), (61, Doubt.BOUGHT_ANEW)])
def test_a_license_that_starts_soon_after_we_asked_for_it_was_moved(days: int, doubt: str) -> None:
    asked_on = date(2018, 5, 1)
    theirs = their_license(start=asked_on + timedelta(days), end=date(2020, 1, 1))
    assert doubts(our_license(submitted_on=asked_on), theirs) == doubt


def test_twins_are_told_apart_by_their_dates_and_wait_for_a_person() -> None:
    late = {"start": date(2018, 6, 1), "end": date(2019, 6, 1)}
    matches = proposals(
        [our_license("K-1"), our_license("K-2", **late)], [their_license("SEN-2", **late), their_license("SEN-1")]
    )
    assert dict(zip(matches["license_key"], matches["id"], strict=True)) == {"K-1": "SEN-1", "K-2": "SEN-2"}
    assert set(matches["doubts"]) == {str(Doubt.SEVERAL)}
    assert set(matches["rivals"]) == {2}


def test_a_certain_twin_leaves_the_other_alone() -> None:
    matches = proposals(
        [our_license("K-1", sen="SEN-1"), our_license("K-2")], [their_license("SEN-1"), their_license("SEN-2")]
    )
    assert matches["id"].to_list() == ["SEN-1", "SEN-2"]
    assert matches["doubts"].to_list() == ["", ""]


def test_a_surer_match_comes_before_a_better_score() -> None:
    by_name = our_license("K-1", **NO_CONTACT)
    by_account = our_license("K-2", company="Renamed", start=None, end=None, country="DE")
    assert partners([by_name, by_account], [their_license()]) == {"K-2": "SEN-1"}


def test_a_rejected_pair_stays_rejected_and_the_next_is_proposed() -> None:
    rejected = [("K-1", "SEN-1")]
    both = [their_license("SEN-1"), their_license("SEN-2", start=None, end=None)]
    assert partners([our_license()], both) == {"K-1": "SEN-1"}
    assert partners([our_license()], both, rejected=rejected) == {"K-1": "SEN-2"}
    assert partners([our_license()], both[:1], rejected=rejected) == {}


def test_licenses_of_an_accepted_pair_are_proposed_to_nobody_else() -> None:
    accepted = [("K-2", "SEN-1")]
    matches = proposals([our_license("K-1"), our_license("K-2", **NO_CONTACT)], [their_license()], accepted=accepted)
    assert [(row["license_key"], row["id"], row["accepted"]) for row in matches.to_dict("records")] == [
        ("K-2", "SEN-1", True)
    ]


def test_an_accepted_pair_of_which_a_license_is_gone_is_no_more() -> None:
    accepted = [("K-1", "SEN-9"), ("K-9", "SEN-1")]
    assert partners([our_license("K-1")], [their_license()], accepted=accepted) == {"K-1": "SEN-1"}


def test_an_accepted_pair_is_proposed_whatever_it_has_in_common() -> None:
    strangers = (
        [our_license(company="A", **NO_CONTACT)],
        [their_license(company="B", **NO_EMAILS, product="confluence")],
    )
    assert partners(*strangers, accepted=[("K-1", "SEN-1")]) == {"K-1": "SEN-1"}


def test_only_undoubted_matches_are_applied_without_a_person() -> None:
    frame = proposals(
        [
            our_license("K-1", sen="SEN-1"),
            our_license("K-2", product="confluence"),
            our_license("K-3", hosting="cloud", **NO_CONTACT),
        ],
        [their_license("SEN-1"), their_license("SEN-2", product="confluence"), their_license("SEN-3", hosting="cloud")],
    )
    assert frame["confidence"].to_list() == ["certain", "strong", "probable"]
    assert is_automatic(frame, Confidence.CERTAIN).to_list() == [True, False, False]
    assert is_automatic(frame, Confidence.STRONG).to_list() == [True, True, False]


def test_a_score_is_the_sum_of_the_weights_of_its_reasons() -> None:
    match = proposal(our_license(), their_license())
    assert match is not None
    assert match["reasons"] == "same_account,same_name,same_country,same_start,same_end,host_tier"
    assert sum(map(float, match["weights"].split(","))) == pytest.approx(match["score"], abs=0.3)


def test_what_is_unknown_weighs_nothing() -> None:
    match = proposal(our_license(country="", host_tier=None, editors=None, start=None, end=None), their_license())
    assert match is not None
    assert match["reasons"] == "same_account,same_name"


def test_a_typing_error_in_name_and_address_is_still_a_candidate() -> None:
    typo = their_license(
        company="Acne Corp", technical_email="ut@acme.example", billing_email="", country="DE", start=None
    )
    assert confidence(our_license(), typo) == Confidence.POSSIBLE


def test_nothing_is_proposed_where_a_side_is_empty() -> None:
    assert match(ours(), theirs(their_license())).proposals.empty
    assert match(ours(our_license()), theirs()).proposals.empty


def test_what_a_thousand_licenses_share_is_no_reason_to_compare_them() -> None:
    many_ours = [our_license(f"K-{n}", company=f"A{n}", **NO_CONTACT) for n in range(31)]
    many_theirs = [their_license(f"SEN-{n}", company=f"B{n}", **NO_EMAILS) for n in range(31)]
    assert len(candidates(prepare(ours(*many_ours), theirs(*many_theirs), WELL_KNOWN))) == 0
    assert len(candidates(prepare(ours(*many_ours[:30]), theirs(*many_theirs[:30]), WELL_KNOWN))) == 900


@pytest.mark.parametrize(
    ("our_fields", "their_fields", "state"),
    [
        ({}, {}, "matched"),
        ({}, {"tier": 50}, "upgrade_pending"),
        ({"host_tier": 87}, {"tier": 100}, "matched"),
        ({"host_tier": 101}, {"tier": 100}, "upgrade_pending"),
        ({"host_tier": None}, {}, "unknown"),
        ({}, {"tier": None}, "unknown"),
        ({"hosting": "cloud"}, {"hosting": "cloud", "tier": None}, "matched"),
    ],
)
def test_a_match_is_matched_once_its_tier_reaches_the_servers(
    our_fields: dict[str, Any], their_fields: dict[str, Any], state: str
) -> None:
    match = proposal(our_license(**our_fields), their_license(**their_fields))
    assert match is not None
    assert match["tier_state"] == state


@pytest.mark.parametrize(
    ("fields", "differences"),
    [
        ({}, ""),
        ({"tier": 50}, "tier"),
        ({"end": date(2018, 3, 3)}, "dates"),
        ({"end": date(2019, 3, 2)}, ""),
        ({"company": "Umbrella"}, "company"),
        ({"product": "confluence"}, "product"),
        ({"hosting": "data_center"}, "hosting"),
        ({"hosting": "cloud"}, "hosting"),
    ],
)
def test_what_two_licenses_say_differently_is_named(fields: dict[str, Any], differences: str) -> None:
    match = proposal(our_license(sen="SEN-1"), their_license(**fields))
    assert match is not None
    assert match["differences"] == differences
