"""The cover of a board pack: the answer in one sentence, six numbers with their change, and how Cloud stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from lib.dashboard import notes
from lib.dashboard.figures import BURN_UP
from lib.dashboard.first_screen import FirstScreen, first_screen
from lib.dashboard.numbers import Numbers
from lib.dashboard.tiles import tiles
from lib.dashboard.view import View
from lib.domain.text import format_day
from lib.store.sample_stores import SAMPLE


@dataclass(frozen=True, slots=True)
class Cover:
    """What a cover says: lines below its title, then rows of tables, each with its header."""

    title: str
    lines: Sequence[str]
    numbers: Sequence[Sequence[str | int | None]]
    cloud: Sequence[Sequence[str | int | None]]


def cover_of(source: Numbers, view: View, *, is_sample: bool = False) -> Cover:
    """The cover of a view."""
    screen = first_screen(source, view)
    basis = f"{format_day(view.day)} · counted in {view.unit}"
    about = [basis, view.cut.description(), SAMPLE if is_sample else "", prospect(screen, view)]
    lines = [*about, notes.pace(source, BURN_UP.in_own_unit(view))]
    return Cover("License migration", list(filter(None, lines)), number_rows(screen, view), cloud_rows(screen, view))


def prospect(screen: FirstScreen, view: View) -> str:
    """Whether the target will be met, in a word; empty where there is no telling."""
    outlook = screen.pace.prospect(view.target)
    return outlook.value if outlook else ""


def number_rows(screen: FirstScreen, view: View) -> list[list[str | int | None]]:
    """The numbers of the tiles with what changed, below their header."""
    rows: list[list[str | int | None]] = [[view.unit.capitalize(), "Now", f"Since {format_day(view.before)}", ""]]
    for tile in tiles(screen.now, view.unit, screen.needed_items, screen.details_on_file):
        now = tile.number(screen.now)
        change = None if screen.before is None else now - tile.number(screen.before)
        rows.append([tile.title, now, change, f"{tile.part_of} · {tile.more}"])
    return rows


def cloud_rows(screen: FirstScreen, view: View) -> list[list[str | int | None]]:
    """The groups of all that are hosted on Cloud, below their header."""
    rows: list[list[str | int | None]] = [["Cloud", view.unit.capitalize()]]
    rows += [[f"Legacy plan: {group.title.lower()}", group.number] for group in screen.cloud.groups[:-1]]
    rows += [[group.title, group.number] for group in (screen.cloud.groups[-1], *screen.cloud.others)]
    return [*rows, ["All hosted on Cloud", screen.cloud.hosted]]
