"""Stored licenses come back as the words of the domain, and tell their story."""

import pytest
from sqlalchemy import Engine

from lib.checking.settings import Settings
from lib.domain.display import display_text, license_of
from lib.domain.facts import facts_of
from lib.domain.licenses import COLUMNS
from lib.domain.policy import Policy
from lib.domain.products import Hosting, Product
from lib.domain.rules import judge
from lib.domain.tiers import UNLIMITED
from lib.editing.history import Event, Origin, license_events, value_origins
from lib.importing import imports, reversal
from lib.measures.cut import Cut
from lib.store import database, license_queries
from tests.actors import editor

HEADER = "License Key,Product,Hosting,Editors,Host Tier,Maintenance Expires,Company,SEN\n"
FIRST = "K-1,Mockups for JIRA,Server,10,100,2016-01-02,Acme,\nK-2,Mockups for JIRA,Cloud,,,2016-05-01,Bolt,\n"


def imported(engine: Engine, name: str, rows: str) -> int:
    number = imports.add_file(engine, name, (HEADER + rows).encode(), Settings(), editor("ann"))
    imports.commit(engine, number, editor("ann"), Policy())
    return number


def story(engine: Engine, key: str) -> tuple[list[Event], dict[str, Origin]]:
    with database.reading(engine) as connection:
        versions = license_queries.history(connection, key)
    return license_events(versions), value_origins(versions, list(COLUMNS))


def test_a_stored_license_is_judged_as_it_was_when_it_came(engine: Engine) -> None:
    imported(engine, "first.csv", FIRST)
    with database.reading(engine) as connection:
        rows = license_queries.licenses(connection, Cut()).to_dict("records")
    assert [row["license_key"] for row in rows] == ["K-1", "K-2"]
    for row in rows:
        license = license_of({str(name): value for name, value in row.items()})
        verdict = judge(facts_of(license), Policy())
        assert (verdict.outcome, verdict.from_size, verdict.plan_end) == tuple(
            row[name] for name in ("outcome", "from_size", "plan_end")
        )
        assert isinstance(license.product, Product)
        assert isinstance(license.hosting, Hosting)


def test_what_a_database_leaves_blank_is_an_empty_text_or_nothing() -> None:
    license = license_of({"license_key": "K", "company": None, "product": None})
    assert (license.company, license.product, license.editors, license.match_agreed) == ("", None, None, None)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("editors", UNLIMITED, "Unlimited"),
        ("host_tier", 2000, "2,000"),
        ("hosting", "data_center", "Data Center"),
        ("product", "xwiki", "XWiki"),
        ("outcome", "legacy_plan", "Cloud: legacy plan"),
        ("match_agreed", True, "yes"),
        ("server_confirmed", False, "no"),
        ("company", None, ""),
        ("company", "=1+1", "=1+1"),
    ],
)
def test_a_value_is_shown_as_people_read_it(name: str, value: object, text: str) -> None:
    assert display_text(name, value) == text


def test_a_value_came_from_the_file_that_first_brought_it(engine: Engine) -> None:
    first = imported(engine, "first.csv", FIRST)
    second = imported(engine, "second.csv", "\nK-1,Mockups for JIRA,Server,25,,2016-01-02,Acme,\n")
    _, origins = story(engine, "K-1")
    assert origins["editors"] == Origin(second, "second.csv", 3)
    assert origins["host_tier"] == Origin(first, "first.csv", 2), "a blank cell brought nothing"
    assert origins["company"] == Origin(first, "first.csv", 2), "the same value again is not news"
    assert "sen" not in origins


def test_an_undone_import_gives_values_their_old_origin_back(engine: Engine) -> None:
    first = imported(engine, "first.csv", FIRST)
    second = imported(engine, "second.csv", "K-1,Mockups for JIRA,Server,25,,,,\n")
    reversal.undo(engine, second, editor("bob"))
    events, origins = story(engine, "K-1")
    assert origins["editors"] == Origin(first, "first.csv", 2)
    assert [(event.title, event.by, event.changes) for event in events] == [
        (f"Undo of import #{second}", "bob", ("Editors: 25 → 10",)),
        (f"Import #{second}", "ann", ("Editors: 10 → 25",)),
        (f"Import #{first}", "ann", ("Imported",)),
    ]


def test_a_license_that_left_and_came_back_says_so(engine: Engine) -> None:
    first = imported(engine, "first.csv", FIRST)
    reversal.undo(engine, first, editor("bob"))
    events, _ = story(engine, "K-1")
    assert events[0].changes == ("Removed",)
    assert events[0].by == "bob"
    reversal.redo(engine, first, editor("cy"))
    events, origins = story(engine, "K-1")
    assert [event.changes[0] for event in events] == [
        "Restored",
        "Removed",
        "Imported",
    ]
    assert origins["editors"] == Origin(first, "first.csv", 2)


def test_a_change_that_turns_the_verdict_says_so_first(engine: Engine) -> None:
    imported(engine, "first.csv", FIRST)
    imported(engine, "second.csv", "K-1,Mockups for JIRA,Server,100,,,,\n")
    events, _ = story(engine, "K-1")
    assert events[0].changes == ("Outcome: Upgrade needed → Eligible", "Editors: 10 → 100")
    assert events[0].at.tzname() == "UTC"


def test_a_key_that_never_was_has_no_story(engine: Engine) -> None:
    assert story(engine, "K-9") == ([], {})


def test_an_unknown_product_can_be_asked_for(engine: Engine) -> None:
    settings = Settings(leave_empty=("product:unknown_product",))
    content = (HEADER + "K-7,Gliffy,Server,10,10,,Acme,\n" + FIRST).encode()
    number = imports.add_file(engine, "odd.csv", content, settings, editor("ann"))
    imports.commit(engine, number, editor("ann"), Policy())
    with database.reading(engine) as connection:
        assert license_queries.licenses(connection, Cut(product=("unknown",)))["license_key"].tolist() == ["K-7"]
        assert license_queries.count(connection, Cut(product=("unknown", "jira"))) == 3
        assert license_queries.count(connection, Cut(product=("jira",))) == 2
