"""Who may do what, by the store; sign-ins that end; and a log that can only be added to."""

import pytest
from sqlalchemy import Connection, Engine, delete, select, update
from sqlalchemy.exc import DatabaseError

from lib.domain.changes import ChangeKind
from lib.domain.refusal import RefusalError
from lib.domain.roles import Actor, Role
from lib.store import audit, change_log, database, people
from lib.store.audit import AuditAction
from lib.store.people import NO_ACCESS, Account, OtherAccountError
from lib.store.schema import audit_log
from tests.actors import ADMIN, EDITOR
from tests.store.stories import a_row, imported

EVA = "eva@example.com"
ACCOUNT = Account(EVA, "https://id.example.com", "17")
USER = Actor(EVA, Role.EDITOR, origin="192.0.2.7")


def sign_in(connection: Connection, number: str, account: Account = ACCOUNT, actor: Actor | None = USER) -> None:
    people.begin_sign_in(connection, number, account, actor, "192.0.2.7")


def logged(connection: Connection) -> list[tuple[str, str, str]]:
    """Who did what, oldest first."""
    entries, _ = audit.page(connection, ADMIN)
    return [(entry.who, str(entry.action), entry.detail) for entry in reversed(entries)]


def test_a_role_is_given_changed_and_taken(engine: Engine) -> None:
    with database.writing(engine) as connection:
        assert people.find(connection, ACCOUNT) is None
        for role in (Role.VIEWER, Role.ADMIN, None):
            people.set_role(connection, EVA, role, ADMIN)
            person = people.find(connection, ACCOUNT)
            assert person
            assert person.role == (role or NO_ACCESS)
        assert [person.email for person in people.everybody(connection)] == [EVA]
        details = [f"{EVA}: viewer", f"{EVA}: admin", f"{EVA}: no access"]
        assert logged(connection) == [("ann", "role", detail) for detail in details]


def test_only_administrators_give_roles_and_not_to_themselves(engine: Engine) -> None:
    with database.writing(engine) as connection:
        with pytest.raises(RefusalError, match="Only an administrator"):
            people.set_role(connection, EVA, Role.ADMIN, EDITOR)
        with pytest.raises(RefusalError, match="your own role"):
            people.set_role(connection, ADMIN.name, Role.VIEWER, ADMIN)
        for email in ("", "eva", "a@b@c", " eva@example.com"):
            with pytest.raises(RefusalError, match="is not an email address"):
                people.set_role(connection, email, Role.VIEWER, ADMIN)
        assert people.everybody(connection) == []


def test_a_person_is_known_by_their_account_once_they_signed_in(engine: Engine) -> None:
    with database.writing(engine) as connection:
        people.set_role(connection, EVA, Role.EDITOR, ADMIN)
        sign_in(connection, "1")
        with pytest.raises(OtherAccountError, match="another account"):
            people.find(connection, Account(EVA, ACCOUNT.issuer, "18"))
        with pytest.raises(OtherAccountError):
            people.find(connection, Account(EVA, "https://other.example.com", "17"))
        renamed = people.find(connection, Account("eva.new@example.com", ACCOUNT.issuer, ACCOUNT.subject))
        assert renamed
        assert (renamed.email, renamed.role) == (EVA, "editor")
        people.set_role(connection, EVA, Role.EDITOR, ADMIN)
        assert people.find(connection, Account(EVA, ACCOUNT.issuer, "18")), "an administrator let the new account in"


def test_somebody_whom_the_environment_lists_is_known_by_their_account_too(engine: Engine) -> None:
    with database.writing(engine) as connection:
        sign_in(connection, "1")
        person = people.find(connection, ACCOUNT)
        assert person
        assert (person.role, person.subject) == (None, "17")


def test_a_sign_in_counts_once_and_ends_everywhere(engine: Engine) -> None:
    with database.writing(engine) as connection:
        assert people.is_ended(connection, "1") is None
        sign_in(connection, "1")
        sign_in(connection, "1")
        sign_in(connection, "2")
        assert people.is_ended(connection, "1") is False
        people.end_sign_in(connection, "1", USER)
        assert [people.is_ended(connection, number) for number in ("1", "2")] == [True, False]
        people.set_role(connection, EVA, Role.VIEWER, ADMIN)
        assert people.is_ended(connection, "2")
        deeds = [deed for _, deed, _ in logged(connection)]
        assert deeds == ["sign-in", "sign-in", "sign-out", "role"]


def test_a_stranger_is_logged_and_not_let_in(engine: Engine) -> None:
    with database.writing(engine) as connection:
        sign_in(connection, "1", actor=None)
        assert logged(connection) == [(EVA, "refusal", "not on the list of people")]
        assert people.everybody(connection) == []


def test_what_is_logged_stays(engine: Engine) -> None:
    with database.writing(engine) as connection:
        audit.record(connection, AuditAction.DOWNLOAD, USER, "download licenses")
    for statement in (update(audit_log).values(who="bob"), delete(audit_log)):
        with pytest.raises(DatabaseError, match="can only be added to"), engine.begin() as connection:
            connection.execute(statement)
    with database.reading(engine) as connection:
        (entry,) = connection.execute(select(audit_log)).all()
        assert (entry.who, entry.origin, entry.action) == (EVA, "192.0.2.7", "download")


def fail_within_a_change(engine: Engine) -> None:
    with database.writing(engine) as connection:
        change_log.begin_change(connection, kind=ChangeKind.EDIT, actor=ADMIN)
        raise ZeroDivisionError


def test_every_change_is_logged_in_its_own_transaction(engine: Engine) -> None:
    imported(engine, a_row("K-1"))
    with pytest.raises(ZeroDivisionError):
        fail_within_a_change(engine)
    with database.reading(engine) as connection:
        assert [detail for _, _, detail in logged(connection)] == ["File stored, import #1", "Import #1, change 1"]


def test_the_log_is_for_administrators_and_can_be_narrowed(engine: Engine) -> None:
    with database.writing(engine) as connection:
        for actor in (USER, ADMIN, USER):
            audit.record(connection, AuditAction.DOWNLOAD, actor, "")
        audit.record(connection, AuditAction.REFUSAL, USER, "import")
        with pytest.raises(RefusalError, match="Only an administrator"):
            audit.page(connection, EDITOR)
        assert audit.page(connection, ADMIN, who="EVA")[1] == 3
        assert audit.page(connection, ADMIN, who="%")[1] == 0
        entries, total = audit.page(connection, ADMIN, who="eva", action="download", count=1)
        assert (total, [entry.id for entry in entries]) == (2, [3])
