"""Files taken along are logged, say whose licenses changed since, and let requests wait once they are sent."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine

from lib.domain.refusal import RefusalError
from lib.domain.requests import Stage
from lib.editing import change_reversal, edits
from lib.importing import reversal
from lib.measures.cut import Cut
from lib.requests import downloads, moves, sendings
from lib.requests.downloads import Difference, DifferenceKind
from lib.store import batches, catch_up, change_log, database, list_changes
from lib.store import downloads as store
from lib.store import sendings as stored_sendings
from tests.actors import admin, editor, viewer
from tests.store.stories import POLICY, a_row, change_of, everything, imported, now


def download_of(engine: Engine, *customers: str, by: str = "ann", **filters: Any) -> int:
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


def changed(engine: Engine, cut: Cut | None = None) -> list[str]:
    """The customers whose lists say something else by now."""
    with database.reading(engine) as connection:
        return list_changes.changed_customers(connection, cut or Cut())


def differs(engine: Engine, customer: str, change: int) -> list[Difference]:
    """What changed of a customer's licenses since a change."""
    with database.reading(engine) as connection:
        return downloads.differences_since(connection, customer, change)


def test_a_download_is_logged_with_whose_licenses_it_has(engine: Engine) -> None:
    imported(engine, a_row("K-1", company="Acme"), a_row("K-2", company="Bolt"))
    first = download_of(engine, "acme (DE)", "bolt (DE)", "acme (DE)", outcome=("upgrade_needed",))
    with database.writing_briefly(engine) as connection:
        details: dict[str, Any] = {
            "kind": "zip",
            "cut": Cut(),
            "change": 1,
            "counts": {},
            "customers": ["acme (DE)"],
            "actor": editor("bo"),
        }
        second = store.record(connection, size=2**40, sha256="f" * 64, **details)
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
    download_of(engine, "acme (DE)", "bolt (DE)", "coil (DE)", "disc (DE)", "gone (DE)")
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
    assert changed(engine, Cut(customer=("coil (DE)", "disc (DE)"))) == ["disc (DE)"]
    assert changed(engine, Cut(search="K-Acme")) == ["acme (DE)"]
    assert changed(engine, Cut(customer=("bolt (DE)", "coil (DE)"))) == ["bolt (DE)"]
    download_of(engine, "acme (DE)", "disc (DE)")
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
    edits.edit(
        engine, "K-0", None, {"host_tier": "250", "country": "Germany", "contact_name": "Ada"}, editor("bo"), "", POLICY
    )
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
            ("Server tier: 100 → 250", "Contact name: blank → •••", "Upgrade: 10 to 100 → 10 to 250"),
        ),
        Difference(
            "K-1",
            DifferenceKind.CHANGED,
            (
                "Outcome: Upgrade needed → Eligible",
                "Editors: 10 → 100",
                "Consent: pending → blank",
                "Upgrade: 10 to 100 → none",
            ),
        ),
        Difference("K-2", DifferenceKind.GONE, ("Company: Acme → Bolt",)),
        Difference("K-3", DifferenceKind.GONE, ("Removed",)),
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
    number = download_of(engine, "acme (DE)", "coil (DE)", product=("jira",))
    before = now(engine)
    if is_prepared:
        catch_up.catch_up(engine)
    done = sendings.mark_download_sent(engine, number, editor("bo"), POLICY)
    assert (done.move.keys, done.move.refused) == (("K-1", "K-2"), {})
    waits = {key for key, row in now(engine).items() if row["stage"] == "needs_info"}
    assert waits == {"K-1", "K-2"}
    with database.reading(engine) as connection:
        download, last = store.download(connection, number), change_log.last_change(connection)
    assert (download.sent_by, download.sent_at is not None) == ("bo", True)
    assert last is not None
    assert (last.id, last.kind, last.reason) == (done.move.change, "stage", f"Sent to 2 customers (download #{number})")
    with pytest.raises(RefusalError, match=f"#{number} was already marked as sent by bo on"):
        sendings.mark_download_sent(engine, number, editor("cy"), POLICY)
    back = sendings.unmark_sent(engine, done.number, editor("cy"), "not sent after all")
    assert back is not None
    assert {key: row["stage"] for key, row in now(engine).items()} == {k: row["stage"] for k, row in before.items()}
    assert sent_by(engine, number) is None
    with pytest.raises(RefusalError, match="already marked as not sent"):
        sendings.unmark_sent(engine, done.number, editor("cy"))
    again = change_reversal.undo_change(engine, back, admin("dee"))
    assert (now(engine)["K-1"]["stage"], sent_by(engine, number)) == ("needs_info", "bo")
    assert sendings.unmark_sent(engine, done.number, editor("cy")) == again + 1
    assert sent_by(engine, number) is None


