"""Requests: its parts and board count the same licenses, and many are moved on, refused with a sentence, and taken back."""

from datetime import date

from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from lib.domain.policy import Policy
from lib.domain.requests import Stage
from lib.domain.roles import Role
from lib.editing import change_reversal
from lib.importing import imports
from lib.measures.cut import Cut
from lib.requests import moves, packs, sens
from lib.requests.packs import import_id
from lib.store import customer_lists, customer_queries, database, license_queries
from lib.store import packs as stored_packs
from lib.web.identity import User, account_name
from lib.web.request_packs import created_content
from lib.web.request_parts import PARTS
from tests.actors import ADMIN, editor
from tests.pages.visit import add_file, fine, opened, texts_on, worked

HEADER = (
    "License Key,Company,Product,Hosting,Editors,Server tier,Address,Country,Confirmed Server,Agrees to Match,"
    "myAtlassian Email,Holder First Name,Holder Last Name,Maintenance Expires\n"
)
WHOLE = "Jira,Server,10,100,Main Street 1,US,yes,yes,it@acme.example,Eva,Doe,2017-01-31"
ASKED = "Jira,Server,10,100,,US,,yes,it@beta.example,,,"
NEW = "Jira,Server,10,10,,,,,,,,"


SAVED = (
    "From: Sam <sam@beta.example>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n--B\n"
    "Content-Type: text/plain\n\nLicense key: K2\nmyAtlassian email: sam@beta.example\n--B\n"
    "Content-Type: application/pdf\nContent-Disposition: attachment\n\n"
)
"""The source of a mail up to what is attached."""


def filled(engine: Engine) -> None:
    rows = f"K1,Acme,{WHOLE}\nK2,Beta,{ASKED}\nK3,Ceta,{NEW}\nK4,Acme,{WHOLE}\n"
    imports.commit(engine, add_file(engine, HEADER + rows), editor("ann"), Policy())
    moves.move_requests(engine, ["K1", "K2", "K4"], Stage.RECEIVED, editor("ann"), "", Policy())


def stage_of(engine: Engine, key: str) -> str:
    with database.reading(engine) as connection:
        license = license_queries.license(connection, key)
    assert license
    return str(license["stage"])


def parts(app: AppTest) -> dict[str, str]:
    labels = [button.label for button in app.button if (button.key or "").startswith("part_")]
    return dict(label.split(": ") for label in labels)


def choose(app: AppTest, *keys: str) -> AppTest:
    """The page with some rows of the table chosen, as a click in it does."""
    table = app.dataframe[0]
    rows = [table.value["License key"].tolist().index(key) for key in keys]
    app.session_state[str(table.key)] = {"selection": {"rows": rows, "columns": [], "cells": []}}
    return fine(app.run())


def test_the_parts_of_the_queue_count_what_they_lead_to(engine: Engine) -> None:
    filled(engine)
    app = opened("requests")
    assert parts(app) == {
        "All under way": "3",
        "Ask the customer": "1",
        "Waiting for the customer": "0",
        "To verify": "2",
        "Ready to submit": "0",
        "Waiting for the SEN": "0",
        "My requests": "0",
        "Not requested yet": "1",
    }
    app.button(key="part_To verify").click().run()
    assert fine(app).dataframe[0].value["License key"].tolist() == ["K1", "K4"]
    assert app.query_params["missing"] == "nothing"


def test_the_table_says_what_each_request_lacks(engine: Engine) -> None:
    filled(engine)
    frame = opened("requests").dataframe[0].value.set_index("License key")
    assert set(frame.index) == {"K1", "K2", "K4"}
    assert frame.loc["K1", "Complete"] == "8/8"
    assert frame.loc["K2", "Missing"] == "Confirmation, Name, Address"
    others = opened("requests", stage="not_requested").dataframe[0].value
    assert others[["License key", "Stage", "Complete"]].to_numpy().tolist() == [["K3", "Not requested", "3/8"]]


def test_the_board_shows_each_part_with_its_requests(engine: Engine) -> None:
    filled(engine)
    app = opened("requests", requests_as="Board")
    assert {metric.label: metric.value for metric in app.metric} == {
        "Ask the customer": "1",
        "Waiting for the customer": "0",
        "To verify": "2",
        "Ready to submit": "0",
        "Waiting for the SEN": "0",
    }
    cards = [link.proto.label for link in app.get("page_link")][-6:]
    assert cards[::2] == ["**Beta**", "**Acme**", "**Acme**"]
    assert cards[1::2] == ["K2", "K1", "K4"]
    assert "0 days · missing: Confirmation of Server, Holder's first and last name and 1 more" in texts_on(app)


