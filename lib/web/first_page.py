"""The page that a browser gets first: Streamlit's own with our style in it, so that nothing jumps once the script draws."""

import functools
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from streamlit.file_util import get_static_dir

from lib.web.menu import ADDRESSES

_STYLE = Path(__file__).with_name("screen.css")
_FONT = (
    '<link rel="preload" href="./app/static/inter-latin-wght-normal.woff2" as="font" type="font/woff2" crossorigin />'
)
_SCRIPTS = "".join(f'<script src="./app/static/{name}.js" defer></script>' for name in ("history", "popovers"))


@functools.cache
def content() -> str:
    """Streamlit's page with our title, font, scripts and style."""
    page = Path(get_static_dir(), "index.html").read_text("utf-8")
    page = page.replace("<title>Streamlit</title>", f"<title>License migration</title>{_FONT}{_SCRIPTS}")
    # At the end of the body: Streamlit adds its own styles to the head, and of two rules alike the later one counts.
    return page.replace("</body>", f"<style>{_STYLE.read_text('utf-8')}</style></body>")


async def show(request: Request) -> HTMLResponse:
    """Answer with the page; a browser asks for it each time, so that a new version is seen at once."""
    return HTMLResponse(content(), headers={"Cache-Control": "no-cache"})


def routes() -> list[Route]:
    """A route for the address of each page."""
    base = str(st.config.get_option("server.baseUrlPath") or "").strip("/")
    folder = f"/{base}/" if base else "/"
    return [Route(folder + address, show) for address in sorted(ADDRESSES)]
