"""What screens and files show is what a plain loop over the rows finds, on either database and for any cut."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from lib.checking.settings import Settings
from lib.domain.customers import name_of_customer, searched_name
from lib.domain.eligibility import Outcome
from lib.domain.products import Hosting, Product
from lib.domain.text import bare_words
from lib.domain.tiers import LADDER
from lib.importing import imports, reversal
from lib.measures.customer_groups import CustomerGroup
from lib.measures.cut import Cut
from lib.measures.progress import MOVING
from lib.store import catch_up, customer_lists, customer_queries, database, license_counts, license_queries
from tests import generate
from tests.actors import editor
from tests.examples import examples
from tests.store.stories import POLICY, a_row, imported, versions
from tests.stores import new_store

Row = dict[str, Any]
SEARCHED = ("license_key", "company", "license_name", "contact_email", "myatlassian_email", "sen")
ODD = (
    {"company": "100 % Design_Co", "contact_email": "under_score@percent.example"},
    {"company": "100 x Design.Co", "contact_email": "underxscore@percent.example"},
    {"company": 'O\'Neil "Quoted" Ltd', "editors": "3"},
    {"company": "Müller & Söhne GmbH", "license_name": "Größe Ä"},
    {"company": "MÜLLER & SÖHNE GMBH", "license_name": "GRÖSSE Ä", "editors": "25"},
    {"company": "Müller & Söhne GmbH", "host_tier": ""},
    {"company": "Back\\slash AG", "host_tier": "Unlimited"},
    {"company": "", "license_name": "Only Named", "editors": "Unlimited"},
    {"company": "", "contact_email": "Only.Mail@acme.example"},
    {"company": ""},
    {"company": "Acme"},
    {"company": "Acme Corp"},
    {"company": "Only Cloud", "hosting": "Cloud", "maintenance_end": "2016-01-20"},
    {"company": "Cloud Runs", "hosting": "Cloud", "maintenance_end": "2099-01-20"},
    {"company": "Cloud Ends", "hosting": "Cloud", "maintenance_end": f"{date.today() - timedelta(days=150)}"},
    {"company": "Nobody Knows", "hosting": "", "sen": ""},
)


REST = ("never", "half", "whole")
HALF_AND_WHOLE = pytest.mark.parametrize("filled", ["sqlite-half", "postgresql-whole"], indirect=True)
WHOLE_AND_HALF = pytest.mark.parametrize("filled", ["sqlite-whole", "postgresql-half"], indirect=True)
"""Two of the stores, for tests that try many cuts: one caught up and one half way, either way round."""


@pytest.fixture(scope="module", params=[f"{kind}-{rest}" for kind in ("sqlite", "postgresql") for rest in REST])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A store of 400 licenses, some of them changed, some undone, some odd: only what stands now may be seen.

    What they are found and counted by is brought up never, to the first change, or to the last.
    """
    kind, _, rest = request.param.partition("-")
    with ExitStack() as stack:
        engine = stack.enter_context(new_store(request, kind, tmp_path_factory.mktemp("views")))
        for changed in (0.0, 0.2):
            content = generate.content(400, seed=5, changed=changed)
            imports.import_file(engine, "legacy.csv", content, Settings(), editor("ada"), POLICY)
            if rest == "half" and not changed:
                catch_up.catch_up(engine)
        imported(engine, *(a_row(f"K-{number}", **cells) for number, cells in enumerate(ODD)))
        undone = imported(engine, a_row("K-0", company="Gone"), a_row("K-99", company="Gone")).batch
        reversal.undo(engine, undone, editor("ada"))
        if rest == "whole":
            catch_up.catch_up(engine)
        yield stack.enter_context(database.reading(engine))


@pytest.fixture(scope="module")
def rows(filled: Connection) -> list[Row]:
    """The licenses that stand now."""
    return [row for row in versions(filled) if row["until"] is None]


def several(*values: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.just(()) | st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True).map(tuple)