def test_requests_are_moved_together_and_taken_back(engine: Engine) -> None:
    filled(engine)
    app = choose(opened("requests", stage="received"), "K1", "K4")
    app.selectbox(key="move_to").set_value(Stage.VERIFIED).run()
    app.text_input(key="move_note").set_value("checked").run()
    app.button(key="move").click().run()
    assert [element.value for element in fine(app).success] == ["2 requests moved to “Verified”\\."]
    assert (stage_of(engine, "K1"), stage_of(engine, "K2")) == ("verified", "received")
    undo = next(button for button in app.button if button.label == "Undo")
    undo.click().run()
    assert stage_of(engine, "K1") == "received"


def test_what_may_not_be_moved_is_told_before_anything_is(engine: Engine) -> None:
    filled(engine)
    moves.move_requests(engine, ["K1", "K2"], Stage.VERIFIED, editor("ann"), "", Policy())
    app = choose(opened("requests", stage="verified"), "K1", "K2")
    app.selectbox(key="move_to").set_value(Stage.SUBMITTED).run()
    (refusal,) = app.dataframe[1].value.to_numpy().tolist()
    assert (refusal[0], refusal[1].startswith("It lacks: Confirmation of Server")) == ("K2", True)
    assert app.button(key="move").label == "Move 1 request to “Submitted”"
    app.button(key="move").click().run()
    assert (stage_of(engine, "K1"), stage_of(engine, "K2")) == ("submitted", "verified")


def test_a_request_is_assigned_and_found_among_ones_own(engine: Engine) -> None:
    filled(engine)
    app = choose(opened("requests"), "K2")
    app.button(key="assign").click().run()
    assert parts(fine(app))["My requests"] == "1"
    app.button(key="part_My requests").click().run()
    frame = fine(app).dataframe[0].value
    assert frame["License key"].tolist() == ["K2"]
    assert frame["Assigned to"].tolist() == [app.query_params["assignee"]]
    app = choose(app, "K2")
    app.button(key="unassign").click().run()
    assert [element.value for element in fine(app).header] == ["No request matches all of these filters"]
    assert parts(opened("requests"))["My requests"] == "0"


def agrees(engine: Engine, migrated: int, waiting: int, under_way: int, upgrades: int) -> None:
    """Progress, Licenses, Upgrade lists and the queue say the same."""
    progress = {metric.label: metric.value for metric in opened("progress").metric}
    assert (progress["Migrated"], progress["Requests under way"]) == (str(migrated), str(under_way))
    assert progress["Upgrade needed"] == str(upgrades)
    queue = parts(opened("requests"))
    assert queue["All under way"] == str(under_way) == str(sum(int(queue[part]) for part in PARTS))
    for stage, number in (("migrated", migrated), (("received", "needs_info"), waiting)):
        app = opened("licenses", stage=stage, movable="yes")  # type: ignore[arg-type]
        assert f"**{number} of 4 licenses**" in [element.value for element in app.markdown]
    with database.reading(engine) as connection:
        assert customer_lists.list_totals(connection, Cut()).upgrades == upgrades
    assert (f"{upgrades} need" in texts_on(opened("customers"))) == bool(upgrades)


def test_every_page_agrees_with_the_queue_after_every_step(engine: Engine) -> None:
    filled(engine)
    agrees(engine, migrated=0, waiting=3, under_way=3, upgrades=3)
    moves.move_requests(engine, ["K2"], Stage.NEEDS_INFO, editor("ann"), "", Policy())
    moves.move_requests(engine, ["K1", "K4"], Stage.VERIFIED, editor("ann"), "", Policy())
    agrees(engine, migrated=0, waiting=1, under_way=3, upgrades=3)
    packs.submit_pack(engine, ["K1", "K4"], editor("ann"), Policy(), date(2026, 11, 1))
    agrees(engine, migrated=0, waiting=1, under_way=3, upgrades=3)
    result = sens.record_sens(engine, sens.read_sen_lines("K1 SEN-1\nK4 SEN-2"), editor("ann"), "", Policy())
    agrees(engine, migrated=2, waiting=1, under_way=1, upgrades=1)
    assert result.change
    change_reversal.undo_change(engine, result.change, ADMIN)
    agrees(engine, migrated=0, waiting=1, under_way=3, upgrades=3)


