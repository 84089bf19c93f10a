"""A chart as a picture for slides and mails: PNG or SVG, with what it shows and where its numbers come from.

Drawn in this process by vl-convert; nothing is fetched. Texts of files stay texts: whatever they hold, no mark-up comes of it.
"""

import base64
import re
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import vl_convert

from lib.dashboard.charts import DARK, LIGHT, QUIET, Palette
from lib.domain.text import clean

VERSION = "6.4"
"""The Vega-Lite that draws, the one that Altair writes for."""

_WIDTH = 760
_SCALE = 2.0
_FONT = "Inter, Liberation Sans, Arial, sans-serif"
_INTER = Path(__file__).resolve().parents[1] / "web" / "static" / "inter-latin-wght-normal.woff2"
_NO_TEXT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML may hold, not even escaped."""

_LONGEST = 110
"""Letters of the title and of a line below it."""


class ImageKind(StrEnum):
    """The kinds of picture, each the ending of its file's name."""

    PNG = "png"
    SVG = "svg"

    @property
    def mime_type(self) -> str:
        """How browsers know it."""
        return "image/svg+xml" if self is ImageKind.SVG else f"image/{self}"


def image(kind: ImageKind, spec: dict[str, Any], is_dark: bool, title: str, note: str) -> bytes:
    """A chart as a picture of a kind (see `png` and `svg`)."""
    draw = svg if kind is ImageKind.SVG else png
    return draw(spec, is_dark, title, note)


def png(spec: dict[str, Any], dark: bool, title: str, note: str) -> bytes:
    """A chart of `lib.charts`, told as Vega-Lite, as PNG in double size; `note` is the line below the title."""
    picture: bytes = vl_convert.vegalite_to_png(
        _complete(spec, dark, title, note), vl_version=VERSION, scale=_SCALE, allowed_base_urls=[]
    )
    return picture


def svg(spec: dict[str, Any], dark: bool, title: str, note: str) -> bytes:
    """The same as SVG, in UTF-8, with its own font: it looks as on the screen wherever fonts may be embedded."""
    drawn: str = vl_convert.vegalite_to_svg(
        _complete(spec, dark, title, note), vl_version=VERSION, allowed_base_urls=[]
    )
    head, body = drawn.split(">", 1)
    return f"{head}>{_own_font()}{body}".encode()


def _complete(spec: dict[str, Any], dark: bool, title: str, note: str) -> dict[str, Any]:
    """The chart with its size, title, note and colours, and without what cannot be drawn."""
    palette = DARK if dark else LIGHT
    heading = {"text": _lines(title), "subtitle": _lines(note)}
    whole: dict[str, Any] = _drawable({**spec, "width": _WIDTH, "title": heading})
    return {**whole, "config": _config(palette), "background": palette.page}


def _lines(text: str) -> list[str]:
    """A text in lines that fit above the chart, broken between words."""
    lines = [""]
    for word in clean(text).split(" "):
        longer = f"{lines[-1]} {word}".strip()
        lines = (
            [*lines[:-1], longer]
            if len(longer) <= _LONGEST
            else [*lines, word if len(word) <= _LONGEST else f"{word[: _LONGEST - 1]}…"]
        )
    return [line for line in lines if line]


def _drawable(told: Any) -> Any:
    """A specification whose texts XML can hold."""
    if isinstance(told, str):
        return _NO_TEXT.sub("", told)
    if isinstance(told, dict):
        return {key: _drawable(value) for key, value in told.items()}
    return [_drawable(value) for value in told] if isinstance(told, list) else told


def _config(palette: Palette) -> dict[str, Any]:
    """The look of the screen: its font, its quiet axes, and texts that can be read on its ground."""
    quiet = {"labelColor": QUIET, "titleColor": QUIET, "labelFontSize": 12, "titleFontSize": 12}
    return {
        "font": _FONT,
        "padding": 24,
        "view": {"stroke": None},
        "axis": {**quiet, "gridColor": palette.ground, "titleFontWeight": "normal", "labelPadding": 8},
        "legend": {**quiet, "labelFontSize": 12, "offset": 16},
        "title": {
            "anchor": "start",
            "frame": "bounds",
            "offset": 18,
            "color": palette.text,
            "fontSize": 17,
            "fontWeight": 600,
            "subtitleColor": QUIET,
            "subtitleFontSize": 12,
            "subtitlePadding": 6,
            "subtitleLineHeight": 16,
        },
    }


@cache
def _own_font() -> str:
    font = base64.b64encode(_INTER.read_bytes()).decode()
    face = f"font-family:Inter;font-weight:100 900;src:url(data:font/woff2;base64,{font}) format('woff2')"
    return f"<style>@font-face{{{face}}}</style>"
