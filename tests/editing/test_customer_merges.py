"""Customers that are one: their licenses under one key, whatever is imported, edited and taken back before or after."""

from collections import Counter
from dataclasses import fields
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, func, select

from lib.domain.changes import ChangeKind, change_cause, change_title
from lib.domain.customers import Identity, MergeState, customer_key, person_anchor
from lib.domain.mail_domains import WELL_KNOWN
from lib.domain.refusal import RefusalError
from lib.editing import change_reversal, customer_merges, customer_parts, edits
from lib.editing.history import license_events
from lib.importing import reversal
from lib.measures.cut import Cut
from lib.store import (
    batches,
    catch_up,
    change_log,
    customer_aliases,
    customer_lists,
    customer_queries,
    customer_suggestions,
    database,
    license_counts,
    license_queries,
)
from lib.store import later_changes as stored_edits
from lib.store import merges as store
from lib.store.schema import changes, customer_tallies, lookups, movements, tallies
from tests.actors import EDITOR, admin, editor
from tests.examples import examples
from tests.store.stories import POLICY, a_row, change_of, everything, imported, now, versions
from tests.stores import copied


def owners(engine: Engine) -> dict[str, str]:
    """The customer of each license that stands."""
    return {key: row["customer"] for key, row in now(engine).items()}


def three(engine: Engine) -> None:
    """Three licenses of three customers."""
    imported(engine, *(a_row(f"K-{name[0]}", company=name) for name in ("Acme", "Bolt Ltd", "Crate")))


def test_a_merge_gives_the_licenses_to_the_other_and_changes_nothing_else(engine: Engine) -> None:
    three(engine)
    before = now(engine)
    number = customer_merges.merge(engine, "acme (DE)", "bolt (DE)", editor("bo"), "one owner")
    after = now(engine)
    assert after["K-A"] == {**before["K-A"], "customer": "bolt (DE)", "since": 2}
    assert (after["K-B"], after["K-C"]) == (before["K-B"], before["K-C"])
    with database.reading(engine) as connection:
        (merge,), total = store.page(connection)
        last = change_log.last_change(connection)
    assert (merge.id, merge.customer, merge.into, merge.state, total) == (
        number,
        "acme (DE)",
        "bolt (DE)",
        MergeState.CONFIRMED,
        1,
    )
    assert (merge.by, merge.reason, merge.change) == ("bo", "one owner", 2)
    assert last is not None
    assert (last.id, last.kind, last.by, last.reason, last.counts) == (2, "merge", "bo", "one owner", {"changed": 1})


def test_a_merge_is_undone_for_all_that_came_since_too(engine: Engine) -> None:
    three(engine)
    number = customer_merges.merge(engine, "acme (DE)", "bolt (DE)", editor("bo"))
    imported(engine, a_row("K-2", company="ACME Inc."), a_row("K-A", company="Acme", editors="25"))
    edits.edit(engine, "K-C", None, {"company": "acme gmbh"}, editor("bo"), "", POLICY)
    assert owners(engine) == dict.fromkeys(("K-2", "K-A", "K-B", "K-C"), "bolt (DE)")
    change = customer_merges.undo_merge(engine, number, editor("cy"), "two after all")
    assert owners(engine) == {"K-2": "acme (DE)", "K-A": "acme (DE)", "K-B": "bolt (DE)", "K-C": "acme (DE)"}
    assert now(engine)["K-A"]["editors"] == 25
    imported(engine, a_row("K-3", company="Acme"))
    assert owners(engine)["K-3"] == "acme (DE)"
    with database.reading(engine) as connection:
        undone = change_log.change(connection, change)
        (merge,), _ = store.page(connection, (MergeState.UNDONE,))
        assert customer_aliases.all_aliases(connection) == {}
    assert undone is not None
    assert (undone.kind, undone.by, undone.reason, undone.counts) == (
        "undo_merge",
        "cy",
        "two after all",
        {"changed": 3},
    )
    assert merge.id == number
    again = customer_merges.merge(engine, "acme (DE)", "bolt (DE)", editor("bo"))
    assert again != number
    assert set(owners(engine).values()) == {"bolt (DE)"}


