"""The board pack from the command line has the numbers that the screen shows."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from openpyxl import load_workbook
from sqlalchemy import Engine

from lib.dashboard.board_pack import board_pack
from lib.dashboard.tiles import tiles
from lib.dashboard.view import UNITS, view_of
from lib.documents import exports
from lib.domain.roles import Actor, Role
from lib.measures.cut import Cut
from lib.store import catch_up, database
from lib.web import cached, connection
from lib.web.cached import CachedNumbers
from tests.store.commands import Run
from tests.store.stories import POLICY, a_row, imported

ROWS = (
    a_row("K-1", company="Acme"),
    a_row("K-2", company="Acme", country="Germany"),
    a_row("K-3", company="Beta", host_tier="Unlimited"),
    a_row("K-4", company="Beta", product="Mockups for Confluence", editors="500"),
    a_row("K-5", company="Cosy", hosting="Cloud", maintenance_end="2016-02-03"),
    a_row("K-6", company="Cosy", sen="SEN-1"),
)


@pytest.fixture
def numbers(engine: Engine) -> Iterator[CachedNumbers]:
    """The numbers behind the screens, of a store with licenses of three customers."""
    imported(engine, *ROWS)
    catch_up.catch_up(engine)
    st.cache_data.clear()
    url = engine.url.render_as_string(hide_password=False)
    yield CachedNumbers(cached.version(url))
    connection.engine(url).dispose()


def lines_of(content: bytes, title: str) -> list[tuple[Any, ...]]:
    """The table on the sheet whose first cell is this title."""
    pages = [page for page in load_workbook(io.BytesIO(content)) if page["A1"].value == title]
    rows = pages[0].iter_rows(min_row=3, values_only=True)
    return [row for row in rows if any(cell is not None for cell in row)]


def screen_pack(engine: Engine, numbers: CachedNumbers, cut: Cut, unit: str) -> bytes:
    """The workbook that the screen's button gives."""
    with database.reading(engine) as connection:
        about = exports.about_of(connection, cut, actor=Actor("ann", Role.ADMIN), policy=POLICY)
    return board_pack(numbers, view_of(numbers, cut, unit, target=POLICY.target_date), about)


@pytest.mark.parametrize("unit", UNITS)
def test_the_file_is_byte_for_byte_that_of_the_screen(
    run: Run, engine: Engine, numbers: CachedNumbers, tmp_path: Path, unit: str
) -> None:
    out = tmp_path / "pack.xlsx"
    result = run("board-pack", "--unit", unit, "--out", out, "--by", "ann")
    assert (result.exit_code, result.stdout) == (0, f"Board pack of 6 licenses written to {out}.\n")
    assert out.read_bytes() == screen_pack(engine, numbers, Cut(), unit)


def test_its_totals_are_the_numbers_of_the_tiles(run: Run, numbers: CachedNumbers, tmp_path: Path) -> None:
    out = tmp_path / "pack.xlsx"
    assert run("board-pack", "--out", out).exit_code == 0
    now = numbers.progress(Cut())
    number_by_title = {tile.title: tile.number(now) for tile in tiles(now, "licenses", {})}
    header, *_, totals = lines_of(out.read_bytes(), "Status by product")
    by_outcome = dict(zip(header, totals, strict=True))
    assert by_outcome["Total"] == now.licenses == 6
    assert by_outcome["Upgrade needed"] == number_by_title["Upgrade needed"] == 3
    assert by_outcome["Eligible"] == number_by_title["Eligible"] == 1
    assert by_outcome["Migrated"] == number_by_title["Migrated"] == 1
    assert by_outcome["Cloud: legacy plan"] == number_by_title["Cloud legacy plan"] == 1
    moves = lines_of(out.read_bytes(), "Upgrades by current size and server tier")
    assert moves[-1][-1] == now.upgrade_needed


def test_a_customer_and_a_day_can_be_given(run: Run, engine: Engine, numbers: CachedNumbers, tmp_path: Path) -> None:
    out = tmp_path / "pack.xlsx"
    assert "of 2 licenses" in run("board-pack", "--customer", "beta", "--out", out, "--by", "ann").stdout
    assert out.read_bytes() == screen_pack(engine, numbers, Cut(customer=("beta (DE)",)), "licenses")
    assert "of 0 licenses" in run("board-pack", "--on", "2019-01-31", "--out", out, "--by", "ann").stdout
    assert out.read_bytes() == screen_pack(engine, numbers, Cut(on="2019-01-31"), "licenses")
    refusal = run("board-pack", "--customer", "nobody", "--out", out)
    assert refusal.exit_code == 2
    assert 'No customer is called "nobody".' in refusal.stderr
