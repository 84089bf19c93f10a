"""People and their roles: who they are by their account, what they may do, and their sign-ins."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, Role, require
from lib.store import audit
from lib.store.audit import AuditAction
from lib.store.schema import people, sign_ins

_p, _s = people.c, sign_ins.c

NO_ACCESS = ""
"""The role of people who are kept out, whatever the environment says."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may use the application, or signed in once; see `schema.people`."""

    email: str
    role: str | None
    issuer: str | None
    subject: str | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """What an identity provider says of somebody: their address, and their number there, which stays when that changes."""

    email: str
    issuer: str
    subject: str


class OtherAccountError(RefusalError):
    """Somebody signed in with the address of a person who is known by another account."""


def everybody(connection: Connection) -> list[Person]:
    """All people, by email address."""
    return [Person(**row._asdict()) for row in connection.execute(select(people).order_by(_p.email))]


def find(connection: Connection, account: Account) -> Person | None:
    """The person of an account, None for somebody unknown. Raises OtherAccountError."""
    is_same = (_p.issuer == account.issuer) & (_p.subject == account.subject)
    if account.subject and (row := connection.execute(select(people).where(is_same)).first()):
        return Person(**row._asdict())
    row = connection.execute(select(people).where(_p.email == account.email)).one_or_none()
    person = Person(**row._asdict()) if row else None
    if person and person.subject and account.subject:
        raise OtherAccountError(
            f"{account.email} is known by another account of your identity provider. Sign in with that one, or ask an "
            "administrator to let this one in."
        )
    return person


def set_role(connection: Connection, email: str, role: Role | None, actor: Actor) -> None:
    """Give somebody a role, or keep them out (None); their sign-ins end, and their next account becomes theirs."""
    require(actor, Action.MANAGE_PEOPLE)
    if email == actor.name:
        raise RefusalError("You cannot change your own role. Ask another administrator.")
    if email.count("@") != 1 or email.strip() != email:
        raise RefusalError(f'"{email}" is not an email address. Write one such as ann@example.com.')
    values = {
        "role": str(role) if role else NO_ACCESS,
        "issuer": None,
        "subject": None,
        "by": actor.name,
        "at": datetime.now(UTC),
    }
    if connection.execute(update(people).where(_p.email == email).values(values)).rowcount == 0:
        connection.execute(insert(people).values(email=email, **values))
    end_sign_ins(connection, email)
    audit.record(connection, AuditAction.ROLE, actor, f"{email}: {role or 'no access'}")


def begin_sign_in(connection: Connection, number: str, account: Account, actor: Actor | None, origin: str) -> None:
    """Store a sign-in that is seen for the first time, and whose account it was; `actor` is None if they are refused."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    # Two tabs may open at once.
    row = dialect.insert(sign_ins).values(id=number, email=account.email, at=datetime.now(UTC))
    if connection.execute(row.on_conflict_do_nothing().returning(_s.id)).first() is None:
        return
    if actor is None:
        stranger = Actor(account.email, Role.VIEWER, origin=origin)
        audit.record(connection, AuditAction.REFUSAL, stranger, "not on the list of people")
        return
    audit.record(connection, AuditAction.SIGN_IN, actor, str(actor.role))
    if account.subject:
        bind(connection, account)


def forget_sign_ins(connection: Connection, before: datetime) -> int:
    """Delete the sign-ins before a time; gives how many."""
    return connection.execute(delete(sign_ins).where(_s.at < before)).rowcount


def bind(connection: Connection, account: Account) -> None:
    """Store whose account this is, unless that is known."""
    identity = {"issuer": account.issuer, "subject": account.subject}
    is_unbound = (_p.email == account.email) & _p.subject.is_(None)
    if connection.execute(update(people).where(is_unbound).values(identity)).rowcount:
        return
    if find(connection, account) is None:
        row = {"email": account.email, **identity, "by": account.email, "at": datetime.now(UTC)}
        connection.execute(insert(people).values(row))


def is_ended(connection: Connection, number: str) -> bool | None:
    """Whether a sign-in was ended; None for an unknown one."""
    row = connection.execute(select(_s.ended_at).where(_s.id == number)).one_or_none()
    if row is None:
        return None
    return row.ended_at is not None


def end_sign_in(connection: Connection, number: str, actor: Actor) -> None:
    """End a sign-in, in every tab."""
    connection.execute(
        update(sign_ins).where(_s.id == number, _s.ended_at.is_(None)).values(ended_at=datetime.now(UTC))
    )
    audit.record(connection, AuditAction.SIGN_OUT, actor, "")


def end_sign_ins(connection: Connection, email: str) -> None:
    """End all sign-ins of somebody."""
    values = {"ended_at": datetime.now(UTC)}
    connection.execute(update(sign_ins).where(_s.email == email, _s.ended_at.is_(None)).values(values))
