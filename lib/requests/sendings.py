"""Lists and letters marked as sent to customers, whose requests then wait for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.requests import Stage
from lib.domain.roles import Action, Actor, require
from lib.domain.text import quantity
from lib.editing import change_reversal
from lib.measures.cut import Cut
from lib.requests import moves
from lib.requests.moves import MoveResult
from lib.store import change_log, customer_queries, database, downloads, list_changes, policies, sendings

_MOST_NAMES = 12
"""Customers that a preview names."""


@dataclass(frozen=True, slots=True)
class SendingPreview:
    """Whom a marking as sent is of: so many `customers`, the `names` of the first, and the `requests` that move with it."""

    customers: int
    names: tuple[str, ...]
    requests: int

    def names_in_words(self) -> str:
        """The names, a line each, and how many there are besides."""
        others = self.customers - len(self.names)
        more = [f"and {others:,} more"] if others else []
        return "\n".join([*self.names, *more])


@dataclass(frozen=True, slots=True)
class SendingResult:
    """What a marking as sent did: its number, and the requests that it moved."""

    number: int
    move: MoveResult


def preview(connection: Connection, customers: Sequence[str], cut: Cut, download: int | None = None) -> SendingPreview:
    """What `mark_sent` would do now."""
    own_cut, waiting = cut_of(connection, cut, download), tuple(unsent(connection, customers, download))
    names = customer_queries.names_of(connection, waiting[:_MOST_NAMES])
    keys = sendings.keys_waiting(connection, own_cut.with_filters(customer=waiting)) if waiting else []
    return SendingPreview(len(waiting), tuple(names.values()), len(keys))


def preview_withdrawal(connection: Connection, number: int) -> SendingPreview:
    """Whom `unmark_sent` would be of."""
    customers = sendings.customers_of(connection, number)
    change = sendings.last_marking(connection, number)
    marking = change_log.change(connection, change) if change else None
    names = customer_queries.names_of(connection, customers[:_MOST_NAMES])
    return SendingPreview(len(customers), tuple(names.values()), marking.counts["changed"] if marking else 0)


def mark_sent(
    engine: Engine,
    customers: Sequence[str],
    actor: Actor,
    policy: Policy,
    *,
    cut: Cut,
    download: int | None = None,
    note: str = "",
) -> SendingResult:
    """Mark the lists of these customers as sent, and of nobody else: their requests wait for them.

    `cut` is which of their licenses the lists have; that of the download, if it was one of its files. All in one
    transaction, undone by `unmark_sent`. Raises RefusalError if a customer has no licenses there, if the file was sent
    to all of them already, or if the actor may not.
    """
    require(actor, Action.MARK_SENT)
    with database.writing(engine) as connection:
        recipients = unsent(connection, customers, download)
        refuse_strangers(connection, recipients, cut, download)
        change = change_log.latest_change(connection)
        if download is not None:
            change = downloads.download(connection, download).change
        number = sendings.add(connection, recipients, change=change, download=download, actor=actor)
        own_cut = cut_of(connection, cut, download).with_filters(customer=tuple(recipients))
        keys = sendings.keys_waiting(connection, own_cut)
        reason = note or reason_of(len(recipients), download)
        counts = {sendings.SENDING: number}
        move = moves.move_in_transaction(connection, keys, Stage.NEEDS_INFO, actor, reason, policy, counts=counts)
        return SendingResult(number, move)


def mark_download_sent(engine: Engine, number: int, actor: Actor, policy: Policy, *, note: str = "") -> SendingResult:
    """Mark a download as sent to all customers that it has (see `mark_sent`)."""
    with database.reading(engine) as connection:
        download = downloads.download(connection, number)
        customers = downloads.customers_of(connection, number)
    return mark_sent(engine, customers, actor, policy, cut=download.cut, download=number, note=note)


def unmark_sent(engine: Engine, number: int, actor: Actor, reason: str = "") -> int | None:
    """Undo a marking as sent, and the moves that came with it.

    Returns the number of the new change, None if no request was moved. Raises RefusalError if it was undone already,
    or if all those requests were moved on since.
    """
    require(actor, Action.MARK_SENT)
    with database.writing(engine) as connection:
        if sendings.sending(connection, number).withdrawn_at is not None:
            raise RefusalError("That was already marked as not sent.")
        change = sendings.last_marking(connection, number)
        if change is not None:
            return change_reversal.undo_in_transaction(connection, change, actor, reason)
        # No request was moved by the marking, so there is no change to revert.
        sendings.set_standing(connection, number, actor, stands=False)
        return None


def cut_of(connection: Connection, cut: Cut, download: int | None) -> Cut:
    """Which licenses the lists have: those of the download if it was one of its files."""
    if download is None:
        return cut
    return downloads.download(connection, download).cut


def unsent(connection: Connection, customers: Sequence[str], download: int | None) -> list[str]:
    """Those of the customers that this file was not sent to yet; all of them without a file."""
    if download is None:
        return list(dict.fromkeys(customers))
    already = sendings.recipients(connection, download)
    return [customer for customer in dict.fromkeys(customers) if customer not in already]


def refuse_strangers(connection: Connection, customers: Sequence[str], cut: Cut, download: int | None) -> None:
    """Raise RefusalError if there is nobody to send to, or if the lists have nothing of a customer."""
    if download is None:
        strangers = set(customers) - set(list_changes.customers_in(connection, cut, list(customers)))
    else:
        file = downloads.download(connection, download)
        strangers = set(customers) - set(downloads.customers_of(connection, download))
        if not customers and file.sent_at:
            when = policies.time_in_words(connection, file.sent_at)
            raise RefusalError(f"Download #{download} was already marked as sent by {file.sent_by} on {when}.")
    if strangers:
        raise RefusalError(f"There are no licenses of {quantity(len(strangers), 'chosen customer')} here.")
    if not customers:
        raise RefusalError("Choose the customers that it was sent to.")


def reason_of(customers: int, download: int | None) -> str:
    """What the history says of the requests that wait now."""
    recipient = "the customer" if customers == 1 else quantity(customers, "customer")
    suffix = f" (download #{download})" if download is not None else ""
    return f"Sent to {recipient}{suffix}"
