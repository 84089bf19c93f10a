"""The text of a mail written in HTML: a line for each block, quotations marked, cells of a row parted by tabs."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_BLOCKS = frozenset(
    "address article aside blockquote body center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header html li "
    "main ol p pre section table tbody tfoot thead ul".split()
)
# Elements whose text nobody is meant to read; what is struck out no longer counts.
_UNSEEN = frozenset("head style script title template s strike del select option noscript".split())

_WHITE_SPACE = re.compile(r"[ \t\n\r\f]+")
_RULE = "_" * 32


@dataclass(slots=True)
class TextBlock:
    """Lines of a mail or of a table's cell, and the line that is being written."""

    depth: int = 0
    """How deep it is quoted where it begins."""

    lines: list[str] = field(default_factory=list)
    current: str = ""
    cells: list[list[str]] = field(default_factory=list)
    """The cells of the row that is being read inside it."""

    def end_line(self, depth: int) -> None:
        """Finish the line, even if it is empty."""
        self.lines.append(f"{'> ' * (depth - self.depth)}{self.current.strip(' ')}")
        self.current = ""

    def end_block(self, depth: int) -> None:
        """Finish the line if anything is on it; a hard space stands for an empty line."""
        if self.current.strip(" "):
            self.end_line(depth)


class HtmlReader(HTMLParser):
    """Collects what people see of HTML, as lines."""

    def __init__(self) -> None:
        super().__init__()
        self._blocks = [TextBlock()]
        self._depth = 0
        self._unseen: list[str] = []
        self._list_numbers: list[int | None] = []
        self._tables = [1]
        """How many blocks were open where each table that is open began."""

    @property
    def _block(self) -> TextBlock:
        return self._blocks[-1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen.append(tag)
        elif "@" in tag:
            # No tag at all, but an address that some program did not escape.
            self.handle_data(self.get_starttag_text() or "")
        elif tag == "br":
            self._block.end_line(self._depth)
        elif tag == "hr":
            self._block.end_block(self._depth)
            self._block.lines.append(_RULE)
        elif tag in ("td", "th"):
            self._end_cells()
            self._blocks.append(TextBlock(self._depth))
        elif tag == "tr":
            self._end_row()
        elif tag in _BLOCKS:
            self._block.end_block(self._depth)
            self._start_block(tag, dict(attrs))

    def _start_block(self, tag: str, attributes: dict[str, str | None]) -> None:
        if tag == "blockquote":
            self._depth += 1
        elif tag == "table":
            self._tables.append(len(self._blocks))
        elif tag in ("ol", "ul"):
            start = attributes.get("start") or "1"
            self._list_numbers.append(int(start) if tag == "ol" and start.isdecimal() else None)
        elif tag == "li":
            self._block.current = self._list_mark()

    def _list_mark(self) -> str:
        """The number of a list's next item, or its bullet."""
        number = self._list_numbers[-1] if self._list_numbers else None
        if number is None:
            return "- "
        self._list_numbers[-1] = number + 1
        return f"{number}. "

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            if tag in self._unseen:
                del self._unseen[self._unseen.index(tag) :]
        elif tag in ("td", "th"):
            self._end_cells()
        elif tag == "tr":
            self._end_row()
        elif tag == "table":
            self._end_table()
        elif tag in _BLOCKS:
            self._block.end_block(self._depth)
            if tag == "blockquote":
                self._depth = max(self._depth - 1, 0)
            elif tag in ("ol", "ul") and self._list_numbers:
                self._list_numbers.pop()

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        text = _WHITE_SPACE.sub(" ", data)
        self._block.current += text.lstrip(" ") if not self._block.current else text

    def _end_cells(self) -> None:
        """Finish the cell that is open in the innermost table."""
        # Many cells are never closed.
        while len(self._blocks) > self._tables[-1]:
            cell = self._blocks.pop()
            cell.end_block(cell.depth)
            self._block.cells.append([line for line in cell.lines if line.strip()])

    def _end_table(self) -> None:
        self._end_row()
        if len(self._tables) > 1:
            self._tables.pop()

    def _end_row(self) -> None:
        """Put a row with a label and its values on one line."""
        # Other rows only arrange what stands in them.
        self._end_cells()
        block = self._block
        block.end_block(self._depth)
        cells, block.cells = [lines for lines in block.cells if lines], []
        if len(cells) > 1 and len(cells[0]) == 1:
            cells = [["\t".join(", ".join(lines) for lines in cells)]]
        for lines in cells:
            block.lines += [f"{'> ' * self._depth}{line}" for line in lines]

    def text(self) -> str:
        """All lines, also of elements that were never closed."""
        while len(self._tables) > 1:
            self._end_table()
        self._end_row()
        return "\n".join(self._block.lines)


def html_text(source: str) -> str:
    """What people see of a mail's HTML."""
    reader = HtmlReader()
    reader.feed(source)
    reader.close()
    return reader.text()
