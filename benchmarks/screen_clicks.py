"""How long somebody at a browser waits for *Progress*: after opening it, and after each click on a filter.

A time ends with the last change of what the page shows, once its script has ended, its charts are drawn, and nothing has
changed for a while. Each first load is in a browser's profile of its own, without anything kept. Filters are chosen and
cleared in turns, all of them once before a click counts.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests import provide
from tests.browser.app import Server, settle
from tests.browser.conftest import FLAGS

CLICKS = 8
LOADS = 3

_CHARTS = 3
_PRODUCTS = ("Jira", "Confluence")
_PATIENCE = 120_000.0  # milliseconds

_WATCH = """
window.settling = {from: 0, last: 0, ran: true};
addEventListener('pointerdown', () => { settling.from ??= performance.now(); }, true);
new MutationObserver((changes) => {
  settling.last = performance.now();
  settling.ran ||= changes.some((change) => change.attributeName === 'data-test-script-state'
    || change.type !== 'attributes' && change.target.parentElement?.closest('[data-testid="stMain"]'));
}).observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
"""
"""Notes in the page when it changed last, since when somebody waits (null until they press), and whether its script ran since.

A run may be over before the browser shows that there was one: what it draws is a sign of it, too.
"""

_SETTLED = """
(charts) => settling.from !== null && settling.ran && performance.now() - settling.last > 300
  && document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === 'notRunning'
  && !document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]')
  && document.querySelectorAll('[data-testid="stVegaLiteChart"] :is(svg, canvas)').length >= charts
"""


@dataclass(frozen=True, slots=True)
class Waits:
    """Milliseconds of first loads, and from clicks on filters."""

    loads: list[float]
    clicks: list[float]


def waits(server: Server, *, is_peer: bool) -> Waits:
    """How long somebody waits for our page of a server, or for the peer's."""
    with chromium() as browser:
        loads = [load(browser, server) for _ in range(LOADS)]
        with tab(browser) as page:
            page.goto(server.url)
            settled(page)
            filters = (peer_filters if is_peer else our_filters)(page)
            before = 2 * len(_PRODUCTS)
            return Waits(loads, [click(page, next(filters)) for _ in range(before + CLICKS)][before:])


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium. Raises RuntimeError if this machine has none."""
    path = provide.chromium()
    if path is None:
        raise RuntimeError(provide.ADVICE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def tab(browser: Browser) -> Iterator[Page]:
    """A tab of a browser never used before, as large as a laptop's screen."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    context.add_init_script(_WATCH)
    yield context.new_page()
    context.close()


def load(browser: Browser, server: Server) -> float:
    """Milliseconds until the page is there."""
    with tab(browser) as page:
        page.goto(server.url)
        return settled(page)


def click(page: Page, target: Locator) -> float:
    """Milliseconds from a click until the page has settled."""
    page.evaluate("settling.from = null; settling.ran = false")
    target.click()
    return settled(page)


def settled(page: Page) -> float:
    """Wait until the page has settled; gives the milliseconds that it took."""
    page.wait_for_function(_SETTLED, arg=_CHARTS, polling=50, timeout=_PATIENCE)
    milliseconds: float = page.evaluate("settling.last - settling.from")
    return milliseconds


def our_filters(page: Page) -> Iterator[Locator]:
    """What to click on our page: a product in the popover, what clears it, another product, and so on."""
    while True:
        for product in _PRODUCTS:
            page.locator(".st-key-bar_product button").first.click()
            page.locator(".st-key-filter_product").get_by_role("combobox").click()
            yield page.get_by_role("option", name=product, exact=True)
            page.keyboard.press("Escape")
            page.keyboard.press("Escape")
            expect(page.locator(".st-key-filter_product")).to_have_count(0)
            settle(page)
            yield page.locator(".st-key-clear button")


def peer_filters(page: Page) -> Iterator[Locator]:
    """What to click on the peer's page: a product's button, the same again, which clears it, another product's, and so on."""
    while True:
        for product in _PRODUCTS:
            button = page.get_by_test_id("stButtonGroup").get_by_text(product.lower(), exact=True)
            yield button
            yield button