def test_merges_of_merges_lead_to_the_last_and_are_undone_in_any_order(engine: Engine) -> None:
    for first_back in (0, 1):
        three(engine)
        numbers = [
            customer_merges.merge(engine, "acme (DE)", "bolt (DE)", editor("bo")),
            customer_merges.merge(engine, "bolt (DE)", "crate (DE)", editor("bo")),
        ]
        assert set(owners(engine).values()) == {"crate (DE)"}
        customer_merges.undo_merge(engine, numbers[first_back], editor("bo"))
        expected = (
            {"K-A": "acme (DE)", "K-B": "crate (DE)"} if first_back == 0 else {"K-A": "bolt (DE)", "K-B": "bolt (DE)"}
        )
        assert owners(engine) == {**expected, "K-C": "crate (DE)"}
        customer_merges.undo_merge(engine, numbers[1 - first_back], editor("bo"))
        assert owners(engine) == {"K-A": "acme (DE)", "K-B": "bolt (DE)", "K-C": "crate (DE)"}


def test_merging_into_a_merged_customer_is_merging_into_the_one_it_is_known_as(engine: Engine) -> None:
    three(engine)
    first = customer_merges.merge(engine, "acme (DE)", "bolt (DE)", editor("bo"))
    customer_merges.merge(engine, "crate (DE)", "acme (DE)", editor("bo"))
    assert set(owners(engine).values()) == {"bolt (DE)"}
    customer_merges.undo_merge(engine, first, editor("bo"))
    assert owners(engine) == {"K-A": "acme (DE)", "K-B": "bolt (DE)", "K-C": "bolt (DE)"}


def test_what_cannot_be_merged_or_taken_back_is_refused_with_a_sentence(engine: Engine) -> None:
    three(engine)
    imported(engine, a_row("K-0"))
    number = customer_merges.merge(engine, "acme (DE)", "bolt (DE)", editor("bo"))
    two = customer_merges.dismiss(engine, "bolt (DE)", "crate (DE)", editor("bo"))
    gone = customer_merges.merge(engine, "crate (DE)", "bolt (DE)", editor("bo"))
    customer_merges.undo_merge(engine, gone, editor("cy"))
    before = everything(engine)
    for customer, into, sentence in (
        ("crate (DE)", "crate (DE)", "already one customer"),
        ("bolt (DE)", "acme (DE)", "already one customer"),
        (
            "acme (DE)",
            "bolt (DE)",
            r'"acme \(DE\)" was merged into "bolt \(DE\)" by bo on .* UTC. Undo merge 1 first',
        ),
        ("acme (DE)", "crate (DE)", "was merged into"),
        ("dodo (DE)", "crate (DE)", 'No licenses belong to a customer "dodo \\(DE\\)"'),
        ("crate (DE)", "dodo (DE)", 'No licenses belong to a customer "dodo \\(DE\\)"'),
        ("", "crate (DE)", "without an organization"),
        ("crate (DE)", "", "without an organization"),
    ):
        with pytest.raises(RefusalError, match=sentence):
            customer_merges.merge(engine, customer, into, editor("bo"))
    with pytest.raises(RefusalError, match=r"Merge 3 was already undone by cy on .* UTC"):
        customer_merges.undo_merge(engine, gone, editor("bo"))
    for none in (two, 99):
        with pytest.raises(RefusalError, match=f"There is no merge {none}"):
            customer_merges.undo_merge(engine, none, editor("bo"))
    with pytest.raises(RefusalError, match="already one customer"):
        customer_merges.dismiss(engine, "acme (DE)", "bolt (DE)", editor("bo"))
    with pytest.raises(RefusalError, match="nothing to undo"):
        customer_merges.undismiss(engine, number, EDITOR)
    for change in (3, 5):
        with pytest.raises(
            RefusalError, match=rf"Change {change} is not an edit of a license but an? .*merge of customers"
        ):
            change_reversal.undo_change(engine, change, admin("bo"))
    assert everything(engine) == before


