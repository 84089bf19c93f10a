"""The list that one customer gets as PDF: its sheet on A4 across, in fonts that go with the file."""

from datetime import datetime

from fpdf.enums import Align
from fpdf.fonts import FontFace

from lib.documents.exports.customer_books import WIDTHS
from lib.documents.exports.customer_sheets import CustomerSheet
from lib.documents.exports.sheet_words import WORDS
from lib.documents.letters.letter import Letter
from lib.documents.letters.pdf import FONT, GRAY, SMALL, Pages, fallback_fonts, missing_glyphs, needs_shaping
from lib.domain.refusal import RefusalError

SIZE, LINE, MARGIN = 9, 3.7, 10
TITLE_SIZE = 15
ACCENT, PALE, FRAME = (59, 91, 219), (241, 244, 249), (221, 227, 238)


def customer_pdf(sheet: CustomerSheet, as_of: datetime) -> bytes:
    """The PDF of a customer's list; `as_of` is when its data last changed.

    Raises RefusalError if no font has some of its characters.
    """
    texts = texts_of(sheet)
    if characters := missing_glyphs(texts):
        raise RefusalError(f"No font has these characters: {characters}. Take the workbook.")
    with SheetPages(sheet, as_of) as pages:
        pages.add_page(orientation="landscape")
        pages.set_lang(texts.language)
        pages.use_fallback_fonts(fallback_fonts(texts))
        pages.set_text_shaping(needs_shaping(texts), direction="ltr")
        pages.add_heading()
        pages.add_licenses()
        pages.add_steps()
        return bytes(pages.output() or b"")


def texts_of(sheet: CustomerSheet) -> Letter:
    """All texts of a list, from which the fonts are chosen."""
    cells = [cell for row in sheet.rows for cell in row]
    language = next(language for language, words in WORDS.items() if words is sheet.words)
    return Letter(sheet.title, "\n".join([*cells, *sheet.words.headings, *sheet.steps, sheet.warning]), "", language)


class SheetPages(Pages):
    """The pages of a customer's list."""

    def __init__(self, sheet: CustomerSheet, as_of: datetime) -> None:
        super().__init__(as_of)
        self._sheet = sheet
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(True, MARGIN + LINE)
        self.set_title(sheet.title)

    def add_heading(self) -> None:
        """Write the title, the sender and the day."""
        self.set_text_color(*ACCENT)
        self.add_paragraph(self._sheet.title, "B", TITLE_SIZE)
        self.set_text_color(0)
        self.add_paragraph(self._sheet.sender, "", SIZE)
        self.ln(LINE / 2)

    def add_licenses(self) -> None:
        """Write the headings, again on each page, and a row for each license."""
        self.set_font(FONT, "", SIZE)
        self.set_draw_color(*FRAME)
        headings = FontFace(emphasis="BOLD", fill_color=PALE)
        with self.table(
            [self._sheet.words.headings, *self._sheet.rows],
            col_widths=WIDTHS,
            headings_style=headings,
            line_height=LINE,
            padding=0.4,
            text_align=Align.L,
            v_align="TOP",
        ):
            self.set_font(FONT, "", SIZE)
        self.ln(LINE / 2)

    def add_steps(self) -> None:
        """Write what to do and what not to do."""
        if self._sheet.steps:
            self.add_paragraph(self._sheet.words.steps_title, "B", SIZE)
        for number, step in enumerate(self._sheet.steps, start=1):
            self.add_paragraph(f"{number}. {step}", "", SIZE)
        if self._sheet.warning:
            self.add_paragraph(self._sheet.warning, "B", SIZE)

    def footer(self) -> None:
        """The title and the page."""
        self.set_y(-MARGIN)
        self.set_font(FONT, "", SMALL)
        self.set_text_color(GRAY)
        page = self._sheet.words.page.replace("&P", str(self.page)).replace("&N", self.str_alias_nb_pages or "")
        self.cell(0, 4, self._sheet.title, align=Align.L)
        self.set_x(MARGIN)
        self.cell(0, 4, page, align=Align.R)
        self.set_text_color(0)
