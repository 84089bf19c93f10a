"""Files taken along are logged, say whose licenses changed since, and let requests wait once they are sent."""

from typing import Any

import pytest
from sqlalchemy import Engine

from lib.domain.refusal import RefusalError
from lib.editing import change_reversal, edits
from lib.importing import reversal
from lib.measures.cut import Cut
from lib.requests import downloads
from lib.requests.downloads import Difference, DifferenceKind
from lib.store import batches, catch_up, change_log, database
from lib.store import downloads as store
from tests.actors import admin, editor, viewer
from tests.store.stories import POLICY, a_row, change_of, everything, imported, now


def taken(engine: Engine, *customers: str, by: str = "ann", **filters: Any) -> int:
    """The number of a download of these customers' licenses as they stand now."""
    with database.reading(engine) as connection:
        change = change_log.latest_change(connection)
    counts = {"licenses": len(customers)}
    cut = Cut(**filters)
    return downloads.log(
        engine,
        kind="xlsx",
        cut=cut,
        change=change,
        counts=counts,
        content=b"abc",
        customers=customers,
        actor=editor(by),
    )


def changed(engine: Engine, cut: Cut | None = None, *customers: str) -> list[str]:
    """The customers whose licenses changed since their last download."""
    with database.reading(engine) as connection:
        return store.customers_changed_since(connection, cut or Cut(), customers or None)


def differs(engine: Engine, customer: str, change: int) -> list[Difference]:
    """What changed of a customer's licenses since a change."""
    with database.reading(engine) as connection:
        return downloads.differences_since(connection, customer, change)


def test_a_download_is_logged_with_whose_licenses_it_has(engine: Engine) -> None:
    imported(engine, a_row("K-1", company="Acme"), a_row("K-2", company="Bolt"))
    first = taken(engine, "acme (DE)", "bolt (DE)", "acme (DE)", outcome=("upgrade_needed",))
    with database.writing_briefly(engine) as connection:
        told: dict[str, Any] = {
            "kind": "zip",
            "cut": Cut(),
            "change": 1,
            "counts": {},
            "customers": ["acme (DE)"],
            "actor": editor("bo"),
        }
        second = store.record(connection, size=2**40, sha256="f" * 64, **told)
    with database.reading(engine) as connection:
        one, two = (store.download(connection, number) for number in (first, second))
        last = store.last_downloads(connection, ["acme (DE)", "bolt (DE)", "coil (DE)"])
        page, total = store.page(connection, start=1, count=1)
        mine, number = store.page(connection, customer="bolt (DE)")
        with pytest.raises(RefusalError, match="no download #9"):
            store.download(connection, 9)
    assert (one.kind, one.by, one.change, one.customers, one.counts) == ("xlsx", "ann", 1, 2, {"licenses": 3})
    assert one.cut == Cut(outcome=("upgrade_needed",))
    assert (one.size, one.sha256, one.sent_at) == (3, batches.fingerprint(b"abc"), None)
    assert (two.size, two.sha256) == (2**40, "f" * 64)
    assert last == {"acme (DE)": two, "bolt (DE)": one}
    assert ([each.id for each in page], total) == ([first], 2)
    assert ([each.id for each in mine], number) == ([first], 1)


@pytest.mark.parametrize("is_prepared", [False, True], ids=["versions", "lookups"])
def test_customers_are_changed_once_a_license_comes_goes_or_changes_after_their_last_download(
    engine: Engine, is_prepared: bool
) -> None:
    names = ("Acme", "Bolt", "Coil", "Disc", "Edge")
    imported(engine, a_row("A-2", company="Acme"), *(a_row(f"K-{name}", company=name) for name in names))
    gone = imported(engine, a_row("G-1", company="Gone"))
    later = imported(engine, a_row("L-1", company="Disc"))
    taken(engine, "acme (DE)", "bolt (DE)", "coil (DE)", "disc (DE)", "gone (DE)")
    assert changed(engine) == []
    edits.edit(engine, "K-Acme", None, {"editors": "25"}, editor("bo"), "", POLICY)
    imported(engine, a_row("K-2", company="Bolt"), a_row("K-3", company="Edge"))
    for receipt in (later, gone):
        reversal.undo(engine, receipt.batch, editor("bo"))
    if is_prepared:
        catch_up.catch_up(engine)
    assert changed(engine) == ["acme (DE)", "bolt (DE)", "disc (DE)"], (
        "nobody took those of Edge along, and Gone has none any more"
    )
    assert changed(engine, Cut(), "coil (DE)", "disc (DE)") == ["disc (DE)"]
    assert changed(engine, Cut(search="K-Acme")) == ["acme (DE)"]
    assert changed(engine, Cut(customer=("bolt (DE)", "coil (DE)"))) == ["bolt (DE)"]
    taken(engine, "acme (DE)", "disc (DE)")
    assert changed(engine) == ["bolt (DE)"]
    edits.edit(engine, "K-Acme", None, {"company": "Edge"}, editor("bo"), "", POLICY)
    assert changed(engine) == ["acme (DE)", "bolt (DE)"]


