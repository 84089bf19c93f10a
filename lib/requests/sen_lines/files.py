"""Lists of SENs in files: texts in any encoding, saved mails, and workbooks."""

import csv
import io

from lib.reading.tables.decoding import decode
from lib.reading.tables.sheet import filled_rows
from lib.reading.tables.workbook import fit_into_memory, is_workbook, opened_workbook
from lib.requests.replies.saved_mails import saved_mail
from lib.requests.sen_lines.line import SenLine
from lib.requests.sen_lines.reading import read_sen_lines


def read_sen_file(content: bytes, name: str) -> tuple[SenLine, ...]:
    """The lines of a file. Raises TableError or RefusalError."""
    return read_sen_lines(text_of_file(content, name))


def text_of_file(content: bytes, name: str) -> str:
    """The text of a file; of a workbook, the cells parted by tabs. Raises as `read_sen_file` does."""
    if is_workbook(content):
        return text_of_workbook(content, name)
    if mail := saved_mail(content):
        return mail.text
    text, _ = decode(content, name)
    return text.decode()


def text_of_workbook(content: bytes, name: str) -> str:
    """The rows of all sheets, those of the first on the lines that their numbers say."""
    content, _ = fit_into_memory(content, name)
    with opened_workbook(content, name) as book:
        sheets = [filled_rows(book, title) for title in book.sheet_names]
    lines: list[str] = []
    for rows in sheets:
        start = len(lines)
        for number, cells in rows:
            lines += [""] * (start + number - len(lines) - 1)
            lines.append(row_text(cells))
    return "\n".join(lines)


def row_text(cells: list[str]) -> str:
    """Cells on one line, parted by tabs."""
    text = io.StringIO()
    csv.writer(text, delimiter="\t", lineterminator="").writerow([" ".join(cell.split()) for cell in cells])
    return text.getvalue()
