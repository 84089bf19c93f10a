"""One cut, one number: the list of customers, its totals and its files agree, whatever the store holds."""

import csv
import io
import re
from datetime import UTC, datetime
from hashlib import sha256
from itertools import takewhile
from typing import Any
from zipfile import ZipFile

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import Connection, Engine, insert, select

from lib.checking.settings import Settings
from lib.documents import customer_editions, exports
from lib.domain.eligibility import Outcome
from lib.domain.policy import Policy
from lib.domain.policy_settings import settings_json
from lib.importing import imports
from lib.measures.cut import Cut
from lib.store import customer_lists, database, file_rows, license_queries
from lib.store.schema import caught_up, license_versions, metadata, policies
from tests import generate
from tests.actors import editor
from tests.examples import examples

HEADER = "License Key,Company,Product,Hosting,Editors,Atlassian Users,Agrees to Match,Maintenance Expires,Country,Address".split(
    ","
)
POLICY = Policy()

rows = st.tuples(
    st.sampled_from(["Acme", "ACME Corp.", "Beta", "Gamma GmbH", ""]),
    st.sampled_from(["Mockups for Confluence", "Mockups for JIRA", "Mockups for XWiki"]),
    st.sampled_from(["Server", "Cloud", "Data Center", ""]),
    st.sampled_from(["3", "10", "25", "500", "Unlimited", ""]),
    st.sampled_from(["10", "87", "500", "2000", "Unlimited", ""]),
    st.sampled_from(["yes", "no", ""]),
    st.sampled_from(["2016-05-01", ""]),
)
cuts = st.builds(
    Cut,
    product=st.sampled_from([(), ("jira",), ("confluence", "xwiki")]),
    customer=st.sampled_from([(), ("acme (DE)",), ("beta (DE)", "gamma (DE)"), ("nobody",)]),
    search=st.sampled_from(["", "acm", "K-1", "%"]),
    outcome=st.sampled_from([(), ("upgrade_needed", "needs_info"), ("eligible",)]),
    consent=st.sampled_from([(), ("pending",)]),
)


def fill(engine: Engine, content: bytes) -> None:
    number = imports.add_file(engine, "made up.csv", content, Settings(), editor("ann"))
    imports.commit(engine, number, editor("ann"), POLICY)


def export_of(numbers: list[tuple[str, ...]]) -> bytes:
    """A legacy export of these rows, with keys K-0, K-1, …"""
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *((f"K-{number}", *row, "DE", "Ring 5") for number, row in enumerate(numbers))])
    return text.getvalue().encode()


def all_customers(connection: Connection, cut: Cut) -> pd.DataFrame:
    """The list of customers as it is turned over page by page."""
    pages, start = [], 0
    while True:
        pages.append(customer_lists.listed_customers(connection, cut, start=start, count=3))
        start += 3
        if len(pages[-1]) < 3:
            return pd.concat(pages, ignore_index=True)


def told_by_screen(connection: Connection, cut: Cut) -> dict[str, int]:
    frame = all_customers(connection, cut)
    sums = {name: int(frame[name].sum()) for name in ("upgrades", "users_added", "unlimited", "given", "pending")}
    others = {name: int(frame[name].sum()) for name in ("eligible", "cloud", "moved")}
    return {"customers": len(frame), **sums, "unclear": int(frame["unknown"].sum()), **others}


def told_by_workbook(connection: Connection, cut: Cut) -> dict[str, int]:
    """The totals of a workbook, counted from its rows; what it says of itself must be the same."""
    book_file = exports.upgrades_workbook(connection, cut, actor=editor("ann"), policy=POLICY)
    content = book_file.content
    book = load_workbook(io.BytesIO(content))
    numbers = told_by_sheets(connection, {sheet.title: sheet_rows(sheet) for sheet in book.worksheets[:-1]})
    about = dict(book["About this file"].iter_rows(values_only=True))
    assert list(numbers.values()) == [about[heading] for heading in HEADINGS]
    assert book_file.counts.totals.to_json() == numbers
    return numbers


