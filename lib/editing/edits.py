"""People change licenses: each edit is a change of its own, and its licenses are judged anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine

from lib.domain.changes import change_title
from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.domain.text import clean, format_time
from lib.editing.revision import Revision, UnreadableError, join_sentences, parse_values, revise, store_revision
from lib.store import change_log, database, policies, versions
from lib.store.change_log import Change
from lib.store.later_changes import LaterChange


@dataclass(frozen=True, slots=True, kw_only=True)
class EditResult:
    """What came of an edit of many licenses, by their keys; `change` is None if nothing was written."""

    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    """Those in which nothing differs."""

    refused: Mapping[str, str]
    """The others, each with the sentence that says why not."""

    change: int | None = None


def edit(
    engine: Engine, key: str, since: int | None, texts: Mapping[str, str], actor: Actor, reason: str, policy: Policy
) -> int:
    """Change fields of a license to what a person wrote in them; gives the number of the change.

    `since` is the change that started the version which the person saw, None for the current one, whichever it is.
    Raises UnreadableError, also if another license has the SEN, or the Expert would be the customer; RefusalError if
    the license has changed or is gone, if a field cannot be edited, if nothing differs, or if the actor may not edit.
    """
    require(actor, Action.EDIT_LICENSE)
    values = parse_values(texts, policy)
    with database.writing(engine) as connection:
        revision = revise(connection, [current_version(connection, key, since)], {key: values})
        if revision.refused:
            raise UnreadableError(revision.refused[key])
        if revision.unchanged:
            raise RefusalError("This is already stored, so nothing was changed.")
        return store_revision(connection, revision, actor, reason, policy)


def edit_many(
    engine: Engine, keys: Sequence[str], texts: Mapping[str, str], actor: Actor, reason: str, policy: Policy
) -> EditResult:
    """Change the same fields of licenses to what a person wrote, in one transaction and one change.

    Licenses that cannot be changed so stay as they are. Raises UnreadableError if a text is no value, RefusalError if a
    field cannot be edited, or if the actor may not edit.
    """
    require(actor, Action.EDIT_LICENSE)
    values = parse_values(texts, policy)
    with database.writing(engine) as connection:
        return edit_in_transaction(connection, dict.fromkeys(keys, values), actor, reason, policy)


def record_reply(
    engine: Engine, texts: Mapping[str, Mapping[str, str]], actor: Actor, reason: str, policy: Policy
) -> EditResult:
    """Record what a customer's mail says of each license (by key, then by field), as `edit_many` does.

    The customer has answered: their requests are received, also where the mail says nothing new.
    """
    require(actor, Action.EDIT_LICENSE)
    values = {key: parse_values(fields, policy) for key, fields in texts.items()}
    with database.writing(engine) as connection:
        return edit_in_transaction(connection, values, actor, reason, policy, is_reply=True)


def edit_in_transaction(
    connection: Connection,
    values: Mapping[str, Mapping[str, Any]],
    actor: Actor,
    reason: str,
    policy: Policy,
    *,
    is_reply: bool = False,
) -> EditResult:
    """Change licenses to `values` (by license key) in the caller's transaction; `is_reply` as in `record_reply`."""
    require(actor, Action.EDIT_LICENSE)
    stored = versions.current(connection, list(values)).to_dict("index")
    current = [plain_version(stored[key]) for key in values if key in stored]
    revision = revise(connection, current, values, is_reply=is_reply)
    sentences = {key: f'No license has the key "{key}".' for key in values if key not in stored}
    sentences |= {key: join_sentences(wrong) for key, wrong in revision.refused.items()}
    return EditResult(
        changed=tuple(version["license_key"] for version in revision.after),
        unchanged=tuple(revision.unchanged),
        refused={key: sentences[key] for key in values if key in sentences},
        change=store_if_any(connection, revision, actor, clean(reason), policy),
    )


def store_if_any(connection: Connection, revision: Revision, actor: Actor, reason: str, policy: Policy) -> int | None:
    """Replace licenses by their new versions; None if there are none."""
    if not revision.after:
        return None
    return store_revision(connection, revision, actor, reason, policy)


def current_version(connection: Connection, key: str, since: int | None) -> dict[str, Any]:
    """The current version, started by `since`. Raises RefusalError for others."""
    rows = versions.current(connection, [key]).to_dict("records")
    if not rows:
        raise RefusalError(f'No license has the key "{key}", so there is nothing to edit.')
    version = plain_version(rows[0])
    # Two people may edit at once: nobody overwrites what they have not seen.
    if since is not None and version["since"] != since:
        raise RefusalError(
            f"This license was changed meanwhile: {describe_change_number(connection, version['since'])}. "
            "Look at it as it is now before editing it."
        )
    return version


def plain_version(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row of a frame as a version."""
    return {str(name): value for name, value in row.items()}


def describe_change_number(connection: Connection, number: int) -> str:
    """Like `describe_change`, by number; the number if it is gone."""
    change = change_log.change(connection, number)
    if change is None:
        return f"change {number}"
    return describe_change(change, policies.current(connection).time_zone)


def describe_change(change: Change | LaterChange, zone: str) -> str:
    """`edit by ada on 14 May 2019 09:12 UTC`, by a time zone."""
    return f"{change_title(change.kind, change.batch_id).lower()} by {change.by} on {format_time(change.at, zone)}"
