"""Import: a file becomes an open batch, is looked at, changed and imported; nothing lives in the browser alone."""

import time

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from lib import database, intake
from lib.check import Settings
from lib.policy import Policy
from lib.store import batches, versions
from lib.store.batches import State
from tests.pages.visit import HEADER, ROOT, SAMPLE, counts, fine, kept, licenses, opened, said, stored


def test_a_dropped_file_is_kept_at_once_and_its_link_shows_what_it_would_do(engine: Engine) -> None:
    app = opened()
    app.file_uploader[0].upload(SAMPLE.name, SAMPLE.read_bytes(), "text/csv").run()
    assert app.query_params["batch"] == "1"
    assert counts(fine(app)) == (11, 0, 0, 0, 1)
    assert "12 rows · 19 columns · UTF-8 · comma · header on line 1" in said(app)
    assert "Effect: +4 can move · 0 no longer can · 2 tier moves · Cloud legacy → expired 0" in said(app)
    assert stored(engine, 1).state is State.OPEN
    assert licenses(engine) == 0
    assert counts(opened(batch="1")) == (11, 0, 0, 0, 1)


def test_several_dropped_files_are_listed_to_go_through(engine: Engine) -> None:
    app = opened()
    app.file_uploader[0].set_value(
        [("a.csv", f"{HEADER}A1,Jira,Server,10,10,\n".encode(), "text/csv"), ("b.csv", SAMPLE.read_bytes(), "text/csv")]
    ).run()
    assert "batch" not in fine(app).query_params
    with database.reading(engine) as connection:
        assert [batch.name for batch in batches.listed(connection)[0]] == ["b.csv", "a.csv"]
    assert app.subheader[0].value == "Not imported yet"


def test_the_same_file_dropped_twice_is_one_open_batch(engine: Engine) -> None:
    for _ in range(2):
        app = opened()
        app.file_uploader[0].upload(SAMPLE.name, SAMPLE.read_bytes(), "text/csv").run()
        assert app.query_params["batch"] == "1"


def drop_zone_and_memory() -> None:
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    from lib.web import uploads

    uploads.drop_zone()
    storage = get_script_run_ctx().uploaded_file_mgr.file_storage  # type: ignore[union-attr]
    st.text(f"{sum(len(file.data) for files in storage.values() for file in files.values())} bytes")


def test_an_upload_does_not_stay_in_memory(engine: Engine) -> None:
    app = AppTest.from_function(drop_zone_and_memory).run()
    for name, content in (("good.csv", SAMPLE.read_bytes()), ("bad.csv", b"%PDF")):
        app.file_uploader[0].upload(name, content, "text/csv").run()
        assert fine(app).text[-1].value == "0 bytes"
    with database.reading(engine) as connection:
        assert batches.content(connection, 1) == SAMPLE.read_bytes()


def test_dates_decided_by_evidence_can_be_decided_otherwise(engine: Engine) -> None:
    number = kept(engine, HEADER + "A1,Jira,Cloud,,,31/01/2016\nA2,Jira,Cloud,,,02/03/2016\n")
    app = opened(batch=str(number), step="Columns")
    assert "1 can only have the day first · 1 can be read either way" in said(app)
    order = next(box for box in app.selectbox if box.label == "Maintenance ends")
    assert order.options[0] == "Automatic: day first"
    order.set_value("mdy").run()
    assert stored(engine, number).settings["date_orders"] == {"maintenance_end": "mdy"}
    assert counts(fine(app)) == (1, 0, 0, 1, 0)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "is empty"), (b"%PDF-1.4 and so on", "is a PDF"), (HEADER.encode(), "has a header and no rows")],
)
def test_a_file_that_is_no_table_leaves_a_sentence_and_nothing_else(
    engine: Engine, content: bytes, sentence: str
) -> None:
    app = opened()
    app.file_uploader[0].upload("list.csv", content, "text/csv").run()
    assert sentence in fine(app).error[0].value
    with database.reading(engine) as connection:
        assert batches.listed(connection) == ([], 0)


def test_a_link_to_a_batch_that_is_not_there_says_so(engine: Engine) -> None:
    assert "There is no batch #7" in said(opened(batch="7"))


def test_committing_leads_to_the_receipt(engine: Engine) -> None:
    number = kept(engine, SAMPLE.read_text(), SAMPLE.name)
    app = opened(batch=str(number))
    app.button(key="commit").click().run()
    assert "imported by ann" in said(fine(app))
    assert "11 licenses" in said(app)
    assert counts(app) == (11, 0, 0, 0, 1)
    assert licenses(engine) == 11
    assert stored(engine, number).receipt["by"] == "ann"
    assert {"see", "another", "undo"} <= {button.key for button in app.button}


