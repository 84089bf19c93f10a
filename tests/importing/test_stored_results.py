"""Receipts and checks that earlier versions stored stay readable, and new ones are stored in the same shape."""

import json
from typing import Any

from sqlalchemy import Engine, select, update

from lib.checking.check_summary import CheckSummary
from lib.domain.import_counts import Effect, RowCounts
from lib.importing.receipts import receipt_document
from lib.store import batches, check_results, database
from lib.store.receipt import Receipt
from lib.store.schema import batches as batch_table
from lib.store.schema import checks
from tests.store.stories import a_row, brought_in, checked, imported

FIRST_RECEIPT: dict[str, Any] = {
    "counts": {"rows": 12, "new": 11, "changed": 0, "unchanged": 0, "held": 0, "repeated": 1},
    "effect": {"gained": 4, "lost": 0, "tier_moves": 2, "to_expired": 0, "to_legacy": 0},
    "warnings": 1,
    "mapping": {"License Key": "license_key"},
    "unmapped": ["Shelf"],
    "encoding": "utf-8",
    "delimiter": ",",
    "header_line": 1,
    "policy": 1,
    "by": "ann",
    "change": 1,
}
"""A receipt as the first version stored it."""

FIRST_SUMMARY: dict[str, Any] = {
    "failure": None,
    "reader": {
        "encoding": "utf-8",
        "delimiter": ",",
        "header_line": 1,
        "sheet": None,
        "sheets": [],
        "rows": 1,
        "columns": 2,
        "first_lines": [[1, "Key,Ends"], [2, "K-1,03/04/2018"]],
    },
    "columns": [{"heading": "Key", "samples": ["K-1"], "filled": 1.0, "field": "license_key", "how": "alias"}],
    "dates": {"maintenance_end": {"order": None, "evidence": "every date is plain", "must_ask": True, "examples": []}},
    "values": {"product": [{"text": "Jira", "count": 1, "meaning": "Jira", "how": None}]},
    "unmapped": [],
    "mapping": {"Key": "license_key"},
    "counts": {"rows": 1, "new": 0, "changed": 0, "unchanged": 0, "held": 1, "repeated": 0},
    "effect": {"gained": 0, "lost": 0, "tier_moves": 0, "to_expired": 0, "to_legacy": 0},
    "causes": [
        {
            "severity": "error",
            "code": "invalid_size",
            "column": "Size",
            "field": "editors",
            "count": 1,
            "list": "cause:0",
        }
    ],
    "undecided": [
        {
            "severity": "error",
            "row": None,
            "line": None,
            "column": "Ends",
            "field": "maintenance_end",
            "code": "ambiguous_date",
            "value": None,
            "message": "Say which.",
        }
    ],
    "policy": 1,
}
"""A summary as the first version stored it: without titles, ambiguous dates, and what was remembered."""


def stored_receipt(engine: Engine, number: int) -> Any:
    with database.reading(engine) as connection:
        return connection.execute(select(batch_table.c.receipt).where(batch_table.c.id == number)).scalar_one()


def stored_summary(engine: Engine, number: int) -> Any:
    with database.reading(engine) as connection:
        return connection.execute(select(checks.c.summary).where(checks.c.batch_id == number)).scalar_one()


def test_a_receipt_of_the_first_version_is_readable(engine: Engine) -> None:
    number = imported(engine, a_row()).batch
    with database.writing(engine) as connection:
        connection.execute(update(batch_table).where(batch_table.c.id == number).values(receipt=FIRST_RECEIPT))
    with database.reading(engine) as connection:
        batch = batches.batch(connection, number)
    receipt = batch.receipt
    assert receipt
    assert receipt.counts == RowCounts(rows=12, new=11, repeated=1)
    assert receipt.effect == Effect(gained=4, tier_moves=2)
    assert (receipt.batch, receipt.change, receipt.by, receipt.seconds) == (number, 1, "ann", None)
    assert receipt.remembered is None
    document = receipt_document(batch, [])
    assert {name: document[name] for name in FIRST_RECEIPT if name not in ("counts", "effect")} == {
        name: value for name, value in FIRST_RECEIPT.items() if name not in ("counts", "effect")
    }
    assert not {"seconds", "known"} & set(document)


def test_a_check_of_the_first_version_is_readable(engine: Engine) -> None:
    number = brought_in(engine, a_row())
    checked(engine, number)
    with database.writing(engine) as connection:
        connection.execute(update(checks).where(checks.c.batch_id == number).values(summary=FIRST_SUMMARY))
    with database.reading(engine) as connection:
        result = check_results.newest(connection, number)
    assert result
    summary = result.summary
    assert (summary.reader.rows, summary.reader.first_lines[1]) == (1, (2, "K-1,03/04/2018"))
    assert (summary.columns[0].heading, summary.columns[0].title) == ("Key", "Key")
    assert summary.dates["maintenance_end"].ambiguous == 1, "so that the choice is offered"
    assert [meaning.meaning for meaning in summary.values["product"]] == ["Jira"]
    assert [cause.title for cause in summary.causes] == ["Size: not a number of users"]
    assert [problem.message for problem in summary.undecided] == ["Say which."]
    assert (summary.counts.held, summary.failure, summary.remembered) == (1, None, None)


def test_what_is_stored_comes_back_whole_and_in_the_same_shape(engine: Engine) -> None:
    number = brought_in(engine, {**a_row(editors="many"), "Shelf": "7"}, a_row("K-2", maintenance_end="03/04/2018"))
    summary = checked(engine, number).summary
    stored = stored_summary(engine, number)
    assert set(stored) == {*FIRST_SUMMARY, "known", "changed_fields", "fingerprint"}
    assert set(stored["columns"][0]) == {*FIRST_SUMMARY["columns"][0], "title", "suggestions"}
    assert CheckSummary.from_json(stored) == summary
    assert json.loads(json.dumps(summary.to_json())) == stored
    receipt = imported(engine, a_row())
    stored = stored_receipt(engine, receipt.batch)
    assert set(stored) == {*FIRST_RECEIPT, "batch", "known", "seconds"}
    assert set(stored["effect"]) > set(FIRST_RECEIPT["effect"])
    assert stored["effect"]["now_eligible"] + stored["effect"]["now_upgrade_needed"] == 1
    assert Receipt.from_json(stored) == receipt
