"""What the cells of lists say in the little room that they have."""

from lib.domain.codes import Item
from lib.domain.requests import Stage
from lib.web.customer_rows import missing_text, stages_text


def test_what_a_request_lacks_is_named_while_there_is_room() -> None:
    items = [Item.SERVER_CONFIRMED, Item.MATCH_AGREED, Item.MYATLASSIAN_EMAIL, Item.HOLDER_NAME]
    assert missing_text(items, 34) == "Confirmation, Consent, Email, Name"
    assert missing_text(items, 33) == "Confirmation, Consent and 2 more"
    assert missing_text(items, 5) == "Confirmation and 3 more", "a number alone would say nothing"


def test_stages_of_several_requests_are_counted_the_first_by_name() -> None:
    assert stages_text({Stage.NEEDS_INFO: 2, Stage.MIGRATED: 3}) == "Waiting"
    assert stages_text({Stage.VERIFIED: 1, Stage.RECEIVED: 6}) == "6 Received · 1 Verified"
    stages = {Stage.RECEIVED: 6, Stage.VERIFIED: 1, Stage.NOT_REQUESTED: 2}
    assert stages_text(stages) == "2 Not requested · 7 others"