def test_undoing_an_import_after_a_merge_does_not_bring_the_old_key_back(engine: Engine) -> None:
    first = imported(engine, a_row("K-A", company="Acme"), a_row("K-B", company="Bolt"))
    second = imported(engine, a_row("K-A", editors="25"), a_row("K-2", company="Acme"))
    number = customer_merges.merge(engine, "acme (DE)", "bolt (DE)", editor("bo"))
    assert reversal.undo(engine, second.batch, editor("ada")) == {"removed": 1, "restored": 1, "kept": 0}
    assert (owners(engine), now(engine)["K-A"]["editors"]) == ({"K-A": "bolt (DE)", "K-B": "bolt (DE)"}, 10)
    assert reversal.redo(engine, second.batch, editor("ada")) == {"removed": 0, "restored": 2, "kept": 0}
    assert owners(engine) == dict.fromkeys(("K-2", "K-A", "K-B"), "bolt (DE)")
    reversal.undo(engine, second.batch, editor("ada"))
    assert reversal.undo(engine, first.batch, editor("ada")) == {"removed": 2, "restored": 0, "kept": 0}
    customer_merges.undo_merge(engine, number, editor("bo"))
    reversal.redo(engine, first.batch, editor("ada"))
    reversal.redo(engine, second.batch, editor("ada"))
    assert owners(engine) == {"K-2": "acme (DE)", "K-A": "acme (DE)", "K-B": "bolt (DE)"}


def test_undoing_an_edit_after_a_merge_does_not_bring_the_old_key_back(engine: Engine) -> None:
    three(engine)
    change = edits.edit(engine, "K-A", None, {"editors": "25"}, editor("bo"), "", POLICY)
    customer_merges.merge(engine, "acme (DE)", "bolt (DE)", editor("bo"))
    change_reversal.undo_change(engine, change, admin("bo"))
    assert (owners(engine)["K-A"], now(engine)["K-A"]["editors"]) == ("bolt (DE)", 10)


def test_a_license_is_kept_because_of_what_changed_it_not_of_a_merge(engine: Engine) -> None:
    first = imported(engine, a_row("K-A", company="Acme"), a_row("K-B", company="Bolt"))
    edits.edit(engine, "K-A", None, {"editors": "25"}, editor("dee"), "", POLICY)
    customer_merges.merge(engine, "acme (DE)", "bolt (DE)", editor("bo"))
    with database.reading(engine) as connection:
        (keeper,) = stored_edits.changes_since(connection, change_of(first))
    assert (keeper.kind, keeper.by, keeper.licenses) == ("edit", "dee", 1)
    assert reversal.undo(engine, first.batch, editor("ada")) == {"removed": 1, "restored": 0, "kept": 1}


def test_the_history_of_a_license_tells_of_merges(engine: Engine) -> None:
    three(engine)
    customer_merges.undo_merge(
        engine,
        customer_merges.merge(engine, "acme (DE)", "bolt (DE)", editor("bo"), "one owner"),
        editor("cy"),
        "two owners",
    )
    with database.reading(engine) as connection:
        events = license_events(license_queries.history(connection, "K-A"))
    assert [(event.title, event.by, event.why, event.changes) for event in events[:2]] == [
        ("Undo of a merge of customers", "cy", "two owners", ("Customer: bolt (DE) → acme (DE)",)),
        ("Merge of customers", "bo", "one owner", ("Customer: acme (DE) → bolt (DE)",)),
    ]
    assert (events[2].title, change_title(ChangeKind.MERGE, None), change_cause(ChangeKind.MERGE, None, "bo")) == (
        "Import #1",
        "Merge of customers",
        "Customers merged, split or regrouped by bo",
    )


