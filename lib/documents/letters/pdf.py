"""Letters as PDF: pages of text in a font that goes with the file, and nothing that is read as markup."""

import logging
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Self

import manimgx_fonts  # type: ignore[import-untyped]
import pylopdf_fonts_jp
import pylopdf_fonts_ko
import pylopdf_fonts_zh_cn
import pylopdf_fonts_zh_tw
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos
from fpdf.fonts import TTFFont

from lib.documents.letters.font_files import font_files
from lib.documents.letters.letter import Letter
from lib.domain.refusal import RefusalError
from lib.domain.text import quantity, quote

MOST_LETTERS = 500
"""Letters that one file may have; more are files of their own."""

USE_TEXT = "Use the letter as text."
"""What to do about a letter that no font can show."""

MOST_NAMES = 20
"""Customers, and characters of each, that a sentence lists; of more it says how many."""

FONT = "Noto Sans"
JAPANESE, KOREAN, SIMPLIFIED, TRADITIONAL = "Noto Sans JP", "Noto Sans KR", "Noto Sans SC", "Noto Sans TC"
EAST_ASIAN_FONTS = {
    JAPANESE: pylopdf_fonts_jp.sans_path,
    KOREAN: pylopdf_fonts_ko.sans_path,
    SIMPLIFIED: pylopdf_fonts_zh_cn.sans_path,
    TRADITIONAL: pylopdf_fonts_zh_tw.sans_path,
}
FONTS_OF_COUNTRIES = {
    "KR": KOREAN,
    **dict.fromkeys(("CN", "SG"), SIMPLIFIED),
    **dict.fromkeys(("TW", "HK", "MO"), TRADITIONAL),
}
"""The forms of Chinese characters that a country writes; elsewhere they are Japanese if that font has them all."""

SCRIPTS = (
    *(
        "Arabic",
        "Armenian",
        "Bengali",
        "Devanagari",
        "Ethiopic",
        "Georgian",
        "Gujarati",
        "Gurmukhi",
        "Hebrew",
        "Kannada",
    ),
    *("Khmer", "Lao", "Malayalam", "Myanmar", "Oriya", "Sinhala", "Tamil", "Telugu", "Thai", "Symbols"),
)
SCRIPT_FONTS = {f"Noto Sans {script}": f"NotoSans{script}[wght].ttf" for script in SCRIPTS}
SCRIPT_FONTS["Noto Emoji"] = "NotoEmoji[wght].ttf"
FALLBACK_FONTS = (*EAST_ASIAN_FONTS, *SCRIPT_FONTS)

SIZE, LINE, MARGIN = 10.5, 5.6, 25
SMALL, GRAY = 8, 110

# It warns about tables of the font that it leaves out, which is as it should be.
logging.getLogger("fontTools.subset").setLevel(logging.ERROR)


def letter_pdf(letters: Sequence[Letter], as_of: datetime) -> bytes:
    """A file of letters, each on pages of its own; `as_of` (with a time zone) is when their data last changed.

    The same letters and time make the same bytes. Raises RefusalError if there are more than `MOST_LETTERS`, or if one has
    `missing_glyphs`.
    """
    if len(letters) > MOST_LETTERS:
        raise RefusalError(
            f"A PDF holds {MOST_LETTERS} letters at most, and these are {quantity(len(letters), 'letter')}. "
            "Choose fewer customers, or write a file for each: letters --out FOLDER."
        )
    for letter in letters:
        if characters := missing_glyphs(letter):
            raise RefusalError(f'"{letter.subject}" is not made as PDF: no font has {characters}. {USE_TEXT}')
    with Pages(as_of) as pages:
        for letter in letters:
            pages.add_letter(letter)
        return bytes(pages.output() or b"")


def missing_glyphs(letter: Letter) -> str:
    """The characters of a letter that no font can show, each once."""
    characters = characters_beyond(FONT, f"{letter.subject}{letter.body}")
    for font in FALLBACK_FONTS:
        characters = characters_beyond(font, characters)
    return characters


