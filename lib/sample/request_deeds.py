"""What staff do for the requests of the sample in a week: ask, record answers, verify, submit and record SENs."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import Engine

from lib.domain.requests import Stage
from lib.domain.roles import Actor
from lib.editing import edits
from lib.measures.cut import COMPLETE, Cut
from lib.requests import moves, sens
from lib.sample.dating import dated
from lib.sample.licenses import ON_REQUEST, Cells
from lib.store import database, license_queries, policies

# One of so many customers is asked before the request comes in by itself.
_ASKED_SHARE = 2


def answers_of(news: Mapping[str, Cells]) -> dict[str, Cells]:
    """The cells of a week that customers wrote themselves, by license key."""
    answers = {}
    for key, cells in news.items():
        if not {*cells}.isdisjoint(ON_REQUEST):
            answers[key] = {name: text for name, text in cells.items() if name != "sen"}
    return answers


def work_on_requests(engine: Engine, day: date, news: Mapping[str, Cells], actor: Actor) -> None:
    """Record what customers wrote until a day, verify and submit what is complete, and record the SENs that came."""
    with dated(engine, day, 10):
        edits.record_reply(
            engine, answers_of(news), actor, "This week's emails from customers", policies.in_force(engine)
        )
    submitted = list(keys_at(engine, Stage.VERIFIED))
    with dated(engine, day, 12):
        move(engine, keys_at(engine, Stage.RECEIVED), Stage.VERIFIED, actor)
    new_sens = {key: cells["sen"] for key, cells in news.items() if "sen" in cells}
    with dated(engine, day, 14):
        move(engine, list({*submitted, *new_sens}), Stage.SUBMITTED, actor)
    with dated(engine, day, 16):
        lines = sens.read_sen_lines("\n".join(f"{key} {sen}" for key, sen in new_sens.items()))
        sens.record_sens(engine, lines, actor, "", policies.in_force(engine))


def ask_customers(engine: Engine, day: date, coming: Mapping[str, Cells], actor: Actor) -> None:
    """Ask some of those customers that answer in the next week, the day after this week's work."""
    with dated(engine, day + timedelta(days=1), 9):
        move(engine, list(answers_of(coming))[::_ASKED_SHARE], Stage.NEEDS_INFO, actor)


def keys_at(engine: Engine, stage: Stage) -> list[str]:
    """The licenses whose requests are complete at a stage."""
    cut = Cut(stage=(stage,), missing=(COMPLETE,), movable="yes")
    with database.reading(engine) as connection:
        return list(license_queries.licenses(connection, cut)["license_key"])


def move(engine: Engine, keys: list[str], to: Stage, actor: Actor) -> None:
    """Move requests as far as that is possible."""
    moves.move_requests(engine, keys, to, actor, "This week's requests", policies.in_force(engine))
