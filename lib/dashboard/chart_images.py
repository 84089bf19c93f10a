"""A chart as a picture for slides and mails: PNG or SVG, with what it shows and where its numbers come from.

Drawn in this process by vl-convert; nothing is fetched. Texts of files stay texts: whatever they hold, no mark-up comes of it.
"""

import base64
import re
from enum import StrEnum
from functools import cache
from pathlib import Path
from textwrap import wrap
from typing import Any

import vl_convert

from lib.dashboard.charts import DARK, LIGHT, Palette
from lib.domain.text import clean

VERSION = "6.4"
"""The Vega-Lite that draws, the one that Altair writes for."""

WIDTH = 760
SCALE = 2.0
FONT = "Inter, Liberation Sans, Arial, sans-serif"
INTER_FILE = Path(__file__).resolve().parents[1] / "web" / "static" / "inter-latin-wght-normal.woff2"
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML may hold, not even escaped."""

LONGEST_LINE = 110
"""Letters of the title and of a line below it."""


class ImageKind(StrEnum):
    """The kinds of picture, each the ending of its file's name."""

    PNG = "png"
    SVG = "svg"

    @property
    def mime_type(self) -> str:
        """How browsers know it."""
        return MIME_TYPES[self]


MIME_TYPES = {ImageKind.PNG: "image/png", ImageKind.SVG: "image/svg+xml"}


def image(kind: ImageKind, spec: dict[str, Any], is_dark: bool, title: str, note: str) -> bytes:
    """A chart as a picture (see `png` and `svg`)."""
    if kind is ImageKind.SVG:
        return svg(spec, is_dark, title, note)
    return png(spec, is_dark, title, note)


def png(spec: dict[str, Any], is_dark: bool, title: str, note: str) -> bytes:
    """A chart as Vega-Lite, drawn as PNG in double size; `note` is the line below the title."""
    # Without base addresses that it may load from, vl-convert fetches nothing that a specification names.
    picture: bytes = vl_convert.vegalite_to_png(
        complete(spec, is_dark, title, note), vl_version=VERSION, scale=SCALE, allowed_base_urls=[]
    )
    return picture


def svg(spec: dict[str, Any], is_dark: bool, title: str, note: str) -> bytes:
    """The same as SVG, in UTF-8, with its own font: it looks as on the screen wherever fonts may be embedded."""
    drawing: str = vl_convert.vegalite_to_svg(
        complete(spec, is_dark, title, note), vl_version=VERSION, allowed_base_urls=[]
    )
    # vl-convert embeds no font: the style goes right behind the opening tag of the picture.
    head, body = drawing.split(">", 1)
    return f"{head}>{own_font()}{body}".encode()


def complete(spec: dict[str, Any], is_dark: bool, title: str, note: str) -> dict[str, Any]:
    """The chart with size, title, note and colours, ready to draw."""
    palette = DARK if is_dark else LIGHT
    heading = {"text": heading_lines(title), "subtitle": heading_lines(note)}
    drawable: dict[str, Any] = as_xml_holds({**spec, "width": WIDTH, "title": heading})
    return {**drawable, "config": config(palette), "background": palette.page}


def heading_lines(text: str) -> list[str]:
    """A text in lines that fit above the chart."""
    lines = wrap(clean(text), LONGEST_LINE, break_long_words=False, break_on_hyphens=False)
    return [shorten(line) for line in lines]


def shorten(line: str) -> str:
    """A line, cut off where the longest ends: a single word can be longer."""
    if len(line) <= LONGEST_LINE:
        return line
    return f"{line[: LONGEST_LINE - 1]}…"


def as_xml_holds(value: Any) -> Any:
    """A part of a specification with texts that XML can hold."""
    if isinstance(value, str):
        return NOT_IN_XML.sub("", value)
    if isinstance(value, dict):
        return {key: as_xml_holds(part) for key, part in value.items()}
    if isinstance(value, list):
        return [as_xml_holds(part) for part in value]
    return value


def config(palette: Palette) -> dict[str, Any]:
    """The look of the screen as a Vega-Lite configuration."""
    quiet = {"labelColor": palette.quiet, "titleColor": palette.quiet, "labelFontSize": 12, "titleFontSize": 12}
    return {
        "font": FONT,
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
            "subtitleColor": palette.quiet,
            "subtitleFontSize": 12,
            "subtitlePadding": 6,
            "subtitleLineHeight": 16,
        },
    }


@cache
def own_font() -> str:
    """The style that brings the font along."""
    font = base64.b64encode(INTER_FILE.read_bytes()).decode()
    face = f"font-family:Inter;font-weight:100 900;src:url(data:font/woff2;base64,{font}) format('woff2')"
    return f"<style>@font-face{{{face}}}</style>"
