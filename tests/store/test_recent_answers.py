"""Answers about a cut are remembered until a license changes, and no longer than they hold."""

from datetime import date
from functools import partial
from itertools import count

import pytest
from sqlalchemy import Engine

from lib.measures.cut import Cut
from lib.store import change_log, database, recent_answers
from lib.store.recent_answers import remembered
from tests.store.stories import a_row, imported

JIRA = Cut(product=("jira",))


def test_an_answer_is_remembered_until_something_changes(engine: Engine) -> None:
    numbers = count(1)

    def ask(kind: str = "counts", cut: Cut = JIRA) -> int:
        with database.reading(engine) as connection:
            return remembered(connection, kind, cut, lambda: next(numbers))

    imported(engine, a_row("K-1"))
    assert [ask(), ask(), ask("totals"), ask(cut=Cut()), ask()] == [1, 1, 2, 3, 1]
    imported(engine, a_row("K-1", editors="12"))
    assert [ask(), ask()] == [4, 4]


def test_what_nobody_asked_for_longest_is_forgotten_first(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent_answers, "_MOST", 2)
    numbers = count(1)
    with database.reading(engine) as connection:
        answers = [remembered(connection, kind, JIRA, lambda: next(numbers)) for kind in "abacabb"]
    assert answers == [1, 2, 1, 3, 1, 4, 4]


def test_what_people_do_beside_the_licenses_is_asked_each_time(engine: Engine) -> None:
    numbers = count(1)
    with database.reading(engine) as connection:
        for cut in (Cut(assignee=("bo",)), Cut(marketplace=("matched",))):
            first, second = (remembered(connection, "counts", cut, lambda: next(numbers)) for _ in range(2))
            assert first != second


def test_what_a_transaction_has_not_committed_is_remembered_by_nobody(engine: Engine) -> None:
    with database.writing(engine) as connection:
        assert [remembered(connection, "counts", JIRA, partial(int, number)) for number in (1, 2)] == [1, 2]


def a_day(day: int, connection: object) -> date:
    return date(2026, 5, day)


def test_how_plans_stand_is_asked_again_on_another_day(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = []
    with database.reading(engine) as connection:
        for number, day in enumerate((1, 1, 2)):
            monkeypatch.setattr(change_log, "today", partial(a_day, day))
            answers.append(remembered(connection, "counts", Cut(plan=("ended",)), partial(int, number)))
    assert answers == [0, 0, 2]
