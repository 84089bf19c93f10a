"""Editing one license, and undoing changes."""

from collections.abc import Sequence

import click
from sqlalchemy import Engine

from lib.cli.commands import CommandError, main, with_store
from lib.cli.options import actor_option, change_argument, reason_option
from lib.cli.terminal import echo
from lib.domain.display import license_of
from lib.domain.eligibility import OUTCOME_TITLES
from lib.domain.facts import facts_of
from lib.domain.licenses import field_for_heading
from lib.domain.roles import Actor
from lib.domain.rules import judge
from lib.editing import change_reversal, edits
from lib.store import database, license_queries, policies

fields_argument = click.argument("fields", metavar="FIELD=VALUE…", nargs=-1, required=True)


@main.command()
@click.argument("key")
@fields_argument
@actor_option
@reason_option
@with_store
def edit(engine: Engine, key: str, fields: Sequence[str], actor: Actor, reason: str) -> None:
    """Change fields of a license.

    Fields are such as host_tier=100 or "Consent to match=yes"; an empty value clears one.
    """
    change = edits.edit(engine, key, None, texts_by_field(fields), actor, reason, policies.in_force(engine))
    with database.reading(engine) as connection:
        license = license_queries.license(connection, key) or {}
    verdict = judge(facts_of(license_of(license)), policies.in_force(engine))
    outcome = OUTCOME_TITLES[verdict.outcome]
    echo(f"License {key} is edited, as change {change}. {outcome}. {verdict.reasons[0].text}")


@main.command("undo-edit")
@change_argument
@actor_option
@reason_option
@with_store
def undo_edit(engine: Engine, change: int, actor: Actor, reason: str) -> None:
    """Undo a change by its number. Undoing that change redoes the edit."""
    undo_change = change_reversal.undo_change(engine, change, actor, reason)
    echo(f"Change {change} is undone, as change {undo_change}.")


def texts_by_field(pairs: Sequence[str]) -> dict[str, str]:
    """The texts by field, which may be called as in a file's header. Raises CommandError if a pair has no `=`."""
    texts = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise CommandError(
                f'"{pair}" does not say what a field becomes. Write it as field=value, such as host_tier=100.'
            )
        texts[field_for_heading(name) or name.strip()] = text
    return texts