def told_by_sheets(connection: Connection, sheets: dict[str, list[dict[str, Any]]]) -> dict[str, int]:
    """The totals of a workbook by the rows of its sheets; customers are those of any sheet."""
    listed = [row for rows in sheets.values() for row in rows]
    others = {name: len(sheets[title]) for name, title in OTHER_SHEETS.items()}
    return told_by_rows(connection, sheets["Upgrades"]) | customers_of(connection, listed) | others


OTHER_SHEETS = {"unclear": "Needs information", "eligible": "Eligible", "cloud": "Cloud", "moved": "Migrated"}

HEADINGS = (
    "Customers",
    "Licenses to upgrade",
    "Users added",
    "To Unlimited",
    "Consent given",
    "Consent pending",
    "Licenses that need information",
    "Eligible licenses",
    "Cloud licenses",
    "Licenses that have migrated",
)


def sheet_rows(sheet: Any) -> list[dict[str, Any]]:
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def told_by_csv(connection: Connection, cut: Cut) -> dict[str, int]:
    content = b"".join(exports.upgrades_csv_parts(connection, cut))
    return told_by_rows(connection, list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))))


def told_by_archive(connection: Connection, cut: Cut) -> dict[str, int]:
    """The totals of an archive by its manifest, which must say the same as the rows of each customer's own workbook."""
    files = unpacked(connection, cut)
    manifest = list(csv.DictReader(io.StringIO(files.pop("manifest.csv").decode("utf-8-sig"))))
    assert [line["File"] for line in manifest] == list(files)
    for line, content in zip(manifest, files.values(), strict=True):
        rows = rows_of_customer(content)
        growing = [row for row in rows if re.search(r" (to|auf|à|a) ", str(row[4]))]
        assert (len(rows), len(growing)) == (int(line["Licenses"]), int(line["Upgrades"]))
        assert line["SHA-256"] == sha256(content).hexdigest()
    numbers = {name: sum(int(line[title]) for line in manifest) for name, title in IN_MANIFEST.items()}
    return {"customers": len(manifest), **numbers}


IN_MANIFEST = {"upgrades": "Upgrades", "users_added": "Users added"}


def rows_of_customer(content: bytes) -> list[tuple[Any, ...]]:
    """The licenses of a customer's own workbook: the rows between its headings and what to do next."""
    (sheet,) = load_workbook(io.BytesIO(content)).worksheets
    return list(takewhile(lambda row: row[0], sheet.iter_rows(min_row=5, values_only=True)))


def some_of(totals: dict[str, int]) -> dict[str, int]:
    """Those of the totals that an archive's manifest has."""
    return {name: totals[name] for name in ("customers", *IN_MANIFEST)}


def unpacked(connection: Connection, cut: Cut) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(archive_of(connection, cut))) as parts:
        assert parts.testzip() is None
        return {name: parts.read(name) for name in parts.namelist()}


def archive_of(connection: Connection, cut: Cut) -> bytes:
    return b"".join(exports.upgrades_zip(connection, cut, actor=editor("ann"), policy=POLICY))


def told_by_rows(connection: Connection, rows: list[dict[str, Any]]) -> dict[str, int]:
    users_added = [row["Users added"] for row in rows]
    return {
        **customers_of(connection, rows),
        "upgrades": len(rows),
        "users_added": sum(int(users) for users in users_added if users != "Unlimited"),
        "unlimited": users_added.count("Unlimited"),
        "given": sum(row["Consent"] == "Given" for row in rows),
        "pending": sum(row["Consent"] == "Pending" for row in rows),
    }


def customers_of(connection: Connection, rows: list[dict[str, Any]]) -> dict[str, int]:
    """How many customers the licenses of rows are of; two may have one name."""
    v = license_versions.c
    owners = {row.license_key: row.customer for row in connection.execute(select(v.license_key, v.customer))}
    return {"customers": len({owners[row["License key"]] for row in rows})}