SEARCHES = st.sampled_from(
    " |%|_|100 %|x|'|\"|\\|acme|ACME|müller|MÜLLER|Müller & Söhne|größe|sen-1|@acme.example|K-1|k-1|BMQ-|gmbh|only.mail|"
    "Söhne GmbH|gone|nova|zürich|o'neil".split("|")
)
CUTS = st.builds(
    Cut,
    product=several(*(product.value for product in Product), "unknown"),
    hosting=several(*(hosting.value for hosting in Hosting), "unknown"),
    outcome=several(*(outcome.value for outcome in Outcome)),
    needs=several("editors", "host_tier", "hosting", "maintenance_end", "tier"),
    flag=several("off_ladder", "assumed_tier", "check_host_type", "ladder"),
    from_size=several(3, 10, 25, 75),
    to_tier=several(*LADDER),
    consent=several("given", "pending", "declined"),
    customer=several("acme (DE)", "muller sohne (DE)", "[K-1]", "back slash (DE)"),
    batch=several(1, 2, 3, 4),
    plan=several("running", "ending", "ended"),
    borderline=st.sampled_from(("", "", "yes")),
    search=SEARCHES,
)
LOOSE_CUTS = (
    st.just(Cut())
    | st.builds(Cut, search=SEARCHES)
    | st.builds(Cut, plan=CUTS.map(lambda cut: cut.plan))
    | st.builds(Cut, outcome=CUTS.map(lambda cut: cut.outcome))
    | CUTS
)


def lets_through(cut: Cut, row: Row) -> bool:
    plain = ("outcome", "from_size", "to_tier", "consent", "customer")
    conditions = [not getattr(cut, name) or row[name] in getattr(cut, name) for name in plain]
    conditions += [not cut.product or (row["product"] or "unknown") in cut.product]
    conditions += [not cut.hosting or (row["hosting"] or "unknown") in cut.hosting]
    conditions += [not cut.batch or row["batch_id"] in cut.batch, not cut.borderline or row["borderline"]]
    conditions += [not cut.needs or bool({*cut.needs} & {*row["needs"].split(",")})]
    conditions += [not cut.flag or bool({*cut.flag} & {*row["flags"].split(",")})]
    conditions += [not cut.plan or plan_of(row) in cut.plan]
    return all(conditions) and (not cut.search.strip() or is_found(cut.search, row))


def plan_of(row: Row) -> str:
    if row["outcome"] != Outcome.LEGACY_PLAN:
        return ""
    if row["plan_end"] < date.today():
        return "ended"
    return "ending" if row["plan_end"] <= date.today() + timedelta(days=90) else "running"


def is_found(search: str, row: Row) -> bool:
    sought, bare = search.strip().lower(), bare_words(search)
    return any(sought in row[name].lower() for name in SEARCHED) or bool(
        bare and bare in searched_name(row["customer"])
    )


def rows_of_cut(cut: Cut, rows: list[Row], *outcomes: Outcome) -> list[Row]:
    return [row for row in rows if lets_through(cut, row) and (not outcomes or row["outcome"] in outcomes)]


def name_of(customer: str, rows: list[Row]) -> str:
    spellings = Counter(
        row["company"] or row["license_name"] or row["contact_email"] for row in rows if row["customer"] == customer
    )
    return min(spellings, key=lambda name: (-spellings[name], name)) or "No organization"


def for_cuts(check: Callable[[Cut], None], cuts: st.SearchStrategy[Cut] = LOOSE_CUTS) -> None:
    settings(max_examples=examples(12))(given(cuts)(check))()


def records(frame: pd.DataFrame) -> list[Row]:
    return [dict(zip(frame.columns, row, strict=True)) for row in frame.itertuples(index=False, name=None)]


def keys(licenses: Iterable[Row]) -> list[str]:
    return [row["license_key"] for row in licenses]


def test_the_store_holds_what_these_tests_need(rows: list[Row]) -> None:
    assert {row["outcome"] for row in rows} == set(Outcome)
    assert {row["batch_id"] for row in rows} == {1, 2, 3}
    assert any(row["borderline"] for row in rows)
    assert Counter(row["customer"] for row in rows).most_common(1)[0][1] > 3


@HALF_AND_WHOLE
def test_licenses_are_those_of_the_cut_in_the_order_of_their_keys(filled: Connection, rows: list[Row]) -> None:
    def agrees(cut: Cut) -> None:
        expected = sorted(rows_of_cut(cut, rows), key=lambda row: row["license_key"].encode())
        assert license_queries.count(filled, cut) == len(expected)
        assert records(license_queries.licenses(filled, cut)) == expected
        assert records(license_queries.licenses(filled, cut, start=2, count=3)) == expected[2:5]

    for_cuts(agrees)


