"""Moving requests from stage to stage, and the files that people took along."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click
from sqlalchemy import Engine

from lib.cli.commands import POLICY, CommandError, actor_option, main, print_json, with_store
from lib.cli.edits import texts_of
from lib.domain.codes import parse_needs
from lib.domain.requests import ITEM_TITLES, STAGE_TITLES, UNDER_WAY, Stage, missing_items
from lib.domain.roles import Actor
from lib.domain.text import format_time, quantity
from lib.editing import edits
from lib.measures.cut import Cut
from lib.requests import downloads, moves
from lib.requests.moves import MoveResult
from lib.store import change_log, customer_queries, database, license_queries, request_stages
from lib.store import downloads as store
from lib.store.downloads import Download

_NOTE = click.option("--note", default="", help="Why, for the history.")


@main.group()
def request() -> None:
    """Requests to move licenses to Marketplace."""


@main.command("requests")
@click.option("--stage", type=click.Choice(list(map(str, Stage))), multiple=True, help="Only these; may be said again.")
@click.option("--mine", metavar="WHO", help="Only those that this person works on.")
@click.option("--count", default=50, show_default=True, help="How many to list, those first that wait longest.")
@click.option("--json", "as_json", is_flag=True, help="For another program.")
@with_store
def list_requests(engine: Engine, stage: Sequence[str], mine: str | None, count: int, as_json: bool) -> None:
    """List requests, how long they have been at their stage and what they lack, those first that wait longest."""
    cut = Cut(stage=tuple(stage) or UNDER_WAY, assignee=(mine,) if mine else (), movable="yes")
    with database.reading(engine) as connection:
        rows = request_stages.queue(connection, cut, count=count).to_dict("records")
        total = license_queries.count(connection, cut)
        since = change_log.change_times(connection)
    told = [_queued({str(name): value for name, value in row.items()}, since) for row in rows]
    if as_json:
        print_json(told)
        return
    for one in told:
        lacks = ", ".join(ITEM_TITLES[item] for item in one["lacks"]) or "nothing"
        click.echo(f"{one['license_key']}  {STAGE_TITLES[Stage(one['stage'])]} since {one['since']}  lacks {lacks}")
    click.echo(f"{quantity(len(told), 'request')} of {total:,}.")


def _queued(license: Mapping[str, Any], since: Mapping[int, datetime]) -> dict[str, Any]:
    """A request as it is told: its license's key, company and stage, since when it is there, and the items it lacks."""
    return {
        "license_key": license["license_key"],
        "company": license["company"] or license["license_name"] or "",
        "stage": license["stage"],
        "since": since[license["stage_since"]].date().isoformat(),
        "lacks": list(missing_items(license, parse_needs(license["needs"]))),
    }


@request.command()
@click.argument("keys", metavar="KEY…", nargs=-1, required=True)
@click.option("--to", type=click.Choice(list(map(str, Stage))), required=True, help="The stage to move them to.")
@actor_option
@_NOTE
@with_store
def move(engine: Engine, keys: Sequence[str], to: str, actor: Actor, note: str) -> None:
    """Move the requests of licenses to a stage; undo-edit takes that back by the number of its change."""
    moved = moves.move_requests(engine, keys, Stage(to), actor, note, POLICY)
    refused = [f"{key}: {sentence}" for key, sentence in moved.refused.items()]
    if not moved.keys:
        raise CommandError("\n".join(["No request was moved.", *refused]))
    click.echo("\n".join([_in_words(moved), *refused]))


@request.command("set")
@click.argument("key")
@click.argument("fields", metavar="FIELD=VALUE…", nargs=-1, required=True)
@click.option("--also", metavar="KEY", multiple=True, help="Another license that says the same; may be said again.")
@actor_option
@_NOTE
@with_store
def set_(engine: Engine, key: str, fields: Sequence[str], also: Sequence[str], actor: Actor, note: str) -> None:
    """Enter items of a request, such as myatlassian_email=it@acme.example, for one license or several in one change."""
    done = edits.edit_many(engine, [key, *also], texts_of(fields), actor, note, POLICY)
    refused = [f"{key}: {sentence}" for key, sentence in done.refused.items()]
    same = [f"{key}: This says what is stored already." for key in done.same]
    if done.change is None:
        raise CommandError("\n".join(["No license was changed.", *refused, *same]))
    is_one = len(done.keys) == 1
    told = f"{quantity(len(done.keys), 'license')} {'is' if is_one else 'are'} edited, as change {done.change}."
    click.echo("\n".join([told, *refused, *same]))


@main.command("downloads")
@click.option("--customer", metavar="NAME", help="One customer; all, if not said.")
@click.option("--count", default=50, show_default=True, help="How many to list, the newest first.")
@click.option("--json", "as_json", is_flag=True, help="For another program.")
@with_store
def list_downloads(engine: Engine, customer: str | None, count: int, as_json: bool) -> None:
    """List the files that people took along, and which of them were sent."""
    with database.reading(engine) as connection:
        found, total = store.page(connection, customer=_customer(connection, customer), count=count)
    if as_json:
        print_json([_told(download) for download in found])
        return
    click.echo("\n".join(map(_line, found)) or "Nobody took a file along yet.")
    if total > len(found):
        click.echo(f"… and {quantity(total - len(found), 'older download')}.")


@main.command("mark-sent")
@click.argument("download", type=int)
@actor_option
@_NOTE
@with_store
def mark_sent(engine: Engine, download: int, actor: Actor, note: str) -> None:
    """Mark a download as sent: requests of its licenses that were not made or just came in wait for the customer."""
    moved = downloads.mark_sent(engine, download, actor, POLICY, note=note)
    click.echo(f"Download #{download} is marked as sent. {_in_words(moved)}")


def _in_words(moved: MoveResult) -> str:
    if moved.change is None:
        return "No request was moved."
    number = len(moved.keys)
    are = "is" if number == 1 else "are"
    return f'{quantity(number, "request")} {are} moved to "{STAGE_TITLES[moved.to]}", as change {moved.change}.'


def _customer(connection: Any, name: str | None) -> str | None:
    if name is None:
        return None
    found = customer_queries.find_customers(connection, name)
    if len(found) != 1:
        how_many = f"{len(found)} customers are" if found else "No customer is"
        raise CommandError(f'{how_many} called "{name}". Give the whole name as the licenses spell it.')
    return found[0]


def _line(download: Download) -> str:
    sent = f", sent by {download.sent_by} at {format_time(download.sent_at)}" if download.sent_at else ""
    what = download.cut.description() or "all licenses"
    customers = quantity(download.customers, "customer")
    return (
        f"#{download.id}  {format_time(download.at)}  {download.kind} by {download.by}: {what}, {customers}, "
        f"data version {download.change}{sent}"
    )


def _told(download: Download) -> dict[str, Any]:
    moments = {name: at and at.isoformat() for name, at in (("at", download.at), ("sent_at", download.sent_at))}
    return {**asdict(download), "cut": download.cut.query(), **moments}
