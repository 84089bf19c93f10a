"""The versions of the policy: the first is today's defaults, and none is ever changed."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.editing import edits
from lib.store import database, policies
from tests.actors import EDITOR, admin
from tests.store.stories import a_row, imported


def test_a_store_starts_with_the_documented_settings_as_v1(engine: Engine) -> None:
    assert policies.in_force(engine) == Policy()


def test_a_new_version_is_in_force_from_its_change_on(engine: Engine) -> None:
    with database.writing(engine) as connection:
        second = policies.add(connection, Policy(grace_months=4), admin("ada"), "They asked for it.", change=7)
        assert second == Policy(version=2, grace_months=4) == policies.current(connection)
        assert [policies.in_force_at(connection, change).version for change in (0, 6, 7, None)] == [1, 1, 2, 2]
        newest, first = policies.versions(connection)
        assert (newest.policy.version, newest.by, newest.reason, newest.change) == (2, "ada", "They asked for it.", 7)
        assert first.policy == Policy()
        with pytest.raises(RefusalError, match="There is no policy v3"):
            policies.version(connection, 3)


@pytest.mark.parametrize("deed", ["UPDATE policies SET reason = 'another'", "DELETE FROM policies"])
def test_no_version_can_be_changed_or_deleted(engine: Engine, deed: str) -> None:
    with pytest.raises(DBAPIError, match="Versions of the policy can only be added"), engine.begin() as connection:
        connection.execute(text(deed))


def test_nothing_is_judged_by_a_policy_that_is_no_longer_in_force(engine: Engine) -> None:
    imported(engine, a_row("K-1"))
    with database.writing(engine) as connection:
        newer = policies.add(connection, Policy(round_editors_up=True), admin("ada"), "", change=1)
    with pytest.raises(RefusalError, match="v2 is in force instead of v1"):
        edits.edit(engine, "K-1", None, {"editors": "3"}, EDITOR, "", Policy())
    assert edits.edit(engine, "K-1", None, {"editors": "3"}, EDITOR, "", replace(newer))
