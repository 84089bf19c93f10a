"""A checked file, a verdict and the progress as JSON for other programs.

Sizes are numbers or "Unlimited", dates are ISO, blanks are null.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from typing import Any

import pandas as pd

from lib.checking.check import CheckedFile
from lib.checking.problem import Problem
from lib.domain.eligibility import Outcome, Verdict
from lib.domain.facts import Facts
from lib.domain.flags import flags_on
from lib.domain.licenses import COLUMNS, ColumnKind
from lib.domain.policy import Policy
from lib.domain.tiers import json_size
from lib.judging.verdicts import judge_all
from lib.measures.progress import progress_counts
from lib.reading.problem_codes import ProblemCode
from lib.reading.tables import TableError
from lib.store.batches import fingerprint

_SIZES = frozenset(name for name, column in COLUMNS.items() if column.kind in (ColumnKind.SIZE, ColumnKind.HOST_SIZE))


_PROBLEM_FIELDS = ("row", "line", "column", "field", "code", "value", "message")


def file_report(content: bytes, name: str, checked: CheckedFile, policy: Policy, today: date) -> dict[str, Any]:
    """Everything `check` found: the file, the mapping, each license with its verdict as of today, errors and warnings."""
    table = checked.table
    columns = [column for column in checked.undecided if column.code is ProblemCode.AMBIGUOUS_COLUMN]
    return {
        "file": {
            **identity_report(content, name),
            "rows": len(table),
            "columns": len(table.header),
            "encoding": table.encoding,
            "delimiter": table.delimiter,
            "header_line": table.header_line,
            "ignored": [{"line": line.line, "text": line.text, "why": line.reason} for line in table.ignored],
        },
        "mapping": checked.mapping,
        "unmapped": checked.unmapped,
        "rows": list(row_reports(checked, policy, today)),
        "errors": list(problem_reports([*columns, *checked.errors])),
        "warnings": list(problem_reports(checked.warnings)),
        "file_error": None,
    }


def refused_report(content: bytes, name: str, error: TableError) -> dict[str, Any]:
    """The same shape for a file that is no table of licenses."""
    empty: dict[str, Any] = {"mapping": {}, "unmapped": [], "rows": [], "errors": [], "warnings": []}
    file_error = {"code": error.code, "message": error.message}
    return {"file": identity_report(content, name), **empty, "file_error": file_error}


def verdict_report(verdict: Verdict) -> dict[str, Any]:
    """A verdict as JSON."""
    return {
        "outcome": verdict.outcome.value,
        "reasons": [{"code": reason.code, "text": reason.text} for reason in verdict.reasons],
        "needs": list(verdict.needs),
        "flags": list(verdict.flags),
        "from_size": json_size(verdict.from_size),
        "to_tier": json_size(verdict.to_tier),
        "tier_steps": verdict.tier_steps,
        "users_added": verdict.users_added,
        "consent": json_value(verdict.consent),
        "plan_detail": json_value(verdict.plan_detail),
        "plan_end": json_value(verdict.plan_end),
    }


def progress_report(cube: pd.DataFrame) -> dict[str, Any]:
    """Where the migration stands (see `counts.cube`): licenses, outcomes, tier moves and the borderline."""
    now, counts = progress_counts(cube), cube.groupby("outcome")["licenses"].sum()
    growing = cube[cube["outcome"] == Outcome.UPGRADE_NEEDED]
    moves = growing.groupby(["from_size", "to_tier"])[["licenses", "users_added"]].sum().reset_index()
    return {
        "licenses": now.licenses,
        "movable": now.movable,
        "outcomes": {outcome.value: int(counts.get(outcome.value, 0)) for outcome in Outcome},
        "users_added": now.users_added,
        "tier_moves": [
            {
                "from_size": json_size(move["from_size"]),
                "to_tier": json_size(move["to_tier"]),
                "licenses": move["licenses"],
                "users_added": move["users_added"],
            }
            for move in moves.to_dict("records")
        ],
        "borderline": now.borderline,
    }


def identity_report(content: bytes, name: str) -> dict[str, Any]:
    """What identifies a file."""
    return {"name": name, "size": len(content), "sha256": fingerprint(content)}


def row_reports(checked: CheckedFile, policy: Policy, today: date) -> Iterator[dict[str, Any]]:
    """Each license of a file, with its verdict as of today."""
    licenses = {name: column.take(checked.rows) for name, column in checked.licenses.items() if name != "extra"}
    verdicts = judge_all(licenses, policy)
    # Many licenses share a verdict, so each verdict is made a report once.
    reports = [verdict_report(verdict) for verdict in verdicts.values]
    columns = {
        name: column.map(json_size if name in _SIZES else json_value).objects() for name, column in licenses.items()
    }
    ends = licenses["maintenance_end"].objects()
    for place, (row, code) in enumerate(zip(checked.rows.tolist(), verdicts.codes.tolist(), strict=True)):
        values = {name: column[place] for name, column in columns.items()}
        facts = Facts(
            product=licenses["product"].coded().at(place),
            hosting=licenses["hosting"].coded().at(place),
            maintenance_end=ends[place],
        )
        flags = list(flags_on(today, facts, verdicts.values[code].flags))
        yield {
            "row": row + 1,
            "line": checked.line_of(row),
            "license": values,
            "verdict": {**reports[code], "flags": flags},
        }


def json_value(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return None if value == "" else value


def problem_reports(problems: Iterable[Problem]) -> Iterator[dict[str, Any]]:
    """Errors or warnings of a file."""
    for problem in problems:
        yield {name: getattr(problem, name) for name in _PROBLEM_FIELDS}