def test_a_download_can_be_sent_without_a_request_to_move_and_by_nobody_who_only_looks(engine: Engine) -> None:
    imported(engine, a_row("K-1", company="Acme", sen="SEN-1"))
    number = download_of(engine, "acme (DE)")
    before = everything(engine)
    with pytest.raises(RefusalError, match="You may look"):
        sendings.mark_download_sent(engine, number, viewer("eve"), POLICY)
    assert sent_by(engine, number) is None
    done = sendings.mark_download_sent(engine, number, editor("bo"), POLICY)
    assert done.move.change is None
    assert sent_by(engine, number) == "bo"
    with pytest.raises(RefusalError, match="You may look"):
        sendings.unmark_sent(engine, done.number, viewer("eve"))
    assert sendings.unmark_sent(engine, done.number, editor("bo")) is None
    assert sent_by(engine, number) is None
    assert everything(engine) == before


def test_marking_one_customer_of_a_file_as_sent_marks_nobody_else(engine: Engine) -> None:
    imported(engine, *(a_row(f"K-{name}", company=name) for name in ("Acme", "Bolt", "Coil")))
    number = download_of(engine, "acme (DE)", "bolt (DE)")
    with database.reading(engine) as connection:
        preview = sendings.preview(connection, ["acme (DE)"], Cut(), number)
    done = sendings.mark_sent(engine, ["acme (DE)"], editor("bo"), POLICY, cut=Cut(), download=number)
    assert (preview.customers, preview.names, preview.requests) == (1, ("Acme",), len(done.move.keys))
    assert done.move.keys == ("K-Acme",)
    assert recipients(engine, "acme (DE)", "bolt (DE)", "coil (DE)") == {"acme (DE)"}
    change = sendings.mark_sent(engine, ["bolt (DE)", "coil (DE)"], editor("bo"), POLICY, cut=Cut())
    assert change.move.keys == ("K-Bolt", "K-Coil")
    with pytest.raises(RefusalError, match="no licenses of 1 chosen customer"):
        sendings.mark_sent(engine, ["coil (DE)"], editor("bo"), POLICY, cut=Cut(), download=number)
    with pytest.raises(RefusalError, match="no licenses of 1 chosen customer"):
        sendings.mark_sent(engine, ["nobody"], editor("bo"), POLICY, cut=Cut())
    sendings.unmark_sent(engine, change.number, editor("bo"))
    assert recipients(engine, "acme (DE)", "bolt (DE)", "coil (DE)") == {"acme (DE)"}


def recipients(engine: Engine, *customers: str) -> set[str]:
    """Those of the customers that something was sent to."""
    with database.reading(engine) as connection:
        return set(stored_sendings.last_sendings(connection, customers))


DEEDS: list[Callable[[Engine], object]] = [
    lambda engine: moves.move_requests(engine, ["K-1", "K-2"], Stage.VERIFIED, editor("bo"), "", POLICY),
    lambda engine: edits.edit(engine, "K-1", None, {"notes": "called", "address": "1 Road"}, editor("bo"), "", POLICY),
    lambda engine: sendings.mark_sent(engine, ["acme (DE)", "bolt (DE)"], editor("bo"), POLICY, cut=Cut()),
    lambda engine: edits.edit(engine, "K-1", None, {"host_tier": "250"}, editor("bo"), "", POLICY),
    lambda engine: edits.edit(engine, "K-1", None, {"host_tier": "100"}, editor("bo"), "", POLICY),
    lambda engine: edits.edit(engine, "K-2", None, {"match_agreed": "yes"}, editor("bo"), "", POLICY),
    lambda engine: edits.edit(engine, "K-2", None, {"company": "Acme"}, editor("bo"), "", POLICY),
    lambda engine: imported(engine, a_row("K-3", company="Bolt")),
]


def test_the_list_and_the_page_agree_on_what_changed_and_our_own_deeds_change_nothing(engine: Engine) -> None:
    imported(engine, a_row("K-1", company="Acme"), *(a_row(key, company="Bolt") for key in ("K-2", "K-4")))
    customers = ("acme (DE)", "bolt (DE)")
    download_of(engine, *customers)
    news = []
    for deed in DEEDS:
        deed(engine)
        with database.reading(engine) as connection:
            since = {customer: list_changes.reference_of(connection, customer) or 0 for customer in customers}
        news.append(changed(engine))
        assert news[-1] == [customer for customer in customers if differs(engine, customer, since[customer])]
    acme, bolt = customers
    assert news == [[], [], [], [acme], [], [bolt], [acme, bolt], [acme, bolt]]


def sent_by(engine: Engine, number: int) -> str | None:
    """Who marked a download as sent."""
    with database.reading(engine) as connection:
        return store.download(connection, number).sent_by
