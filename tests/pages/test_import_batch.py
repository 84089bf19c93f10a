"""Import: a file becomes an open batch, is looked at in steps, changed and imported; nothing lives in the browser alone."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from lib import worker
from lib.checking.settings import Settings
from lib.documents.import_examples import example_csv, template_workbook
from lib.domain.policy import Policy
from lib.importing import imports, reversal
from lib.store import batches, change_log, database, jobs, lost_jobs, remembered
from lib.store.batches import BatchState
from tests.actors import EDITOR, editor
from tests.pages.visit import (
    HEADER,
    ROOT,
    SAMPLE,
    add_file,
    checked,
    counts,
    fine,
    licenses,
    opened,
    plain,
    stored,
    texts_on,
    worked,
)
from tests.web.signing import claims
from tests.workbooks import book


def filled_template() -> bytes:
    """The template with one license below its headings."""
    template = load_workbook(BytesIO(template_workbook()))
    template["Licenses"].append(["A1", "Jira", "Server", "10", "25", "", "Acme"])
    content = BytesIO()
    template.save(content)
    return content.getvalue()


def button(app: AppTest, label: str) -> AppTest:
    """The page after this button was pressed."""
    return fine(next(button for button in app.button if button.label == label).click().run())


def read_as(engine: Engine, number: int, settings: Settings) -> None:
    """As if somebody else chose how an open batch is to be read."""
    with database.writing(engine) as connection:
        batches.set_settings(connection, number, settings.to_json(), EDITOR)


def lose_job(engine: Engine) -> None:
    """Have a worker take a job and be killed, and the next one find out."""
    with database.writing(engine) as connection:
        jobs.claim(connection, "a server that is gone")
        lost_jobs.try_lost_again(connection)


def test_a_dropped_file_is_kept_at_once_and_checked_by_the_worker(engine: Engine) -> None:
    app = opened()
    app.file_uploader[0].upload(SAMPLE.name, SAMPLE.read_bytes(), "text/csv").run()
    assert app.query_params["batch"] == "1"
    assert "started by ann" in texts_on(fine(app))
    assert stored(engine, 1).state is BatchState.OPEN
    worked(app, engine)
    assert "12 rows · 19 columns · UTF-8 · comma · header on line 1" in texts_on(app)
    assert licenses(engine) == 0
    assert app.query_params["step"] == "preview", "nothing before it needs a person"
    facts = [button.label for button in app.button if button.label.startswith("✓")]
    assert facts == ["✓ 12 rows", "✓ 19 columns recognised", "✓ no errors, 1 warning"]
    assert counts(app) == (11, 0, 0, 0, 1)
    assert "4 become ready to move or upgrade · 2 new or changed upgrades" in texts_on(app)
    app = opened(batch="1", step="file")
    assert app.code[0].value.splitlines()[0].startswith(" 1  License Key,License Name")


def test_several_dropped_files_are_listed_to_go_through(engine: Engine) -> None:
    app = opened()
    app.file_uploader[0].set_value(
        [("a.csv", f"{HEADER}A1,Jira,Server,10,10,\n".encode(), "text/csv"), ("b.csv", SAMPLE.read_bytes(), "text/csv")]
    ).run()
    assert "batch" not in fine(app).query_params
    with database.reading(engine) as connection:
        assert [batch.name for batch in batches.page(connection)[0]] == ["b.csv", "a.csv"]
    assert app.header[0].value == "Not imported yet"
    assert worker.work_off(engine) == 2


def test_the_same_file_dropped_twice_is_one_open_batch(engine: Engine) -> None:
    for _ in range(2):
        app = opened()
        app.file_uploader[0].upload(SAMPLE.name, SAMPLE.read_bytes(), "text/csv").run()
        assert "Import #1" in texts_on(app)


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


@pytest.mark.parametrize(("content", "sentence"), [(b"", "is empty"), (b"%PDF-1.4 and so on", "is a PDF")])
def test_a_file_that_is_no_table_at_sight_leaves_a_sentence_and_nothing_else(
    engine: Engine, content: bytes, sentence: str
) -> None:
    app = opened()
    app.file_uploader[0].upload("list.csv", content, "text/csv").run()
    assert sentence in fine(app).error[0].value
    with database.reading(engine) as connection:
        assert batches.page(connection) == ([], 0)


def test_a_file_without_rows_says_so_and_can_be_discarded(engine: Engine) -> None:
    app = opened(batch=str(checked(engine, HEADER)))
    assert "has a header and no rows" in texts_on(app)
    app = opened(batch="1", step="file")
    app.button(key="discard_1").click().run()
    fine(app).button(key="discard_it").click().run()
    assert stored(engine, 1).state is BatchState.DISCARDED
    assert "Discarded: nothing was imported" in texts_on(opened(batch="1"))


def test_a_link_to_a_batch_that_is_not_there_says_so(engine: Engine) -> None:
    assert "There is no import #7" in texts_on(opened(batch="7"))
    app = opened(batch="abc")
    assert "Import: “abc” is not known here." in texts_on(app)
    app.button(key="without_unknown").click().run()
    assert "One or several files" in texts_on(fine(app))


def test_a_batch_that_nobody_checked_yet_is_checked_when_somebody_looks(engine: Engine) -> None:
    number = add_file(engine, SAMPLE.read_text())
    app = opened(batch=str(number), step="preview")
    assert "started by ann" in texts_on(app)
    assert counts(worked(app, engine)) == (11, 0, 0, 0, 1)


def test_committing_leads_to_the_receipt(engine: Engine) -> None:
    number = checked(engine, SAMPLE.read_text(), SAMPLE.name)
    app = opened(batch=str(number), step="preview")
    app.text_input(key="import_reason").set_value("The spring export.")
    button(app, "Import 11 licenses")
    assert "started by ann" in texts_on(app)
    assert licenses(engine) == 0, "the worker does it"
    worked(app, engine)
    assert "imported by ann" in texts_on(app)
    assert counts(app) == (11, 0, 0, 0, 1)
    assert licenses(engine) == 11
    receipt = stored(engine, number).receipt
    assert receipt
    assert receipt.by == "ann"
    with database.reading(engine) as connection:
        assert [change.reason for change in change_log.changes_of_batch(connection, number)] == ["The spring export."]
    assert {"see", "another", "undo"} <= {button.key for button in app.button}


def test_two_people_who_press_the_button_import_once(engine: Engine) -> None:
    number = checked(engine, SAMPLE.read_text())
    mine, theirs = (opened(batch=str(number), step="preview") for _ in range(2))
    for app in (mine, theirs):
        button(app, "Import 11 licenses")
    assert worker.work_off(engine) == 1
    for app in (mine, theirs):
        assert "imported by ann" in texts_on(fine(app.run()))
        assert not app.error
    with database.reading(engine) as connection:
        assert change_log.latest_change(connection) == 1


def test_work_that_waits_can_be_cancelled(engine: Engine) -> None:
    number = checked(engine, SAMPLE.read_text())
    app = button(opened(batch=str(number), step="preview"), "Import 11 licenses")
    app.button(key="cancel").click().run()
    assert worker.work_off(engine) == 0
    assert counts(fine(app.run())) == (11, 0, 0, 0, 1)
    assert licenses(engine) == 0


def test_work_whose_workers_are_gone_says_so_and_can_be_tried_again(engine: Engine) -> None:
    number = checked(engine, SAMPLE.read_text())
    app = button(opened(batch=str(number), step="preview"), "Import 11 licenses")
    for _ in range(lost_jobs.MOST_TRIES):
        lose_job(engine)
    fine(app.run())
    assert "The server stopped 3 times during this work. Nothing was imported. Try again" in texts_on(app)
    assert worked(button(app, "Try again"), engine).metric
    assert licenses(engine) == 11


def test_a_preview_whose_base_moved_is_made_anew_by_itself(engine: Engine) -> None:
    number = checked(engine, HEADER + "A1,Jira,Server,10,10,\n")
    imports.commit(engine, add_file(engine, HEADER + "A1,Jira,Server,25,10,\n"), editor("bob"), Policy())
    app = opened(batch=str(number), step="preview")
    assert counts(app) == (1, 0, 0, 0, 0), "what was seen stays in view until it is replaced"
    assert counts(worked(app, engine)) == (0, 1, 0, 0, 0)
    worked(button(app, "Import 1 license"), engine)
    assert stored(engine, number).state is BatchState.IMPORTED


def test_an_import_whose_base_moves_while_it_waits_fails_with_a_sentence(engine: Engine) -> None:
    number = checked(engine, HEADER + "A1,Jira,Server,10,10,\n")
    app = button(opened(batch=str(number), step="preview"), "Import 1 license")
    imports.commit(engine, add_file(engine, HEADER + "A1,Jira,Server,25,10,\n"), editor("bob"), Policy())
    worked(app, engine)
    assert "The licenses have changed since this preview: import #2 by bob" in texts_on(app)
    assert stored(engine, number).state is BatchState.OPEN
    keys = {button.key for button in app.button}
    assert "preview_again" in keys
    assert "try_again" not in keys, "it would be refused again"
    app.button(key="preview_again").click().run()
    assert counts(worked(app, engine)) == (0, 1, 0, 0, 0)


def test_an_import_of_other_licenses_while_it_waits_is_no_matter(engine: Engine) -> None:
    number = checked(engine, HEADER + "A1,Jira,Server,10,10,\n")
    app = button(opened(batch=str(number), step="preview"), "Import 1 license")
    imports.commit(engine, add_file(engine, HEADER + "B1,Jira,Server,25,10,\n"), editor("bob"), Policy())
    worked(app, engine)
    assert stored(engine, number).state is BatchState.IMPORTED


def test_an_import_of_a_file_that_is_read_otherwise_meanwhile_fails_with_a_sentence(engine: Engine) -> None:
    """Somebody corrects a row, and sees it checked, while another looks at the preview without it."""
    number = checked(engine, HEADER + "A1,Jira,Server,10,10,\nA2,Jira,Server,many,10,\n")
    app = opened(batch=str(number), step="preview")
    assert counts(app) == (1, 0, 0, 1, 0)
    read_as(engine, number, Settings(edits={"2": {"Editors": "25"}}))
    imports.check_batch(engine, number, EDITOR, Policy())
    worked(button(app, "Import 1 license, skip 1 row"), engine)
    assert "How the file is read was changed meanwhile. Look at the preview again before importing." in texts_on(app)
    assert "try_again" not in {button.key for button in app.button}, "it would be refused again"
    assert counts(app) == (2, 0, 0, 0, 0)
    assert licenses(engine) == 0
    worked(button(app, "Import 2 licenses"), engine)
    assert licenses(engine) == 2


def test_a_file_whose_import_failed_and_that_is_read_otherwise_since_is_checked_anew(engine: Engine) -> None:
    """Nobody is left with a failure and no step to go on from: here the check that was asked for never came."""
    number = checked(engine, HEADER + "A1,Jira,Server,many,10,\n")
    app = opened(batch=str(number), step="preview")
    read_as(engine, number, Settings(edits={"1": {"Editors": "25"}}))
    worked(button(app, "Close: nothing to import, skip 1 row"), engine)
    assert any("Checking" in element.value for element in app.markdown)
    assert counts(worked(app, engine)) == (1, 0, 0, 0, 0)


def test_a_check_that_failed_is_not_asked_for_again_by_itself(engine: Engine) -> None:
    number = add_file(engine, HEADER + "A1,Jira,Server,10,10,\n")
    app = opened(batch=str(number), step="preview")
    for _ in range(lost_jobs.MOST_TRIES):
        lose_job(engine)
    fine(app.run())
    assert "Nothing was changed. Try again" in texts_on(app)
    assert worker.work_off(engine) == 0
    assert counts(worked(button(app, "Try again"), engine)) == (1, 0, 0, 0, 0)


def test_the_same_file_again_is_recognised(engine: Engine) -> None:
    imports.commit(engine, add_file(engine, SAMPLE.read_text()), editor("bob"), Policy())
    number = checked(engine, SAMPLE.read_text())
    assert "as import #1 by bob; it contains no changes." in texts_on(opened(batch=str(number), step="file"))
    app = opened(batch=str(number), step="preview")
    assert counts(app) == (0, 0, 11, 0, 1)
    assert any(button.label == "Close: nothing to import" for button in app.button)


def test_an_ambiguous_date_order_must_be_answered_before_the_import(engine: Engine) -> None:
    number = checked(engine, HEADER + "A1,Jira,Cloud,10,10,03/04/2016\n")
    app = opened(batch=str(number), step="preview")
    assert "commit" not in {button.key for button in app.button}
    app.button(key="to_columns").click().run()
    order = next(radio for radio in fine(app).radio if "in which order" in radio.label)
    assert order.value is None
    assert "“03/04/2016” → day first: 2016-04-03 · month first: 2016-03-04" in texts_on(app)
    order.set_value("mdy").run()
    worked(app, engine)
    assert stored(engine, number).settings["date_orders"] == {"maintenance_end": "mdy"}
    assert any(b.label == "Import 1 license" for b in opened(batch=str(number), step="preview").button)


def test_dates_decided_by_evidence_can_be_decided_otherwise(engine: Engine) -> None:
    number = checked(engine, HEADER + "A1,Jira,Cloud,,,31/01/2016\nA2,Jira,Cloud,,,02/03/2016\n")
    app = opened(batch=str(number), step="columns")
    assert "1 date can only be day-first; none can only be month-first; 1 date can be read either way" in texts_on(app)
    order = next(radio for radio in app.radio if "in which order" in radio.label)
    assert order.value == "dmy"
    order.set_value("mdy").run()
    worked(app, engine)
    assert counts(opened(batch=str(number), step="preview")) == (1, 0, 0, 1, 0)


def test_a_column_that_may_be_either_size_is_asked(engine: Engine) -> None:
    number = checked(engine, "License Key,Product,Hosting,Users,Tier\nA1,Confluence,Server,10,25\n")
    app = opened(batch=str(number), step="columns")
    questions = [radio for radio in app.radio if "number of editors" in radio.label]
    assert [radio.label.split(":")[0] for radio in questions] == ["Users", "Tier"]
    questions[0].set_value("editors").run()
    worked(app, engine)
    next(box for box in app.selectbox if box.label == "Tier").set_value("host_tier").run()
    worked(app, engine)
    mapping = stored(engine, number).settings["mapping"]
    assert (mapping["Users"], mapping["Tier"]) == ("editors", "host_tier")
    assert "1 upgrade needed" in texts_on(opened(batch=str(number), step="preview"))


def test_a_column_without_a_field_is_kept_as_extra_data_unless_a_person_says_what_it_is(engine: Engine) -> None:
    number = checked(engine, "License Key,Product,Hosting,Seats on it\nA1,Confluence,Server,10\n")
    app = opened(batch=str(number), step="columns")
    assert "1 column not mapped, kept as extra data: Seats on it" in texts_on(app)
    next(box for box in app.selectbox if box.label == "Seats on it").set_value("host_tier").run()
    worked(app, engine)
    assert stored(engine, number).settings["mapping"]["Seats on it"] == "host_tier"
    assert "not mapped" not in texts_on(app)
    app.button(key="propose_again").click().run()
    assert stored(engine, number).settings["mapping"] is None


def test_columns_that_tell_no_license_can_be_named_by_hand(engine: Engine) -> None:
    number = checked(engine, "No.,What,Where\nA1,Confluence,Server\n")
    app = opened(batch=str(number))
    assert "No column was recognised as: License key, Product, Hosting" in texts_on(app)
    for column, name in (("No.", "license_key"), ("What", "product"), ("Where", "hosting")):
        next(box for box in app.selectbox if plain(box.label) == column).set_value(name).run()
    worked(app, engine)
    assert app.query_params["step"] == "columns", "nobody is taken to another step"
    assert counts(opened(batch=str(number), step="preview")) == (1, 0, 0, 0, 0)


def test_the_reading_can_be_changed_and_set_back(engine: Engine) -> None:
    number = checked(engine, "Export\n" + HEADER.replace(",", ";") + "A1;Jira;Server;10;10;\n")
    app = opened(batch=str(number), step="file")
    assert app.code[0].value.splitlines()[0] == "1  ••••••"
    app.button(key="reveal_file").click().run()
    assert app.code[0].value.splitlines()[0] == "1  Export"
    next(box for box in app.selectbox if box.label == "Separator").set_value(",").run()
    worked(app, engine)
    assert stored(engine, number).settings["delimiter"] == ","
    assert "No column was recognised" in texts_on(app)
    app = opened(batch=str(number), step="file")
    app.button(key="automatic").click().run()
    worked(app, engine)
    assert counts(opened(batch=str(number), step="preview")) == (1, 0, 0, 0, 0)


def test_what_a_text_means_is_said_once_and_remembered(engine: Engine) -> None:
    number = checked(engine, HEADER + "A1,Mokups,Server,10,10,\nA2,Mokups,Server,10,10,\n")
    app = opened(batch=str(number), step="columns")
    assert any("2 rows not recognised" in group.label for group in app.expander)
    read_as(engine, number, Settings(replacements={"Product": {"Mokups": "Jira"}}))
    app = worked(opened(batch=str(number), step="preview"), engine)
    assert counts(app) == (2, 0, 0, 0, 0)
    worked(button(app, "Import 2 licenses"), engine)
    with database.reading(engine) as connection:
        assert [(m.field, m.text, m.meaning) for m in remembered.all_meanings(connection)] == [
            ("product", "Mokups", "Jira")
        ]
    again = checked(engine, HEADER + "A3,Mokups,Server,10,10,\n")
    assert counts(opened(batch=str(again), step="preview")) == (1, 0, 0, 0, 0)


def test_blank_cells_can_be_told_to_clear_what_is_stored(engine: Engine) -> None:
    imports.commit(engine, add_file(engine, HEADER + "A1,Jira,Server,10,10,\n"), editor("bob"), Policy())
    number = checked(engine, HEADER + "A1,Jira,Server,10,,\n")
    assert counts(opened(batch=str(number), step="preview")) == (0, 0, 1, 0, 0)
    app = opened(batch=str(number), step="columns")
    next(radio for radio in app.radio if radio.label == "Blank cells").set_value("clear").run()
    worked(app, engine)
    assert counts(opened(batch=str(number), step="preview")) == (0, 1, 0, 0, 0)


def test_unreadable_cells_can_be_left_empty_and_skipped_again(engine: Engine) -> None:
    number = checked(engine, HEADER + "".join(f"A{n},Jira,Server,{n or 'many'},10,\n" for n in range(10)))
    app = opened(batch=str(number))
    assert app.query_params["step"] == "check"
    assert "1 error" in texts_on(app)
    worked(button(app, "Leave this cell empty and import the row"), engine)
    assert "Left empty · Editors: not a number of users" in texts_on(app)
    assert counts(opened(batch=str(number), step="preview")) == (10, 0, 0, 0, 0)
    worked(button(app, "Skip these rows again"), engine)
    assert counts(opened(batch=str(number), step="preview")) == (9, 0, 0, 1, 0)


def boxes(app: AppTest) -> dict[str, Any]:
    """The boxes of the editor by what they correct."""
    boxes = [*app.text_input, *app.selectbox]
    return {plain(box.label): box for box in boxes if " instead of " in plain(box.label)}


def test_all_errors_are_corrected_in_one_editor_that_loses_nothing(engine: Engine) -> None:
    rows = "A1,Gliffy,Server,10,10,\nA2,Gliffy,Server,10,10,\nA3,Jira,Server,many,10,\nA4,Jira,Server,10,10,someday\n"
    number = checked(engine, HEADER + rows)
    app = opened(batch=str(number), step="check")
    assert list(boxes(app)) == [
        "Editors instead of many",
        "Maintenance Expires instead of someday",
        "Product instead of Gliffy",
    ]
    assert "2 rows" in texts_on(app), "a text that repeats is corrected once"
    boxes(app)["Editors instead of many"].set_value("25").run()
    boxes(app)["Product instead of Gliffy"].set_value("Jira").run()
    app.query_params["step"] = "preview"
    fine(app.run())
    assert "commit" not in {button.key for button in app.button}, "two corrections are not saved yet"
    app.button(key="to_check").click().run()
    assert boxes(app)["Editors instead of many"].value == "25"
    worked(button(app, "Save 2 corrections"), engine)
    assert list(boxes(app)) == ["Maintenance Expires instead of someday"]
    assert stored(engine, number).settings["replacements"] == {"Product": {"Gliffy": "Jira"}}
    assert stored(engine, number).settings["edits"] == {"3": {"Editors": "25"}}
    assert counts(opened(batch=str(number), step="preview")) == (3, 0, 0, 1, 0)


def test_the_page_stays_while_a_choice_is_checked(engine: Engine) -> None:
    number = checked(engine, HEADER + "A1,Jira,Server,many,10,\n")
    app = opened(batch=str(number), step="check")
    button(app, "Leave this cell empty and import the row")
    assert any("Checking" in element.value for element in app.markdown)
    assert list(boxes(app)) == ["Editors instead of many"]
    assert list(boxes(worked(app, engine))) == []


def test_of_rows_that_contradict_each_other_one_is_chosen_side_by_side(engine: Engine) -> None:
    number = checked(engine, HEADER + "A1,Jira,Server,10,10,\nA1,Jira,Server,25,10,\n")
    app = opened(batch=str(number), step="check")
    assert app.dataframe[0].value.to_numpy().tolist() == [["Editors", "10", "25"]]
    worked(button(app, "Keep line 3"), engine)
    assert "1 duplicate row left out" in texts_on(app)
    assert counts(opened(batch=str(number), step="preview")) == (1, 0, 0, 0, 1)


def test_short_rows_can_be_filled_with_blanks_and_then_corrected(engine: Engine) -> None:
    number = checked(engine, HEADER + "A1,Jira,Server,10,10,\nA2\n")
    app = opened(batch=str(number), step="check")
    worked(button(app, "Fill missing cells with blanks"), engine)
    boxes(app)["Product instead of "].set_value("Jira").run()
    worked(button(app, "Save 1 correction"), engine)
    assert counts(opened(batch=str(number), step="preview")) == (2, 0, 0, 0, 0)


def test_corrections_are_counted_and_can_be_taken_back(engine: Engine) -> None:
    said_so = Settings(edits={"1": {"Editors": "25"}}, replacements={"Product": {"Jirra": "Jira"}})
    text = HEADER + "A1,Jirra,Server,many,10,\nA2,Jira,Server,10,10,\n"
    number = checked(engine, text, settings=said_so)
    assert counts(opened(batch=str(number), step="preview")) == (2, 0, 0, 0, 0)
    app = opened(batch=str(number), step="check")
    assert "1 row corrected by hand" in texts_on(app)
    assert "1 value replaced" in texts_on(app)
    worked(button(app, "Discard corrections"), engine)
    assert counts(opened(batch=str(number), step="preview")) == (1, 0, 0, 1, 0)


def test_more_than_a_tenth_of_the_rows_held_asks_whether_the_file_is_right(engine: Engine) -> None:
    rows = [f"A{n},Jira,Server,{n},10,\n" for n in range(1, 10)]
    few = opened(batch=str(checked(engine, HEADER + "".join(rows) + "B,Jira,Server,x,10,\n")), step="check")
    many = opened(batch=str(checked(engine, HEADER + "".join(rows[1:]) + "B,Jira,Server,x,10,\n")), step="check")
    assert "Are the columns" not in texts_on(few)
    assert "1 of 9 rows has errors and will not be imported." in texts_on(many)
    assert any(button.label == "← Back to columns" for button in many.button)


def test_cells_that_change_are_shown_old_and_new(engine: Engine) -> None:
    imports.commit(engine, add_file(engine, HEADER + "A1,Jira,Server,10,10,\n"), editor("bob"), Policy())
    app = opened(batch=str(checked(engine, HEADER + "A1,Jira,Server,10,25,\n")), step="preview")
    assert app.dataframe[0].value.to_numpy().tolist() == [
        ["A1", "Server tier", "10", "25"],
        ["A1", "Outcome", "Eligible", "Upgrade needed"],
    ]


def test_text_of_a_file_never_is_markdown(engine: Engine) -> None:
    header = HEADER.replace("Maintenance Expires", "**Notes** [a](b)")
    number = checked(engine, header + "A1,Jira,Server,10,10,$x$ :red[y]\n", "**bold**.csv")
    app = opened(batch=str(number), step="columns")
    assert app.header[0].value == r"\*\*bold\*\*\.csv"
    assert any(text.value == "**Notes** [a](b)" for text in app.text)
    app.button(key="reveal_file").click().run()
    assert any(r"\$x\$ \:red\[y\]" in caption.value for caption in app.caption)


def test_somebody_who_may_no_longer_import_changes_nothing_from_a_page_left_open(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_AUTH_MODE", "oidc")
    monkeypatch.setenv("APP_EDITORS", "eva@example.com")
    number = checked(engine, HEADER + "A1,Jira,Cloud,,,31/01/2016\n")
    app = AppTest.from_file(ROOT / "lib" / "web" / "shell.py", default_timeout=30)
    app.secrets["auth"] = {"redirect_uri": "http://localhost/oauth2callback", "cookie_secret": "only for these tests"}
    app.user = claims("eva@example.com")
    app.run().switch_page(str(ROOT / "pages" / "import_batch.py"))
    app.query_params["batch"] = str(number)
    app.query_params["step"] = "preview"
    assert any(button.label == "Import 1 license" for button in fine(app.run()).button)
    monkeypatch.setenv("APP_EDITORS", "")
    next(button for button in app.button if button.label == "Import 1 license").click()
    assert fine(app.run()).title[0].value == "No access"
    assert worker.work_off(engine) == 0
    assert stored(engine, number).state is BatchState.OPEN


def test_the_page_lists_what_waits_and_what_came_in(engine: Engine) -> None:
    imports.commit(engine, add_file(engine, HEADER + "A1,Jira,Server,10,10,\n", "first.csv"), editor("bob"), Policy())
    checked(engine, HEADER + "A1,Jira,Server,many,10,\n", "second.csv")
    app = opened()
    assert [header.value for header in app.header] == ["Not imported yet", "Recent imports"]
    assert "3 Check · 1" in texts_on(app)
    assert "1 new · bob" in texts_on(app)
    app.button(key="discard_2").click().run()
    fine(app).button(key="discard_it").click().run()
    assert stored(engine, 2).state is BatchState.DISCARDED


@pytest.mark.parametrize(("name", "content"), [("t.xlsx", filled_template()), ("e.csv", example_csv())])
def test_the_template_and_the_example_come_in_without_a_question(engine: Engine, name: str, content: bytes) -> None:
    number = imports.add_file(engine, name, content, Settings(), EDITOR)
    imports.check_batch(engine, number, EDITOR, Policy())
    app = opened(batch=str(number))
    assert app.query_params["step"] == "preview"
    assert counts(app)[0] == (6 if name == "e.csv" else 1)


def test_an_undone_import_says_that_nothing_of_it_is_in_force(engine: Engine) -> None:
    number = add_file(engine, HEADER + "A1,Jira,Server,10,25,\n")
    imports.commit(engine, number, editor("bob"), Policy())
    assert "1 becomes ready" in texts_on(opened("activity", batch=str(number)))
    reversal.undo(engine, number, editor("eve"), "The wrong export.")
    text = texts_on(opened("activity", batch=str(number)))
    assert "was undone and has no effect. Undone by eve" in text
    assert "become ready" not in text


def test_rows_that_an_import_skipped_are_corrected_as_a_file_of_their_own(engine: Engine) -> None:
    number = add_file(engine, HEADER + "A1,Jira,Server,10,10,\nA2,Jira,Server,many,10,\n")
    imports.commit(engine, number, editor("bob"), Policy())
    app = opened("activity", batch=str(number))
    assert "1 row skipped." in texts_on(app)
    app.button(key="correct_skipped").click().run()
    app = worked(opened(batch="2", step="check"), engine)
    boxes(app)["Editors instead of many"].set_value("25").run()
    worked(button(app, "Save 1 correction"), engine)
    worked(button(opened(batch="2", step="preview"), "Import 1 license"), engine)
    assert "1 row skipped; 1 came in corrected." in texts_on(opened("activity", batch=str(number)))
    assert licenses(engine) == 2


def test_a_file_that_would_change_most_licenses_in_a_field_is_asked_about(engine: Engine) -> None:
    header = HEADER.replace("Editors", "Company,Editors")
    rows = [f"A{n},Jira,Server,Acme {n},10,10,\n" for n in range(8)]
    imports.commit(engine, add_file(engine, header + "".join(rows)), editor("bob"), Policy())
    others = [row.replace("Acme", "Globex") for row in rows]
    app = opened(batch=str(checked(engine, header + "".join(others) + "B1,Jira,Server,Initech,10,10,\n")))
    assert "Right file? Of 8 stored licenses, 8 would change their company." in texts_on(app)
    assert any(button.label == "Overwrite 8 licenses, add 1" for button in app.button)
    few = [rows[0].replace("Acme", "Globex"), *rows[1:]]
    app = opened(batch=str(checked(engine, header + "".join(few))), step="preview")
    assert "Right file?" not in texts_on(app)


def test_sheets_of_a_workbook_are_chosen_in_a_list_and_only_the_same_ones_are_the_same_file(engine: Engine) -> None:
    header = HEADER.strip().split(",")
    content = book(
        Confluence=[header, ["A1", "Confluence", "Server", 10, 10, ""]],
        Jira=[header, ["A2", "Jira", "Server", 10, 10, ""]],
        Totals=[["Sum", 2], ["Mean", 1]],
    )
    numbers = []
    for sheet in ("Confluence", "Jira"):
        number = imports.add_file(engine, "book.xlsx", content, Settings(), EDITOR)
        numbers.append(number)
        imports.check_batch(engine, number, EDITOR, Policy())
        app = opened(batch=str(number))
        assert "has several sheets. Choose one of them" in plain(app.info[0].value)
        ticks = {plain(box.label): box for box in app.checkbox}
        assert [box.value for box in ticks.values()] == [True, True, False]
        assert list(ticks)[2] == "Totals · 1 row (no license columns)"
        for label, box in ticks.items():
            box.set_value(label.startswith(sheet))
        app.button(key="read_sheets").click().run()
        app = worked(opened(batch=str(number), step="preview"), engine)
        assert "already imported" not in texts_on(app)
        worked(button(app, "Import 1 license"), engine)
    assert licenses(engine) == 2
