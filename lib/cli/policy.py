"""The policy: shown, compared, tried out and changed."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine

from lib.cli.commands import CommandError, main, with_store
from lib.cli.options import NumberType, actor_option, change_argument, file_argument, json_option, reason_option
from lib.cli.output import print_json, print_lines
from lib.cli.terminal import echo
from lib.domain.eligibility import OUTCOME_TITLES
from lib.domain.flags import FLAG_TITLES
from lib.domain.policy import SETTINGS, Policy
from lib.domain.policy_settings import changed_settings, setting_text, settings_json, with_settings
from lib.domain.roles import Actor
from lib.domain.text import format_time, quantity
from lib.policies import saving
from lib.policies.regroupings import CustomerMove
from lib.policies.what_if import CheckMove, Move, WhatIf, effects_beside, what_if
from lib.store import database, policies

_EXAMPLE = 'Write settings as JSON, such as {"grace_months": 4}.'
_POLICY_VERSION = NumberType("the number of a policy version")


@main.group()
def policy() -> None:
    """Show, compare, try out and change the settings of rules."""


@policy.command()
@json_option
@with_store
def show(engine: Engine, as_json: bool) -> None:
    """Show the settings in force."""
    with database.reading(engine) as connection:
        newest = policies.newest(connection)
    if as_json:
        print_json({"version": newest.policy.version, "settings": settings_json(newest.policy)})
        return
    echo(
        f"Policy v{newest.policy.version} by {newest.by} on {format_time(newest.at, newest.policy.time_zone)}. {newest.reason}"
    )
    for setting in SETTINGS.values():
        mark = "documented" if setting.documented else "our choice"
        value = setting_text(setting, getattr(newest.policy, setting.name))
        echo(f"  {setting.name}: {value}  ({setting.title}; {mark})")


@policy.command()
@click.argument("before", metavar="A", type=_POLICY_VERSION)
@click.argument("after", metavar="B", type=_POLICY_VERSION)
@with_store
def diff(engine: Engine, before: int, after: int) -> None:
    """Show in which settings version B differs from A, and which licenses they judge differently."""
    with database.reading(engine) as connection:
        one, other = (policies.version(connection, number).policy for number in (before, after))
        effect = what_if(connection, one, other)
    print_lines(settings_in_words(one, other) or [f"Policy v{before} and v{after} have the same settings."])
    print_lines(effect_in_words(effect))


@policy.command("what-if")
@file_argument
@json_option
@with_store
def try_out(engine: Engine, file: Path, as_json: bool) -> None:
    """Show what the settings in FILE would change; nothing is stored.

    FILE is JSON such as {"grace_months": 4}; other settings stay.
    """
    settings = read_settings_file(file)
    with database.reading(engine) as connection:
        current = policies.current(connection)
        draft = with_settings(current, settings)
        effect = what_if(connection, current, draft)
    if as_json:
        print_json(effect_json(effect))
        return
    print_lines(settings_in_words(current, draft) or ["These are the settings in force."])
    print_lines(effect_in_words(effect))


@policy.command("set")
@file_argument
@actor_option
@reason_option
@with_store
def set_settings(engine: Engine, file: Path, actor: Actor, reason: str) -> None:
    """Put the settings in FILE in force as a new version, and judge all licenses by it."""
    result = saving.save(engine, read_settings_file(file), actor, reason)
    echo(saved_in_words(result))


@policy.command()
@change_argument
@actor_option
@reason_option
@with_store
def undo(engine: Engine, change: int, actor: Actor, reason: str) -> None:
    """Take a change of the policy back, by the number of the change."""
    echo(saved_in_words(saving.undo(engine, change, actor, reason)))


def read_settings_file(file: Path) -> dict[str, Any]:
    """The settings in a JSON file. Raises CommandError if it has none."""
    try:
        settings = json.loads(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} is not UTF-8 text. {_EXAMPLE}") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise CommandError(f"{file} is not JSON at {place}: {error.msg}. {_EXAMPLE}") from error
    if not isinstance(settings, Mapping):
        raise CommandError(f"{file} has no settings by name. {_EXAMPLE}")
    return dict(settings)


def settings_in_words(before: Policy, after: Policy) -> list[str]:
    """The settings in which two policies differ, a line each, and below it what the setting changes besides licenses."""
    lines = []
    for setting in changed_settings(before, after):
        old, new = (setting_text(setting, getattr(each, setting.name)) for each in (before, after))
        lines.append(f"{setting.title}: {old} → {new}")
        lines += [f"  {sentence}" for sentence in effects_beside(setting)]
    return lines


def effect_in_words(effect: WhatIf) -> Iterator[str]:
    """What a policy would change, a line for each move."""
    changes, others = quantity(effect.outcome_changes, "license"), quantity(effect.detail_changes, "license")
    yield f"{changes} of another outcome, {others} of the same with other details, {quantity(effect.customers, 'customer')}"
    yield from map(move_in_words, effect.moves)
    if effect.check_moves:
        yield f"{quantity(effect.check_changes, 'check')} of licenses added or removed"
    for check in effect.check_moves:
        yield f"  {FLAG_TITLES[check.check]}, {'added' if check.is_added else 'removed'}: {numbers_in_words(check)}"
    if effect.regrouped:
        yield f"{quantity(effect.regrouped, 'license')} of another customer, by what tells customers apart"
    for move in effect.customer_moves:
        yield f"  {move.before} → {move.after}: {numbers_in_words(move)}"


def move_in_words(move: Move) -> str:
    """One move from outcome to outcome."""
    after = "other details" if move.is_of_details else OUTCOME_TITLES[move.after]
    return f"  {OUTCOME_TITLES[move.before]} → {after}: {numbers_in_words(move)}"


def numbers_in_words(move: Move | CheckMove | CustomerMove) -> str:
    """How many licenses, users and customers a move is of."""
    numbers = (quantity(move.licenses, "license"), quantity(move.users, "user"), quantity(move.customers, "customer"))
    return ", ".join(numbers)


def effect_json(effect: WhatIf) -> dict[str, Any]:
    """What a policy would change, for another program."""
    return {
        "data_version": effect.base.change,
        "policy": effect.base.policy,
        "licenses": effect.outcome_changes,
        "customers": effect.customers,
        "moves": [move_json(move) for move in effect.moves],
        "checks": [check_json(move) for move in effect.check_moves],
        "regrouped": [move_json(move) for move in effect.customer_moves],
    }


def move_json(move: Move | CustomerMove) -> dict[str, Any]:
    """A move for another program."""
    return {"from": move.before, "to": move.after, **numbers_json(move)}


def check_json(move: CheckMove) -> dict[str, Any]:
    """A check that licenses would get or lose, for another program."""
    return {"check": move.check, "added": move.is_added, **numbers_json(move)}


def numbers_json(move: Move | CheckMove | CustomerMove) -> dict[str, int]:
    """How many licenses, users and customers a move is of, for another program."""
    return {"licenses": move.licenses, "users": move.users, "customers": move.customers}


def saved_in_words(saved: saving.SavedPolicy) -> str:
    """What came of a policy that was put in force."""
    judged = quantity(saved.licenses, "license")
    return f"Policy v{saved.policy.version} is in force, as change {saved.change}. {judged} changed."
