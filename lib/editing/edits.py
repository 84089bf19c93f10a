"""People change licenses here: cells are read as a file's are, each is judged anew, and that is a change of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine

from lib.domain.changes import CUSTOMER_KINDS, REVERTING_KINDS, ChangeKind, change_title
from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.requests import Stage, may_move
from lib.domain.roles import Action, Actor, require
from lib.domain.text import clean, format_time, quantity
from lib.editing import revision
from lib.editing.revision import FIELDS, UnreadableError, in_words, read
from lib.store import change_log, database, downloads, later_changes, license_sens, request_moves, reverts, versions
from lib.store.change_log import Change
from lib.store.later_changes import LaterChange

__all__ = [
    "FIELDS",
    "SENT",
    "Edited",
    "UnreadableError",
    "edit",
    "edit_in",
    "edit_many",
    "keepers_of",
    "kept_by",
    "kept_in_words",
    "kept_of",
    "read",
    "take_back",
    "undo_change",
]

_MOST_KEEPERS = 3
"""Changes that a sentence names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """What came of an edit of many licenses: the `keys` that were changed, those in which nothing differs, and the others,
    each with the sentence that says why not. `change` is the number of the change; None if nothing was written."""

    keys: tuple[str, ...]
    same: tuple[str, ...]
    refused: Mapping[str, str]
    change: int | None = None


def edit(
    engine: Engine, key: str, since: int | None, texts: Mapping[str, str], actor: Actor, reason: str, policy: Policy
) -> int:
    """Change fields of a license to what the texts (by field) say, as a person wrote them; gives the change's number.

    `since` is the change that began the version which the person saw, None for whichever stands. Raises UnreadableError, also
    if another license has the SEN, or the Expert would be the customer; RefusalError if the license changed meanwhile or is
    gone, if a field cannot be changed, if nothing differs, or if the actor may not edit.
    """
    require(actor, Action.EDIT_LICENSE)
    values = read(texts, policy)
    with database.writing(engine) as connection:
        made = revision.revised(connection, [_standing(connection, key, since)], {key: values})
        if made.refused:
            raise UnreadableError(made.refused[key])
        if made.same:
            raise RefusalError("This says what is stored already, so nothing was changed.")
        return revision.keep(connection, made, actor, reason, policy)


def edit_many(
    engine: Engine, keys: Sequence[str], texts: Mapping[str, str], actor: Actor, reason: str, policy: Policy
) -> Edited:
    """Change the same fields of licenses to what the texts say, in one transaction and one change.

    Licenses that may not be changed so are left as they are and told, and nothing is written if none differs. A SEN is one
    license's alone. Raises UnreadableError if a text says no value, RefusalError if a field cannot be changed, or if
    the actor may not edit.
    """
    require(actor, Action.EDIT_LICENSE)
    values = read(texts, policy)
    with database.writing(engine) as connection:
        return edit_in(connection, dict.fromkeys(keys, values), actor, reason, policy)


def edit_in(
    connection: Connection, values: Mapping[str, Mapping[str, Any]], actor: Actor, reason: str, policy: Policy
) -> Edited:
    """Change licenses to values that are read (`read`), by license key, as one change in a transaction that has begun."""
    require(actor, Action.EDIT_LICENSE)
    found = versions.current(connection, list(values)).to_dict("index")
    standing = [{str(name): value for name, value in found[key].items()} for key in values if key in found]
    made = revision.revised(connection, standing, values)
    gone = {key: f'No license has the key "{key}" now.' for key in values if key not in found}
    refused = gone | {key: in_words(sentences) for key, sentences in made.refused.items()}
    return Edited(
        keys=tuple(place["license_key"] for place in made.places),
        same=tuple(made.same),
        refused={key: refused[key] for key in values if key in refused},
        change=revision.keep(connection, made, actor, clean(reason), policy) if made.places else None,
    )


def undo_change(engine: Engine, number: int, actor: Actor, reason: str = "") -> int:
    """Take an edit or a move of requests back, or take its undoing back (which redoes it), and so on; gives the number of
    the new change.

    Licenses that changed since are left alone: see `kept_by`. Raises RefusalError if that is no such change, was taken back
    already, if all its licenses changed since, or if the actor may not (`migration_requests.may_move`).
    """
    with database.writing(engine) as connection:
        return take_back(connection, number, actor, reason)


