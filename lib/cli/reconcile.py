"""Comparing licenses with Marketplace's own export, and applying what matches."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine

from lib.cli.commands import main, with_store
from lib.cli.options import actor_option, file_argument, json_option, note_option
from lib.cli.output import print_json, print_lines
from lib.cli.reading_options import sheet_option
from lib.domain.roles import Actor
from lib.domain.text import quantity
from lib.marketplace.export import LEFT_OUT_TITLES, LeftOutReason
from lib.marketplace.export_columns import EXPORT_TITLES, ExportKind
from lib.marketplace.succession import ALTERATION_TITLES, Alteration
from lib.matching.confidence import Confidence
from lib.matching.finding_lists import LIST_TITLES, ONLY_THEIRS_TITLE
from lib.matching.match import AUTOMATIC
from lib.reconciling import apply, exports
from lib.reconciling.apply import Application
from lib.reconciling.comparison import newest_export
from lib.reconciling.summary import Summary, summary
from lib.store import database, policies

_LEVELS = click.Choice([str(confidence) for confidence in AUTOMATIC])


@main.command("reconcile")
@file_argument
@click.option("--apply", "level", type=_LEVELS, help="Record what is at least as sure as this.")
@sheet_option
@json_option
@actor_option
@note_option
@with_store
def reconcile(
    engine: Engine, file: Path, level: str | None, sheets: tuple[str, ...], as_json: bool, actor: Actor, note: str
) -> None:
    """Compare licenses with Marketplace's own export.

    FILE is the license export, the older report, JSON of either, or the transactions. Without --apply no license changes,
    unless the policy says which matches are applied as soon as an export is read.
    """
    policy = policies.in_force(engine)
    intake = exports.take_in(engine, file.read_bytes(), file.name, actor, policy, sheets=sheets)
    application = None
    if level:
        confidence = Confidence(level)
        with database.reading(engine) as connection:
            has_ready = not apply.preview(connection, confidence).rows.empty
        if has_ready:
            application = apply.apply_matches(engine, intake.comparison, confidence, actor, policy, note)
    with database.reading(engine) as connection:
        result = summary(connection)
        rows = exports.altered(connection, newest_export(connection))
        alterations = rows["alteration"].value_counts().to_dict()
    assert result is not None
    if as_json:
        print_json({**report(result, application, alterations), "applied_by_policy": intake.change})
        return
    print_lines(sentences(result, application, alterations, intake.change, is_applied=level is not None))


def report(result: Summary, application: Application | None, alterations: dict[Any, int]) -> dict[str, Any]:
    """All numbers for another program."""
    export = result.export
    return {
        "export": {
            "id": export.id,
            "name": export.name,
            "sha256": export.sha256,
            "kind": export.kind,
            "licenses": export.licenses,
            "rows": export.summary["rows"],
            "left_out": export.summary["left_out"],
            "problems": export.summary["problems"],
            "unknown_columns": export.summary["unknown_columns"],
            "altered": {str(name): int(count) for name, count in alterations.items()},
        },
        "comparison": {"change": result.comparison.change, "candidates": result.comparison.candidates},
        "lists": {**{str(name): count for name, count in result.lists.items()}, "only_theirs": result.only_theirs},
        "applied": application and applied_report(application),
    }


def applied_report(application: Application) -> dict[str, Any]:
    """What was applied."""
    rows = application.rows[["license_key", "marketplace_id", "confidence"]]
    return {
        "change": application.change,
        "migrated": application.migrated,
        "matched": application.matched,
        "upgrade_pending": application.pending,
        "licenses": rows.to_dict("records"),
        "refused": application.refused,
    }


def sentences(
    result: Summary,
    application: Application | None,
    alterations: dict[Any, int],
    automatic: int | None,
    *,
    is_applied: bool,
) -> Iterator[str]:
    """What came of it, line by line."""
    export = result.export
    title = EXPORT_TITLES[ExportKind(export.kind)]
    yield f"{export.name}, {title} #{export.id}: {quantity(export.licenses, 'license')} of our apps."
    for reason, count in export.summary["left_out"].items():
        yield f"Left out: {LEFT_OUT_TITLES[LeftOutReason(reason)]}: {count:,}"
    for problem in export.summary["problems"]:
        yield f"Line {problem['line']}, column {problem['column']}: {problem['message']}"
    # Of the first export all is new.
    if alterations != {Alteration.NEW: result.theirs}:
        yield from (f"{ALTERATION_TITLES[Alteration(name)]}: {count:,}" for name, count in alterations.items())
    for name, count in result.lists.items():
        yield f"{LIST_TITLES[name]}: {count:,}"
    yield f"{ONLY_THEIRS_TITLE}: {result.only_theirs:,}"
    if automatic:
        yield f"Sure matches were applied automatically, as the policy says, as change {automatic}."
    if application:
        yield applied_sentence(application)
        yield from (f"{key}: {sentence}" for key, sentence in application.refused.items())
    elif is_applied:
        yield "Nothing was applied: no match is new and sure enough."


def applied_sentence(application: Application) -> str:
    """What was applied, in a sentence."""
    matches = quantity(len(application.rows), "match is", "matches are")
    parts = f"{application.migrated:,} newly migrated, {application.matched:,} newly matched"
    return (
        f"{matches} applied, as change {application.change}: {parts}, {application.pending:,} with an upgrade pending."
    )
