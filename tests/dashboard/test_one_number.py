"""One term has one number: what a tile, a chart, a part of the queue, a filter and a file count is the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace

import pandas as pd
import pytest
from sqlalchemy import Connection, Engine

from lib.dashboard import glossary
from lib.dashboard.charts import DARK, LIGHT, Palette
from lib.dashboard.cloud_numbers import cloud_counts
from lib.dashboard.figures import FIGURES, FUNNEL
from lib.dashboard.first_screen import FirstScreen, first_screen
from lib.dashboard.numbers import StoredNumbers, changes_by_cause
from lib.dashboard.tiles import Tile, tiles
from lib.dashboard.view import View
from lib.documents.exports.fields import next_step_on_cloud
from lib.domain.codes import Item
from lib.domain.eligibility import OUTCOME_MEANINGS, OUTCOME_TITLES, Outcome
from lib.domain.policy import Policy
from lib.domain.products import Hosting
from lib.domain.requests import ITEM_TITLES, STAGE_MEANINGS, STAGE_TITLES, Stage
from lib.importing import reversal
from lib.measures.cut import Cut
from lib.requests import moves
from lib.store import database, license_queries
from lib.store.job import JobKind
from lib.store.reverts import RevertCounts
from lib.web import cached
from lib.web.customer_rows import complete, lacking_text, missing_text
from lib.web.receipt_links import sentence
from lib.web.request_parts import PARTS, part_cut, queue_cut
from lib.web.undo_dialog import consequence_text
from tests.actors import EDITOR
from tests.store.stories import a_row, imported

DETAILS = {
    "server_confirmed": "yes",
    "match_agreed": "yes",
    "myatlassian_email": "ann@acme.example",
    "holder_first_name": "Ann",
    "holder_last_name": "Lee",
}
CLOUD = {"hosting": "Cloud", "host_tier": ""}
ROWS = (
    a_row("ELIGIBLE", company="Acme", editors="100", **DETAILS),
    a_row("DONE", company="Acme", editors="100", sen="SEN-1", **DETAILS),
    a_row("UPGRADE", company="Beta"),
    a_row("LACKING", company="Beta", editors="", host_tier=""),
    a_row("GONE", company="Gamma", sen="SEN-2"),
    a_row("CENTER", company="Delta", hosting="Data Center"),
    a_row("PLAN", company="Delta", **CLOUD, maintenance_end="2017-01-31"),
    a_row("EXPIRED", company="Delta", **CLOUD, maintenance_end="2010-01-31"),
    a_row("NO DATE", company="Delta", **CLOUD),
    a_row("MOVED", company="Delta", **CLOUD, maintenance_end="2017-01-31", sen="SEN-3"),
)


@dataclass(frozen=True, slots=True)
class Board:
    """A store, the numbers of it, and the first screen of all licenses in it."""

    connection: Connection
    numbers: StoredNumbers

    def view(self, unit: str = "licenses") -> View:
        """All licenses, in a unit."""
        return View(Cut(), unit, self.numbers.today(), self.numbers.today())

    def screen(self, unit: str = "licenses") -> FirstScreen:
        """The first screen in a unit."""
        return first_screen(self.numbers, self.view(unit))

    def tiles(self, unit: str = "licenses") -> dict[str, Tile]:
        """The tiles by title."""
        screen = self.screen(unit)
        return {tile.title: tile for tile in tiles(screen.now, unit, screen.needed_items, screen.details_on_file)}

    def number(self, title: str, unit: str = "licenses") -> int:
        """The number of a tile."""
        return self.tiles(unit)[title].number(self.screen(unit).now)

    def count(self, cut: Cut) -> int:
        """How many licenses a list of that cut has."""
        return license_queries.count(self.connection, cut)


@pytest.fixture
def board(sqlite: Engine) -> Iterator[Board]:
    """The board of a store into which `ROWS` were imported."""
    imported(sqlite, *ROWS)
    with database.reading(sqlite) as connection:
        yield Board(connection, StoredNumbers(connection, Policy()))


def test_the_number_of_each_tile_is_that_of_the_list_behind_it(board: Board) -> None:
    for title, tile in board.tiles().items():
        assert board.count(tile.cut(Cut())) == board.number(title), title


def test_a_first_import_makes_no_request_and_says_which_details_are_on_file(board: Board) -> None:
    tile = board.tiles()["Requests under way"]
    assert board.number("Requests under way") == 0
    assert tile.more == "0 waiting for the customer · 1 more with all details on file"


def test_parts_of_the_queue_tile_and_funnel_count_the_same_requests(sqlite: Engine) -> None:
    imported(sqlite, *ROWS)
    moves.move_requests(sqlite, ["ELIGIBLE", "UPGRADE"], Stage.RECEIVED, EDITOR, "asked", Policy())
    moves.move_requests(sqlite, ["UPGRADE"], Stage.NEEDS_INFO, EDITOR, "asked back", Policy())
    with database.reading(sqlite) as connection:
        board = Board(connection, StoredNumbers(connection, Policy()))
        parts = {part: board.count(part_cut(Cut(), part)) for part in PARTS}
        assert sum(parts.values()) == board.count(queue_cut(Cut())) == board.number("Requests under way") == 2
        assert parts["Waiting for the customer"] == board.screen().now.waiting == 1
        for row in FUNNEL.frame(board.numbers, board.view()).to_dict("records"):
            mark = FUNNEL.within(Cut()).with_filters(stage=tuple(row["stages"].split(",")))
            assert row["reached"] == board.count(mark), row["stage"]


def test_requests_of_licenses_that_cannot_move_any_more_are_a_part_of_their_own(sqlite: Engine) -> None:
    imported(sqlite, *ROWS)
    moves.move_requests(sqlite, ["ELIGIBLE", "UPGRADE"], Stage.RECEIVED, EDITOR, "asked", Policy())
    imported(sqlite, a_row("UPGRADE", company="Beta", hosting="Data Center"))
    received = Cut(stage=(Stage.RECEIVED,))
    with database.reading(sqlite) as connection:
        board = Board(connection, StoredNumbers(connection, Policy()))
        parts = [board.count(part_cut(Cut(movable="no"), part)) for part in PARTS]
        not_movable = queue_cut(Cut(movable="no"))
        assert (sum(parts), board.count(not_movable), board.count(received)) == (1, 1, 2)
        assert board.number("Requests under way") == board.count(received.only_movable()) == 1
        assert board.count(not_movable.only_movable()) == 0


def test_the_first_import_leaves_the_funnel_empty_but_for_licenses_with_a_sen(board: Board) -> None:
    reached = FUNNEL.frame(board.numbers, board.view()).set_index("stage")["reached"].tolist()
    assert reached == [6, 3, 3, 3, 3]  # all movable, then those with a SEN, who passed each stage


def test_on_the_first_day_nobody_is_stuck(board: Board) -> None:
    rows = pd.DataFrame({"day": [date(2019, 5, 13), date(2019, 5, 14)]})
    assert cached.came_before(date(2019, 5, 14), rows)["day"].tolist() == [date(2019, 5, 13)]


def test_an_import_and_its_undo_cancel_out(sqlite: Engine) -> None:
    number = imported(sqlite, *ROWS).batch
    with database.reading(sqlite) as connection:
        numbers = StoredNumbers(connection, Policy())
        today = numbers.today()
        assert not changes_by_cause(numbers, Cut(), today - timedelta(days=1), today).empty
    reversal.undo(sqlite, number, EDITOR)
    with database.reading(sqlite) as connection:
        assert changes_by_cause(StoredNumbers(connection, Policy()), Cut(), today - timedelta(days=1), today).empty


def test_the_funnel_says_that_it_is_cumulative(board: Board) -> None:
    assert FUNNEL.heading(board.view()) == "Requests at or beyond each stage, in licenses"
    assert FUNNEL.note(board.numbers, board.view()).startswith("Cumulative")


def test_ready_is_less_than_movable_and_has_a_word_of_its_own(sqlite: Engine) -> None:
    effect = imported(sqlite, *ROWS).effect
    with database.reading(sqlite) as connection:
        board = Board(connection, StoredNumbers(connection, Policy()))
        assert effect.gained == board.number("Eligible") + board.number("Upgrade needed")
        now = board.screen().now
        assert now.movable == effect.gained + now.migrated + 1  # LACKING
    assert {"Ready", "Movable"} <= {term.title for term in glossary.terms()}


def test_groups_of_cloud_add_up_to_the_filter_on_hosting(board: Board) -> None:
    counts = cloud_counts(board.numbers, board.view())
    groups = [*counts.groups, *counts.others]
    assert sum(group.number for group in groups) == counts.hosted == board.count(Cut(hosting=(Hosting.CLOUD,))) == 4
    assert all(board.count(group.cut) == group.number for group in groups)
    assert board.tiles()["Cloud legacy plan"].part_of == f"of {board.screen().now.on_cloud} on Cloud"


def test_needs_information_is_of_all_licenses_cloud_included(board: Board) -> None:
    tile = board.tiles()["Needs information"]
    assert (tile.part_of, board.number(tile.title)) == (f"of all {len(ROWS)} licenses", 2)


def test_what_is_missing_is_counted_in_licenses_and_says_so_beside_customers(board: Board) -> None:
    of_licenses = board.tiles()["Needs information"].more
    assert of_licenses == "1 without editors · 1 without server tier"
    assert board.tiles("customers")["Needs information"].more == of_licenses.replace(" without", " licenses without")


def test_a_cloud_license_with_a_sen_is_movable_and_the_help_says_so(board: Board) -> None:
    on_cloud = Cut(hosting=(Hosting.CLOUD,), outcome=(Outcome.ALREADY_MIGRATED,), movable="yes")
    assert board.count(on_cloud) == 1
    assert "Cloud licenses, which Balsamiq moved itself, unless they have a SEN" in board.tiles()["Migrated"].help


def test_reasons_that_overlap_say_so() -> None:
    overlapping = lacking_text({"host_tier": 2, "editors": 1}, 2)
    assert "server tier unknown (2), editors unknown (1) (some for several reasons)" in overlapping
    assert "several" not in lacking_text({"host_tier": 2, "editors": 1}, 3)


def test_a_customer_is_fully_migrated_with_its_last_movable_license(board: Board) -> None:
    # Of Acme one of two has migrated, of Gamma all, of Delta the one that is movable.
    assert board.number("Fully migrated", "customers") == 2
    assert board.tiles("customers")["Fully migrated"].more == "50% · 3 at least in part"
    assert board.number("Migrated") == board.screen().now.fully_migrated == 3


@pytest.mark.parametrize("name", FIGURES)
def test_every_title_says_what_is_counted(name: str) -> None:
    view = View(Cut(), "customers", date(2019, 5, 14), date(2019, 1, 1))
    assert FIGURES[name].heading(view).endswith((", in customers", ", in licenses", ", in users"))


def test_the_free_plan_is_told_in_the_tense_of_its_end() -> None:
    end = date(2017, 12, 18)
    assert "ended on 2017-12-18" in str(next_step_on_cloud(Outcome.LEGACY_PLAN, "jira", end, date(2017, 12, 19)))
    assert "runs until 2017-12-18" in str(next_step_on_cloud(Outcome.LEGACY_PLAN, "jira", end, end))


def test_a_redo_imports_again() -> None:
    counts = RevertCounts(0, 399, 0)
    assert consequence_text(JobKind.REDO, counts, "") == "399 licenses will be imported again."


def test_an_undo_names_what_it_changes_and_nothing_else() -> None:
    restored = "399 licenses will be restored to their earlier values."
    assert consequence_text(JobKind.UNDO, RevertCounts(0, 399, 0), "") == restored
    assert consequence_text(JobKind.UNDO, RevertCounts(1, 2_000, 1), "an edit") == (
        "1 license will be removed and 2,000 restored to their earlier values. "
        "1 license changed since and will be kept: an edit."
    )
    assert consequence_text(JobKind.UNDO, RevertCounts(0, 0, 0), "") == "No license will change."


def test_skipped_rows_that_came_in_corrected_are_told_beside_the_import() -> None:
    corrected = SimpleNamespace(receipt=SimpleNamespace(counts=SimpleNamespace(rows=3, held=1)))
    assert sentence(3, []) == "3 rows skipped."
    assert sentence(3, [corrected]) == "3 rows skipped; 2 came in corrected."  # type: ignore[list-item]


def test_of_eight_items_only_those_of_a_request_are_counted() -> None:
    assert complete([]) == "8/8"
    assert complete(["host_tier"]) == "8/8"
    assert complete(list(ITEM_TITLES)) == "2/8"
    assert missing_text([Item.HOST_TIER, Item.COMPANY], 46) == "Server tier (for the outcome), Company"


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_a_colour_of_a_stage_is_that_of_no_other_stage_or_outcome(palette: Palette) -> None:
    outcomes = {color for outcome, color in palette.outcomes.items() if outcome is not Outcome.ALREADY_MIGRATED}
    assert len(outcomes) == len(palette.outcomes) - 1
    assert len(set(palette.stages.values())) == len(palette.stages)
    assert outcomes.isdisjoint(palette.stages.values())
    assert palette.stages[Stage.MIGRATED] == palette.outcomes[Outcome.ALREADY_MIGRATED]


def test_the_glossary_has_every_outcome_stage_and_tile_once(board: Board) -> None:
    terms = [(term.kind, term.title) for term in glossary.terms()]
    assert len(terms) == len(set(terms))
    assert set(OUTCOME_MEANINGS) == set(OUTCOME_TITLES)
    assert set(STAGE_MEANINGS) == set(STAGE_TITLES)
    titles = {title.removeprefix("Cloud: ").lower() for _, title in terms}
    tiles = {*board.tiles(), *board.tiles("customers")}
    assert {title.removeprefix("Cloud ").lower() for title in tiles} <= titles