@WHOLE_AND_HALF
def test_the_cube_counts_every_license_of_the_cut_once(filled: Connection, rows: list[Row]) -> None:
    def agrees(cut: Cut) -> None:
        licenses, users = Counter[Any](), Counter[Any]()
        for row in rows_of_cut(cut, rows):
            place = tuple(row[name] for name in license_counts.DIMENSIONS)
            licenses[place] += 1
            users[place] += row["users_added"] or 0
        frame = license_counts.cube(filled, cut)
        by_dimensions = {tuple(row[name] for name in license_counts.DIMENSIONS): row for row in records(frame)}
        assert {place: row["licenses"] for place, row in by_dimensions.items()} == licenses
        assert {place: row["users_added"] for place, row in by_dimensions.items()} == {
            place: users[place] for place in licenses
        }
        assert frame["licenses"].sum() == license_queries.count(filled, cut)

    for_cuts(agrees)


@HALF_AND_WHOLE
def test_upgrades_are_listed_by_customer_the_largest_step_first(filled: Connection, rows: list[Row]) -> None:
    def agrees(cut: Cut) -> None:
        growing = rows_of_cut(cut, rows, Outcome.UPGRADE_NEEDED)
        growing.sort(key=lambda row: (row["customer"].encode(), -row["tier_steps"], row["license_key"].encode()))
        listed = records(license_queries.upgrades(filled, cut))
        assert keys(listed) == keys(growing)
        assert [row["name"] for row in listed] == [name_of(row["customer"], rows) for row in growing]
        assert keys(records(license_queries.upgrades(filled, cut, start=1, count=2))) == keys(growing)[1:3]

    for_cuts(agrees)


@WHOLE_AND_HALF
def test_unclear_licenses_are_those_of_customers_with_upgrades(filled: Connection, rows: list[Row]) -> None:
    def agrees(cut: Cut) -> None:
        customers = {row["customer"] for row in rows_of_cut(cut, rows, Outcome.UPGRADE_NEEDED)}
        unclear = [row for row in rows_of_cut(cut, rows, Outcome.NEEDS_INFO) if row["customer"] in customers]
        unclear.sort(key=lambda row: (row["customer"].encode(), row["license_key"].encode()))
        assert keys(records(license_queries.unclear(filled, cut))) == keys(unclear)
        assert license_queries.unclear_needs(filled, cut) == Counter(
            item for row in unclear for item in row["needs"].split(",")
        )

    for_cuts(agrees)


@HALF_AND_WHOLE
def test_totals_of_the_upgrades_add_up(filled: Connection, rows: list[Row]) -> None:
    def agrees(cut: Cut) -> None:
        growing = rows_of_cut(cut, rows, Outcome.UPGRADE_NEEDED)
        consents = Counter(row["consent"] for row in growing)
        assert customer_lists.list_totals(filled, cut).to_json() == {
            "customers": len({row["customer"] for row in growing}),
            "upgrades": len(growing),
            "users_added": sum(row["users_added"] or 0 for row in growing),
            "unlimited": sum(row["users_added"] is None for row in growing),
            "given": consents["given"],
            "pending": consents["pending"],
            "unclear": len(license_queries.unclear(filled, cut)),
            **of_their_other_licenses(rows_of_cut(cut, rows)),
        }

    for_cuts(agrees)


def of_their_other_licenses(rows: list[Row]) -> dict[str, int]:
    """How many licenses of customers with upgrades can move now, are on Cloud, and have moved."""
    customers = {row["customer"] for row in rows if row["outcome"] == Outcome.UPGRADE_NEEDED}
    outcomes = Counter(row["outcome"] for row in rows if row["customer"] in customers)
    cloud = outcomes[Outcome.LEGACY_PLAN] + outcomes[Outcome.EXPIRED]
    return {"eligible": outcomes[Outcome.ELIGIBLE], "cloud": cloud, "moved": outcomes[Outcome.ALREADY_MIGRATED]}


