"""Hundreds of mails and pastes with known truth: no refusal and no value is read that is not there, and nearly all are.

Half of them were held out: written before the reader was improved, and only counted while it was (docs/decisions.md).
"""

import pytest

from tests.requests.mails import held_out, looked_at, opened, pastes
from tests.requests.mails.collection import mails
from tests.requests.mails.phrases import Phrases
from tests.requests.mails.score import score, score_pastes

HELD_OUT = 0.9
"""The share of items that must be found in what was not looked at."""


@pytest.mark.parametrize(
    ("phrases", "name", "count", "share"),
    [
        (looked_at.LOOKED_AT, "seen", 100, 0.99),
        (opened.OPENED, "held", 100, 0.99),
        (held_out.HELD_OUT, "fresh", 200, HELD_OUT),
    ],
    ids=["looked at", "opened", "held out"],
)
def test_nothing_wrong_is_read_in_mails_and_nearly_everything_is_found(
    phrases: Phrases, name: str, count: int, share: float
) -> None:
    result = score(mails(phrases, name, count))
    assert result.wrong_refusals == []
    assert result.wrong_values == []
    assert result.share >= share, result.missing


@pytest.mark.parametrize(
    ("shapes", "name", "share"),
    [(pastes.LOOKED_AT, "seen", 1.0), (pastes.HELD_OUT, "held", HELD_OUT)],
    ids=["looked at", "held out"],
)
def test_no_wrong_sen_is_read_in_pastes_and_each_line_is_recorded_or_listed(
    shapes: tuple[pastes.Shape, ...], name: str, share: float
) -> None:
    result = score_pastes(pastes.pastes(shapes, name, 100))
    assert result.wrong_values == []
    assert result.share >= share, result.missing
