"""Every page with licenses on it: nothing moves while it loads, everybody can read and use it, and the console stays empty."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

from lib.web.menu import ADDRESSES
from tests.browser.app import Server, open_page

OLD_ADDRESSES = {"batches", "upgrades"}
PATHS = [*sorted(ADDRESSES - OLD_ADDRESSES), "?tab=Requests", "?tab=Where", "?tab=What+changed"]

BY_NIGHT = ("", "cloud", "customers", "licenses", "policy")
"""Pages that together show all of our parts, whose colours are looked at in the dark as well."""

OF_STREAMLIT = {"list", "listitem", "presentation-role-conflict", "svg-img-alt"}
"""Findings on what Streamlit alone draws: the lists of its menu, the zone for files, the points on lines of tiles."""

MOST_SHIFT = 0.1
"""The layout shift up to which a page counts as steady (https://web.dev/articles/cls)."""

SUM_SHIFTS = """
window.shift = 0;
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""

AT_ONCE = "* { transition: none !important; }"
"""So that no colour is looked at half way from day to night."""


def warnings_of(page: Page) -> list[str]:
    """What the console warns of from now on, but for the lines of tiles, which Streamlit draws."""
    warnings: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "warning" and "Infinite extent" not in message.text:
            warnings.append(f"{page.url}: {message.text}")

    page.on("console", on_console)
    return warnings


def findings(page: Page, **options: object) -> list[str]:
    """What axe finds on a page, in each of our parts."""
    violations = Axe().run(page, options=options).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in violations if each["id"] not in OF_STREAMLIT]


def test_pages_are_steady_and_open_to_everybody_by_day_and_by_night(page: Page, sample_server: Server) -> None:
    warnings = warnings_of(page)
    page.add_init_script(SUM_SHIFTS)
    page.set_viewport_size({"width": 1440, "height": 900})
    for path in PATHS:
        page.emulate_media(color_scheme="light")
        open_page(page, sample_server, path)
        assert findings(page) == [], path
        assert page.evaluate("shift") < MOST_SHIFT, path
        if path in BY_NIGHT:
            page.add_style_tag(content=AT_ONCE)
            page.emulate_media(color_scheme="dark")
            assert findings(page, runOnly=["color-contrast"]) == [], path
    assert warnings == []