@settings(max_examples=examples(15))
@given(st.lists(rows, min_size=1, max_size=12), cuts)
def test_screen_bar_workbook_archive_and_csv_tell_the_same_numbers(numbers: list[tuple[str, ...]], cut: Cut) -> None:
    engine = database.connect("sqlite://")
    metadata.create_all(engine)
    with database.writing(engine) as connection:
        connection.execute(insert(caught_up).values(id=1, change=0))
        first = {"number": 1, "settings": settings_json(POLICY), "by": "", "at": datetime.now(UTC), "reason": ""}
        connection.execute(insert(policies).values(**first, change=0))
    fill(engine, export_of(numbers))
    with database.reading(engine) as connection:
        bar = customer_lists.list_totals(connection, cut).to_json()
        assert told_by_screen(connection, cut) == bar
        assert told_by_workbook(connection, cut) == bar
        assert told_by_archive(connection, cut) == some_of(bar)
        assert told_by_csv(connection, cut) == {
            name: number for name, number in bar.items() if name not in OTHER_SHEETS
        }
        lacking = license_queries.unclear_needs(connection, cut)
        unclear = license_queries.unclear(connection, cut)
    engine.dispose()
    items = [item for needs in unclear["needs"] for item in needs.split(",")]
    assert lacking == {item: items.count(item) for item in items}


@pytest.fixture
def store(engine: Engine) -> Engine:
    """A store with 400 made-up licenses of some eighty customers."""
    fill(engine, generate.content(400))
    return engine


def test_a_larger_store_tells_the_same_numbers_everywhere(store: Engine) -> None:
    with database.reading(store) as connection:
        keys = customer_lists.listed_keys(connection, Cut())
        assert len(keys) > 20
        for cut in (Cut(), Cut(product=("jira",)), Cut(customer=tuple(keys[::3])), Cut(customer=(keys[0],))):
            bar = customer_lists.list_totals(connection, cut).to_json()
            assert bar["upgrades"] > 0
            assert told_by_screen(connection, cut) == bar == told_by_workbook(connection, cut)
            assert told_by_archive(connection, cut) == some_of(bar)


def test_a_workbook_of_an_archive_is_the_one_of_its_customer(store: Engine) -> None:
    with database.reading(store) as connection:
        keys = customer_lists.listed_keys(connection, Cut())
        books = list(unpacked(connection, Cut(product=("jira",), customer=tuple(keys[:20]))).values())[:-1]
        narrowed = [Cut(product=("jira",), customer=(key,)) for key in keys[:20]]
        alone = [
            customer_editions.customer_workbook(connection, cut, actor=editor("ann"))
            for cut in narrowed
            if customer_lists.list_totals(connection, cut).upgrades
        ]
    assert len(alone) > 5
    assert books == alone


def test_the_same_data_makes_the_same_archive_piece_by_piece(store: Engine) -> None:
    with database.reading(store) as connection:
        pieces = list(exports.upgrades_zip(connection, Cut(), actor=editor("ann"), policy=POLICY))
        assert len(pieces) == len(customer_lists.listed_keys(connection, Cut())) + 1
        assert b"".join(pieces) == archive_of(connection, Cut())


def test_files_of_names_that_no_system_takes_can_be_unpacked_and_are_in_the_manifest(engine: Engine) -> None:
    grows = ("Mockups for JIRA", "Server", "10", "100", "", "")
    long = "x" * 130
    names = (f"{long} a", f"{long} b", "A/B: C?", "CON", "=1+1 Ltd", "日本 株式会社")
    fill(engine, export_of([(name, *grows) for name in names]))
    with database.reading(engine) as connection, ZipFile(io.BytesIO(archive_of(connection, Cut()))) as parts:
        modes = {entry.filename: entry.external_attr >> 16 for entry in parts.infolist()}
        manifest = list(csv.DictReader(io.StringIO(parts.read("manifest.csv").decode("utf-8-sig"))))
    expected = (long[:120], f"{long[:120]} (2)", "A B C", "CON_", "1+1 Ltd", "日本 株式会社")
    assert sorted(modes) == sorted(["manifest.csv", *(f"{name}.xlsx" for name in expected)])
    assert set(modes.values()) == {0o644}
    files = {line["Customer"]: line["File"] for line in manifest}
    assert files["'=1+1 Ltd"] == "1+1 Ltd.xlsx"
    assert [files.get(name) for name in names if name != "=1+1 Ltd"] == [
        f"{name}.xlsx" for name in expected if name != "1+1 Ltd"
    ]


