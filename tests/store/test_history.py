"""Whatever people import, undo and redo, the store agrees with a plain dictionary that remembers every day."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import Engine, delete

from lib import database, intake
from lib.problems import RefusalError
from lib.schema import batch_parts, batches, changes, license_versions, rejections
from tests.store.stories import a_row, as_of, imported, versions

KEYS = ("K-1", "K-2", "k-1")
CELLS = {
    "editors": st.sampled_from(("", "10", "25", "Unlimited")),
    "company": st.sampled_from(("", "Acme", "Acme Corp")),
    "hosting": st.sampled_from(("Server", "Cloud", "")),
}
FILES = st.dictionaries(st.sampled_from(KEYS), st.fixed_dictionaries(CELLS), min_size=1)
Content = tuple[Any, ...]
READ = {"": None, "10": 10, "25": 25, "Unlimited": 2**31 - 1, "Server": "server", "Cloud": "cloud"}


@dataclass
class Change:
    """What one change found and left of each license it touched; None where there is none."""

    found: dict[str, Content | None] = field(default_factory=dict)
    left: dict[str, Content | None] = field(default_factory=dict)


class Memory:
    """Licenses as a dictionary, and the dictionary as it was after every change."""

    def __init__(self) -> None:
        self.now: dict[str, Content] = {}
        self.days: dict[int, dict[str, Content]] = {}
        self.last: dict[int, Change | None] = {}
        self.undone: set[int] = set()

    def bring_in(self, rows: dict[str, dict[str, str]]) -> Change | None:
        """Import rows of editors, company and hosting; a blank keeps what there is."""
        change = Change()
        for key, row in rows.items():
            new = (READ[row["editors"]], row["company"], READ[row["hosting"]])
            old = self.now.get(key)
            merged = new if old is None else tuple(told or known for told, known in zip(new, old, strict=True))
            if merged != old:
                change.found[key], change.left[key] = old, merged
        self._put(change.left)
        return change if change.left else None

    def take_back(self, change: Change) -> tuple[Change, dict[str, int]]:
        """Undo a change where nothing came after it; what it did, and the counts of it."""
        as_left = [key for key, left in change.left.items() if self.now.get(key) == left]
        back = Change({key: self.now.get(key) for key in as_left}, {key: change.found[key] for key in as_left})
        self._put(back.left)
        removed = sum(found is None for found in back.left.values())
        counts = {"removed": removed, "restored": len(as_left) - removed, "kept": len(change.left) - len(as_left)}
        return back, counts

    def _put(self, told: dict[str, Content | None]) -> None:
        for key, content in told.items():
            self.now.pop(key, None)
            if content is not None:
                self.now[key] = content


class Story(RuleBasedStateMachine):
    """Steps in any order; after each the store must agree with the memory, today and on every day before."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self.memory = Memory()
        with database.writing(self.engine) as connection:
            for table in (license_versions, changes, rejections, batch_parts, batches):
                connection.execute(delete(table))

    @rule(rows=FILES)
    def bring_in(self, rows: dict[str, dict[str, str]]) -> None:
        receipt = imported(self.engine, *(a_row(key, host_tier="", **cells) for key, cells in rows.items()))
        change = self.memory.bring_in(rows)
        assert (receipt["change"] is None) == (change is None)
        assert receipt["counts"]["new"] + receipt["counts"]["changed"] == (len(change.left) if change else 0)
        self.memory.last[receipt["batch"]] = change
        self._remember()

    @precondition(lambda self: self.memory.last)
    @rule(data=st.data())
    def undo_or_redo(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.memory.last)))
        turn = intake.redo if number in self.memory.undone else intake.undo
        other = intake.undo if turn is intake.redo else intake.redo
        with pytest.raises(RefusalError):
            other(self.engine, number, "ada")
        self._turn(number, turn)

    def _turn(self, number: int, turn: Callable[..., dict[str, int]]) -> None:
        change = self.memory.last[number]
        if change is None:
            with pytest.raises(RefusalError):
                turn(self.engine, number, "ada")
            return
        kept = sorted(key for key, left in change.left.items() if self.memory.now.get(key) != left)
        assert intake.would_keep(self.engine, number) == kept
        counts = turn(self.engine, number, "ada")
        self.memory.last[number], expected = self.memory.take_back(change)
        assert counts == expected
        self.memory.undone ^= {number}
        self._remember()

    def _remember(self) -> None:
        with database.reading(self.engine) as connection:
            newest = max((row["since"] for row in versions(connection)), default=0)
            newest = max([newest, *(row["until"] or 0 for row in versions(connection))])
        self.memory.days[newest] = dict(self.memory.now)

    @invariant()
    def every_day_is_as_it_was(self) -> None:
        with database.reading(self.engine) as connection:
            for change, licenses in self.memory.days.items():
                stood = {
                    key: (row["editors"], row["company"], row["hosting"])
                    for key, row in as_of(connection, change).items()
                }
                assert stood == licenses

    @invariant()
    def versions_of_a_license_never_overlap(self) -> None:
        with database.reading(self.engine) as connection:
            rows = versions(connection)
        for earlier, later in pairwise(rows):
            if earlier["license_key"] == later["license_key"]:
                assert earlier["since"] < earlier["until"] <= later["since"]


def test_the_store_remembers_every_day_whatever_people_do(engine: Engine) -> None:
    story = type("StoryOfAStore", (Story,), {"engine": engine})
    bounds = settings(max_examples=15, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(story, settings=bounds)
