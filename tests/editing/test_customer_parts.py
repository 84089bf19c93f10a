"""Customers of one name that are several: licenses parted, remembered for later files, and given back."""

import pytest
from sqlalchemy import Engine

from lib.domain.customers import numbered_customer, organisation_key
from lib.domain.refusal import RefusalError
from lib.editing import customer_merges, customer_parts, edits
from lib.editing.history import license_events
from lib.importing import reversal
from lib.store import customer_queries, database, license_queries, parts
from tests.actors import editor, viewer
from tests.store.stories import POLICY, a_row, everything, imported, now


@pytest.fixture
def phoenix(engine: Engine) -> Engine:
    """A store where one name has three licenses, and another one."""
    imported(engine, *(a_row(f"P-{number}", company="Phoenix") for number in (1, 2, 3)), a_row("K-B", company="Bolt"))
    return engine


def owners(engine: Engine) -> list[str]:
    """The customers of the three licenses and the other."""
    licenses = now(engine)
    return [licenses[key]["customer"] for key in ("P-1", "P-2", "P-3", "K-B")]


def test_parted_licenses_are_a_new_customers_and_nothing_else_changes(phoenix: Engine) -> None:
    before = now(phoenix)
    change, customer = customer_parts.part(phoenix, ["P-2", "P-3", "P-2"], None, editor("bo"), "two firms")
    assert (customer, owners(phoenix)) == ("phoenix #2", ["phoenix (DE)", "phoenix #2", "phoenix #2", "bolt (DE)"])
    assert now(phoenix)["P-2"] == {**before["P-2"], "customer": "phoenix #2", "since": change}
    with database.reading(phoenix) as connection:
        (part,) = parts.parts_in_force(connection)
        assert (part.change, part.customer, part.by, part.reason, part.licenses) == (
            change,
            customer,
            "bo",
            "two firms",
            2,
        )
        assert customer_queries.customer_name(connection, customer) == "Phoenix · #2"
        assert customer_queries.find_customers(connection, customer) == [customer]
        event = license_events(license_queries.history(connection, "P-2"))[0]
    assert (event.title, event.why, event.changes) == (
        "Split of a customer",
        "two firms",
        ("Customer: phoenix (DE) → phoenix #2",),
    )
    customer_parts.undo_part(phoenix, change, editor("cy"))
    assert owners(phoenix) == ["phoenix (DE)", "phoenix (DE)", "phoenix (DE)", "bolt (DE)"]


def test_a_part_is_remembered_for_later_files_edits_and_undone_imports(phoenix: Engine) -> None:
    customer_parts.part(phoenix, ["P-2"], None, editor("bo"))
    second = imported(phoenix, a_row("P-2", company="Phoenix", editors="25"), a_row("P-4", company="Phoenix"))
    parted = ["phoenix (DE)", "phoenix #2", "phoenix (DE)", "bolt (DE)"]
    assert (owners(phoenix), now(phoenix)["P-4"]["customer"]) == (parted, "phoenix (DE)")
    edits.edit(phoenix, "P-2", None, {"company": "Ember"}, editor("bo"), "", POLICY)
    assert owners(phoenix) == parted
    reversal.undo(phoenix, second.batch, editor("ada"))
    assert owners(phoenix) == parted


def test_undoing_an_older_import_keeps_a_part_made_since(phoenix: Engine) -> None:
    second = imported(phoenix, a_row("P-2", company="Phoenix", editors="25"))
    change, _ = customer_parts.part(phoenix, ["P-2"], None, editor("bo"))
    reversal.undo(phoenix, second.batch, editor("ada"))
    assert (now(phoenix)["P-2"]["editors"], owners(phoenix)[1]) == (10, "phoenix #2")
    customer_parts.undo_part(phoenix, change, editor("bo"))
    assert owners(phoenix)[1] == "phoenix (DE)"


def test_the_newest_part_in_force_counts_and_merges_follow_it(phoenix: Engine) -> None:
    first, _ = customer_parts.part(phoenix, ["P-2"], None, editor("bo"))
    second, _ = customer_parts.part(phoenix, ["P-2"], "bolt (DE)", editor("bo"))
    assert owners(phoenix)[1] == "bolt (DE)"
    customer_parts.undo_part(phoenix, first, editor("bo"))
    assert owners(phoenix)[1] == "bolt (DE)"
    merge = customer_merges.merge(phoenix, "bolt (DE)", "phoenix (DE)", editor("bo"))
    assert owners(phoenix) == ["phoenix (DE)"] * 4
    customer_merges.undo_merge(phoenix, merge, editor("bo"))
    assert owners(phoenix)[1] == "bolt (DE)"
    customer_parts.undo_part(phoenix, second, editor("bo"))
    assert owners(phoenix)[1] == "phoenix (DE)"
    _, customer = customer_parts.part(phoenix, ["P-3"], None, editor("bo"))
    assert customer == "phoenix #3"


def test_what_cannot_be_parted_is_refused_and_changes_nothing(phoenix: Engine) -> None:
    change, _ = customer_parts.part(phoenix, ["P-1"], None, editor("bo"))
    customer_parts.undo_part(phoenix, change, editor("bo"))
    before = everything(phoenix)
    refusals: tuple[tuple[list[str], str | None, str], ...] = (
        ([], None, "No license is selected"),
        (["P-1", "P-9"], None, 'no license "P-9"'),
        (["P-1", "K-B"], None, r'"bolt \(DE\)" and "phoenix \(DE\)"'),
        (["P-1", "P-2", "P-3"], None, "all licenses"),
        (["P-1"], "phoenix (DE)", "already one customer"),
        (["P-1"], "dodo (DE)", r'customer "dodo \(DE\)"'),
    )
    for keys, customer, message in refusals:
        with pytest.raises(RefusalError, match=message):
            customer_parts.part(phoenix, keys, customer, editor("bo"))
    with pytest.raises(RefusalError, match="already undone by bo"):
        customer_parts.undo_part(phoenix, change, editor("bo"))
    with pytest.raises(RefusalError, match="split no licenses off"):
        customer_parts.undo_part(phoenix, 99, editor("bo"))
    with pytest.raises(RefusalError):
        customer_parts.part(phoenix, ["P-1"], None, viewer("vi"))
    assert everything(phoenix) == before


def test_keys_of_new_customers_are_numbered_and_no_names_yield_them() -> None:
    assert numbered_customer("phoenix", ()) == "phoenix #2"
    assert numbered_customer("phoenix #2", {"phoenix #2", "phoenix #3"}) == "phoenix #4"
    assert numbered_customer("phoenix @phoenix.example", ()) == "phoenix #2"
    assert numbered_customer("it@acme.example", ()) == "it@acme.example #2"
    assert numbered_customer("[K-1]", ()) == "no organization #2"
    assert organisation_key("phoenix #2") == "phoenix 2"