def test_slices_are_the_licenses_of_customers_that_must_grow_in_order(engine: Engine) -> None:
    fill(engine, generate.content(3_000))
    with database.reading(engine) as connection:
        for cut in (Cut(), Cut(product=("jira",)), Cut(search="a"), Cut(on="2030-01-01")):
            parts = list(file_rows.slices(connection, cut, (Outcome.UPGRADE_NEEDED,)))
            upgrades, listed = license_queries.upgrades(connection, cut), pd.concat(parts, ignore_index=True)
            pd.testing.assert_frame_equal(listed.drop(columns=["name", "day"]), upgrades.drop(columns="name"))
            frame = pd.concat(file_rows.slices(connection, cut), ignore_index=True)
            licenses = license_queries.licenses(connection, cut)
            growing = licenses["customer"].isin(licenses["customer"][licenses["outcome"] == "upgrade_needed"])
            assert sorted(frame["license_key"]) == licenses["license_key"][growing].tolist()
            assert frame["customer"].is_monotonic_increasing
            assert file_rows.outcome_counts(connection, cut) == frame["outcome"].value_counts().to_dict()
            assert len(frame) > 400


def test_a_license_is_listed_under_its_customers_commonest_spelling(engine: Engine) -> None:
    server = ("Mockups for JIRA", "Server", "10", "100", "", "")
    fill(engine, export_of([("ACME", *server), ("Acme Corp.", *server), ("Acme Corp.", *server)]))
    with database.reading(engine) as connection:
        assert license_queries.upgrades(connection, Cut())["name"].tolist() == ["Acme Corp."] * 3
        assert license_queries.upgrades(connection, Cut(search="K-0"))["name"].tolist() == ["Acme Corp."]


def test_licenses_of_customers_without_an_upgrade_are_not_waited_for(engine: Engine) -> None:
    grows, unclear = ("Mockups for JIRA", "Server", "10", "100"), ("Mockups for JIRA", "Server", "10", "")
    fill(engine, export_of([("Acme", *grows, "", ""), ("Acme", *unclear, "", ""), ("Beta", *unclear, "", "")]))
    with database.reading(engine) as connection:
        assert license_queries.unclear(connection, Cut())["license_key"].tolist() == ["K-1"]
        assert license_queries.unclear_needs(connection, Cut()) == {"host_tier": 1}


def test_a_file_says_which_change_it_was_made_from_and_for_whom(store: Engine) -> None:
    with database.reading(store) as connection:
        about = exports.about_of(connection, Cut(product=("jira",)), actor=editor("ann"), policy=POLICY)
    assert (about.data_version, about.policy_version, about.cut, about.by) == (1, 1, "Jira", "ann")
    assert about.as_of.utcoffset() is not None
    assert abs((datetime.now(UTC) - about.as_of).total_seconds()) < 60
    assert [text.split()[1] for text in about.notices] == ["ended", "ended"]


def test_a_cut_of_other_outcomes_has_no_upgrades(store: Engine) -> None:
    with database.reading(store) as connection:
        assert customer_lists.list_totals(connection, Cut(outcome=(Outcome.ELIGIBLE,))).upgrades == 0
        assert license_queries.upgrades(connection, Cut(outcome=(Outcome.ELIGIBLE,))).empty