def test_what_is_found_and_counted_follows_a_merge(engine: Engine) -> None:
    three(engine)
    catch_up.catch_up(engine)
    before = _customers(engine)
    number = customer_merges.merge(engine, "acme (DE)", "bolt (DE)", editor("bo"))
    merged = {"bolt (DE)": ("Acme", 2), "crate (DE)": ("Crate", 1)}
    assert before == {"acme (DE)": ("Acme", 1), "bolt (DE)": ("Bolt Ltd", 1), "crate (DE)": ("Crate", 1)}
    assert _customers(engine) == merged
    catch_up.catch_up(engine)
    assert _customers(engine) == merged
    with database.reading(engine) as connection:
        assert catch_up.is_current(connection)
        assert (
            license_queries.count(connection, Cut(search="bolt"))
            == license_queries.count(connection, Cut(customer=("bolt (DE)",)))
            == 2
        )
        assert customer_queries.find_customers(connection, "ACME Corp.") == ["bolt (DE)"]
        over_time = license_counts.over_time(connection, Cut(customer=("acme (DE)",)), ())
        assert over_time.set_index("change")["licenses"].to_dict() == {1: 1, 2: -1}
    customer_merges.undo_merge(engine, number, editor("bo"))
    catch_up.catch_up(engine)
    assert _customers(engine) == before


def _customers(engine: Engine) -> dict[str, tuple[str, int]]:
    with database.reading(engine) as connection:
        page = customer_lists.listed_customers(connection, Cut())
    return {row["customer"]: (row["name"], row["licenses"]) for row in page.to_dict("records")}


def test_pairs_that_somebody_spoke_of_are_not_suggested_again(engine: Engine) -> None:
    sofware = f"acme sofware {person_anchor('ada@gmail.com')}"
    mail = {"contact_email": "it@acme.example"}
    imported(
        engine,
        a_row("K-1", company="Acme", **mail),
        a_row("K-2", company="ACME Corporation", **mail),
        a_row("K-3", company="Acme Software", myatlassian_email="ada@Acme.example"),
        a_row("K-4", company="Acme Sofware GmbH", contact_email="ada@gmail.com"),
        a_row("K-5", company="Dodo", contact_email="it@partner.example", expert_email="x@partner.example"),
        a_row("K-6", company="Dodo Labs", contact_email="it@partner.example"),
    )

    def suggested(cut: Cut | None = None) -> list[tuple[str, str]]:
        with database.reading(engine) as connection:
            pairs, total = customer_suggestions.suggestions(connection, cut)
        assert total == len(pairs)
        return [(one.customer, one.into) for one in pairs]

    with database.reading(engine) as connection:
        (first, second), _ = customer_suggestions.suggestions(connection)
        assert customer_suggestions.suggestions(connection, limit=1) == ([first], 2)
    assert (first.name, first.licenses, first.into_name, first.into_licenses) == (
        "Acme Software",
        1,
        "ACME Corporation",
        2,
    )
    assert first.why == "Same email domain, acme.example; one name is part of the other"
    assert (second.customer, second.into) == (sofware, "acme software @acme.example")
    assert suggested(Cut(customer=("acme @acme.example", "dodo (DE)"))) == []
    two = customer_merges.dismiss(engine, "acme @acme.example", "acme software @acme.example", editor("bo"))
    assert customer_merges.dismiss(engine, "acme software @acme.example", "acme @acme.example", editor("bo")) == two
    assert suggested() == [(sofware, "acme software @acme.example")]
    customer_merges.undismiss(engine, two, EDITOR)
    assert len(suggested()) == 2
    one = customer_merges.merge(engine, sofware, "acme software @acme.example", editor("bo"))
    assert suggested() == [("acme software @acme.example", "acme @acme.example")] or suggested() == [
        ("acme @acme.example", "acme software @acme.example")
    ]
    customer_merges.undo_merge(engine, one, editor("bo"))
    assert len(suggested()) == 2


