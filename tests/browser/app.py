"""The running application as the browser tests see it: a server process to start, and pages to open and wait for."""

import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, expect

from lib.checking.settings import Settings
from lib.domain.policy import Policy
from lib.importing import imports
from tests.actors import editor
from tests.forks import started
from tests.proxy import free_port
from tests.stores import connected

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "tests" / "data" / "sample_legacy_licenses.csv"
PATHS = ("", "cloud", "licenses", "customers", "requests", "import", "activity")
"""The address of each page, after the server's own."""

# Streamlit looks for its server under the page's own address first, and Chromium reports that as an error.
_PROBE = re.compile(r"/\w+/_stcore/(health|host-config)$")


_watched: list[Page] = []


@dataclass(frozen=True, slots=True)
class Server:
    """A running application and the database it keeps its licenses in."""

    url: str
    database_url: str
    process: int


@contextmanager
def serving(
    database_url: str,
    log: Path,
    *options: str,
    environment: Mapping[str, str] | None = None,
    root: Path = ROOT,
    script: str = "app.py",
    killed: bool = False,
    afresh: bool = False,
    port: int = 0,
) -> Iterator[Server]:
    """Run the application on a port, by default a free one, as a process of its own with nothing else in its environment about it.

    `options` go to `streamlit run`; the process's output is in the file `log`; `root` is the project's folder, `script` what is run in it.
    `killed` ends it without a warning; `afresh` starts it from the command line (see `tests.forks`), as another `root` must.
    """
    port = port or free_port()
    url = f"http://localhost:{port}"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("APP_", "STREAMLIT_"))}
    process = started(
        ("streamlit", "run", script, "--server.port", str(port), *options),
        root,
        {**inherited, "DATABASE_URL": database_url, **(environment or {})},
        log,
        afresh=afresh or root != ROOT,
    )
    try:
        _wait_until_healthy(url, process, log)
        yield Server(url, database_url, process.pid or 0)
    finally:
        _leave(url)
        process.kill() if killed else process.terminate()
        process.join(10)
        process.kill()
        process.join()


def imported(store_url: str, name: str, content: bytes) -> str:
    """Import a file into a store, and leave it without connections; gives its URL back."""
    with connected(store_url) as engine:
        imports.import_file(engine, name, content, Settings(), editor("ann"), Policy())
    return store_url


def open_page(page: Page, server: Server, path: str = "") -> None:
    """Open a page of the application by its address and wait until it has been drawn."""
    page.goto(f"{server.url}/{path}")
    settle(page)


def settle(page: Page) -> None:
    """Wait until the page is connected, its script has ended and nothing is still being fetched.

    Just after a click the script has not begun yet: expect what the click brings about, then settle if needed.
    """
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=30_000)
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=30_000)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=30_000)


def press_until(focused: Locator, key: str, sought: Locator) -> None:
    """Press a key in something until what it brings about is there: a press is lost if the page draws it anew just then."""
    for _ in range(10):
        focused.press(key)
        with suppress(AssertionError):
            expect(sought.first).to_be_visible(timeout=1_000)
            break
    expect(sought.first).to_be_visible()


def enter_row(table: Locator, row: int) -> None:
    """Open a row of a table in which none is ticked by keyboard, from 0."""
    canvas, keyboard = table.get_by_test_id("data-grid-canvas"), table.page.keyboard
    # The cells are described beside the canvas that they are drawn on, and not visible; the one in focus has the keyboard.
    cell = table.locator(f'td[id$="-{row}"][aria-selected="true"]')
    for _ in range(10):  # a table that is drawn anew just then loses it
        canvas.focus()
        keyboard.press("Control+Home")
        for _ in range(row):
            keyboard.press("ArrowDown")
        with suppress(AssertionError):
            expect(cell).to_have_count(1, timeout=1_000)
            break
    keyboard.press("Enter")


def click_until(button: Locator, sought: Locator) -> None:
    """Click a button until what it brings about is there: a form may not have what was typed a moment ago yet."""
    for _ in range(10):
        if button.count():
            button.click()
        with suppress(AssertionError):
            expect(sought.first).to_be_visible(timeout=5_000)
            break
    expect(sought.first).to_be_visible()


def watch(page: Page) -> list[str]:
    """All that the page complains about from now on: console errors, script errors, requests to other servers."""
    complaints: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error" and not _PROBE.search(message.location["url"]):
            complaints.append(f"console: {message.text}")

    def on_request(request: Request) -> None:
        if not request.url.startswith(("http://localhost:", "data:", "blob:")):
            complaints.append(f"request: {request.url}")

    _watched[:] = [*(other for other in _watched if not other.is_closed()), page]
    page.on("console", on_console)
    page.on("request", on_request)
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    return complaints


def _leave(url: str) -> None:
    """Take the watched tabs away from a server before it stops: what they still load would be refused, and be told."""
    for page in _watched:
        if not page.is_closed() and page.url.startswith(url):
            page.goto("about:blank")


def _wait_until_healthy(url: str, process: ForkServerProcess, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.is_alive():
        try:
            with urlopen(f"{url}/healthz", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"The application did not start:\n{log.read_text(errors='replace')}")
