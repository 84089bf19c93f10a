"""The page Reconcile: what it offers before and after an export, and the counts that lead elsewhere."""

from pathlib import Path

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from lib import worker
from lib.checking.settings import Settings
from lib.domain.masking import HIDDEN
from lib.domain.policy import Policy
from lib.importing import imports
from lib.reconciling import exports
from tests.actors import EDITOR
from tests.pages.visit import SAMPLE, fine, of_all, opened, texts_on
from tests.store.stories import now

EXPORT = SAMPLE.parent / "sample_marketplace_licenses_export.csv"
OTHERS = {"App not exported": 1}


@pytest.fixture
def reconciled(engine: Engine) -> Engine:
    """The application's store, with both samples."""
    imports.import_file(engine, SAMPLE.name, SAMPLE.read_bytes(), Settings(), EDITOR, Policy())
    exports.take_in(engine, EXPORT.read_bytes(), Path(EXPORT).name, EDITOR, Policy())
    return engine


def lists(app: AppTest) -> dict[str, int]:
    """The lists with licenses in them."""
    labels = app.segmented_control[0].options
    counts = {label.rpartition(": ")[0]: int(label.rpartition(": ")[2]) for label in labels}
    return {title: count for title, count in counts.items() if count}


def contacts(app: AppTest) -> dict[str, str]:
    """Our contacts of the match that is open, by title."""
    ours = app.table[0].value.set_index("Field")["Ours"]
    return {title: ours[title] for title in ("Account", "Contact", "Contact's name")}


def click(app: AppTest, key: str) -> AppTest:
    """The page after a click on a button."""
    return fine(app.button(key=key).click().run())


def worked_off(store: Engine, app: AppTest) -> AppTest:
    """The page after the worker did what was requested."""
    assert worker.work_off(store) == 1
    return fine(app.run())


def test_an_empty_store_asks_for_licenses_and_then_for_an_export(engine: Engine) -> None:
    assert "first" in texts_on(opened("reconcile"))
    imports.import_file(engine, SAMPLE.name, SAMPLE.read_bytes(), Settings(), EDITOR, Policy())
    assert "Nothing compared yet" in texts_on(opened("reconcile"))


def test_matches_are_accepted_applied_and_undone_and_other_pages_count_the_same(reconciled: Engine) -> None:
    app = opened("reconcile", list="review")
    assert lists(app) == {"To review": 1, "Ready to apply": 2, **OTHERS}
    assert contacts(app) == {"Account": HIDDEN, "Contact": HIDDEN, "Contact's name": HIDDEN}
    app = click(app, "reveal_pair")
    assert "@" in contacts(app)["Contact"]
    assert HIDDEN not in contacts(app).values()
    app = click(app, "accept")
    assert lists(app) == {"Ready to apply": 3, **OTHERS}
    app.segmented_control[0].set_value("ready").run()
    assert "1 license would become migrated and 2 matched." in texts_on(app)
    app = worked_off(reconciled, click(app, "apply"))
    done = "3 matches applied, as change 2: 1 newly migrated, 2 newly matched, 0 waiting for an upgrade."
    assert [box.value.replace("\\", "") for box in app.success] == [done]
    assert lists(app) == {"Matched": 2, "Found on Cloud": 1, **OTHERS}
    assert of_all(opened("licenses", marketplace="matched")) == "2 of 11 licenses"
    assert of_all(opened("licenses", stage="matched")) == "2 of 11 licenses"
    app = worked_off(reconciled, click(app, "undo_applied"))
    assert lists(app) == {"Ready to apply": 3, **OTHERS}
    assert {row["stage"] for row in now(reconciled).values()}.isdisjoint({"matched"})


def test_a_rejected_match_is_gone_and_the_answer_can_be_taken_back(reconciled: Engine) -> None:
    app = click(opened("reconcile", list="review"), "reject")
    assert lists(app) == {"Ready to apply": 2, "Only theirs": 1, **OTHERS}
    app = worked_off(reconciled, click(app, "take_back"))
    assert lists(app) == {"To review": 1, "Ready to apply": 2, **OTHERS}


def test_an_export_waits_for_the_worker_and_a_failure_can_be_closed(reconciled: Engine) -> None:
    exports.submit_file(reconciled, SAMPLE.read_bytes(), "wrong.csv", EDITOR)
    assert "queued" in opened("reconcile").get("progress")[0].proto.text
    worker.work_off(reconciled)
    app = opened("reconcile")
    assert "The file wrong.csv is not a Marketplace export" in texts_on(app)
    assert "no Marketplace export" not in texts_on(click(app, "close_failure"))
