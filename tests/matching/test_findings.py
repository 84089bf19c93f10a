"""What follows from matches for each license."""

from typing import Any

import pandas as pd
import pytest

from lib.matching.findings import build_findings
from lib.matching.match import match
from tests.matching.licenses import NO_EMAILS, our_license, ours, their_license, theirs

JIRA_SERVER, JIRA_CLOUD = ("jira", False), ("jira", True)


def findings(
    our_row: dict[str, Any],
    their_rows: list[dict[str, Any]],
    link: tuple[str, int | None] | None = None,
    apps: tuple[tuple[str, bool], ...] = (JIRA_SERVER, JIRA_CLOUD),
) -> list[dict[Any, Any]]:
    """The findings of one license of ours, linked or not."""
    our_frame = pd.DataFrame([{"sen": "", "stage": "not_requested", "outcome": "eligible", **our_row}])
    their_frame = pd.DataFrame(their_rows, columns=["id", "sen", "tier"])
    rows = [("K-1", *link)] if link else []
    links = pd.DataFrame(rows, columns=["license_key", "marketplace_id", "tier"], dtype=object)
    accepted = [(key, id) for key, id, _ in rows]
    proposals = match(ours(our_row), theirs(*their_rows), accepted).proposals
    return build_findings(proposals, our_frame, their_frame, links, apps).to_dict("records")


def state(our_row: dict[str, Any], their_row: dict[str, Any], link: tuple[str, int | None] | None = None) -> str:
    """What becomes of a license that has a partner."""
    [row] = findings(our_row, [their_row], link)
    return str(row["state"])


def test_what_is_sure_is_ready_and_what_is_doubted_waits() -> None:
    assert state(our_license(), their_license()) == "ready"
    assert state(our_license(), their_license(**NO_EMAILS)) == "review"
    assert state(our_license(), their_license(status="cancelled")) == "review"


@pytest.mark.parametrize(
    ("our_fields", "tier", "expected"),
    [
        ({"sen": "SEN-1", "stage": "matched"}, 100, "applied"),
        ({"sen": "SEN-1", "stage": "migrated"}, 100, "ready"),
        ({"sen": "", "stage": "matched"}, 100, "ready"),
        ({"sen": "SEN-1", "stage": "matched"}, 50, "ready"),
        ({"sen": "SEN-1", "stage": "matched"}, None, "ready"),
    ],
)
def test_applied_is_only_what_stands_as_the_export_says(
    our_fields: dict[str, Any], tier: int | None, expected: str
) -> None:
    assert state(our_license(**our_fields), their_license(), ("SEN-1", tier)) == expected


def test_a_linked_cloud_license_is_applied_without_a_sen_or_a_stage() -> None:
    cloud = {"hosting": "cloud"}
    assert state(our_license(**cloud), their_license(**cloud, tier=None), ("SEN-1", None)) == "applied"


def test_an_accepted_license_with_another_sen_by_now_waits_again() -> None:
    assert state(our_license(sen="SEN-7", stage="migrated"), their_license(), ("SEN-1", 100)) == "review"


@pytest.mark.parametrize(
    ("fields", "stage"),
    [
        ({}, "matched"),
        ({"tier": 50}, "migrated"),
        ({"tier": None}, "migrated"),
        ({"sen": "", "id": "E-1"}, ""),
    ],
)
def test_a_match_moves_a_request_as_far_as_its_tier_reaches(fields: dict[str, Any], stage: str) -> None:
    [row] = findings(our_license(), [{**their_license(), **fields}])
    assert row["target_stage"] == stage


def test_a_license_that_a_person_called_matched_stays_so_while_its_tier_is_unknown() -> None:
    [row] = findings(our_license(sen="SEN-1", stage="matched"), [their_license(tier=None)])
    assert row["target_stage"] == "matched"


def test_a_recorded_sen_that_no_export_has_is_missed() -> None:
    [row] = findings(our_license(sen="SEN-7"), [their_license()])
    assert (row["state"], row["marketplace_id"], row["confidence"]) == ("not_found", "", "")


def test_a_legacy_plan_that_no_export_has_is_missed_and_an_expired_one_is_not() -> None:
    expected = our_license(hosting="cloud", outcome="legacy_plan")
    assert [row["state"] for row in findings(expected, [])] == ["expected"]
    assert findings({**expected, "outcome": "expired"}, []) == []


def test_what_should_be_of_an_app_that_no_export_had_is_listed_apart() -> None:
    (row,) = findings(our_license(sen="SEN-7"), [], apps=(JIRA_CLOUD,))
    assert row["state"] == "no_export"
    assert findings(our_license(), [], apps=(JIRA_CLOUD,)) == []
