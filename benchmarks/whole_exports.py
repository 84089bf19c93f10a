"""How many rows of sixty invented exports come in right, told nothing, and told which column is which.

`python -m benchmarks.whole_exports [FIRST]` prints both shares, and how many rows came in that must not; with a number
of its own for the first export, other files than usual are invented.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.whole_exports_data import Export, headings_by_language, invent_export
from lib.checking.settings import Settings
from lib.domain.policy import Policy
from lib.importing import imports
from lib.reading.tables import TableError

EXPORTS = 60
POLICY = Policy()


@dataclass(slots=True)
class Score:
    """Rows that came in right, all that should have, and those that must not have; columns the same way."""

    right: int = 0
    rows: int = 0
    bad: int = 0
    right_columns: int = 0
    wrong_columns: int = 0
    columns: int = 0


def settings_of(export: Export, *, with_columns: bool) -> Settings:
    """What a person says of an export: which column is which, and the order of its dates; or nothing."""
    orders = {} if export.day_first is None else {"*": "dmy" if export.day_first else "mdy"}
    return Settings(chosen_fields=dict(export.columns), date_orders=orders) if with_columns else Settings()


def measure(export: Export, score: Score, *, with_columns: bool) -> str:
    """Add what became of an export to the score; gives what went wrong."""
    score.rows += len(export.rows)
    score.columns += len(export.columns)
    try:
        checked = imports.read_and_check(
            export.content, export.name, settings_of(export, with_columns=with_columns), POLICY
        )
    except TableError as error:
        return error.message
    fields = {heading: checked.mapping.get(heading) for heading in export.columns}
    score.right_columns += sum(fields[heading] == name for heading, name in export.columns.items())
    others = set(checked.mapping) - set(export.columns)
    score.wrong_columns += sum(fields[heading] not in (None, name) for heading, name in export.columns.items()) + len(
        others
    )
    if checked.undecided:
        return checked.undecided[0].message
    names = [*dict.fromkeys((*export.columns.values(), "license_key"))]
    imported = dict(rows_by_key({name: checked.licenses[name].take(checked.rows).objects().tolist() for name in names}))
    score.right += sum(is_right(row, imported.get(row["license_key"])) for row in export.rows)
    score.bad += len(export.bad & imported.keys())
    missed = [row["license_key"] for row in export.rows if not is_right(row, imported.get(row["license_key"]))]
    return f"{len(missed)} rows, such as {missed[0]}" if missed else ""


def rows_by_key(columns: Mapping[str, Sequence[Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The licenses by their keys."""
    for values in zip(*columns.values(), strict=True):
        row = dict(zip(columns, values, strict=True))
        yield row["license_key"], row


def is_right(row: dict[str, Any], license: dict[str, Any] | None) -> bool:
    """Whether a license has all that is true of a row."""
    return license is not None and all(license[name] == value for name, value in row.items())


def main(first: int) -> None:
    """Print the shares."""
    listed = headings_by_language()
    for with_columns in (False, True):
        score = Score()
        for number in range(first, first + EXPORTS):
            wrong = measure(invent_export(number, listed), score, with_columns=with_columns)
            if wrong:
                print(f"  export {number}: {wrong}")
        share = f"{score.right / score.rows:.1%} of {score.rows:,} rows right, {score.bad} bad rows let in"
        columns = f"{score.right_columns / score.columns:.1%} of columns right, {score.wrong_columns / score.columns:.1%} wrong"
        print(f"{'told' if with_columns else 'untold'}: {share}; {columns}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
