"""Requests moved from stage to stage, and the files that people downloaded."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click
from sqlalchemy import Connection, Engine

from lib.cli.commands import CommandError, main, with_store
from lib.cli.edits import fields_argument, texts_by_field
from lib.cli.options import (
    NUMBER,
    actor_option,
    choice,
    count_option,
    customer_option,
    json_option,
    local_actor,
    note_option,
)
from lib.cli.output import log_printing, print_json, print_lines
from lib.cli.terminal import echo
from lib.domain.codes import parse_needs
from lib.domain.days import day_of
from lib.domain.requests import ITEM_TITLES, STAGE_TITLES, UNDER_WAY, Stage, missing_items
from lib.domain.roles import Actor
from lib.domain.text import format_time, quantity
from lib.editing import edits
from lib.measures.cut import Cut
from lib.requests import moves, sendings, stage_correction
from lib.requests.moves import MoveResult
from lib.store import change_log, customer_queries, database, license_queries, policies, request_stages
from lib.store import downloads as stored_downloads
from lib.store.downloads import Download


@main.group()
def request() -> None:
    """Move requests, or enter their items."""


@main.command("requests")
@click.option("--stage", type=choice(Stage), multiple=True, help="Only this stage; may be repeated.")
@click.option("--mine", metavar="WHO", help="Only requests that this person works on.")
@count_option("the longest waiting")
@json_option
@with_store
def list_requests(engine: Engine, stage: Sequence[str], mine: str | None, count: int, as_json: bool) -> None:
    """List requests, the longest waiting first."""
    cut = Cut(stage=tuple(stage) or UNDER_WAY, assignee=(mine,) if mine else (), movable="yes")
    with database.reading(engine) as connection:
        licenses = request_stages.queue(connection, cut, count=count).to_dict("records")
        total = license_queries.count(connection, cut)
        change_times = change_log.change_times(connection)
        zone = policies.current(connection).time_zone
    log_printing(engine, "requests", local_actor())
    reports = [request_report(license, change_times, zone) for license in licenses]
    if as_json:
        print_json(reports)
        return
    for report in reports:
        lacks = ", ".join(ITEM_TITLES[item] for item in report["lacks"]) or "nothing"
        stage_title = STAGE_TITLES[Stage(report["stage"])]
        echo(f"{report['license_key']}  {stage_title} since {report['since']}  missing: {lacks}")
    echo(f"{quantity(len(reports), 'request')} of {total:,}.")


def request_report(license: Mapping[Any, Any], change_times: Mapping[int, datetime], zone: str) -> dict[str, Any]:
    """A request as JSON: license, stage, day by a zone, and items it lacks."""
    needs = parse_needs(license["needs"])
    return {
        "license_key": license["license_key"],
        "company": license["company"] or license["license_name"] or "",
        "stage": license["stage"],
        "since": day_of(change_times[license["stage_since"]], zone).isoformat(),
        "lacks": list(missing_items(license, needs)),
    }


@request.command()
@click.argument("keys", metavar="KEY…", nargs=-1, required=True)
@click.option("--to", type=choice(Stage), required=True, help="The stage to move them to.")
@actor_option
@note_option
@with_store
def move(engine: Engine, keys: Sequence[str], to: str, actor: Actor, note: str) -> None:
    """Move the requests of licenses to a stage.

    undo-edit undoes that by the number of its change.
    """
    result = moves.move_requests(engine, keys, Stage(to), actor, note, policies.in_force(engine))
    refusals = [f"{key}: {sentence}" for key, sentence in result.refused.items()]
    if not result.keys:
        raise CommandError("\n".join(["No request was moved.", *refusals]))
    print_lines([move_in_words(result), *refusals])


@request.command("set")
@click.argument("key")
@fields_argument
@click.option("--also", metavar="KEY", multiple=True, help="Another license with the same items; may be repeated.")
@actor_option
@note_option
@with_store
def set_items(engine: Engine, key: str, fields: Sequence[str], also: Sequence[str], actor: Actor, note: str) -> None:
    """Enter items of a request, for one or several licenses.

    Items are such as myatlassian_email=it@acme.example; all licenses are edited in one change.
    """
    result = edits.edit_many(engine, [key, *also], texts_by_field(fields), actor, note, policies.in_force(engine))
    refusals = [f"{key}: {sentence}" for key, sentence in result.refused.items()]
    same = [f"{key}: This is already stored." for key in result.unchanged]
    if result.change is None:
        raise CommandError("\n".join(["No license was changed.", *refusals, *same]))
    licenses = quantity(len(result.changed), "license is", "licenses are")
    print_lines([f"{licenses} edited, as change {result.change}.", *refusals, *same])


@main.command("correct-stages")
@actor_option
@with_store
def correct_stages(engine: Engine, actor: Actor) -> None:
    """Take back that files made requests received.

    Older versions of this program did so where a file held an item of a request. A worker corrects it once by itself, and
    undo-edit takes the correction back.
    """
    change = stage_correction.correct_stages(engine, actor)
    if change is None:
        echo("No license is received because of a file: nothing was changed.")
        return
    echo(f"Stages are corrected, as change {change}.")


@main.command("downloads")
@customer_option
@count_option("the newest")
@json_option
@with_store
def list_downloads(engine: Engine, customer: str | None, count: int, as_json: bool) -> None:
    """List downloaded files, and which were sent."""
    with database.reading(engine) as connection:
        key = None if customer is None else only_customer(connection, customer)
        page, total = stored_downloads.page(connection, customer=key, count=count)
        zone = policies.current(connection).time_zone
    log_printing(engine, "downloads", local_actor())
    if as_json:
        print_json(list(map(download_report, page)))
        return
    echo("\n".join(line_of_download(download, zone) for download in page) or "No files downloaded yet.")
    if total > len(page):
        echo(f"… and {quantity(total - len(page), 'older download')}.")


@main.command("mark-sent")
@click.argument("download", type=NUMBER)
@actor_option
@note_option
@with_store
def mark_sent(engine: Engine, download: int, actor: Actor, note: str) -> None:
    """Mark a download as sent to every customer that it has.

    Requests of its licenses that were not made or just came in wait for the customer from now on.
    """
    result = sendings.mark_download_sent(engine, download, actor, policies.in_force(engine), note=note)
    echo(f"Download #{download} is marked as sent. {move_in_words(result.move)}")


def move_in_words(result: MoveResult) -> str:
    """How many requests were moved, and where to."""
    if result.change is None:
        return "No request was moved."
    requests = quantity(len(result.keys), "request is", "requests are")
    return f'{requests} moved to "{STAGE_TITLES[result.to]}", as change {result.change}.'


def only_customer(connection: Connection, name: str) -> str:
    """The key of the one customer of that name. Raises CommandError if there are none or several."""
    keys = customer_queries.find_customers(connection, name)
    if len(keys) != 1:
        how_many = f"{len(keys)} customers are" if keys else "No customer is"
        raise CommandError(f'{how_many} called "{name}". Give the full name as it is spelled in the licenses.')
    return keys[0]


def line_of_download(download: Download, zone: str) -> str:
    """A download as a line of a list."""
    sending = f", sent by {download.sent_by} on {format_time(download.sent_at, zone)}" if download.sent_at else ""
    what = download.cut.description() or "all licenses"
    customers = quantity(download.customers, "customer")
    return (
        f"#{download.id}  {format_time(download.at, zone)}  {download.kind} by {download.by}: {what}, {customers}, "
        f"data version {download.change}{sending}"
    )


def download_report(download: Download) -> dict[str, Any]:
    """A download as JSON."""
    sent_at = download.sent_at.isoformat() if download.sent_at else None
    return {**asdict(download), "cut": download.cut.query(), "at": download.at.isoformat(), "sent_at": sent_at}
