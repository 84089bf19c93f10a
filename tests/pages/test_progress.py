"""Progress: the same numbers in tiles, filters and links, and a sentence where there are none."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, update
from streamlit.testing.v1 import AppTest

from lib.domain.policy import Policy
from lib.domain.refusal import OutageError
from lib.editing import edits
from lib.importing import imports
from lib.store import data_version, database, request_stages
from lib.store.schema import changes
from lib.web import failures
from tests.actors import editor
from tests.pages.visit import HEADER, ROOT, add_file, fine, of_all, opened, texts_on
from tests.web.signing import claims


def tiles(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def links(app: AppTest) -> dict[str, str]:
    """The query of each link on the page by its label, in order of appearance for the tiles."""
    page_links = [element.proto for element in app.get("page_link")]
    return {f"{number} {link.label}": link.query_string for number, link in enumerate(page_links)}


def test_the_tiles_count_the_sample(sample: Engine) -> None:
    app = opened("progress")
    assert tiles(app) == {
        "Migrated": "1",
        "Eligible": "2",
        "Upgrade needed": "2",
        "Requests under way": "0",
        "Needs information": "1",
        "Cloud legacy plan": "2",
    }
    text = texts_on(app)
    assert "of 6 movable" in text
    assert "97 users to add" in text
    assert "of 3 on Cloud  \n1 expired" in text
    assert of_all(app) == "11 of 11 licenses"
    assert "11 licenses" in app.caption[0].value


def test_each_tile_leads_to_as_many_licenses_as_it_says(sample: Engine) -> None:
    queries = {label: query for label, query in links(opened("progress")).items() if " See " in label}
    assert len(queries) == 6
    for label, query in queries.items():
        app = opened("licenses")
        for part in query.split("&"):
            name, _, value = part.partition("=")
            values = app.query_params.get(name, [])
            app.query_params[name] = [*(values if isinstance(values, list) else [values]), value]
        number = label.split(" ")[2]
        assert of_all(fine(app.run())) == f"{number} of 11 licenses", label


def test_a_filter_narrows_every_number_and_stands_in_the_address(sample: Engine) -> None:
    app = opened("progress")
    app.multiselect(key="filter_product").set_value(["jira"]).run()
    assert tiles(fine(app))["Migrated"] == "1"
    assert tiles(app)["Cloud legacy plan"] == "1"
    assert of_all(app) == "4 of 11 licenses"
    assert app.query_params["product"] == "jira"
    app.button(key="clear").click().run()
    assert of_all(fine(app)) == "11 of 11 licenses"
    assert not app.query_params


def test_a_link_reproduces_the_view(sample: Engine) -> None:
    app = opened("progress", product="confluence", search="acme")
    assert of_all(app) == "1 of 11 licenses"
    assert app.text_input(key="filter_search").value == "acme"
    assert app.multiselect(key="filter_product").value == ["confluence"]


def test_filters_follow_to_another_page_and_back(sample: Engine) -> None:
    app = opened("progress", outcome="upgrade_needed")
    app.query_params.clear()
    app.switch_page(str(ROOT / "pages" / "import_batch.py")).run()
    app.switch_page(str(ROOT / "pages" / "licenses.py")).run()
    assert of_all(fine(app)) == "2 of 11 licenses"
    assert app.query_params["outcome"] == "upgrade_needed"


def test_the_rows_of_a_heat_cell_can_be_reached_by_filters_alone(sample: Engine) -> None:
    app = opened("progress")
    app.session_state["more"] = True
    app.run()
    app.multiselect(key="filter_from_size").set_value([10])
    app.multiselect(key="filter_to_tier").set_value([100]).run()
    assert of_all(fine(app)) == "1 of 11 licenses"
    assert (app.query_params["from_size"], app.query_params["to_tier"]) == ("10", "100")


@pytest.mark.parametrize("page", ["progress", "cloud", "licenses"])
def test_a_link_that_asks_for_what_does_not_exist_says_so_and_shows_no_numbers(sample: Engine, page: str) -> None:
    app = opened(page, product="confluense", on="2026-13-01", hosting="server", since="32.1.2026")
    assert [element.value for element in app.header] == ["This link asks for something that does not exist"]
    for words in ("Product: “confluense”", "As of: “2026-13-01”", "Compare with: “32.1.2026”"):
        assert words in texts_on(app)
    assert not app.metric
    assert not app.dataframe
    app.button(key="without_unknown").click().run()
    assert of_all(fine(app)) == "7 of 11 licenses"
    assert {name: app.query_params[name] for name in app.query_params} == {"hosting": "server"}


def test_before_the_first_import_there_are_three_steps_and_one_button(engine: Engine) -> None:
    app = opened("progress")
    assert [element.value for element in app.header] == ["No licenses yet"]
    assert all(f"{number}. " in texts_on(app) for number in (1, 2, 3))
    assert [button.label for button in app.button] == ["Import licenses"]
    app.button[0].click().run()
    assert fine(app).title[0].value == "Import"


def test_somebody_who_may_not_import_is_not_led_there(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_AUTH_MODE", "oidc")
    monkeypatch.setenv("APP_VIEWERS", "vic@example.com")
    for page in ("progress", "licenses"):
        app = AppTest.from_file(ROOT / "pages" / f"{page}.py")
        app.secrets["auth"] = {"redirect_uri": "http://localhost/oauth2callback", "cookie_secret": "for this test"}
        app.user = claims("vic@example.com")
        assert [element.value for element in fine(app.run()).header] == ["No licenses yet"]
        assert "Import licenses" not in [button.label for button in app.button]


def test_an_empty_cut_says_what_was_asked_and_how_to_ask_for_less(sample: Engine) -> None:
    app = opened("progress", product="xwiki", outcome="eligible")
    assert [element.value for element in app.header] == ["No license matches all of these filters"]
    assert "XWiki · Eligible" in texts_on(app)
    assert not app.metric
    app.button(key="without_outcome").click().run()
    assert of_all(fine(app)) == "1 of 11 licenses"
    assert "outcome" not in app.query_params


def test_numbers_can_be_counted_in_users_and_customers(sample: Engine) -> None:
    app = opened("progress", unit="Customers")
    assert tiles(app)["Upgrade needed"] == "2"
    assert "of 6 movable" in texts_on(app)
    app.session_state["view"] = True
    app.run()
    app.segmented_control(key="view_unit").set_value("users").run()
    assert tiles(fine(app))["Upgrade needed"] == "13"
    assert "of all 11 licenses" not in texts_on(app)
    app.button(key="chip_unit").click().run()
    assert "unit" not in fine(app).query_params


def test_a_day_before_the_first_import_shows_nothing_and_how_to_see_more(sample: Engine) -> None:
    app = opened("progress", on="2020-01-01")
    assert of_all(app) == "0 of 0 licenses"
    assert [element.value for element in app.header] == ["Nothing had been imported yet on this day"]
    app.button(key="without_on").click().run()
    assert of_all(fine(app)) == "11 of 11 licenses"


def test_a_past_day_is_told_as_it_was(sample: Engine) -> None:
    """The only import is dated back ten days, and a license is edited today."""
    with database.writing(sample) as connection:
        connection.execute(update(changes).values(at=datetime.now(UTC) - timedelta(days=10)))
    edits.edit(sample, "BMQ-SYN-0001", None, {"sen": "SEN-1"}, editor("ann"), "", Policy())
    app = opened("progress")
    assert tiles(app)["Migrated"] == "2"
    assert app.metric[0].delta == "+1"
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    app = opened("progress", on=yesterday)
    assert tiles(app)["Migrated"] == "1"
    assert app.button(key="chip_on").label.startswith("As of")
    app = opened("licenses", on=yesterday, search="BMQ-SYN-0001")
    assert app.dataframe[0].value["Outcome"].tolist() == ["Upgrade needed"]


def test_a_figure_that_fails_leaves_the_others_alone(sample: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no steps today")

    monkeypatch.setattr(request_stages, "steps", broken)
    app = opened("progress", tab="Requests")
    assert [element.value for element in app.error if "Something went wrong" in element.value]
    assert tiles(app)["Migrated"] == "1"
    assert len(app.get("vega_lite_chart")) == 2


def test_a_page_without_its_database_says_so_and_goes_on_once_that_is_back(
    sample: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(connection: Connection) -> tuple[int, int, int]:
        raise OutageError("The database does not answer.")

    def page() -> None:
        import streamlit as st

        from lib.domain.refusal import OutageError
        from lib.web import cached, failures

        try:
            st.text(f"{cached.newest_version('').change} changes")
        except OutageError as error:
            failures.show(error)

    app = AppTest.from_function(page)
    with monkeypatch.context() as away:
        away.setattr(data_version, "numbers", broken)
        assert [warning.value for warning in app.run().warning] == [failures.ABSENT]
        assert not app.error
    app.run()
    assert not app.warning
    assert app.text[0].value == "1 changes"


def test_moves_to_unlimited_add_no_number_and_the_page_says_so(engine: Engine) -> None:
    rows = "K1,Jira,Server,10,Unlimited,\nK2,Jira,Server,10,100,\n"
    imports.commit(engine, add_file(engine, HEADER + rows), editor("ann"), Policy())
    app = opened("progress")
    assert "90 users to add. 1 upgrade to Unlimited is not counted." in texts_on(app)


def test_text_from_a_file_is_never_read_as_markup(engine: Engine) -> None:
    header = HEADER.replace("License Key", "License Key,Company")
    rows = "K1,![x](https://evil.test/p.png) **bold** <b>,Jira,Server,10,100,\n"
    imports.commit(engine, add_file(engine, header + rows), editor("ann"), Policy())
    app = opened("progress", search="**bold**")
    assert of_all(app) == "1 of 1 licenses"
    texts = [*(element.value for element in [*app.caption, *app.markdown]), *(button.label for button in app.button)]
    assert not [text for text in texts if "**bold**" in text]
