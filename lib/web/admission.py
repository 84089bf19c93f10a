"""Who may come in: the sign-in of a visit, and the role that the store and the environment give its person."""

from collections.abc import Mapping
from dataclasses import replace

from lib.domain.roles import Role
from lib.store import database, people
from lib.store.people import Account, OtherAccountError, Person
from lib.web.connection import configured_engine
from lib.web.identity import (
    LISTS,
    SIGN_IN,
    SIGN_OUT,
    AccessError,
    SignIn,
    User,
    Visit,
    account_name,
    folded,
    listed,
    needs_sign_in,
    refuse_visits_from_elsewhere,
    role_in_environment,
    sign_in_of,
)


def user_of(visit: Visit, claims: Mapping[str, object] | None) -> User:
    """The person of a visit; raises AccessError for anybody who may see no page.

    `claims` are what the identity provider says of them: empty if nobody signed in, None if sign-in is not configured.
    """
    if needs_sign_in(claims):
        return signed_in_user(sign_in_of(claims), visit.address or "")
    refuse_visits_from_elsewhere(visit)
    return User(account_name(), Role.ADMIN, local=True)


def signed_in_user(sign_in: SignIn, origin: str) -> User:
    """The person of a sign-in that was not ended, with their role of this moment."""
    is_ended, person = look_up(sign_in)
    if is_ended:
        raise AccessError("You signed out, or your role was changed.", title="Sign in again", remedy=SIGN_IN)
    email = person.email if person else sign_in.account.email
    role = role_of(email, person, sign_in.role)
    user = User(email, role, origin=origin, sign_in=sign_in.number, role_by_claim=sign_in.role) if role else None
    if is_ended is None and email:
        with database.writing_briefly(configured_engine()) as connection:
            people.begin_sign_in(connection, sign_in.number, replace(sign_in.account, email=email), user, origin)
    if user is None:
        raise AccessError(
            f"{email or 'This account'} is not on the list of people who may see the license migration. "
            "Ask an administrator to be added.",
            remedy=SIGN_OUT,
        )
    return user


def look_up(sign_in: SignIn) -> tuple[bool | None, Person | None]:
    """Whether a sign-in was ended, None for a new one, and whose it is. Raises AccessError."""
    try:
        with database.reading(configured_engine()) as connection:
            return people.is_ended(connection, sign_in.number), people.find(connection, sign_in.account)
    except OtherAccountError as error:
        raise AccessError(str(error), remedy=SIGN_OUT) from None


def role_of(email: str, person: Person | None, role_by_claim: Role | None = None) -> Role | None:
    """Somebody's role: an administrator of the environment stays one, so that nobody can be locked out for good.

    What was said on the page *People* outweighs the identity provider's claim, and that the lists of the environment.
    """
    if email in map(folded, listed(LISTS[Role.ADMIN])):
        return Role.ADMIN
    if person and person.role is not None:
        if person.role not in tuple(Role):
            return None
        return Role(person.role)
    return role_by_claim or role_in_environment(email)


def current_role(user: User) -> Role | None:
    """The role of somebody at this moment, None if they may do nothing any more."""
    if user.local:
        return user.role
    with database.reading(configured_engine()) as connection:
        person = people.find(connection, Account(user.name, "", ""))
        is_ended = people.is_ended(connection, user.sign_in)
    if is_ended is not False:
        return None
    return role_of(user.name, person, user.role_by_claim)


def sign_out(user: User) -> None:
    """End somebody's sign-in in all their tabs."""
    if user.sign_in:
        with database.writing_briefly(configured_engine()) as connection:
            people.end_sign_in(connection, user.sign_in, user)