def test_a_second_press_of_a_stale_button_only_shows_the_receipt(engine: Engine) -> None:
    number = kept(engine, SAMPLE.read_text())
    mine, theirs = opened(batch=str(number)), opened(batch=str(number))
    for app in (mine, theirs):
        app.button(key="commit").click().run()
        assert "imported by ann" in said(fine(app))
        assert not app.error
    with database.reading(engine) as connection:
        assert versions.latest_change(connection) == 1


def test_a_preview_whose_base_moved_is_shown_anew_instead_of_written(engine: Engine) -> None:
    number = kept(engine, HEADER + "A1,Jira,Server,10,10,\n")
    app = opened(batch=str(number))
    intake.commit(engine, kept(engine, HEADER + "A1,Jira,Server,25,10,\n"), "bob", Policy())
    app.button(key="commit").click().run()
    assert "The licenses have changed since this preview: import #2 by bob" in said(fine(app))
    assert counts(app) == (0, 1, 0, 0, 0)
    app.button(key="commit").click().run()
    assert stored(engine, number).state is State.IMPORTED


def test_a_file_read_otherwise_meanwhile_is_shown_anew_instead_of_written(engine: Engine) -> None:
    number = kept(engine, HEADER + "A1,Jira,Server,10,10,\n")
    app = opened(batch=str(number))
    with database.writing(engine) as connection:
        batches.choose(connection, number, Settings(date_orders={"*": "dmy"}).stored())
    app.button(key="commit").click().run()
    assert "How the file is read was changed meanwhile" in said(fine(app))
    assert stored(engine, number).state is State.OPEN


def test_the_same_file_again_is_recognised(engine: Engine) -> None:
    intake.commit(engine, kept(engine, SAMPLE.read_text()), "bob", Policy())
    app = opened(batch=str(kept(engine, SAMPLE.read_text())))
    assert "as batch #1 by bob; importing it again changes nothing." in said(app)
    assert counts(app) == (0, 0, 11, 0, 1)
    assert app.button(key="commit").label == "Close: nothing to import"


def test_an_ambiguous_date_order_must_be_answered_before_the_import(engine: Engine) -> None:
    number = kept(engine, HEADER + "A1,Jira,Cloud,10,10,03/04/2016\n")
    app = opened(batch=str(number))
    assert app.button(key="commit").disabled
    assert list(app.radio[0].options) == ["Day first", "Month first"]
    app.radio[0].set_value("mdy")
    next(button for button in app.button if button.label == "Use these answers").click().run()
    assert not fine(app).radio
    assert app.button(key="commit").label == "Import 1 license"
    assert stored(engine, number).settings["date_orders"] == {"maintenance_end": "mdy"}


def test_ambiguous_size_columns_are_asked_and_hold_the_mapping_until_then(engine: Engine) -> None:
    number = kept(engine, "License Key,Product,Hosting,Users,Tier\nA1,Confluence,Server,10,25\n")
    app = opened(batch=str(number), step="Columns")
    assert all(box.disabled for box in app.selectbox)
    app.radio[0].set_value("editors")
    app.radio[1].set_value("host_tier")
    next(button for button in app.button if button.label == "Use these answers").click().run()
    mapping = stored(engine, number).settings["mapping"]
    assert (mapping["Users"], mapping["Tier"]) == ("editors", "host_tier")
    assert "1 upgrade needed" in said(fine(app))


def test_another_field_for_a_column_is_kept_and_checked_anew(engine: Engine) -> None:
    number = kept(engine, "License Key,Product,Hosting,Seats on it\nA1,Confluence,Server,10\n")
    app = opened(batch=str(number), step="Columns")
    assert "1 column not imported: Seats on it" in said(app)
    next(box for box in app.selectbox if box.label == "Seats on it").set_value("host_tier").run()
    assert stored(engine, number).settings["mapping"]["Seats on it"] == "host_tier"
    assert "not imported" not in said(fine(app))
    app.button(key="propose_again").click().run()
    assert stored(engine, number).settings["mapping"] is None


def test_columns_that_tell_no_license_can_be_named_by_hand(engine: Engine) -> None:
    number = kept(engine, "No.,What,Where\nA1,Confluence,Server\n")
    app = opened(batch=str(number))
    assert "No column was recognised as: License key, Product, Hosting" in said(app)
    for column, name in (("No.", "license_key"), ("What", "product"), ("Where", "hosting")):
        next(box for box in app.selectbox if box.label == column).set_value(name).run()
    assert counts(fine(app)) == (1, 0, 0, 0, 0)