NAMES = ("Acme", "ACME Inc.", "Acme Labs", "Bolt", "Bolt Works", "")
PLACES = st.integers(0, 20)
ROWS = st.dictionaries(
    st.integers(0, 4), st.tuples(st.sampled_from(NAMES), st.sampled_from(("10", "25"))), min_size=1, max_size=4
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("import"), ROWS),
        st.tuples(st.sampled_from(("turn", "merge", "undo_merge", "edit", "undo_edit")), PLACES, PLACES),
        st.tuples(st.sampled_from(("turn", "merge", "undo_merge", "part", "undo_part")), PLACES, PLACES),
    ),
    min_size=4,
    max_size=9,
)


class Story:
    """A store with merges, and beside it one in which the same was done but for those."""

    def __init__(self, engine: Engine, twin: Engine, number: int) -> None:
        self.engines = (engine, twin)
        self.number = number
        self.batches: list[tuple[int, int]] = []
        self.edits: list[tuple[int, int]] = []
        self.merged: dict[int, tuple[str, str]] = {}
        self.parted: dict[int, tuple[list[str], str]] = {}

    def names(self, company: str) -> str:
        return f"{company} {self.number}" if company else ""

    def imported(self, rows: dict[int, tuple[str, str]]) -> None:
        content = [
            a_row(self.key(place), company=self.names(name), editors=editors, contact_email=f"x@{self.number}.example")
            for place, (name, editors) in rows.items()
        ]
        receipts = [imported(engine, *content) for engine in self.engines]
        assert receipts[0].counts == receipts[1].counts
        if receipts[0].change:
            self.batches.append((receipts[0].batch, receipts[1].batch))

    def key(self, place: int) -> str:
        return f"{self.number}-{place % 5}"

    def turn(self, place: int, other: int) -> None:
        if not self.batches:
            return
        results = []
        for engine, number in zip(self.engines, self.batches[place % len(self.batches)], strict=True):
            with database.reading(engine) as connection:
                is_undone = batches.batch(connection, number).state is batches.BatchState.UNDONE
            results.append((reversal.redo if is_undone else reversal.undo)(engine, number, editor("ada")))
        assert results[0] == results[1]

    def edit(self, place: int, other: int) -> None:
        texts = {"company": self.names(NAMES[other % len(NAMES)])}
        results = [
            _or_none(edits.edit, engine, self.key(place), None, texts, editor("bo"), "", POLICY)
            for engine in self.engines
        ]
        assert (results[0] is None) == (results[1] is None)
        if results[0] is not None and results[1] is not None:
            self.edits.append((results[0], results[1]))

    def undo_edit(self, place: int, other: int) -> None:
        if not self.edits:
            return
        pair = self.edits[place % len(self.edits)]
        results = [
            _or_none(change_reversal.undo_change, engine, number, admin("bo"))
            for engine, number in zip(self.engines, pair, strict=True)
        ]
        assert (results[0] is None) == (results[1] is None)
        if results[0] is not None and results[1] is not None:
            self.edits.append((results[0], results[1]))

    def merge(self, place: int, other: int) -> None:
        customers = sorted({row["customer"] for row in self.standing(self.engines[0]).values()})
        if customers:
            pair = customers[place % len(customers)], customers[other % len(customers)]
            if number := _or_none(customer_merges.merge, self.engines[0], *pair, editor("bo")):
                self.merged[number] = pair

    def undo_merge(self, place: int, other: int) -> None:
        if self.merged:
            number = sorted(self.merged)[place % len(self.merged)]
            del self.merged[number]
            customer_merges.undo_merge(self.engines[0], number, editor("bo"))

    def part(self, place: int, other: int) -> None:
        licenses = self.standing(self.engines[0])
        if not licenses:
            return
        keys = sorted(licenses)[place % len(licenses) :][: 1 + other % 2]
        customers = sorted({row["customer"] for row in licenses.values()})
        to_customer = [None, *customers][other % (1 + len(customers))]
        try:
            change, customer = customer_parts.part(self.engines[0], keys, to_customer, editor("bo"))
        except RefusalError:
            return
        self.parted[change] = (keys, customer)

    def undo_part(self, place: int, other: int) -> None:
        if self.parted:
            number = sorted(self.parted)[place % len(self.parted)]
            del self.parted[number]
            customer_parts.undo_part(self.engines[0], number, editor("bo"))

    def standing(self, engine: Engine) -> dict[str, dict[str, Any]]:
        return {key: row for key, row in now(engine).items() if key.startswith(f"{self.number}-")}

    def holds(self) -> None:
        """Licenses say what they say without merges, and each is of the customer its own names are known as."""
        with_merges, plain = (self.standing(engine) for engine in self.engines)
        but = ("customer", "since", "stage_since", "batch_id")
        assert [{**row, **dict.fromkeys(but)} for row in with_merges.values()] == [
            {**row, **dict.fromkeys(but)} for row in plain.values()
        ]
        into = dict(self.merged.values())
        decided = {key: customer for keys, customer in self.parted.values() for key in keys}
        for key, row in with_merges.items():
            identity = Identity(**{field.name: row[field.name] for field in fields(Identity)})
            customer = decided.get(key) or customer_key(identity, WELL_KNOWN)
            while customer in into:
                customer = into[customer]
            assert row["customer"] == customer


