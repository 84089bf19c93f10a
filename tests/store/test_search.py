"""What is found while the search index is behind, half way or complete is what a plain loop over the licenses finds."""

from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, func, literal, select

from lib.domain.customers import searched_name
from lib.domain.text import bare_words
from lib.importing import reversal
from lib.measures.cut import Cut
from lib.store import catch_up, database, license_queries, search_condition
from lib.store import searched_names as in_sql
from lib.store.schema import SEPARATOR, customer_tallies, license_versions, lookups, past_texts
from tests.actors import editor
from tests.examples import examples
from tests.store.stories import a_row, imported, now

SEARCHED = ("license_key", "company", "license_name", "contact_email", "myatlassian_email", "sen")
TEXTS = (
    "",
    "Müller & Söhne GmbH",
    "GRÖSSE Ä",
    "Straße 9",
    'o\'Neil "Quoted"',
    "a_b%c\\d",
    "Ακμή ΑΣ",
    "東京都庁 KK",
    "Acme Corp",
    "Foobär",
)
KEYS = (*(f"K-{number}" for number in range(8)), "k-AB_1", "K%2", 'K"3')
FILES = st.lists(
    st.fixed_dictionaries(
        {"company": st.sampled_from(TEXTS), "license_name": st.sampled_from(TEXTS), "editors": st.sampled_from("123")},
        optional={"contact_email": st.sampled_from(("Who@acme.example", "")), "sen": st.just("SEN-77")},
    ).flatmap(lambda cells: st.sampled_from(KEYS).map(lambda key: {**cells, "key": key})),
    min_size=1,
    max_size=6,
    unique_by=lambda cells: cells["key"],
)
WORDS = st.one_of(
    st.sampled_from(
        (
            *TEXTS[1:],
            *KEYS,
            "ü",
            "%",
            "_",
            "\\",
            '"',
            "'",
            "ß",
            "SS",
            "strasse",
            f"a{SEPARATOR}b",
            "acme",
            "fooBar",
            "fooBär",
            "foobar",
            "K-",
            "σ",
            "東京都",
        )
    ),
    st.sampled_from(TEXTS[1:]).flatmap(
        lambda text: st.tuples(st.integers(0, len(text) - 1), st.integers(1, 6)).map(
            lambda place: text[place[0] : sum(place)]
        )
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=5),
)
QUIET = settings(max_examples=examples(10), suppress_health_check=[HealthCheck.function_scoped_fixture])


def found_by_a_loop(connection: Any, sought: str, *, ever: bool = False) -> list[Any]:
    """The versions whose texts hold what is sought, lower case being what the database says it is: keys of those of now, or
    keys and first changes of all that there were."""
    v = license_versions.c
    lower = [func.lower(v[name]) for name in SEARCHED]
    query = select(v.license_key, v.since, v.customer, *lower)
    rows = connection.execute(query if ever else query.where(v.until.is_(None)))
    low, bare = connection.execute(select(func.lower(sought.strip()))).scalar_one(), bare_words(sought)
    matches = [
        row
        for row in rows
        if any(low in text for text in row[3:] if text) or (bare and bare in searched_name(row.customer))
    ]
    if ever:
        return sorted((row.license_key, row.since) for row in matches)
    return sorted((row.license_key for row in matches), key=str.encode)


def versions_of(connection: Any, sought: str) -> list[Any]:
    v = license_versions.c
    rows = connection.execute(select(v.license_key, v.since).where(search_condition.in_any_version(connection, sought)))
    return sorted(tuple(row) for row in rows)


def keys_of(connection: Any, sought: str) -> list[str]:
    return list(license_queries.licenses(connection, Cut(search=sought), start=0, count=100)["license_key"])


def test_a_search_finds_the_same_however_far_the_index_is(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catch_up, "_STEP", 3)

    @QUIET
    @given(FILES, st.booleans(), st.integers(0, 5), st.lists(WORDS, min_size=3, max_size=6))
    def agrees(file: list[dict[str, str]], undone: bool, steps: int, sought: list[str]) -> None:
        rows = [a_row(cells["key"], **{name: cells[name] for name in cells if name != "key"}) for cells in file]
        receipt = imported(engine, *rows)
        if undone and receipt.change:
            reversal.undo(engine, receipt.batch, editor("ada"))
        steps_taken = count(1)
        catch_up.catch_up(engine, lambda: next(steps_taken) > steps)
        with database.reading(engine) as connection:
            for text in filter(str.strip, sought):
                assert keys_of(connection, text) == found_by_a_loop(connection, text)
                assert license_queries.count(connection, Cut(search=text)) == len(found_by_a_loop(connection, text))
                assert versions_of(connection, text) == found_by_a_loop(connection, text, ever=True)

    agrees()


