"""Whatever people import, edit, undo and redo, the store agrees with a plain dictionary that remembers every day."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import Engine, delete

from lib.domain.refusal import RefusalError
from lib.editing import change_reversal, edits
from lib.importing import reversal
from lib.store import database
from lib.store.change_log import last_change_of_batch
from lib.store.later_changes import changes_since, licenses_changed_since
from lib.store.schema import batch_parts, batches, changes, license_versions, rejections
from tests.actors import admin, editor
from tests.examples import examples
from tests.store.stories import POLICY, a_row, imported, now, versions

KEYS = ("K-1", "K-2", "k-1")
FIELDS = ("editors", "company", "hosting")
CELLS = {
    "editors": st.sampled_from(("", "10", "25", "Unlimited")),
    "company": st.sampled_from(("", "Acme", "Acme Corp")),
    "hosting": st.sampled_from(("Server", "Cloud", "")),
}
FILES = st.dictionaries(st.sampled_from(KEYS), st.fixed_dictionaries(CELLS), min_size=1)
EDITS = st.fixed_dictionaries({}, optional=CELLS)
READ = {"": None, "10": 10, "25": 25, "Unlimited": 2**31 - 1, "Server": "server", "Cloud": "cloud"}


@dataclass(frozen=True)
class License:
    """What a license says in `FIELDS`, and which of them a person wrote."""

    content: tuple[Any, ...]
    edited: frozenset[str] = frozenset()


@dataclass
class Change:
    """What one change found and left of each license it touched; None where there is none."""

    before: dict[str, License | None] = field(default_factory=dict)
    after: dict[str, License | None] = field(default_factory=dict)


class Memory:
    """Licenses as a dictionary, and the dictionary as it was after every change."""

    def __init__(self) -> None:
        self.now: dict[str, License] = {}
        self.days: dict[int, dict[str, License]] = {}
        self.last: dict[int, Change | None] = {}
        """What each batch did last."""
        self.undone: set[int] = set()
        self.edits: dict[int, Change] = {}
        """The edits, and the undoing of edits, that were not taken back."""

    def bring_in(self, rows: dict[str, dict[str, str]]) -> Change | None:
        """Import rows of editors, company and hosting; a blank keeps what there is, and so does what a person wrote."""
        change = Change()
        for key, row in rows.items():
            new, old = content_of(row), self.now.get(key)
            merged = License(new) if old is None else License(self._merged(new, old), old.edited)
            if merged != old:
                change.before[key], change.after[key] = old, merged
        self._put(change.after)
        return change if change.after else None

    def edit(self, key: str, texts: dict[str, str]) -> Change | None:
        """Write fields of a license anew; None if it is gone or nothing differs."""
        old = self.now.get(key)
        if old is None:
            return None
        values = dict(zip(FIELDS, old.content, strict=True))
        new_values = {name: value for name, value in values_read(texts).items() if value != values[name]}
        if not new_values:
            return None
        content = tuple({**values, **new_values}.values())
        change = Change({key: old}, {key: License(content, old.edited | set(new_values))})
        self._put(change.after)
        return change

    def as_left(self, change: Change) -> list[str]:
        """The licenses that say what a change left them saying."""
        return [key for key, after in change.after.items() if same(self.now.get(key), after)]

    def take_back(self, change: Change) -> tuple[Change, dict[str, int]]:
        """Undo a change where nothing came after it; what it did, and the counts of it."""
        as_left = self.as_left(change)
        back = Change({key: self.now.get(key) for key in as_left}, {key: change.before[key] for key in as_left})
        self._put(back.after)
        removed = sum(before is None for before in back.after.values())
        counts = {"removed": removed, "restored": len(as_left) - removed, "kept": len(change.after) - len(as_left)}
        return back, counts

    def _merged(self, new: tuple[Any, ...], old: License) -> tuple[Any, ...]:
        cells = zip(FIELDS, new, old.content, strict=True)
        return tuple(stored if name in old.edited else values or stored for name, values, stored in cells)

    def _put(self, licenses: dict[str, License | None]) -> None:
        for key, license in licenses.items():
            self.now.pop(key, None)
            if license is not None:
                self.now[key] = license


def values_read(texts: dict[str, str]) -> dict[str, Any]:
    """What cells say."""
    return {name: text if name == "company" else READ[text] for name, text in texts.items()}


def content_of(row: dict[str, str]) -> tuple[Any, ...]:
    fields = values_read(row)
    return tuple(fields[name] for name in FIELDS)


def same(one: License | None, other: License | None) -> bool:
    return (one is None and other is None) or bool(one and other and one.content == other.content)


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
        assert (receipt.change is None) == (change is None)
        assert receipt.counts.new + receipt.counts.changed == (len(change.after) if change else 0)
        self.memory.last[receipt.batch] = change
        self._remember()

    @precondition(lambda self: self.memory.now)
    @rule(key=st.sampled_from(KEYS), texts=EDITS)
    def edit(self, key: str, texts: dict[str, str]) -> None:
        since = now(self.engine)[key]["since"] if key in self.memory.now else None
        change = self.memory.edit(key, texts)
        if change is None:
            with pytest.raises(RefusalError):
                edits.edit(self.engine, key, since, texts, editor("bo"), "", POLICY)
            return
        number = edits.edit(self.engine, key, since, texts, editor("bo"), "", POLICY)
        with pytest.raises(RefusalError, match="changed meanwhile: edit by bo"):
            edits.edit(self.engine, key, since, {"notes": "seen before"}, editor("cy"), "", POLICY)
        self.memory.edits[number] = change
        self._remember()

    @precondition(lambda self: self.memory.edits)
    @rule(data=st.data())
    def undo_or_redo_an_edit(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.memory.edits)))
        change = self.memory.edits[number]
        if not self.memory.as_left(change):
            with pytest.raises(RefusalError, match="changed since"):
                change_reversal.undo_change(self.engine, number, admin("cy"))
            return
        back = change_reversal.undo_change(self.engine, number, admin("cy"))
        with pytest.raises(RefusalError, match="already undone"):
            change_reversal.undo_change(self.engine, number, admin("cy"))
        del self.memory.edits[number]
        self.memory.edits[back], _ = self.memory.take_back(change)
        self._remember()

    @precondition(lambda self: self.memory.last)
    @rule(data=st.data())
    def undo_or_redo_an_import(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.memory.last)))
        turn = reversal.redo if number in self.memory.undone else reversal.undo
        other = reversal.undo if turn is reversal.redo else reversal.redo
        with pytest.raises(RefusalError):
            other(self.engine, number, editor("ada"))
        self._turn(number, turn)

    def _turn(self, number: int, turn: Callable[..., dict[str, int]]) -> None:
        change = self.memory.last[number]
        if change is None:
            with pytest.raises(RefusalError):
                turn(self.engine, number, editor("ada"))
            return
        keys = sorted(set(change.after) - set(self.memory.as_left(change)))
        self._would_keep(number, keys)
        counts = turn(self.engine, number, editor("ada"))
        self.memory.last[number], expected = self.memory.take_back(change)
        assert counts == expected
        self.memory.undone ^= {number}
        self._remember()

    def _would_keep(self, number: int, keys: list[str]) -> None:
        with database.reading(self.engine) as connection:
            last = last_change_of_batch(connection, number)
            assert last is not None
            page, total = licenses_changed_since(connection, last.id)
            keepers = {keeper.change: keeper.licenses for keeper in changes_since(connection, last.id)}
            touched = {key: max_change(versions(connection), key) for key in keys}
        assert (page["license_key"].tolist(), total) == (keys, len(keys))
        assert dict(zip(keys, page["change"], strict=True)) == touched
        assert keepers == Counter(touched.values())

    def _remember(self) -> None:
        with database.reading(self.engine) as connection:
            rows = versions(connection)
        newest = max((row["until"] or row["since"] for row in rows), default=0)
        self.memory.days[newest] = dict(self.memory.now)

    @invariant()
    def every_day_is_as_it_was(self) -> None:
        with database.reading(self.engine) as connection:
            rows = versions(connection)
        for change, licenses in self.memory.days.items():
            days = [row for row in rows if row["since"] <= change and (row["until"] is None or row["until"] > change)]
            assert {row["license_key"]: license_of(row) for row in days} == licenses

    @invariant()
    def versions_of_a_license_never_overlap(self) -> None:
        with database.reading(self.engine) as connection:
            rows = versions(connection)
        for earlier, later in pairwise(rows):
            if earlier["license_key"] == later["license_key"]:
                assert earlier["since"] < earlier["until"] <= later["since"]

    @invariant()
    def what_stands_says_what_it_would_say_had_a_file_said_so(self) -> None:
        """Equal licenses have equal hashes, customers and verdicts, whether a person wrote them or a file."""
        with database.reading(self.engine) as connection:
            rows = versions(connection)
        verdicts: dict[tuple[Any, ...], set[tuple[Any, ...]]] = {}
        for row in rows:
            content = (row["license_key"], *license_of(row).content)
            verdicts.setdefault(content, set()).add(
                tuple(row[name] for name in ("content", "customer", "outcome", "needs"))
            )
        assert all(len(outcomes) == 1 for outcomes in verdicts.values())


def license_of(row: dict[str, Any]) -> License:
    return License(tuple(row[name] for name in FIELDS), frozenset(filter(None, (row["edited"] or "").split(","))))


def max_change(rows: list[dict[str, Any]], key: str) -> int:
    """The newest change of a license: what began it or what ended it."""
    newest: int = max(row["until"] or row["since"] for row in rows if row["license_key"] == key)
    return newest


def test_the_store_remembers_every_day_whatever_people_do(engine: Engine) -> None:
    story = type("StoryOfAStore", (Story,), {"engine": engine})
    bounds = settings(max_examples=examples(5), stateful_step_count=10, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(story, settings=bounds)
