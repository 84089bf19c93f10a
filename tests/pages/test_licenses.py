"""Licenses: the list page by page, and why each license is what it is."""

from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from lib.domain.policy import Policy
from lib.importing import imports, reversal
from lib.web import listing
from tests.actors import editor
from tests.pages.visit import HEADER, add_file, fine, history, of_all, opened, plain, rules, texts_on

RULES = 10
CAME = "Imported"


def bullets(app: AppTest) -> str:
    return "\n".join(plain(element.value) for element in app.markdown if element.value.startswith("- "))


def test_the_list_says_each_license_in_the_words_of_people(sample: Engine) -> None:
    rows = opened("licenses").dataframe[0].value
    assert list(rows.columns) == list(listing.COLUMNS.values())
    first, unlimited = rows.iloc[0], rows.iloc[2]
    assert (first["License key"], first["Customer"], first["Product"]) == ("BMQ-SYN-0001", "Acme Corp", "Confluence")
    assert (first["Outcome"], first["Why"]) == ("Upgrade needed", "10 → 100, consent given")
    assert (unlimited["Editors"], unlimited["Server tier"], unlimited["Why"]) == (
        "Unlimited",
        "500",
        "Exceeds the server tier",
    )
    assert rows["Why"].tolist()[4] == "Server tier unknown"


def test_a_license_by_link_says_why_rule_by_rule(sample: Engine) -> None:
    app = opened("licenses", license="BMQ-SYN-0001")
    assert app.header[0].value == "Upgrade needed"
    results = rules(app)
    assert len(results) == RULES
    assert [row[0] for row in results] == ["✓", "✓", "✓", "✓", "✓", "✓", "✓", "✓", "✗", "✓"]
    assert results[8][1:] == [
        "Size matches server",
        "10 editors on a server of 100 users.",
        "Editors: 10 · line 2, import #1  \nServer tier: 100 · line 2, import #1",
    ]
    assert "Import #1: sample_legacy_licenses.csv" in texts_on(app)
    assert "The license has 100 editors → Eligible" in bullets(app)
    assert "Maintenance expired (does not block the move)" in bullets(app)
    links = "[Import #1](batches?batch=1)  \n[sample_legacy_licenses.csv, line 2](batches?batch=1&line=2)"
    assert history(app) == [["ann", links, CAME]]


def test_rules_after_the_deciding_one_were_not_asked(sample: Engine) -> None:
    results = rules(opened("licenses", license="BMQ-SYN-0002"))
    assert results[0][:3] == ["✗", "Not migrated yet", "A SEN is recorded: this license has migrated."]
    assert [row[2] for row in results[1:]] == ["Not asked"] * (RULES - 1)
    assert {row[0] for row in results[1:]} == {"–"}


def test_what_is_unknown_is_marked_so(sample: Engine) -> None:
    app = opened("licenses", license="BMQ-SYN-0005")
    unknown = [row for row in rules(app) if row[0] == "?"]
    assert [row[1] for row in unknown] == ["Both sizes are known"]
    assert unknown[0][3:] == ["Editors: 50 · line 6, import #1  \nServer tier: blank"]


def test_a_value_that_a_later_file_brought_says_so_and_history_tells_it(sample: Engine) -> None:
    text = HEADER + "BMQ-SYN-0005,Mockups for Confluence,Server,,50,\n"
    imports.commit(sample, add_file(sample, text, "tiers.csv"), editor("bob"), Policy())
    app = opened("licenses", license="BMQ-SYN-0005")
    assert app.header[0].value == "Eligible"
    sizes = next(row for row in rules(app) if row[1] == "Both sizes are known")
    assert sizes[3] == "Editors: 50 · line 6, import #1  \nServer tier: 50 · line 2, import #2"
    assert [row[0] for row in history(app)] == ["bob", "ann"]
    assert history(app)[0][2] == "Outcome: Needs information → Eligible  \nServer tier: blank → 50"


def test_a_license_can_be_opened_and_closed_without_a_mouse(sample: Engine) -> None:
    app = opened("licenses", search="umbrella")
    app.selectbox[0].select("BMQ-SYN-0004").run()
    assert app.query_params["license"] == "BMQ-SYN-0004"
    assert fine(app).header[0].value == "Upgrade needed"
    app.button(key="close").click().run()
    assert "license" not in app.query_params
    assert not fine(app).table


def test_a_license_stays_open_while_the_filters_change(sample: Engine) -> None:
    app = opened("licenses", license="BMQ-SYN-0001")
    app.multiselect(key="filter_outcome").set_value(["eligible"]).run()
    assert of_all(fine(app)) == "2 of 11 licenses"
    assert app.header[0].value == "Upgrade needed"


def test_an_unknown_key_is_named_and_nothing_fails(sample: Engine) -> None:
    app = opened("licenses", license="**K**")
    assert [element.value for element in app.header] == ["License not found"]
    assert "**K**" in [element.value for element in app.text]


def test_a_link_with_characters_that_no_database_takes_shows_what_is_left_of_it(sample: Engine) -> None:
    app = opened("licenses", license="\0BMQ-SYN-0001", search="\0")
    assert of_all(app) == "11 of 11 licenses"
    assert app.header[0].value == "Upgrade needed"


def test_a_license_that_was_taken_out_keeps_its_history(sample: Engine) -> None:
    reversal.undo(sample, 1, editor("bob"))
    app = opened("licenses", license="BMQ-SYN-0001")
    assert [row[2] for row in history(app)] == ["Removed", CAME]


def test_a_long_list_is_paged_by_fifty_and_the_page_is_in_the_address(engine: Engine) -> None:
    rows = "".join(f"K{number:03},Jira,Server,10,{10 if number % 2 else 100},\n" for number in range(120))
    imports.commit(engine, add_file(engine, HEADER + rows), editor("ann"), Policy())
    app = opened("licenses", page="3")
    assert app.dataframe[0].value["License key"].tolist() == [f"K{number:03}" for number in range(100, 120)]
    app.multiselect(key="filter_outcome").set_value(["eligible"]).run()
    assert fine(app).dataframe[0].value["License key"].tolist()[:2] == ["K001", "K003"]
    assert "page" not in app.query_params, "another cut begins at its first page"


def test_a_page_beyond_the_last_is_the_last_one(engine: Engine) -> None:
    imports.commit(engine, add_file(engine, HEADER + "K1,Jira,Server,10,10,\n"), editor("ann"), Policy())
    assert opened("licenses", page="99").dataframe[0].value["License key"].tolist() == ["K1"]


def test_what_a_file_says_is_shown_as_plain_text(engine: Engine) -> None:
    header = HEADER.replace("License Key", "License Key,Company,License Type")
    rows = "K1,# *Acme*,[trial](http://evil.test),Jira,Server,10,100,\n"
    imports.commit(engine, add_file(engine, header + rows), editor("ann"), Policy())
    app = opened("licenses", license="K1")
    assert "K1 · # *Acme* · Jira" in [element.value for element in app.text]
    cells = app.table[0].value.to_numpy().ravel().tolist()
    assert not [cell for cell in cells if "[trial]" in cell or "*Acme*" in cell]


def test_before_the_first_import_the_list_leads_to_it(engine: Engine) -> None:
    app = opened("licenses")
    assert [element.value for element in app.header] == ["No licenses yet"]
    assert [button.label for button in app.button] == ["Import licenses"]
