"""A click on a form's button that arrives after the form has closed changes nothing and says so."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.visit import fine

SENTENCE = "The form closed before your click arrived, so nothing was changed."
LATE_CLICKS = (
    ("customer_parts", "part", (None,)),
    ("people_list", "save", (None,)),
    ("preview", "submit_import", (1, None)),
    ("request_items", "save", (("K-1",), None)),
    ("long_answers", "record", (1, None, None)),
    ("file_step", "read_sheets", (1, {"Sheet": "sheet_1_0_True"})),
    ("edit_form", "save", ({"license_key": "K-1", "since": 1}, ())),
)


def late_click(module: str, callback: str, args: tuple[object, ...]) -> None:
    from importlib import import_module

    import streamlit as st

    st.button("Late", key="late", on_click=getattr(import_module(f"lib.web.{module}"), callback), args=args)


@pytest.mark.parametrize(("module", "callback", "args"), LATE_CLICKS)
def test_a_late_click_changes_nothing(module: str, callback: str, args: tuple[object, ...]) -> None:
    app = AppTest.from_function(late_click, args=(module, callback, args)).run()
    fine(app.button(key="late").click().run())
    assert [toast.value for toast in app.toast] == [SENTENCE]