def test_items_of_a_customer_are_entered_once_for_all_its_licenses(engine: Engine) -> None:
    filled(engine)
    app = choose(opened("requests", stage=("received", "not_requested")), "K2", "K3")  # type: ignore[arg-type]
    app.selectbox(key="item_server_confirmed").set_value("yes")
    app.text_input(key="item_address").set_value("Main Street 5")
    app.text_input(key="item_country").set_value("Germany")
    app.button(key="save_items").click().run()
    assert fine(app).success[0].value.startswith("2 licenses changed")
    with database.reading(engine) as connection:
        licenses = [license_queries.license(connection, key) or {} for key in ("K2", "K3")]
    assert [(row["server_confirmed"], row["address"], row["country"]) for row in licenses] == [
        (True, "Main Street 5", "DE")
    ] * 2
    app = choose(app, "K2")
    app.text_input(key="item_myatlassian_email").set_value("nobody")
    app.button(key="save_items").click().run()
    assert "myAtlassian email" in fine(app).error[0].value


MAIL = """Hello,

> 1. License Key:
K2
> 2. The email address for the myAtlassian account for the license:
sam@beta.example
> 3. The first and last name of the holder of the myAtlassian account:
Sam Beta
> 5. The organization's full address (including country):
Main Street 5, Springfield, USA

I am using my license on my server: yes
"""


def test_a_pasted_mail_fills_what_it_answers(engine: Engine) -> None:
    filled(engine)
    app = opened("requests", dialog="reply")
    app.text_area(key="reply_text").set_value(MAIL).run()
    # The country is already stored.
    assert [box.label for box in fine(app).checkbox] == [
        "Server confirmed",
        "myAtlassian email",
        "Holder first name",
        "Holder last name",
        "Address",
    ]
    assert "•••" in {text.value for text in app.text}
    app.button(key="reveal_reply").click().run()
    lines = {text.value for text in fine(app).text}
    assert {"it@beta.example", "sam@beta.example", "nothing", "Sam", "K2"} <= lines
    app.button(key="take_over").click().run()
    assert "1 license changed" in fine(app).success[0].value
    with database.reading(engine) as connection:
        license = license_queries.license(connection, "K2")
    assert license
    assert (license["myatlassian_email"], license["holder_last_name"]) == ("sam@beta.example", "Beta")
    next(button for button in app.button if button.label == "Undo").click().run()
    with database.reading(engine) as connection:
        assert (license_queries.license(connection, "K2") or {})["myatlassian_email"] == "it@beta.example"


def test_a_mail_is_pasted_on_the_customers_page_too(engine: Engine) -> None:
    filled(engine)
    with database.reading(engine) as connection:
        (customer,) = customer_queries.find_customers(connection, "Acme")
    app = opened("customers", customer=customer, show="Paste a reply")
    app.text_area(key=f"reply_text_{customer}").set_value("Company: Acme Group").run()
    keys = next(field for field in fine(app).text_input if (field.key or "").startswith("reply_keys_"))
    assert keys.value == "K1 K4"
    assert "K1, K4" in {text.value for text in app.text}
    keys.set_value("K1 K2").run()
    assert "several customers: Acme, Beta" in fine(app).warning[-1].value.replace("\\", "")
    app.button(key="take_over").click().run()
    assert "2 licenses changed" in fine(app).success[0].value


def test_only_a_person_says_that_a_customer_declines(engine: Engine) -> None:
    filled(engine)
    app = opened("requests", dialog="reply")
    mail = "License key: K2\nDo you agree to match?\nNo, sorry\nCompany: Beta Group\n"
    app.text_area(key="reply_text").set_value(mail).run()
    assert [box.label for box in fine(app).checkbox] == ["Company"]
    assert "Do you agree to match\n“No, sorry”" in {text.value for text in app.text}
    app.button(key="take_over").click().run()
    assert stage_of(engine, "K2") != "declined"
    app = opened("requests", dialog="reply")
    app.text_area(key="reply_text").set_value(mail).run()
    app.button(key="confirm_decline_3").click().run()
    assert "1 license changed" in fine(app).success[0].value
    assert stage_of(engine, "K2") == "declined"