def a_customer(customer: str, licenses: list[Row], rows: list[Row]) -> Row:
    """A customer's line as `views.customers` tells it."""
    growing = [row for row in licenses if row["outcome"] == Outcome.UPGRADE_NEEDED]
    moves = Counter((row["from_size"], row["to_tier"]) for row in growing)
    return {
        "customer": customer,
        "name": name_of(customer, rows),
        "licenses": len(licenses),
        "upgrades": len(growing),
        "users_added": sum(row["users_added"] or 0 for row in growing),
        "unlimited": sum(row["users_added"] is None for row in growing),
        "pending": sum(row["consent"] == "pending" for row in licenses),
        "given": sum(row["consent"] == "given" for row in licenses),
        "unknown": sum(row["outcome"] == Outcome.NEEDS_INFO for row in licenses),
        "eligible": sum(row["outcome"] == Outcome.ELIGIBLE for row in licenses),
        "cloud": sum(row["outcome"] in (Outcome.LEGACY_PLAN, Outcome.EXPIRED) for row in licenses),
        "moved": sum(row["outcome"] == Outcome.ALREADY_MIGRATED for row in licenses),
        "moves": [(*move, times) for move, times in sorted(moves.items())],
        "stages": dict(sorted(Counter(row["stage"] for row in licenses if is_movable(row)).items())),
    }


def is_movable(row: Row) -> bool:
    """Whether a license moved or may still move."""
    on_server = row["hosting"] != "cloud"
    return row["outcome"] in MOVING or (row["outcome"] == Outcome.NEEDS_INFO and on_server)


IN_GROUP: dict[CustomerGroup, Callable[[Row], bool]] = {
    CustomerGroup.ALL: lambda line: True,
    CustomerGroup.MOVE: lambda line: line["eligible"] > 0,
    CustomerGroup.UPGRADE: lambda line: line["upgrades"] > 0,
    CustomerGroup.INFORMATION: lambda line: line["unknown"] > 0,
    CustomerGroup.CLOUD: lambda line: line["cloud"] > 0,
    CustomerGroup.DONE: lambda line: (
        line["moved"] > 0 and not any(line[name] for name in ("eligible", "upgrades", "unknown", "cloud"))
    ),
}


@WHOLE_AND_HALF
def test_customers_are_in_the_groups_that_their_licenses_put_them_into(filled: Connection, rows: list[Row]) -> None:
    def agrees(cut: Cut) -> None:
        licenses: dict[str, list[Row]] = {}
        for row in rows_of_cut(cut, rows):
            licenses.setdefault(row["customer"], []).append(row)
        lines = [a_customer(customer, group, rows) for customer, group in licenses.items()]
        sizes = customer_lists.group_sizes(filled, cut)
        for group, is_in_group in IN_GROUP.items():
            own = sorted((line["customer"] for line in lines if is_in_group(line)), key=str.encode)
            list_cut = cut.with_filters(group=group)
            assert customer_lists.listed_keys(filled, list_cut) == own
            assert sizes[group] == customer_lists.list_totals(filled, list_cut).customers == len(own)
            of_customers = [row for row in rows_of_cut(cut, rows) if row["customer"] in own]
            assert license_queries.count(filled, list_cut) == len(of_customers)

    for_cuts(agrees)


def on_a_page(lines: list[dict[str, Any]], rows: list[Row]) -> list[dict[str, Any]]:
    """The lines with the names of customers that are called the same told apart."""
    keys = {row["customer"] for row in rows}
    names_of_all = Counter(map(name_of_customer, keys))
    others = {key for key in keys if name_of_customer(key) and names_of_all[name_of_customer(key)] > 1}
    names = customer_queries.told_apart({line["customer"]: line["name"] for line in lines}, others)
    return [{**line, "name": names[line["customer"]]} for line in lines]


