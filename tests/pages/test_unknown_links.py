"""A link that asks for what does not exist says so on every page, and opens without it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from lib.web.unknown_links import NAMES
from tests.pages.visit import fine, opened

ROOT = Path(__file__).resolve().parents[2]
LINKS = {
    "progress": {"since": "2999-01-01"},
    "cloud": {"on": "2026-02-30"},
    "licenses": {"page": "abc"},
    "customers": {"sort": "Shoe size"},
    "requests": {"requests_as": "Tea"},
    "import_batch": {"batch": "none"},
    "activity": {"by": "Nobody"},
    "reconcile": {"list": "groceries"},
    "policy": {"part": "Weather"},
    "audit": {"audit_action": "sleep"},
    "people": {"shoe_size": "46"},
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


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "one", "9" * 30])
def test_pages_of_a_list_are_numbers_from_one(sample: Engine, text: str) -> None:
    app = opened("licenses", page=text)
    assert [element.value for element in app.text][:1] == [f"Page: “{text}” is not known here."]
    assert not fine(opened("licenses", page="99")).header, "a list may have become shorter"


def test_every_name_that_no_page_knows_is_told_and_dropped_and_the_rest_of_the_link_stays(sample: Engine) -> None:
    app = opened("licenses", file="99", outcom="eligible", outcome="eligible")
    assert [element.value for element in app.text][:2] == [
        "file: “99” is not known here.",
        "outcom: “eligible” is not known here.",
    ]
    fine(app.button(key="without_unknown").click().run())
    assert app.query_params == {"outcome": "eligible"}
    assert "2 of 11 licenses" in app.markdown[0].value


def test_every_page_knows_the_names_that_pages_use() -> None:
    names = {
        name for file in (ROOT / "lib/web").glob("*.py") for name in names_in_addresses(ast.parse(file.read_text()))
    }
    names |= {
        name for file in (ROOT / "pages").glob("*.py") for name in names_in_addresses(ast.parse(file.read_text()))
    }
    # No page sees the mark of Back and Forward: the frame takes it out of the address first.
    assert {"batch", "customer", "done", "page"} <= names - {"returned"} <= NAMES


def names_in_addresses(module: ast.Module) -> Iterator[str]:
    """The names that a module reads, writes or binds in the address, as far as they stand in it."""
    texts = {
        target.id: node.value.value
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(module):
        name: ast.expr | None = None
        if isinstance(node, ast.Call) and any(word.arg == "bind" for word in node.keywords):
            name = next(word.value for word in node.keywords if word.arg == "key")
        elif isinstance(node, ast.Call) and node.args and ast.unparse(node.func).startswith("st.query_params."):
            name = node.args[0]
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "st.query_params":
            name = node.slice
        if isinstance(name, ast.Constant):
            yield str(name.value)
        elif isinstance(name, ast.Name) and name.id in texts:
            yield str(texts[name.id])