def fallback_fonts(letter: Letter) -> list[str]:
    """The fonts for what `FONT` cannot show: first those that show most of it, of these that of the country."""
    characters = characters_beyond(FONT, f"{letter.subject}{letter.body}")
    own_font, beyond = FONTS_OF_COUNTRIES.get(letter.country), partial(characters_beyond, text=characters)
    # A name is in one font if one has all of it, so that its characters are of one style.
    ranked = sorted(FALLBACK_FONTS, key=lambda font: (len(beyond(font)), font != own_font))
    fonts = []
    for font in ranked:
        rest = characters_beyond(font, characters)
        if rest != characters:
            fonts.append(font)
        characters = rest
    return fonts


def needs_shaping(letter: Letter) -> bool:
    """Whether a letter has text from right to left, or marks that are drawn on other characters."""
    characters = set(f"{letter.subject}{letter.body}")
    from_right_to_left = {character for character in characters if unicodedata.bidirectional(character) in ("R", "AL")}
    marks = {character for character in characters if unicodedata.category(character).startswith("M")}
    return bool(from_right_to_left or marks)


def characters_beyond(font: str, text: str) -> str:
    """The characters of a text that a font cannot show, each once, sorted; breaks and tabs need no glyph."""
    characters = set(text) - {"\n", "\t"}
    return "".join(sorted(character for character in characters if ord(character) not in glyphs(font)))


def omission_sentence(customers: Sequence[tuple[str, str]]) -> str:
    """Which customers, by name, get no PDF, and the characters that no font can show; empty if there are none."""
    if not customers:
        return ""
    names = [f"{quote(name)} ({characters[:MOST_NAMES]})" for name, characters in customers[:MOST_NAMES]]
    if len(customers) > MOST_NAMES:
        names.append(f"and {len(customers) - MOST_NAMES:,} more")
    reason = f"No PDF for {quantity(len(customers), 'customer')}, because no font has these characters"
    return f"{reason}: {', '.join(names)}. {USE_TEXT}"


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

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        """Close the font files, which fpdf2 keeps open."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()

    def add_letter(self, letter: Letter) -> None:
        """Write a letter, beginning on a new page."""
        self.add_page()  # it ends the page before, whose foot is that of the letter before, in its fonts
        self.use_fallback_fonts(fallback_fonts(letter))
        # Shaping is slow, and most letters need none. All our wordings run from left to right, whatever the name.
        self.set_text_shaping(needs_shaping(letter), direction="ltr")
        self._foot, self._first = letter.subject, self.page
        if self._first == 1:
            self.set_lang(letter.language)
        self.add_paragraph(letter.subject, "B", SIZE + 2)
        self.ln(LINE)
        self.add_paragraph(letter.body.expandtabs(), "", SIZE)

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
        height = LINE * size / SIZE
        # Line by line, because the direction of text is a matter of its paragraph.
        for line in text.split("\n"):
            if line:
                self.multi_cell(0, height, line, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            else:
                self.ln(height)

    def use_fallback_fonts(self, fonts: Sequence[str]) -> None:
        """Use these fonts for what `FONT` cannot show; reading one is slow, and most letters need none."""
        for font in fonts:
            if font.lower() not in self.fonts:
                self.add_font(font, "", fallback_file(font))
        self.set_fallback_fonts(fonts, exact_match=False)


@cache
def glyphs(font: str) -> frozenset[int]:
    """The code points that a font can show."""
    path = font_files()[""] if font == FONT else fallback_file(font)
    with TTFont(path, lazy=True) as file:
        return frozenset(file.getBestCmap())


def fallback_file(font: str) -> Path:
    """The file of a font for what `FONT` cannot show."""
    if font in EAST_ASIAN_FONTS:
        return Path(EAST_ASIAN_FONTS[font]())
    return Path(manimgx_fonts.__file__).parent / SCRIPT_FONTS[font]