@WHOLE_AND_HALF
def test_customers_are_listed_by_the_users_they_add(filled: Connection, rows: list[Row]) -> None:
    def agrees(cut: Cut) -> None:
        licenses: dict[str, list[Row]] = {}
        for row in rows_of_cut(cut, rows):
            licenses.setdefault(row["customer"], []).append(row)
        lines = [a_customer(customer, group, rows) for customer, group in licenses.items()]
        lines = [line for line in lines if line["upgrades"]]
        lines.sort(key=lambda line: (-line["users_added"], -line["upgrades"], line["customer"].encode()))
        assert records(customer_lists.listed_customers(filled, cut, start=1, count=4)) == on_a_page(lines[1:5], rows)
        first = [line["customer"] for line in lines[3:5]]
        ahead = sorted(lines, key=lambda line: line["customer"] not in first)
        assert records(customer_lists.listed_customers(filled, cut, count=4, first=first)) == on_a_page(ahead[:4], rows)
        for by, order in (("upgrades", lambda line: -line["upgrades"]), ("customer", lambda line: 0)):
            ranked = sorted(lines, key=lambda line: (order(line), line["customer"].encode()))
            assert records(customer_lists.listed_customers(filled, cut, count=4, by=by)) == on_a_page(ranked[:4], rows)
        assert customer_lists.listed_keys(filled, cut) == sorted((line["customer"] for line in lines), key=str.encode)

    for_cuts(agrees)


def test_a_customer_is_found_by_any_spelling_of_its_name(filled: Connection) -> None:
    for name in ("Acme", "ACME", "Acme Corp"):
        assert customer_queries.find_customers(filled, name) == ["acme (DE)"]
    assert customer_queries.find_customers(filled, "Only Named") == ["only named (DE)"]
    assert (
        customer_queries.find_customers(filled, "MÜLLER & SÖHNE GmbH")
        == customer_queries.find_customers(filled, "Sohne")
        == ["muller sohne (DE)"]
    )
    assert customer_queries.find_customers(filled, "Nobody at all") == []
    assert customer_queries.find_customers(filled, "%") == []
    assert customer_queries.find_customers(filled, "") == []


def test_a_license_is_found_by_its_very_key(filled: Connection, rows: list[Row]) -> None:
    for row in rows[:20]:
        assert license_queries.license(filled, row["license_key"]) == row
    assert license_queries.license(filled, "k-0") is None
    assert license_queries.license(filled, "K-99") is None, "its import was undone"


def test_the_history_of_a_license_tells_every_change_and_its_file(filled: Connection) -> None:
    story = records(license_queries.history(filled, "K-0"))
    assert [(row["kind"], row["company"], row["file"]) for row in story] == [
        ("import", "100 % Design_Co", "licenses.csv"),
        ("import", "Gone", "licenses.csv"),
        ("undo", "100 % Design_Co", "licenses.csv"),
    ]
    assert [row["ended_kind"] for row in story] == ["import", "undo", None]
    assert [row["by"] for row in story] == ["ada"] * 3
    gone = records(license_queries.history(filled, "K-99"))
    assert [(row["kind"], row["ended_kind"]) for row in gone] == [("import", "undo")]
    assert records(license_queries.history(filled, "nowhere")) == []


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("er_sc", {"K-0"}),
        ("%", {"K-0"}),
        ("100", {"K-0", "K-1"}),
        ("o'neil", {"K-2"}),
        ('"quoted"', {"K-2"}),
        ("MÜLLER", {"K-3", "K-4", "K-5"}),
        ("muller", {"K-3", "K-4", "K-5"}),
        ("größe ä", {"K-3"}),
        ("back\\slash", {"K-6"}),
        ("ONLY.MAIL@", {"K-8"}),
        ("gone", set()),
        ("Müller & Söhne", {"K-3", "K-4", "K-5"}),
    ],
)
def test_search_takes_signs_as_they_are_and_letters_in_any_case(
    filled: Connection, search: str, expected: set[str]
) -> None:
    odd = [key for key in keys(records(license_queries.licenses(filled, Cut(search=search)))) if key.startswith("K-")]
    assert set(odd) == expected


def test_an_empty_store_shows_nothing_and_fails_nowhere(sqlite: Engine) -> None:
    with database.reading(sqlite) as connection:
        assert license_queries.count(connection, Cut()) == 0
        assert license_counts.cube(connection, Cut()).empty
        assert customer_lists.listed_customers(connection, Cut()).empty
        assert customer_lists.list_totals(connection, Cut()).users_added == 0
        assert list(license_queries.licenses(connection, Cut()).columns)[:2] == ["license_key", "since"]