def take_back(connection: Connection, number: int, actor: Actor, reason: str = "") -> int:
    """`undo_change`, in a transaction that has begun."""
    require(actor, Action.UNDO_CHANGE)
    told = _standing_change(connection, number)
    later = later_changes.changes_since(connection, number)
    kept = sum(keeper.licenses for keeper in later)
    if later and not reverts.preview_revert(connection, number).restored:
        who = "The license was" if kept == 1 else f"All {quantity(kept, 'license')} were"
        raise RefusalError(
            f"{who} changed since: {_deed_in_words(later[0])}. Nothing was taken back; edit the license instead."
        )
    kind = REVERTING_KINDS[told.kind]
    change = change_log.begin_change(connection, by=actor.name, kind=kind, reason=reason, undoes=number)
    counts = reverts.revert(connection, number, change).to_json()
    if not all(may_move(actor, Stage(was), Stage(now)) for was, now in request_moves.stage_steps(connection, change)):
        raise RefusalError("That would take back what has migrated, which only an administrator may do.")
    _refuse_rivals(connection, change)
    if download := told.counts.get(SENT):
        counts[SENT] = download
        downloads.set_sent(connection, download, actor.name, is_sent=kind is ChangeKind.STAGE_REDO)
    change_log.set_counts(connection, change, counts)
    return change


SENT = "download"
"""Among the counts of a change that marked a download as sent: the download's number."""


def kept_by(engine: Engine, number: int, *, start: int = 0, count: int = 50) -> tuple[pd.DataFrame, int]:
    """A page of the licenses that taking a change back would leave alone (see `later_changes`), and how many there are."""
    with database.reading(engine) as connection:
        return later_changes.licenses_changed_since(connection, number, start=start, count=count)


def keepers_of(engine: Engine, batch: int) -> list[LaterChange]:
    """The later changes for which undoing or redoing a batch would leave licenses alone, the newest first."""
    with database.reading(engine) as connection:
        last = change_log.last_change_of_batch(connection, batch)
        return later_changes.changes_since(connection, last.id) if last else []


def kept_of(engine: Engine, batch: int, *, start: int = 0, count: int = 50) -> tuple[pd.DataFrame, int]:
    """A page of the licenses that undoing or redoing a batch would leave alone (see `later_changes`), and how many
    there are in all."""
    with database.reading(engine) as connection:
        last = change_log.last_change_of_batch(connection, batch)
        return later_changes.licenses_changed_since(connection, last.id if last else 0, start=start, count=count)


def kept_in_words(keepers: Sequence[LaterChange]) -> str:
    """Why licenses are left alone when a change is taken back, the newest change first: what changed them, who and when.

    Empty if none is.
    """
    told = [f"{_deed_in_words(keeper)} ({quantity(keeper.licenses, 'license')})" for keeper in keepers[:_MOST_KEEPERS]]
    others = len(keepers) - len(told)
    return "; ".join([*told, *([f"and {quantity(others, 'more change')}"] if others else [])])


def _refuse_rivals(connection: Connection, change: int) -> None:
    """One SEN belongs to one license, also where an older change gives it back."""
    given = license_sens.new_sens(connection, change)
    for sen, holder in license_sens.sen_holders(connection, set(given.values())):
        if key := next((key for key, own in given.items() if own == sen and key != holder), None):
            raise RefusalError(f'License "{key}" would have its SEN back. {revision.sentence_of_rival(sen, holder)}')


def _standing_change(connection: Connection, number: int) -> Change:
    told = change_log.change(connection, number)
    if told is None or told.batch_id is not None:
        raise RefusalError(f"Change {number} is no edit of a license. An import is taken back on the page Batches.")
    if told.kind in CUSTOMER_KINDS:
        raise RefusalError(f"Change {number} is no edit of a license but a {change_title(told.kind, None).lower()}.")
    if after := change_log.reversal_of(connection, number):
        raise RefusalError(f"This was taken back already, by {after.by} at {format_time(after.at)}.")
    return told


def _standing(connection: Connection, key: str, since: int | None) -> dict[str, Any]:
    found = versions.current(connection, [key]).to_dict("records")
    if not found:
        raise RefusalError(f'No license has the key "{key}" now, so there is nothing to edit.')
    if since is not None and found[0]["since"] != since:
        raise RefusalError(
            f"This license was changed meanwhile: {_change_in_words(connection, found[0]['since'])}. "
            "Look at it as it is now before editing it."
        )
    return {str(name): value for name, value in found[0].items()}


def _change_in_words(connection: Connection, number: int) -> str:
    told = change_log.change(connection, number)
    return _deed_in_words(told) if told else f"change {number}"


def _deed_in_words(told: Change | LaterChange) -> str:
    return f"{change_title(told.kind, told.batch_id).lower()} by {told.by} at {format_time(told.at)}"
