"""Some hundred mails with known truth: no refusal and no value is read that is not there, and nearly all others are."""

import pytest

from tests.requests.mails.collection import mails
from tests.requests.mails.looked_at import LOOKED_AT
from tests.requests.mails.phrases import Phrases
from tests.requests.mails.score import score


@pytest.mark.parametrize(("phrases", "share"), [(LOOKED_AT, 0.99)], ids=["looked at"])
def test_nothing_wrong_is_read_and_nearly_everything_is_found(phrases: Phrases, share: float) -> None:
    result = score(mails(phrases, "seen", 200))
    assert result.wrong_refusals == []
    assert result.wrong_values == []
    assert result.share >= share, result.missing
