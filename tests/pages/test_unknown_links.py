"""A link that asks for what does not exist says so on every page, and opens without it."""

import pytest
from sqlalchemy import Engine

from tests.pages.visit import fine, opened

LINKS = {
    "progress": {"since": "2999-01-01"},
    "cloud": {"on": "2026-02-30"},
    "licenses": {"stage": "asleep"},
    "customers": {"sort": "Shoe size"},
    "requests": {"requests_as": "Tea"},
    "import_batch": {"batch": "none"},
    "activity": {"by": "Nobody"},
    "reconcile": {"list": "groceries"},
    "policy": {"part": "Weather"},
    "audit": {"audit_action": "sleep"},
}


@pytest.mark.parametrize("page", LINKS)
def test_a_link_to_something_unknown_says_so_and_opens_without_it(sample: Engine, page: str) -> None:
    ((name, text),) = LINKS[page].items()
    app = opened(page, **{name: text})
    assert [element.value for element in app.header] == ["This link asks for something that does not exist"]
    assert any(f"“{text}” is not known here." in element.value for element in app.text)
    app.button(key="without_unknown").click().run()
    assert "This link asks" not in str([element.value for element in fine(app).header])
    assert name not in app.query_params or app.query_params[name] != [text]
