"""Letters as PDF: pages of text in a font that goes with the file, and nothing that is read as markup."""

import atexit
import logging
import shutil
import tempfile
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

import pylopdf_fonts_jp
import pymupdf_fonts
from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos
from fpdf.fonts import TTFFont

from lib.documents.letters.letter import Letter
from lib.documents.letters.templates import template
from lib.domain.refusal import RefusalError
from lib.domain.text import quantity

MOST_LETTERS = 500
"""Letters that one file may have; more are files of their own."""

UNSEEN = "\ufffd"
"""Stands where the fonts have no sign for a letter."""

FONT, EAST_ASIAN_FONT = "Noto Sans", "Noto Sans JP"
FONT_FILES = {"": "notos", "B": "notosbo"}
SIZE, LINE, MARGIN = 10.5, 5.6, 25
SMALL, GRAY = 8, 110

# It warns about tables of the font that it leaves out, which is as it should be.
logging.getLogger("fontTools.subset").setLevel(logging.ERROR)


def letter_pdf(letters: Sequence[Letter], as_of: datetime) -> bytes:
    """A file of letters, each on pages of its own; `as_of` (with a time zone) is when their data last changed.

    The same letters and time make the same bytes. Letters that no font has a sign for are shown as `UNSEEN`, and the page
    says so. Raises RefusalError if there are more than `MOST_LETTERS`.
    """
    if len(letters) > MOST_LETTERS:
        raise RefusalError(
            f"A PDF holds {MOST_LETTERS} letters at most, and these are {quantity(len(letters), 'letter')}. "
            "Choose fewer customers, or write a file for each: letters --out FOLDER."
        )
    pages = Pages(as_of)
    for letter in letters:
        pages.add_letter(letter)
    return bytes(pages.output() or b"")


class Pages(FPDF):
    """The pages of letters; the foot of each says which letter it belongs to, and as of when its data are."""

    def __init__(self, as_of: datetime) -> None:
        super().__init__(format="A4")
        self._as_of, self._foot, self._first = f"{as_of:%Y-%m-%d %H:%M %Z}", "", 1
        self.set_creation_date(as_of)
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(True, MARGIN)
        for style, path in font_files().items():
            self.add_font(FONT, style, path)
        self._signs = self.signs_of(FONT)

    def add_letter(self, letter: Letter) -> None:
        """Write a letter, beginning on a new page."""
        subject, body = self.with_signs(letter.subject), self.with_signs(letter.body)
        self.add_page()  # it ends the page before, whose foot is that of the letter before
        self._foot, self._first = subject, self.page
        if self._first == 1:
            self.set_lang(letter.language)
        self.add_paragraph(subject, "B", SIZE + 2)
        self.ln(LINE)
        self.add_paragraph(body, "", SIZE)
        if UNSEEN in subject + body:
            self.ln(LINE)
            self.add_paragraph(template(letter.language).fill("unseen", mark=UNSEEN), "", SMALL)

    def footer(self) -> None:
        """The letter's subject, its page, and the time of its data."""
        self.set_y(-MARGIN + 8)
        self.set_font(FONT, "", SMALL)
        self.set_text_color(GRAY)
        line = f"{self._foot} · {self.page - self._first + 1} · {self._as_of}"
        self.multi_cell(0, 4, line, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_text_color(0)

    def add_paragraph(self, text: str, style: str, size: float) -> None:
        """Write a text over the width of the page."""
        self.set_font(FONT, style, size)
        self.multi_cell(0, LINE * size / SIZE, text, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def with_signs(self, text: str) -> str:
        """The text with `UNSEEN` for what no font has a sign for."""
        if not all(ord(letter) in self._signs for letter in text if letter != "\n"):
            self.add_east_asian_font()
        return "".join(letter if letter == "\n" or ord(letter) in self._signs else UNSEEN for letter in text)

    def add_east_asian_font(self) -> None:
        """Bring in the large font, which takes a third of a second to read: most letters do without."""
        name = EAST_ASIAN_FONT.lower()
        if name not in self.fonts:
            self.add_font(EAST_ASIAN_FONT, "", pylopdf_fonts_jp.sans_path())
            self.set_fallback_fonts([EAST_ASIAN_FONT], exact_match=False)
            self._signs |= self.signs_of(EAST_ASIAN_FONT)

    def signs_of(self, name: str) -> set[int]:
        """The letters that a font has a sign for."""
        font = self.fonts[name.lower()]
        return set(font.cmap) if isinstance(font, TTFFont) else set()


@cache
def font_files() -> dict[str, Path]:
    """The files of the font by style; its package has them packed, and they are laid out once in a process."""
    folder = Path(tempfile.mkdtemp(prefix="fonts"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    paths = {}
    for style, name in FONT_FILES.items():
        paths[style] = folder / f"{name}.ttf"
        paths[style].write_bytes(pymupdf_fonts.fontbuffers[name]())
    return paths
