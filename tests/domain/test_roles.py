"""The ladder of roles, and what is hidden from those at its foot."""

import pytest

from lib.domain.licenses import COLUMNS
from lib.domain.masking import HIDDEN, masked, masked_key
from lib.domain.refusal import RefusalError
from lib.domain.roles import RULES, Action, Actor, Role, may, require


def actions_from(role: Role) -> set[Action]:
    """What that role may do and the one below it may not."""
    return {action for action, rule in RULES.items() if rule.lowest is role}


def test_each_role_may_do_more_than_the_one_below_it() -> None:
    assert set(RULES) == set(Action)
    assert actions_from(Role.VIEWER) == {Action.DOWNLOAD_FIGURES}
    downloads = {Action.DOWNLOAD_LICENSES, Action.DOWNLOAD_UPGRADES}
    assert actions_from(Role.LISTER) == {Action.SEE_PERSONAL_DATA, Action.REVEAL, *downloads}
    imports = {Action.IMPORT, Action.UNDO_IMPORT, Action.SEE_FILE, Action.REMEMBER_MAPPING, Action.FORGET_MAPPING}
    assert actions_from(Role.IMPORTER) == imports
    assert {Action.REVERT_MIGRATION, Action.WORD_LETTERS, Action.PURGE} <= actions_from(Role.ADMIN)


@pytest.mark.parametrize("action", Action)
def test_whoever_is_below_is_refused_with_a_sentence(action: Action) -> None:
    for role in Role:
        actor = Actor("ann", role)
        if may(actor, action):
            require(actor, action)
        else:
            with pytest.raises(RefusalError, match=r"^[A-Z].+\.$"):
                require(actor, action)


@pytest.mark.parametrize(
    ("key", "expected"), [("", HIDDEN), ("K-1", HIDDEN), ("12345678901", HIDDEN), ("123456789012", f"{HIDDEN}9012")]
)
def test_only_the_end_of_a_long_key_is_shown(key: str, expected: str) -> None:
    assert masked_key(key) == expected
    assert masked_key(key, 0) == HIDDEN


def test_all_that_is_personal_is_hidden_and_nothing_else() -> None:
    record = dict.fromkeys(COLUMNS, "text") | {"extra": '{"Nickname": "Al"}', "customer": "al@example.com", "why": "Al"}
    hidden = {name for name, value in masked(record).items() if value != record[name]}
    personal = {name for name, column in COLUMNS.items() if column.personal}
    assert hidden == personal | {"license_key", "license_name", "notes", "extra", "customer", "why"}
    assert masked({"notes": "", "contact_email": None, "editors": 10}) == {
        "notes": "",
        "contact_email": None,
        "editors": 10,
    }