def _or_none(done: Any, *given: Any) -> int | None:
    try:
        number: int = done(*given)
    except RefusalError:
        return None
    return number


def test_merges_and_parts_never_change_what_licenses_say_and_always_whose_they_are(
    engine: Engine, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    twin = database.connect(copied(sqlite_template, tmp_path_factory.mktemp("twin")))
    numbers = count(1)

    @settings(max_examples=examples(6), suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(STEPS)
    @example([("part", 0, 1), ("part", 0, 2), ("merge", 0, 1), ("turn", 0, 0), ("undo_part", 0, 0), ("turn", 0, 0)])
    @example([("merge", 0, 1), ("turn", 0, 0), ("undo_merge", 0, 0), ("turn", 0, 0), ("merge", 2, 1), ("edit", 3, 0)])
    def agrees(steps: list[tuple[Any, ...]]) -> None:
        story = Story(engine, twin, next(numbers))
        story.imported({place: (name, "10") for place, name in enumerate(NAMES[1:])})
        for step in steps:
            if step[0] == "import":
                story.imported(step[1])
            else:
                getattr(story, step[0])(*step[1:])
            story.holds()

    agrees()
    twin.dispose()
    _kept_beside_is_what_would_be_made_anew(engine)


def _kept_beside_is_what_would_be_made_anew(engine: Engine) -> None:
    with database.reading(engine) as connection:
        rows = versions(connection)
        assert {*connection.execute(select(changes.c.kind)).scalars()} >= {"merge", "undo_merge", "undo", "redo"}
        sums = connection.execute(
            select(tallies.c.batch_id, tallies.c.stage_since, func.sum(tallies.c.licenses)).group_by(
                tallies.c.batch_id, tallies.c.stage_since
            )
        ).all()
        sums_of_movements = connection.execute(
            select(movements.c.change, func.sum(movements.c.licenses)).group_by(movements.c.change)
        )
        counts = Counter(row["since"] for row in rows)
        counts.subtract(row["until"] for row in rows if row["until"] is not None)
        assert {change: number for change, number in sums_of_movements if number} == {
            c: n for c, n in counts.items() if n
        }
    stands = Counter((row["batch_id"], row["stage_since"]) for row in rows if row["until"] is None)
    assert {(batch, since): number for batch, since, number in sums} == stands
    catch_up.catch_up(engine)
    followed = _beside(engine)
    with database.writing(engine) as connection:
        connection.execute(delete(customer_tallies))
        catch_up.renew_next(connection, 0, "")
    assert _beside(engine) == followed
    assert len(followed[0]) == len(now(engine))


def _beside(engine: Engine) -> list[list[Any]]:
    queries = select(lookups.c.license_key, lookups.c.customer, lookups.c.texts), select(customer_tallies)
    with database.reading(engine) as connection:
        return [sorted(tuple(row) for row in connection.execute(each)) for each in queries]