def test_a_search_looks_at_the_names_of_customers_and_never_at_their_anchors(engine: Engine) -> None:
    keys = (
        "acme",
        "acme @a.example",
        "acme ~0a1b",
        "acme (DE)",
        "acme [K @(1]",
        "acme #2",
        "[K (1]",
        "bo@a.example #2",
        "",
    )
    with database.reading(engine) as connection:
        names = [connection.execute(select(in_sql.searched_name(literal(key)))).scalar_one() for key in keys]
    assert names == list(map(searched_name, keys)) == ["acme"] * 6 + ["", "bo@a.example", ""]


@pytest.mark.parametrize("step", [50_000, 1])
def test_what_is_kept_up_is_what_would_be_made_anew(engine: Engine, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    def stored() -> list[list[Any]]:
        with database.reading(engine) as connection:
            columns = (
                lookups.c.license_key,
                lookups.c.customer,
                lookups.c.profile,
                lookups.c.batch_id,
                lookups.c.stage_since,
                lookups.c.editors,
                lookups.c.missing,
                lookups.c.texts,
            )
            queries = [select(*columns), select(customer_tallies), select(past_texts)]
            return [sorted(tuple(row) for row in connection.execute(each)) for each in queries]

    @QUIET
    @given(FILES, st.booleans())
    def agrees(file: list[dict[str, str]], undone: bool) -> None:
        rows = [a_row(cells["key"], **{name: cells[name] for name in cells if name != "key"}) for cells in file]
        receipt = imported(engine, *rows)
        if undone and receipt.change:
            reversal.undo(engine, receipt.batch, editor("ada"))
        with monkeypatch.context() as patch:
            # In steps of one license, those that changed are picked out however many they are.
            patch.setattr(catch_up, "_STEP", step)
            patch.setattr(catch_up, "_PART", 1)
            catch_up.catch_up(engine)
        followed = stored()
        with database.writing(engine) as connection:
            connection.execute(delete(customer_tallies))
            catch_up.renew_next(connection, 0, "")
        assert stored() == followed
        assert len(followed[0]) == len(now(engine))
        with database.writing(engine) as connection:
            newest = connection.execute(catch_up.NEWEST_CHANGE).scalar_one()
            catch_up.mark_complete(connection, newest)

    agrees()


def test_an_import_is_found_before_the_index_knows_of_it(engine: Engine) -> None:
    imported(engine, a_row("K-1", company="Old Mill"))
    catch_up.catch_up(engine)
    imported(engine, a_row("K-1", company="New Mill"), a_row("K-2", company="Windmill"))
    with database.reading(engine) as connection:
        assert not catch_up.is_current(connection)
        assert keys_of(connection, "old mill") == []
        assert keys_of(connection, "mill") == ["K-1", "K-2"]
    catch_up.catch_up(engine)
    with database.reading(engine) as connection:
        assert catch_up.is_current(connection)
        assert keys_of(connection, "old mill") == []
        assert keys_of(connection, "mill") == ["K-1", "K-2"]


def test_a_search_by_a_link_with_characters_that_no_database_takes_finds_the_rest(engine: Engine) -> None:
    imported(engine, a_row("K-1", company="Old Mill"))
    for kept_up in (False, True):
        if kept_up:
            catch_up.catch_up(engine)
        with database.reading(engine) as connection:
            assert catch_up.is_current(connection) is kept_up
            for sought in ("\0mill", "mi\ud800ll", "\0"):
                assert license_queries.count(connection, Cut.from_query({"search": [sought]})) == 1


def test_a_past_text_with_a_final_sigma_is_lowered_by_the_database_as_what_is_sought(engine: Engine) -> None:
    imported(engine, a_row("K-1", company="Acme", license_name="Ακμή ΑΣ"))
    imported(engine, a_row("K-1", company="Acme", license_name="Old Mill"))
    catch_up.catch_up(engine)
    with database.reading(engine) as connection:
        (version,) = versions_of(connection, "Ακμή ΑΣ")
        assert version in found_by_a_loop(connection, "Ακμή ΑΣ", ever=True)


def test_catching_up_pauses_when_its_caller_is_wanted(engine: Engine) -> None:
    imported(engine, a_row("K-1"))
    catch_up.catch_up(engine, lambda: True)
    with database.reading(engine) as connection:
        assert not catch_up.is_current(connection)
    catch_up.catch_up(engine)
    catch_up.catch_up(engine)
    with database.reading(engine) as connection:
        assert catch_up.is_current(connection)


def test_every_other_connection_reads_the_kept_rows_from_a_moment_of_their_own(engine: Engine) -> None:
    imported(engine, a_row("K-1", company="Acme"))
    with database.reading(engine) as connection:
        assert keys_of(connection, "acme") == ["K-1"]
        catch_up.catch_up(engine)
        assert keys_of(connection, "acme") == ["K-1"]
        assert not catch_up.is_current(connection)
