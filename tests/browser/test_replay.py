"""What an editor's browser says is said again by a viewer's, and by the editor's own once they may only look: nothing comes of it.

Real frames of the websocket, without a browser. What no button of this test does is read from the code in tests/web/test_who_acts.py.
"""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import pytest
from sqlalchemy import select
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from lib.checking.settings import Settings
from lib.domain.policy import Policy
from lib.domain.requests import Stage
from lib.domain.roles import Role
from lib.importing import imports
from lib.requests import moves
from lib.store import audit, database, people
from lib.store.audit import AuditAction
from lib.store.schema import metadata
from tests.actors import ADMIN, editor
from tests.browser.app import Server, serving
from tests.sessions import Session, opened
from tests.store.complete import ready
from tests.store.stories import imported, now
from tests.stores import connected, copied
from tests.web.signing import SECRETS, cookie

PAGES = {
    "licenses": "license={key}",
    "customers": "customer={customer}",
    "requests": "requests_as=Packs",
    "activity": "batch=1",
    "import": "batch={batch}&step=check",
    "import ": "batch={batch}&step=columns",
}
"""Pages that an editor changes something on, by address; a blank tells two of one page apart."""

EDITORS = {page: f"editor{number}@example.com" for number, page in enumerate(PAGES)}
WAITING = b"License Key,Product,Hosting,Editors,Server tier\nNEW-KEY-0001,Jira,Server,many,100\n"

KEY = "KEY-NINE-9999"
"""A license that is ready to be submitted."""

_SIGN_OUT = "-leave"
"""How the id of the button ends by which everybody may sign out."""

_CHANGING = ("tallies", "caught_up", "sign_ins", "audit_log", "people", "profiles", "lookups")
"""Tables that change by looking at pages, by signing in, or by themselves."""


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Events:
    """What a page that somebody has open lets them do: events of its widgets, and the files that its buttons build."""

    session: str
    widgets: tuple[WidgetState, ...]
    files: tuple[str, ...]


@pytest.fixture
def server(sample_store: Path, tmp_path: Path) -> Iterator[Server]:
    """The application with the sample, a file that waits, and requests to submit; nobody works beside the test."""
    url = copied(sample_store, tmp_path)
    with connected(url) as engine:
        batch = imports.add_file(engine, "waiting.csv", WAITING, Settings(), editor("ann"))
        imports.check_batch(engine, batch, editor("ann"), Policy())
        imported(engine, ready(KEY, company="Acme Nine"))
        for stage in (Stage.RECEIVED, Stage.VERIFIED):
            moves.move_requests(engine, [KEY], stage, editor("ann"), "", Policy())
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(SECRETS)
    roles = {"APP_EDITORS": ",".join(EDITORS.values()), "APP_VIEWERS": "vic@example.com", "APP_WORKER": "none"}
    with serving(url, tmp_path / "log", "--secrets.files", str(secrets), environment=roles) as running:
        yield running


def stored(server: Server) -> dict[str, list[Any]]:
    """All that is stored, by table, without what looking at pages changes."""
    with connected(server.database_url) as engine, database.reading(engine) as connection:
        tables = [table for table in metadata.sorted_tables if table.name not in _CHANGING]
        return {table.name: [tuple(row) for row in connection.execute(select(table))] for table in tables}


def events_of(answers: Sequence[ForwardMsg]) -> Events:
    """What a page offers, by what a server said of it."""
    session, widgets, files = "", [], []
    for answer in answers:
        if answer.WhichOneof("type") == "new_session":
            session = answer.new_session.initialize.session_id or session
        element = answer.delta.new_element
        match element.WhichOneof("type"):
            case "button" if not element.button.id.endswith(_SIGN_OUT):
                widgets.append(WidgetState(id=element.button.id, trigger_value=True))
            case "download_button":
                widgets.append(WidgetState(id=element.download_button.id, trigger_value=True))
                files.append(element.download_button.deferred_file_id)
            case "selectbox" if element.selectbox.options:
                widgets.append(WidgetState(id=element.selectbox.id, string_value=element.selectbox.options[-1]))
    return Events(session, tuple(widgets), tuple(filter(None, files)))


def queries(server: Server) -> dict[str, str]:
    """The query of each page."""
    with connected(server.database_url) as engine:
        customer = now(engine)[KEY]["customer"]
    texts = {"key": KEY, "customer": quote(customer), "batch": "2"}
    return {page: query.format(**texts) for page, query in PAGES.items()}


def sign_in(server: Server, email: str) -> str:
    return cookie(email, origin=server.url)


async def replay(session: Session, page: str, query: str, events: Events, own_session: str) -> list[str]:
    """Say all of somebody's events in a session; gives the addresses of files that came of it."""
    # Files first, which are gone once the events have led to another page.
    files = await session.ask_for_files(events.files, own_session)
    # All at once: a page calls back for each widget that changed.
    await session.run(page, query, *events.widgets)
    return files


async def attack(server: Server) -> tuple[dict[str, Events], list[str]]:
    """Open each page as an editor, and say what they could in a viewer's session, then in their own without the role."""
    addresses, offers, files = queries(server), {}, []
    async with AsyncExitStack() as stack:
        viewer = await stack.enter_async_context(opened(server.url, sign_in(server, "vic@example.com")))
        own_session = events_of(await viewer.run("")).session
        editors = {}
        for page, email in EDITORS.items():
            editors[page] = await stack.enter_async_context(opened(server.url, sign_in(server, email)))
            offers[page] = events_of(await editors[page].run(page.strip(), addresses[page]))
            files += await replay(viewer, page.strip(), addresses[page], offers[page], own_session)
        with connected(server.database_url) as engine, database.writing(engine) as connection:
            for email in EDITORS.values():
                people.set_role(connection, email, Role.VIEWER, ADMIN)
        for page, session in editors.items():
            files += await replay(session, page.strip(), addresses[page], offers[page], offers[page].session)
    return offers, files


async def work(server: Server, page: str) -> list[str]:
    """Do as an editor all that a page offers; gives the addresses of files."""
    query = queries(server)[page]
    async with opened(server.url, sign_in(server, "vic@example.com")) as session:
        events = events_of(await session.run(page.strip(), query))
        return await replay(session, page.strip(), query, events, events.session)


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """What a coroutine comes to, in a thread of its own: Playwright has a loop in this one."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, coroutine).result()


def test_what_an_editor_could_do_a_viewer_cannot_say_again(server: Server) -> None:
    before = stored(server)
    offers, files = run(attack(server))
    buttons = sum(len(events.widgets) for events in offers.values())
    assert buttons >= 30, offers
    assert sum(len(events.files) for events in offers.values()) >= 5
    assert files == []
    assert stored(server) == before
    with connected(server.database_url) as engine, database.reading(engine) as connection:
        entries, _ = audit.page(connection, ADMIN, who="@example.com", count=1_000)
    assert {entry.action for entry in entries} == {AuditAction.SIGN_IN, AuditAction.REFUSAL}
    assert len([entry for entry in entries if entry.action is AuditAction.REFUSAL]) >= 5
    # It is the role that makes the difference: given back, the same frames change the store and bring files.
    with connected(server.database_url) as engine, database.writing(engine) as connection:
        people.set_role(connection, "vic@example.com", Role.EDITOR, ADMIN)
    own_files = [file for page in PAGES for file in run(work(server, page))]
    assert {name for name, rows in stored(server).items() if rows != before[name]} >= {"batches", "packs", "downloads"}
    assert len(own_files) >= 5
