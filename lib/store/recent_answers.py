"""What was asked of cuts lately: answers that a process remembers until the licenses change."""

from collections.abc import Callable, Hashable
from datetime import date
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from lib.measures.cut import Cut
from lib.store import change_log
from lib.store.profile_catalogue import is_committed

_MOST = 128
"""Answers that a process remembers of each database: a page that shows a past day asks some twenty questions."""

_Question = tuple[int, date | None, Hashable, Cut]

_ANSWERS: WeakKeyDictionary[Engine, dict[_Question, Any]] = WeakKeyDictionary()

T = TypeVar("T")


def remembered(connection: Connection, kind: Hashable, cut: Cut, answer: Callable[[], T]) -> T:
    """The answer to a kind of question about a cut, which nobody may alter."""
    # Answers depend on the newest change and maybe the day alone, but for what people do beside the licenses.
    if cut.assignee or cut.marketplace:
        return answer()
    answers = _ANSWERS.setdefault(connection.engine, {})
    day = change_log.day_in_view(connection, cut.on) if cut.waiting or cut.plan else None
    newest = change_log.latest_change(connection)
    question = newest, day, kind, cut
    result: T | None = answers.get(question)
    if result is None:
        result = answer()
    if is_committed(connection):
        # Other threads do the same, so some may be gone already.
        outdated = [old for old in list(answers) if old[0] < newest]
        for old in outdated or list(answers)[: len(answers) - _MOST + 1]:
            answers.pop(old, None)
        # Behind all others, so that what nobody asks any more is forgotten first.
        answers.pop(question, None)
        answers[question] = result
    return result
