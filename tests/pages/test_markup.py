"""Texts of files and people are shown as they are: where a page speaks Markdown, they are no images, links or formats."""

from collections.abc import Iterable

import pytest
from google.protobuf.text_format import MessageToString
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from lib.domain.policy import Policy
from lib.editing import edits
from lib.importing import imports
from lib.measures.cut import Cut
from lib.store import customer_lists, database
from tests.actors import editor
from tests.pages.visit import add_file, checked, opened

IMAGE = "![i](http://evil.example/x.png)"
DRAFT = (
    f"License Key,Product,Hosting,Editors,Server tier,Company,Email,Mystery {IMAGE},Users {IMAGE}\n"
    f"K-1,Jira,Server,10,100,Acme {IMAGE},a@b.example,x {IMAGE},5\n"
    f"K-3,Jira,Server,10,100,\x1b[31mAcme\x1b[0m,c@b.example,z,5\n"
    f"K-2,Wirefr {IMAGE},Server {IMAGE},many {IMAGE},100,{IMAGE},no mail {IMAGE},y,7\n"
)
STORED = (
    "License Key,Product,Hosting,Editors,Server tier,Company,Notes\n"
    f"K-1,Jira,Server,10,100,Acme {IMAGE},n {IMAGE}\nK-9,Jira,Server,many {IMAGE},100,x,n\n"
)
_PLAIN = ("Text", "Code")
"""Elements whose body is no Markdown."""


@pytest.fixture
def store(engine: Engine) -> Engine:
    """The store with licenses and changes whose every text is an image in Markdown."""
    number = add_file(engine, STORED, f"{IMAGE}.csv")
    imports.commit(engine, number, editor(f"ann {IMAGE}"), Policy())
    edits.edit(engine, "K-1", None, {"notes": f"q {IMAGE}"}, editor(f"bo {IMAGE}"), f"why {IMAGE}", Policy())
    return engine


def markdown_of(app: AppTest) -> Iterable[str]:
    """The lines of what is sent to the browser that are read as Markdown: labels, help and most bodies."""
    for element in (*app.main, *app.sidebar):
        proto = getattr(element, "proto", None)
        if proto is None:
            continue
        names = ("label:", "help:") if type(proto).__name__ in _PLAIN else ("label:", "help:", "body:")
        lines = MessageToString(proto, as_utf8=True).splitlines()
        yield from (line.strip() for line in lines if line.strip().startswith(names))


@pytest.mark.parametrize("step", ["file", "columns", "check", "preview"])
def test_a_file_that_is_coming_in_formats_nothing(engine: Engine, step: str) -> None:
    number = checked(engine, DRAFT, f"{IMAGE}.csv")
    app = opened("import_batch", batch=str(number), step=step)
    if any(button.key == "reveal_file" for button in app.button):
        app.button(key="reveal_file").click().run()
    lines = list(markdown_of(app))
    assert "\x1b" not in "".join(code.value for code in app.code), "somebody may copy it into a terminal"
    assert len(lines) > 5
    assert [line for line in lines if IMAGE in line] == []


def test_what_is_stored_formats_nothing(store: Engine) -> None:
    with database.reading(store) as connection:
        (customer,) = customer_lists.listed_keys(connection, Cut())
    visits = [("activity", {"batch": "1"}), ("licenses", {"license": "K-1"}), ("customers", {}), ("requests", {})]
    for page, query in (*visits, ("progress", {}), ("audit", {}), ("customers", {"customer": customer})):
        lines = list(markdown_of(opened(page, **query)))
        assert len(lines) > 3, page
        assert [line for line in lines if IMAGE in line] == [], page
