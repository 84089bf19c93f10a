"""Pictures of charts: they say what they are, look as on the screen, and hold nothing but a picture."""

import struct
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest

from lib.dashboard import chart_images, charts
from lib.dashboard.charts import DARK, LIGHT
from lib.domain.text import clean

NOTE = "Data as of 14 May 2019 09:12 UTC · Confluence · policy v3"
DRAWN = {"svg", "g", "path", "rect", "text", "tspan", "line", "style", "defs", "clipPath"}
"""The elements of a picture; none of them runs, links or fetches."""


def a_chart(dark: bool = False, cause: str = "Import #41") -> dict[str, Any]:
    frame = pd.DataFrame([(cause, "eligible", 40), ("Edits", "expired", -3)], columns=["cause", "outcome", "change"])
    spec: dict[str, Any] = charts.changes_between(frame, DARK if dark else LIGHT).to_dict()
    return spec


def elements(picture: bytes) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(picture.decode()).iter())


def texts(picture: bytes) -> list[str]:
    return [element.text or "" for element in elements(picture) if element.tag.endswith("text")]


@pytest.mark.parametrize(("dark", "palette"), [(False, LIGHT), (True, DARK)])
def test_a_picture_says_what_it_shows_on_the_ground_of_its_theme(dark: bool, palette: charts.Palette) -> None:
    picture = chart_images.svg(a_chart(dark), dark, "What changed", NOTE)
    assert {"What changed", NOTE, "Import #41", "+40"} <= set(texts(picture))
    ground = next(element for element in elements(picture) if element.tag.endswith("rect"))
    assert ground.get("fill") == palette.page
    assert {palette.text, palette.quiet} <= {element.get("fill") for element in elements(picture)}


def test_a_png_is_as_large_as_the_picture_twice_over() -> None:
    picture = chart_images.png(a_chart(), False, "What changed", NOTE)
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", picture[16:24])
    svg = elements(chart_images.svg(a_chart(), False, "What changed", NOTE))[0]
    assert abs(width - 2 * float(svg.get("width") or 0)) <= 2
    assert abs(height - 2 * float(svg.get("height") or 0)) <= 2
    assert width > 2 * 760


@pytest.mark.parametrize(
    "text",
    [
        "</svg><script>alert(1)</script>",
        '"><image href="https://example.org/x.png"/>',
        "<style>@import url(https://example.org)</style>",
        "&lt;b&gt; & <![CDATA[ x ]]>",
        "javascript:alert(1)",
        "]]>\x00\x0b\ud800\ufffe",
        "${datum} {{signal}} =1+1",
    ],
)
def test_no_text_becomes_anything_but_text(text: str) -> None:
    picture = chart_images.svg(a_chart(cause=text.replace("\ud800", "")), False, text, text)
    for element in elements(picture):
        assert element.tag.removeprefix("{http://www.w3.org/2000/svg}") in DRAWN
        assert [name for name in element.attrib if name.startswith("on") or name.endswith("href")] == []
    (style,) = (element for element in elements(picture) if element.tag.endswith("style"))
    assert (style.text or "").startswith("@font-face{font-family:Inter;")
    assert (style.text or "").count("url(") == 1
    assert clean(chart_images.as_xml_holds(text)) in texts(picture)


def test_the_font_of_the_screen_is_in_the_picture() -> None:
    picture = chart_images.svg(a_chart(), False, "What changed", NOTE)
    assert b"font/woff2;base64," in picture
    assert {element.get("font-family") for element in elements(picture) if element.tag.endswith("text")} == {
        "Inter, Liberation Sans, Arial, sans-serif"
    }


def test_a_long_note_is_told_in_several_lines_and_none_of_it_is_lost() -> None:
    note = " · ".join(f"customer {number}" for number in range(60))
    lines = [element.text or "" for element in elements(chart_images.svg(a_chart(), False, "What changed", note))]
    note_lines = [line for line in lines if line.startswith(("customer", "·")) or line[:1].isdigit()]
    assert " ".join(note_lines).count("customer") == 60
    assert max(map(len, note_lines)) <= 110


def test_nothing_is_fetched_for_a_picture() -> None:
    spec = a_chart() | {"data": {"url": "https://example.org/licenses.json"}}
    spec["layer"] = [{"mark": "bar", "encoding": {"x": {"field": "x", "type": "nominal"}}}]
    with pytest.raises(ValueError, match="not allowed"):
        chart_images.svg({name: spec[name] for name in ("data", "layer")}, False, "x", "y")
