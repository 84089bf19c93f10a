"""Editing one license, and taking an edit back."""

from collections.abc import Sequence

import click
from sqlalchemy import Engine

from lib.cli.commands import POLICY, CommandError, actor_option, main, with_store
from lib.domain.display import license_of
from lib.domain.eligibility import OUTCOME_TITLES, judge
from lib.domain.facts import facts_of
from lib.domain.licenses import field_for_heading
from lib.domain.roles import Actor
from lib.editing import edits
from lib.store import database, license_queries

_REASON = click.option("--reason", default="", help="Why, for the history.")


@main.command()
@click.argument("key")
@click.argument("fields", metavar="FIELD=VALUE…", nargs=-1, required=True)
@actor_option
@_REASON
@with_store
def edit(engine: Engine, key: str, fields: Sequence[str], actor: Actor, reason: str) -> None:
    """Change fields of a license, such as host_tier=100 or "Agrees to match=yes"; an empty value clears one."""
    change = edits.edit(engine, key, None, texts_of(fields), actor, reason, POLICY)
    with database.reading(engine) as connection:
        verdict = judge(facts_of(license_of(license_queries.license(connection, key) or {})), POLICY)
    told = f"{OUTCOME_TITLES[verdict.outcome]}. {verdict.reasons[0].text}"
    click.echo(f"License {key} is edited, as change {change}. {told}")


@main.command("undo-edit")
@click.argument("change", type=int)
@actor_option
@_REASON
@with_store
def undo_edit(engine: Engine, change: int, actor: Actor, reason: str) -> None:
    """Take an edit back by the number of its change; taking that back redoes the edit."""
    click.echo(f"Change {change} is taken back, as change {edits.undo_change(engine, change, actor, reason)}.")


def texts_of(fields: Sequence[str]) -> dict[str, str]:
    """The texts by field; a field may be called as in a file's header."""
    told = {}
    for pair in fields:
        name, equals, text = pair.partition("=")
        if not equals:
            raise CommandError(
                f'"{pair}" does not say what a field becomes. Write it as field=value, such as host_tier=100.'
            )
        told[field_for_heading(name) or name.strip()] = text
    return told
