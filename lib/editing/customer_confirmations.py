"""A person's word that a customer whose licenses disagree is one firm, and its withdrawal."""

from sqlalchemy import Connection, Engine

from lib.domain.customer_doubts import doubts
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.store import customer_confirmations, database


def confirm(engine: Engine, customer: str, actor: Actor, reason: str = "") -> int:
    """Remember that a customer is one firm, until something new disagrees; gives the number of the confirmation.

    Raises RefusalError if it has no license, no name, or if its licenses agree.
    """
    require(actor, Action.MERGE_CUSTOMERS)
    with database.writing_briefly(engine) as connection:
        evidence = customer_confirmations.evidence_by_customer(connection, [customer]).get(customer)
        if evidence is None:
            raise RefusalError(f'No licenses belong to a customer "{customer}". Look the customer up in the list.')
        if not customer:
            raise RefusalError(
                "Licenses without an organization belong to no customer. Edit them to say whose they are."
            )
        if not doubts(customer, evidence):
            raise RefusalError(f'All licenses of "{customer}" agree, so there is nothing to confirm.')
        return customer_confirmations.add(connection, customer, evidence, actor, reason)


def withdraw(engine: Engine, number: int, actor: Actor) -> None:
    """Withdraw a confirmation. Raises RefusalError if it is not in force."""
    require(actor, Action.MERGE_CUSTOMERS)
    with database.writing_briefly(engine) as connection:
        if customer_confirmations.confirmation(connection, number) is None:
            raise RefusalError(f"There is no confirmation {number} in force, so there is nothing to undo.")
        customer_confirmations.withdraw(connection, number, actor)


def confirm_after_merge(connection: Connection, customer: str, actor: Actor, reason: str, change: int) -> None:
    """Take the merge of a change as the word that the customer is one, where its licenses disagree by it."""
    evidence = customer_confirmations.evidence_by_customer(connection, [customer])[customer]
    if doubts(customer, evidence):
        customer_confirmations.add(connection, customer, evidence, actor, reason, change)