def test_the_reading_can_be_changed_and_set_back(engine: Engine) -> None:
    number = kept(engine, "Export\n" + HEADER.replace(",", ";") + "A1;Jira;Server;10;10;\n")
    app = opened(batch=str(number), step="File")
    assert app.dataframe[0].value["Text"].tolist() == ["Export"]
    next(box for box in app.selectbox if box.label == "Separator").set_value(",").run()
    assert stored(engine, number).settings["delimiter"] == ","
    assert "No column was recognised" in said(fine(app))
    app.button(key="automatic").click().run()
    assert counts(fine(app)) == (1, 0, 0, 0, 0)


def test_unreadable_cells_can_be_left_empty_and_held_again(engine: Engine) -> None:
    number = kept(engine, HEADER + "".join(f"A{n},Jira,Server,{n or 'many'},10,\n" for n in range(10)))
    app = opened(batch=str(number), step="Problems")
    assert counts(app) == (9, 0, 0, 1, 0)
    assert "1 error" in said(app)
    assert app.expander[0].label.replace("\\", "") == "1 × Editors: not a number of users"
    app.session_state[f"problems_{number}_invalid_size_Editors"] = True
    message = fine(app.run()).dataframe[0].value.iloc[0].tolist()
    assert message[:2] == [2, "many"]
    assert message[2].startswith('Line 2, column Editors: "many" is not')
    next(button for button in app.button if button.label == "Leave this cell empty and import the row").click().run()
    assert counts(fine(app)) == (10, 0, 0, 0, 0)
    assert "Left empty · Editors: not a number of users" in said(app)
    next(button for button in app.button if button.label == "Hold these rows again").click().run()
    assert counts(fine(app)) == (9, 0, 0, 1, 0)


def test_more_than_a_tenth_of_the_rows_held_asks_whether_the_file_is_right(engine: Engine) -> None:
    rows = [f"A{n},Jira,Server,{n},10,\n" for n in range(1, 10)]
    few = opened(batch=str(kept(engine, HEADER + "".join(rows) + "B,Jira,Server,x,10,\n")))
    many = opened(batch=str(kept(engine, HEADER + "".join(rows[1:]) + "B,Jira,Server,x,10,\n")))
    assert "Wrong date order or wrong file?" not in said(few)
    assert "1 of 9 rows are held. Wrong date order or wrong file?" in said(many)


def test_cells_that_change_are_shown_old_and_new(engine: Engine) -> None:
    intake.commit(engine, kept(engine, HEADER + "A1,Jira,Server,10,10,\n"), "bob", Policy())
    app = opened(batch=str(kept(engine, HEADER + "A1,Jira,Server,10,25,\n")))
    assert app.dataframe[0].value.to_numpy().tolist() == [
        ["A1", "Host tier", "10", "25"],
        ["A1", "Verdict", "Eligible", "Upgrade needed"],
    ]


def test_text_of_a_file_never_is_markdown(engine: Engine) -> None:
    header = HEADER.replace("Maintenance Expires", "**Notes** [a](b)")
    app = opened(batch=str(kept(engine, header + "A1,Jira,Server,10,10,$x$ :red[y]\n", "**bold**.csv")), step="Columns")
    assert app.subheader[0].value == r"\*\*bold\*\*\.csv"
    assert any(text.value == "**Notes** [a](b)" for text in app.text)
    assert any(r"\$x\$ \:red\[y\]" in caption.value for caption in app.caption)


def test_somebody_who_may_no_longer_import_changes_nothing_from_a_page_left_open(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_AUTH_MODE", "oidc")
    monkeypatch.setenv("APP_EDITORS", "eva@example.com")
    number = kept(engine, HEADER + "A1,Jira,Cloud,,,31/01/2016\n")
    app = AppTest.from_file(ROOT / "lib" / "web" / "shell.py", default_timeout=30)
    app.secrets["auth"] = {"redirect_uri": "http://localhost/oauth2callback", "cookie_secret": "only for these tests"}
    app.user = {"is_logged_in": True, "email": "eva@example.com", "iat": time.time()}
    app.run().switch_page(str(ROOT / "pages" / "import_batch.py"))
    app.query_params["batch"] = str(number)
    app.query_params["step"] = "Columns"
    assert fine(app.run()).button(key="commit").label == "Import 1 license"
    monkeypatch.setenv("APP_EDITORS", "")
    app.button(key="commit").click()
    next(box for box in app.selectbox if box.label == "Maintenance ends").set_value("mdy")
    assert fine(app.run()).title[0].value == "No access"
    assert stored(engine, number).state is State.OPEN
    assert stored(engine, number).settings["date_orders"] == {}