def test_what_changed_of_a_customer_is_told_license_by_license(engine: Engine) -> None:
    mail = {"contact_email": "it@acme.example"}
    rows = [a_row(f"K-{number}", company="Acme", country="Greece", **mail) for number in range(5)]
    imported(engine, *rows[:3], rows[4])
    last = imported(engine, rows[3], a_row("L-1", company="Bolt"))
    before = change_of(last)
    assert differs(engine, "acme @acme.example", before) == []
    edits.edit(engine, "K-0", None, {"host_tier": "250", "country": "Germany"}, editor("bo"), "", POLICY)
    edits.edit(engine, "K-1", None, {"editors": "100", "match_agreed": "yes"}, editor("bo"), "", POLICY)
    edits.edit(engine, "K-2", None, {"company": "Bolt"}, editor("bo"), "", POLICY)
    reversal.undo(engine, last.batch, editor("bo"))
    imported(engine, a_row("M-1", company="ACME Inc.", **mail))
    back = edits.edit(engine, "K-4", None, {"notes": "called"}, editor("bo"), "", POLICY)
    change_reversal.undo_change(engine, back, admin("bo"))
    assert differs(engine, "acme @acme.example", before) == [
        Difference(
            "K-0",
            DifferenceKind.CHANGED,
            ("Host tier: 100 → 250", "Country: GR → DE", "Upgrade: 10 to 100 → 10 to 250"),
        ),
        Difference(
            "K-1",
            DifferenceKind.CHANGED,
            (
                "Outcome: Upgrade needed → Eligible",
                "Stage: Not requested → Received",
                "Editors: 10 → 100",
                "Agrees to match: blank → yes",
                "Upgrade: 10 to 100 → none",
            ),
        ),
        Difference("K-2", DifferenceKind.GONE, ("Company: Acme → Bolt",)),
        Difference("K-3", DifferenceKind.GONE, ("Taken out of the store",)),
        Difference("M-1", DifferenceKind.NEW),
    ]
    assert [one.kind for one in differs(engine, "acme @acme.example", 0)] == [DifferenceKind.NEW] * 4
    assert changed(engine) == []


@pytest.mark.parametrize("is_prepared", [False, True], ids=["versions", "lookups"])
def test_what_was_sent_waits_for_the_customer_until_that_is_taken_back(engine: Engine, is_prepared: bool) -> None:
    imported(
        engine,
        a_row("K-1", company="Acme"),
        a_row("K-2", company="Acme", match_agreed="yes"),
        a_row("K-3", company="Acme", sen="SEN-1"),
        a_row("K-4", company="Acme", hosting="Cloud", maintenance_end="2016-05-01"),
        a_row("K-5", company="Acme", license_type="Evaluation"),
        a_row("K-6", company="Bolt"),
        a_row("K-7", company="Coil", product="Balsamiq Wireframes for Confluence"),
    )
    number = taken(engine, "acme (DE)", "coil (DE)", product=("jira",))
    before = now(engine)
    if is_prepared:
        catch_up.catch_up(engine)
    done = downloads.mark_sent(engine, number, editor("bo"), POLICY)
    assert (done.keys, done.refused) == (("K-1", "K-2"), {})
    waits = {key for key, row in now(engine).items() if row["stage"] == "needs_info"}
    assert waits == {"K-1", "K-2"}
    with database.reading(engine) as connection:
        told, last = store.download(connection, number), change_log.last_change(connection)
    assert (told.sent_by, told.sent_at is not None) == ("bo", True)
    assert last is not None
    assert (last.id, last.kind, last.reason) == (done.change, "stage", f"Sent to the customer (download #{number})")
    with pytest.raises(RefusalError, match=f"#{number} was marked as sent already, by bo at"):
        downloads.mark_sent(engine, number, editor("cy"), POLICY)
    back = downloads.unmark_sent(engine, number, editor("cy"), "not sent after all")
    assert back is not None
    assert {key: row["stage"] for key, row in now(engine).items()} == {k: row["stage"] for k, row in before.items()}
    assert sent_by(engine, number) is None
    with pytest.raises(RefusalError, match="is not marked as sent"):
        downloads.unmark_sent(engine, number, editor("cy"))
    again = change_reversal.undo_change(engine, back, admin("dee"))
    assert (now(engine)["K-1"]["stage"], sent_by(engine, number)) == ("needs_info", "dee")
    assert downloads.unmark_sent(engine, number, editor("cy")) == again + 1
    assert sent_by(engine, number) is None


def test_a_download_can_be_sent_without_a_request_to_move_and_by_nobody_who_only_looks(engine: Engine) -> None:
    imported(engine, a_row("K-1", company="Acme", sen="SEN-1"))
    number = taken(engine, "acme (DE)")
    before = everything(engine)
    with pytest.raises(RefusalError, match="You may look"):
        downloads.mark_sent(engine, number, viewer("eve"), POLICY)
    assert sent_by(engine, number) is None
    assert downloads.mark_sent(engine, number, editor("bo"), POLICY).change is None
    assert sent_by(engine, number) == "bo"
    with pytest.raises(RefusalError, match="You may look"):
        downloads.unmark_sent(engine, number, viewer("eve"))
    assert downloads.unmark_sent(engine, number, editor("bo")) is None
    assert sent_by(engine, number) is None
    assert everything(engine) == before


def sent_by(engine: Engine, number: int) -> str | None:
    """Who marked a download as sent."""
    with database.reading(engine) as connection:
        return store.download(connection, number).sent_by
