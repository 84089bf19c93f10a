"""All profiles in memory: the few thousand combinations that a million licenses have, as coded columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, func, select

from lib.store.schema import PROFILE, profiles

_p = profiles.c

Codes = tuple[NDArray[np.int64], list[Any]]
"""A column as codes into its distinct values."""


@dataclass(frozen=True)
class ProfileCatalogue:
    """All profiles, one per row: `ids` are their numbers, ascending, `columns` has each of `PROFILE`."""

    ids: NDArray[np.int64]
    columns: dict[str, Codes]

    @cached_property
    def users_added(self) -> NDArray[np.int64]:
        """The users that a license of each profile must add, or 0."""
        codes, values = self.columns["users_added"]
        return np.array([value or 0 for value in values], np.int64)[codes]

    def rows(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows of profiles by number."""
        return np.searchsorted(self.ids, ids)


_CATALOGUES: WeakKeyDictionary[Engine, ProfileCatalogue] = WeakKeyDictionary()
"""The catalogue that this process remembers of each database."""


def profile_catalogue(connection: Connection) -> ProfileCatalogue:
    """All profiles there are now."""
    newest = connection.execute(select(func.coalesce(func.max(_p.id), 0))).scalar_one()
    remembered = _CATALOGUES.get(connection.engine)
    # Profiles are only ever added, so the newest number tells whether there are others.
    if remembered is not None and len(remembered.ids) and remembered.ids[-1] == newest:
        return remembered
    catalogue = fetch_catalogue(connection)
    if is_committed(connection):
        _CATALOGUES[connection.engine] = catalogue
    return catalogue


def is_committed(connection: Connection) -> bool:
    """Whether what a transaction reads will stay."""
    # One that writes may yet be rolled back, and its numbers given to others.
    return bool(connection.get_execution_options().get("begin", "BEGIN") == "BEGIN")


def fetch_catalogue(connection: Connection) -> ProfileCatalogue:
    """All profiles, fetched from the database."""
    rows = connection.execute(select(_p.id, *(_p[name] for name in PROFILE)).order_by(_p.id)).all()
    ids = np.array([row.id for row in rows], np.int64)
    columns = {}
    for place, name in enumerate(PROFILE, start=1):
        columns[name] = encode([row[place] for row in rows])
    return ProfileCatalogue(ids, columns)


def encode(values: Sequence[Any]) -> Codes:
    """Values as codes into their distinct values, in order of occurrence."""
    numbers: dict[Any, int] = {}
    codes = np.fromiter((numbers.setdefault(value, len(numbers)) for value in values), np.int64, len(values))
    return codes, list(numbers)
