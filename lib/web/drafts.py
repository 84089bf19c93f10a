"""The batch at hand: always as it is stored, so that a reload, another tab or a colleague sees the same.

What is costly to read or compute is kept per process for the few batches that people are looking at.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from lib import database, plans
from lib.check import Checked, Settings, check
from lib.columns import Proposal, mapping_of, propose
from lib.mappings import unique_headings
from lib.plans import Plan
from lib.samples import Sample, samples
from lib.store import batches
from lib.store.batches import Batch, Change, State
from lib.tables import Table, read_table
from lib.web import session
from lib.web.connection import engine
from lib.web.data import POLICY
from lib.web.session import Role

_KEPT = 4
"""Files, and plans of what they would do, that are kept in memory."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as a table, with what is proposed for each column and a sample of its cells."""

    table: Table
    headings: list[str]
    proposals: list[Proposal]
    samples: list[Sample]

    def mapping(self, settings: Settings) -> dict[str, str]:
        """Which field each column is: as chosen, else as proposed."""
        return mapping_of(self.proposals) if settings.mapping is None else settings.mapping


def number_in_url(value: str) -> int | None:
    """The batch a link means, None if it means none."""
    return int(value) if value.isdecimal() and len(value) < 10 else None


def batch(number: int) -> Batch:
    """A batch as it is stored now. Raises RefusalError if there is none of that number."""
    with database.reading(engine()) as connection:
        return batches.batch(connection, number)


def changes(number: int) -> list[Change]:
    """All that a batch did to the licenses, oldest first."""
    with database.reading(engine()) as connection:
        return batches.changes_of(connection, number)


def reading(batch: Batch) -> Reading:
    """An open batch's file. Raises TableError if it is no table when read like this."""
    how = Settings.of(batch.settings)
    return _reading(batch.id, batch.sha256, batch.name, how.encoding, how.delimiter, how.header_line, how.sheet)


def plan(batch: Batch, version: int) -> Plan:
    """What importing an open batch would do at a version of the data. Raises TableError. Not to be changed: it is shared."""
    return _plan(version, batch, Settings.of(batch.settings))


def checked(number: int) -> Checked:
    """An open batch's file, checked. Raises TableError."""
    stored = batch(number)
    return check(reading(stored).table, Settings.of(stored.settings), POLICY)


def choose(number: int, settings: Settings) -> None:
    """Keep how a person wants an open batch to be read; a batch that was imported meanwhile stays as it was."""
    session.require(Role.EDITOR)
    with database.writing(engine()) as connection:
        if batches.batch(connection, number).state is State.OPEN:
            batches.choose(connection, number, settings.stored())


def listed(states: Sequence[str], search: str = "", *, start: int = 0, count: int = 50) -> tuple[list[Batch], int]:
    """A page of the batches, newest first, and how many there are."""
    with database.reading(engine()) as connection:
        return batches.listed(connection, states=states, search=search, start=start, count=count)


@st.cache_resource(max_entries=_KEPT, ttl=1800, show_spinner="Reading the file…")
def _reading(
    number: int,
    sha256: str,
    name: str,
    encoding: str | None,
    delimiter: str | None,
    header_line: int | None,
    sheet: str | None,
) -> Reading:
    with database.reading(engine()) as connection:
        content = batches.content(connection, number)
    table = read_table(content, name, encoding=encoding, delimiter=delimiter, header_line=header_line, sheet=sheet)
    headings = unique_headings(table.header)
    return Reading(table, headings, propose(headings), samples(table))


@st.cache_resource(
    max_entries=_KEPT,
    ttl=1800,
    show_spinner="Comparing with the licenses…",
    hash_funcs={Batch: lambda batch: (batch.id, batch.sha256)},
)
def _plan(version: int, batch: Batch, settings: Settings) -> Plan:
    found = check(reading(batch).table, settings, POLICY)
    with database.reading(engine()) as connection:
        return plans.plan(connection, found, POLICY)