def test_a_pack_submits_what_is_verified_and_its_answer_migrates(engine: Engine) -> None:
    filled(engine)
    moves.move_requests(engine, ["K1", "K4"], Stage.VERIFIED, editor("ann"), "", Policy())
    app = opened("requests", requests_as="Packs")
    assert "2 of 2 verified licenses are ready." in texts_on(app)
    app.download_button(key="submit_pack").click().run()
    assert [element.value for element in fine(app).success] == [
        "Pack \\#1 created\\: 2 licenses moved to “Submitted”\\."
    ]
    user = User(account_name(), Role.ADMIN, local=True)
    assert created_content(("K1", "K4"), user)[:2] == b"PK", "the browser may ask for the file after the page"
    with database.reading(engine) as connection:
        assert stored_packs.page(connection)[1] == 1
    assert (stage_of(engine, "K1"), stage_of(engine, "K4")) == ("submitted", "submitted")
    assert "2 licenses: 0 with SEN, 2 waiting" in texts_on(app)
    answer = f'[{{"id": "{import_id("K1")}", "sen": "SEN-11"}}, {{"id": "{import_id("K4")}", "sen": "SEN-11"}}]'
    app.text_area(key="answer_text").set_value(answer).run()
    assert "SEN-11" in texts_on(app)
    answer = answer.replace("SEN-11", "SEN-12", 1).replace("}", ', "errors": ["Email unknown"]}', 1)
    app.text_area(key="answer_text").set_value(answer).run()
    assert 'K1: The answer says: "Email unknown".' in texts_on(app)
    app.button(key="record_answer").click().run()
    assert (stage_of(engine, "K1"), stage_of(engine, "K4")) == ("migrated", "migrated")
    assert "2 licenses: 2 with SEN, 0 waiting" in texts_on(fine(app))


def test_all_requests_of_a_cut_are_moved_at_once_and_that_is_undone_after_a_reload(engine: Engine) -> None:
    rows = "".join(f"L{number},Dent,{WHOLE}\n" for number in range(60))
    filled(engine)
    imports.commit(engine, add_file(engine, HEADER + rows), editor("ann"), Policy())
    keys = [f"L{number}" for number in range(60)]
    moves.move_requests(engine, keys, Stage.RECEIVED, editor("ann"), "", Policy())
    app = choose(opened("requests", stage="received", missing="nothing"), "K1")
    assert "**62 of 63 requests**" in [element.value for element in app.markdown]
    app.button(key="choose_all").click().run()
    app.selectbox(key="move_to").set_value(Stage.VERIFIED).run()
    assert app.button(key="move").label == "Move 62 requests to “Verified”"
    app.button(key="move").click().run()
    assert stage_of(engine, "L59") == "verified"
    reloaded = opened("requests", done=str(app.query_params["done"]))
    assert reloaded.success[0].value == "62 requests moved to “Verified”\\."
    assert parts(reloaded)["Ready to submit"] == "62"
    next(button for button in reloaded.button if button.label == "Undo").click().run()
    assert stage_of(engine, "L59") == "received"
    assert (parts(fine(reloaded))["To verify"], stage_of(engine, "K2")) == ("62", "received")


def test_pasted_sens_are_recorded_where_they_match(engine: Engine) -> None:
    filled(engine)
    app = opened("requests", dialog="sens")
    app.text_area(key="sens_text").set_value("K1 SEN-21\nK2 SEN-21\nK9 SEN-22\nK3 SEN-23\n").run()
    results = fine(app).dataframe[-1].value.set_index("License key")["Result"].to_dict()
    assert results["K3"] == "Matches"
    assert results["K9"] == "Unknown key"
    assert "Matches" not in {results["K1"], results["K2"]}
    app.button(key="record_sens").click().run()
    assert "1 license migrated" in fine(app).success[0].value
    assert (stage_of(engine, "K3"), stage_of(engine, "K1")) == ("migrated", "received")


def test_a_paste_that_would_keep_the_page_busy_is_read_by_the_worker_and_waits_for_whoever_comes(
    engine: Engine,
) -> None:
    filled(engine)
    app = opened("requests", dialog="sens")
    app.text_area(key="sens_text").set_value(f"K3 SEN-33\n{'-' * 2_000_001}").run()
    number = app.query_params["answer"]
    worked(fine(app), engine)
    assert "2 lines, of which 1 match and 1 do not" in texts_on(app)
    # Another tab, or this one after a reload, is offered what waits.
    other = opened("requests", dialog="sens")
    other.button(key=f"open_answer_{number}").click().run()
    fine(other).button(key="record_answer").click().run()
    worked(fine(other), engine)
    assert "1 license migrated" in other.success[0].value
    assert stage_of(engine, "K3") == "migrated"
    assert [button.key for button in opened("requests", dialog="sens").button if "answer" in (button.key or "")] == []


def test_what_a_long_mail_says_is_hidden_from_whoever_did_not_paste_it(engine: Engine) -> None:
    filled(engine)
    app = opened("requests", dialog="reply")
    app.text_area(key="reply_text").set_value(f"{SAVED}{'A' * 2_000_001}").run()
    worked(fine(app), engine)
    assert "Reveal contacts to see what this email says" in texts_on(app)
    assert "sam@beta.example" not in texts_on(app)
    app.button(key="reveal_reply").click().run()
    assert "sam@beta.example" in texts_on(fine(app))
    app.button(key="take_over").click().run()
    assert "1 license changed" in fine(app).success[0].value
    assert "answer" not in app.query_params
