"""Clean tables damaged in the ways files are damaged, each kind by a seed, and how well the reader copes.

`python -m tests.damage [SEEDS]` prints a table by kind: files read exactly, files with each loss reported, silent losses.
"""

import csv
import io
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from lib.reading.tables import Table, TableError, read_table

Rows = list[list[str]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as it is meant: its header and rows, and the chance that damages it."""

    header: list[str]
    rows: Rows
    chance: random.Random

    @property
    def all(self) -> Rows:
        """The header and the rows."""
        return [self.header, *self.rows]

    def some_row(self) -> int:
        """The index of a row that is neither the first nor the last, where there are enough."""
        return self.chance.randrange(1, len(self.rows) - 1) if len(self.rows) > 2 else 0


@dataclass(frozen=True, slots=True)
class Damaged:
    """A file's bytes and what a perfect reader finds in them; `rows` holds a row of a wrong width as it stands there."""

    content: bytes
    header: list[str]
    rows: Rows


Damage = Callable[[Sheet], Damaged]
KINDS: dict[str, Damage] = {}


def kind(damage: Damage) -> Damage:
    """Register a kind of damage by its name."""
    KINDS[damage.__name__.replace("_", " ")] = damage
    return damage


# clean tables

COMPANIES = (
    "Acme Corp",
    "Globex GmbH",
    "Müller & Söhne",
    "Société Générale",
    "Peña y Hijos",
    "Initech, Inc.",
    'The "Big" One',
    "O'Neil Ltd",
    "Łódź SA",
)
PEOPLE = ("Ada Lane", "Jürgen Groß", "Zoë O'Hara", "Beyoncé Díaz", "Bo Kurz", "François Lefèvre")
ADDRESSES = (
    "1 Main St, Springfield",
    "Ring 5, Berlin",
    "9 Elm; Leeds",
    "12 rue de l'Église",
    "Calle Mayor 3\nMadrid",
    "PO Box 17",
)
PRODUCTS = (
    "Wireframes for Confluence Server",
    "Mockups for JIRA",
    "Wireframes for Jira Cloud",
    "Mockups for Confluence",
)
WORDS = ("alpha", "beta", "gamma", "delta", "red", "green", "blue", "north", "south", "iron", "copper", "wool")


def licenses(chance: random.Random, *, latin: bool = False) -> Sheet:
    """A table such as a license export is."""
    header = ["License Key", "Product", "Editors", "Maintenance Expires", "Contact Name", "Email", "Company", "Address"]
    header = header[: chance.randrange(4, len(header) + 1)]
    companies = COMPANIES[:-1] if latin else COMPANIES
    rows = []
    for number in range(chance.randrange(4, 40)):
        day = f"20{chance.randrange(14, 20)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
        name = chance.choice(PEOPLE)
        row = [f"BMQ-{number:04}", chance.choice(PRODUCTS), chance.choice(("3", "10", "25", "Unlimited", "2,000")), day]
        row += [name, f"{name.split()[0].lower()}@example.com", chance.choice(companies), chance.choice(ADDRESSES)]
        rows.append(row[: len(header)])
    return Sheet(header, rows, chance)


def anything(chance: random.Random) -> Sheet:
    """A table of any sort: words, numbers, dates, texts with commas."""
    width = chance.randrange(3, 10)
    makers: list[Callable[[int], str]] = [
        lambda number: str(number + 1),
        lambda _: f"{chance.uniform(0, 900):.2f}",
        lambda _: f"{chance.randrange(1, 13)}/{chance.randrange(1, 29)}/{chance.randrange(1999, 2022)}",
        lambda _: chance.choice(WORDS),
        lambda _: " ".join(chance.choices(WORDS, k=3)).capitalize() + ", " + chance.choice(WORDS),
        lambda _: f"{chance.randrange(0, 24)}:{chance.randrange(0, 60):02}",
        lambda _: chance.choice(("", "", "x", "yes")),
        lambda _: f"https://example.com/{chance.choice(WORDS)}?id={chance.randrange(99)}",
    ]
    columns = [0, *chance.choices(range(1, len(makers)), k=width - 1)]
    titles = ("id", "price", "date", "word", "comment", "time", "flag", "url")
    header = [titles[column] + ("" if columns.count(column) == 1 else f"_{at}") for at, column in enumerate(columns)]
    rows = [[makers[column](number) for column in columns] for number in range(chance.randrange(4, 60))]
    return Sheet(header, rows, chance)


def sheet(kind_of_damage: str, seed: int) -> Sheet:
    """The clean table for this kind and seed: license-like and any other by turns."""
    chance = random.Random(f"{kind_of_damage} {seed}")
    return licenses(chance, latin=True) if seed % 2 else anything(chance)


# writing


def bytes_of(rows: Rows, *, delimiter: str = ",", quote: str = '"', end: str = "\n", every: bool = False) -> str:
    """The rows as CSV."""
    text = io.StringIO()
    quoting: Literal[0, 1] = 1 if every else 0
    csv.writer(text, delimiter=delimiter, quotechar=quote, lineterminator=end, quoting=quoting).writerows(rows)
    return text.getvalue()


def line(cells: list[str], **form: object) -> str:
    """One row as CSV, without a line end."""
    return bytes_of([cells], **form).rstrip("\r\n") if cells[-1:] != [""] else bytes_of([cells], **form)[:-1]  # type: ignore[arg-type]


def flat(sheet: Sheet) -> Sheet:
    """The same table without line breaks in its cells."""
    rows = [[cell.replace("\n", " ") for cell in row] for row in sheet.rows]
    return Sheet(sheet.header, rows, sheet.chance)


def without(sheet: Sheet, letters: str) -> Sheet:
    """The same table without some letters in its cells."""
    table = str.maketrans(dict.fromkeys(letters, " "))
    return Sheet(sheet.header, [[cell.translate(table) for cell in row] for row in sheet.rows], sheet.chance)


def of(sheet: Sheet, text: str | bytes, rows: Rows | None = None) -> Damaged:
    """A damaged file that still says what the sheet says, or these rows."""
    content = text.encode() if isinstance(text, str) else text
    return Damaged(content, sheet.header, sheet.rows if rows is None else rows)


def replaced(sheet: Sheet, at: int, text: str, cells: list[str] | None = None) -> Damaged:
    """The sheet with one row written in another way."""
    lines = [line(row) for row in sheet.all]
    lines[at + 1] = text
    rows = [list(row) for row in sheet.rows]
    if cells is not None:
        rows[at] = cells
    return of(sheet, "\n".join(lines) + "\n", rows)


# kinds: bytes


@kind
def nothing(sheet: Sheet) -> Damaged:
    return of(sheet, bytes_of(sheet.all))


@kind
def byte_order_mark(sheet: Sheet) -> Damaged:
    return of(sheet, bytes_of(sheet.all).encode("utf-8-sig"))


@kind
def utf_16(sheet: Sheet) -> Damaged:
    return of(sheet, bytes_of(sheet.all).encode("utf-16"))


@kind
def utf_16_without_mark(sheet: Sheet) -> Damaged:
    return of(sheet, bytes_of(sheet.all).encode(sheet.chance.choice(("utf-16-le", "utf-16-be"))))


@kind
def utf_32(sheet: Sheet) -> Damaged:
    return of(sheet, bytes_of(sheet.all).encode("utf-32"))


@kind
def cp1252(sheet: Sheet) -> Damaged:
    return of(sheet, bytes_of(sheet.all).encode("cp1252"))


@kind
def a_line_of_cp1252_in_utf_8(sheet: Sheet) -> Damaged:
    sheet = flat(sheet)
    at = sheet.some_row()
    rows = [[*row[:-1], row[-1] + " né"] for row in sheet.rows]
    lines = [line(row).encode("cp1252" if index == at else "utf-8") for index, row in enumerate(rows)]
    content = b"\n".join([line(sheet.header).encode(), *lines])
    return of(sheet, content, rows)


@kind
def nul_bytes(sheet: Sheet) -> Damaged:
    text = bytes_of(sheet.all)
    at = sheet.chance.randrange(len(text))
    return of(sheet, text[:at] + "\0\0" + text[at:])


@kind
def control_z_at_the_end(sheet: Sheet) -> Damaged:
    return of(sheet, bytes_of(sheet.all, end="\r\n") + "\x1a")


# kinds: line ends


@kind
def line_ends_crlf(sheet: Sheet) -> Damaged:
    return of(flat(sheet), bytes_of(flat(sheet).all, end="\r\n"))


@kind
def line_ends_cr(sheet: Sheet) -> Damaged:
    return of(flat(sheet), bytes_of(flat(sheet).all, end="\r"))


@kind
def line_ends_crcrlf(sheet: Sheet) -> Damaged:
    return of(flat(sheet), bytes_of(flat(sheet).all, end="\r\r\n"))


@kind
def line_ends_mixed(sheet: Sheet) -> Damaged:
    sheet = flat(sheet)
    return of(sheet, "".join(line(row) + sheet.chance.choice(("\r\n", "\n", "\r")) for row in sheet.all))


@kind
def no_final_line_end(sheet: Sheet) -> Damaged:
    return of(sheet, "\n".join(line(row) for row in sheet.all))


# kinds: dialects


@kind
def semicolons(sheet: Sheet) -> Damaged:
    return of(sheet, bytes_of(sheet.all, delimiter=";"))


@kind
def tabs(sheet: Sheet) -> Damaged:
    return of(sheet, bytes_of(sheet.all, delimiter="\t"))


@kind
def pipes(sheet: Sheet) -> Damaged:
    return of(sheet, bytes_of(sheet.all, delimiter="|"))


@kind
def rare_delimiter(sheet: Sheet) -> Damaged:
    return of(sheet, bytes_of(sheet.all, delimiter=sheet.chance.choice("^~\x1f")))


@kind
def separator_line(sheet: Sheet) -> Damaged:
    delimiter = sheet.chance.choice(";,\t|")
    return of(sheet, f"sep={delimiter}\n" + bytes_of(sheet.all, delimiter=delimiter))


@kind
def a_space_after_each_comma(sheet: Sheet) -> Damaged:
    return of(sheet, "\n".join(", ".join(line([cell]) if cell else "" for cell in row) for row in sheet.all))


@kind
def decimal_commas_and_semicolons(sheet: Sheet) -> Damaged:
    rows = [[*row, f"{sheet.chance.randrange(999)},{sheet.chance.randrange(10, 99)}"] for row in sheet.rows]
    widened = Sheet([*sheet.header, "amount"], rows, sheet.chance)
    return of(widened, bytes_of(widened.all, delimiter=";"))


@kind
def every_cell_quoted(sheet: Sheet) -> Damaged:
    return of(sheet, bytes_of(sheet.all, every=True))


@kind
def apostrophes_for_quotes(sheet: Sheet) -> Damaged:
    sheet = without(sheet, "'")
    return of(sheet, bytes_of(sheet.all, quote="'", every=sheet.chance.random() < 0.5))


@kind
def backslashes_before_quotes(sheet: Sheet) -> Damaged:
    rows = [[*row[:-1], f'say "{row[-1]}" so'] for row in sheet.rows]
    marked = Sheet(sheet.header, rows, sheet.chance)
    cells = (['"' + cell.replace("\\", "\\\\").replace('"', '\\"') + '"' for cell in row] for row in marked.all)
    return of(marked, "\n".join(map(",".join, cells)))


@kind
def database_dump(sheet: Sheet) -> Damaged:
    sheet = without(flat(sheet), '"\t')
    lines = ["\t".join(cell or "\\N" for cell in row) for row in sheet.all]
    return of(sheet, "\n".join(lines))


@kind
def whole_lines_quoted(sheet: Sheet) -> Damaged:
    return of(flat(sheet), "\n".join(line([line(row)], every=True) for row in flat(sheet).all))


# kinds: one row


@kind
def a_cell_too_many(sheet: Sheet) -> Damaged:
    at = sheet.some_row()
    cells = [*sheet.rows[at], "more"]
    return replaced(sheet, at, line(cells), cells)


@kind
def a_cell_too_few(sheet: Sheet) -> Damaged:
    at = sheet.some_row()
    cells = sheet.rows[at][:-1]
    return replaced(sheet, at, line(cells), cells)


@kind
def an_empty_cell_too_many(sheet: Sheet) -> Damaged:
    at = sheet.some_row()
    return replaced(sheet, at, line(sheet.rows[at]) + ",")


@kind
def a_row_with_another_delimiter(sheet: Sheet) -> Damaged:
    sheet = without(sheet, ",")
    at = sheet.some_row()
    return replaced(sheet, at, line(sheet.rows[at], delimiter=sheet.chance.choice(";\t|")))


@kind
def a_row_quoted_as_a_whole(sheet: Sheet) -> Damaged:
    sheet = flat(sheet)
    at = sheet.some_row()
    return replaced(sheet, at, line([line(sheet.rows[at])], every=True))


@kind
def a_row_with_apostrophes(sheet: Sheet) -> Damaged:
    sheet = without(sheet, "'\"\n")
    at = sheet.some_row()
    row = [*sheet.rows[at][:-1], "one, two"]
    return replaced(sheet, at, line(row, quote="'"), row)


@kind
def a_row_with_backslashes(sheet: Sheet) -> Damaged:
    at = sheet.some_row()
    row = [*sheet.rows[at][:-1], 'say "one, two" so']
    return replaced(sheet, at, line(row[:-1]) + ',"say \\"one, two\\" so"', row)


@kind
def quotes_not_doubled(sheet: Sheet) -> Damaged:
    at = sheet.some_row()
    row = [*sheet.rows[at][:-1], 'say "one, two" so']
    return replaced(sheet, at, line(row[:-1]) + ',"say "one, two" so"', row)


@kind
def an_unterminated_quote(sheet: Sheet) -> Damaged:
    at = sheet.some_row()
    row = [*sheet.rows[at][:-1], '"open']
    return replaced(sheet, at, line(row[:-1]) + ',"open', row)


@kind
def an_unterminated_quote_in_the_first_cell(sheet: Sheet) -> Damaged:
    sheet = without(sheet, ',"\n')
    at = sheet.some_row()
    row = ['"' + sheet.rows[at][0], *sheet.rows[at][1:]]
    return replaced(sheet, at, ",".join(row), row)


@kind
def a_quote_inside_a_bare_cell(sheet: Sheet) -> Damaged:
    at = sheet.some_row()
    row = [*sheet.rows[at][:-1], 'a 5" screen']
    return replaced(sheet, at, line(row[:-1]) + ',a 5" screen', row)


@kind
def a_cell_of_several_lines(sheet: Sheet) -> Damaged:
    at = sheet.some_row()
    row = [*sheet.rows[at][:-1], "first\n\nsecond, and\r\nthird\n"]
    return replaced(sheet, at, line(row), row)


@kind
def several_lines_with_quotes_not_doubled(sheet: Sheet) -> Damaged:
    at = sheet.some_row()
    row = [*sheet.rows[at][:-1], 'the "first"\nand more']
    return replaced(sheet, at, line(row[:-1]) + ',"the "first"\nand more"', row)


# kinds: what surrounds the table


@kind
def comments_above(sheet: Sheet) -> Damaged:
    return of(sheet, "# exported by hand\n# please, do not edit\n" + bytes_of(sheet.all))


@kind
def a_comment_amid_the_rows(sheet: Sheet) -> Damaged:
    at = sheet.some_row()
    return of(sheet, bytes_of([sheet.header, *sheet.rows[:at]]) + "# checked up to here\n" + bytes_of(sheet.rows[at:]))


@kind
def preamble(sheet: Sheet) -> Damaged:
    return of(sheet, "License report\nGenerated on 2019-05-14 by A. Lane\n\n" + bytes_of(sheet.all))


@kind
def preamble_padded(sheet: Sheet) -> Damaged:
    rest = "," * (len(sheet.header) - 1)
    return of(sheet, f"License report{rest}\nGenerated on 2019-05-14{rest}\n{rest}\n" + bytes_of(sheet.all))


@kind
def a_title_amid_the_rows(sheet: Sheet) -> Damaged:
    at = sheet.some_row()
    return of(sheet, bytes_of([sheet.header, *sheet.rows[:at]]) + "Second part\n" + bytes_of(sheet.rows[at:]))


@kind
def repeated_headers(sheet: Sheet) -> Damaged:
    at = sheet.some_row()
    return of(sheet, bytes_of([sheet.header, *sheet.rows[:at], sheet.header, *sheet.rows[at:]]))


@kind
def totals(sheet: Sheet) -> Damaged:
    row = ["Total", *[""] * (len(sheet.header) - 2), "143"]
    return of(sheet, bytes_of([*sheet.all, row]))


@kind
def notes_below(sheet: Sheet) -> Damaged:
    return of(sheet, bytes_of(sheet.all) + "\nNote: prices without tax\nGenerated by the license server\n")


@kind
def notes_below_padded(sheet: Sheet) -> Damaged:
    rest = "," * (len(sheet.header) - 1)
    return of(sheet, bytes_of(sheet.all) + f"{rest}\nGenerated by the license server{rest}\n")


@kind
def blank_lines(sheet: Sheet) -> Damaged:
    lines = (line(row) + "\n" * sheet.chance.choice((1, 1, 2, 3)) for row in sheet.all)
    return of(sheet, "\n" + "".join(lines) + "\n\n")


@kind
def rows_of_delimiters_only(sheet: Sheet) -> Damaged:
    at = sheet.some_row()
    return of(sheet, bytes_of([sheet.header, *sheet.rows[:at], [""] * len(sheet.header), *sheet.rows[at:]]))


@kind
def a_delimiter_after_each_row(sheet: Sheet) -> Damaged:
    return of(sheet, "\n".join(line(row) + "," for row in sheet.all))


@kind
def a_delimiter_after_each_row_but_the_header(sheet: Sheet) -> Damaged:
    return of(sheet, "\n".join([line(sheet.header), *(line(row) + "," for row in sheet.rows)]))


@kind
def an_unnamed_column(sheet: Sheet) -> Damaged:
    header = list(sheet.header)
    header[sheet.chance.randrange(1, len(header))] = ""
    return of(Sheet(header, sheet.rows, sheet.chance), bytes_of([header, *sheet.rows]))


@kind
def no_header(sheet: Sheet) -> Damaged:
    return Damaged(bytes_of(sheet.rows).encode(), [], sheet.rows)


@kind
def header_only(sheet: Sheet) -> Damaged:
    return of(sheet, bytes_of([sheet.header]), [])


@kind
def one_row_only(sheet: Sheet) -> Damaged:
    return of(sheet, bytes_of(sheet.all[:2]), sheet.rows[:1])


@kind
def one_column_only(sheet: Sheet) -> Damaged:
    rows = [[row[0]] for row in sheet.rows]
    return of(Sheet(sheet.header[:1], rows, sheet.chance), bytes_of([sheet.header[:1], *rows]))


@kind
def a_second_table_below(sheet: Sheet) -> Damaged:
    other = [["code", "meaning"], ["a", "active"], ["x", "expired"]]
    return of(sheet, bytes_of(sheet.all) + bytes_of(other), sheet.rows + other)


@kind
def blanks_around_cells(sheet: Sheet) -> Damaged:
    rows = [[f"  {cell} " if cell else "" for cell in row] for row in flat(sheet).rows]
    return of(sheet, bytes_of([sheet.header, *rows]), rows)


@kind
def several_damages(sheet: Sheet) -> Damaged:
    sheet = flat(sheet)
    at = sheet.some_row()
    rows = [list(row) for row in sheet.rows]
    lines = [line(row, delimiter=";") for row in sheet.all]
    rows[at][-1] = '"open'
    lines[at + 1] = line(rows[at][:-1], delimiter=";") + ';"open'
    text = "Report of licenses\r\n\r\n" + "\r\n".join(lines) + "\r\n\r\nNote: internal\r\n"
    return of(sheet, text.encode("cp1252"), rows)


@kind
def a_quote_too_many_at_the_end_of_a_quoted_cell(sheet: Sheet) -> Damaged:
    at = sheet.some_row()
    row = [*sheet.rows[at][:-1], 'one, two"']
    return replaced(sheet, at, line(row[:-1]) + ',"one, two""', row)


@kind
def a_quote_too_many_in_a_quoted_cell(sheet: Sheet) -> Damaged:
    at = sheet.some_row()
    row = [*sheet.rows[at][:-1], 'one, t"wo']
    return replaced(sheet, at, line(row[:-1]) + ',"one, t"wo"', row)


@kind
def a_quote_too_many_at_the_end_of_a_bare_cell(sheet: Sheet) -> Damaged:
    at = sheet.some_row()
    row = [*sheet.rows[at][:-1], 'two"']
    return replaced(sheet, at, line(row[:-1]) + ',two"', row)


@kind
def quotes_around_cells_of_one_row(sheet: Sheet) -> Damaged:
    at = sheet.some_row()
    return replaced(sheet, at, line(sheet.rows[at], every=True))


@kind
def an_open_quote_where_every_cell_is_quoted(sheet: Sheet) -> Damaged:
    sheet = without(flat(sheet), '"')
    at = sheet.some_row()
    lines = [line(row, every=True) for row in sheet.all]
    lines[at + 1] = lines[at + 1][:-1]
    rows = [list(row) for row in sheet.rows]
    rows[at][-1] = '"' + rows[at][-1]
    return of(sheet, "\n".join(lines) + "\n", rows)


@kind
def a_header_with_a_cell_too_few(sheet: Sheet) -> Damaged:
    short = Sheet(sheet.header[:-1], sheet.rows, sheet.chance)
    return of(short, bytes_of(short.all))


@kind
def a_header_with_a_cell_too_many(sheet: Sheet) -> Damaged:
    long = Sheet([*sheet.header, "more"], sheet.rows, sheet.chance)
    return of(long, bytes_of(long.all))


@kind
def a_header_with_another_delimiter(sheet: Sheet) -> Damaged:
    return of(sheet, line(sheet.header, delimiter=";") + "\n" + bytes_of(sheet.rows))


@kind
def two_header_lines(sheet: Sheet) -> Damaged:
    """Of a table of licenses, a line of units is left out; of any other, it may be data."""
    units = ["text"] * len(sheet.header)
    rows = sheet.rows if sheet.header[0] == "License Key" else [units, *sheet.rows]
    return of(sheet, bytes_of([sheet.header, units, *sheet.rows]), rows)


@kind
def a_group_line_above_the_header(sheet: Sheet) -> Damaged:
    groups = [""] * len(sheet.header)
    groups[1] = "Details"
    return of(sheet, bytes_of([groups, *sheet.all]))


@kind
def pages_with_headers_and_footers(sheet: Sheet) -> Damaged:
    at = sheet.some_row()
    rest = "," * (len(sheet.header) - 1)
    first, second = bytes_of([sheet.header, *sheet.rows[:at]]), bytes_of([sheet.header, *sheet.rows[at:]])
    return of(sheet, f"{first}Page 1 of 2{rest}\n{second}Page 2 of 2{rest}\n")


@kind
def a_ruler_under_the_header(sheet: Sheet) -> Damaged:
    return of(sheet, bytes_of([sheet.header, ["-----"] * len(sheet.header), *sheet.rows]))


@kind
def pipes_with_blanks_around(sheet: Sheet) -> Damaged:
    sheet = without(flat(sheet), '|"')
    return of(sheet, "\n".join(" | ".join(cell or "" for cell in row) for row in sheet.all))


@kind
def blanks_for_delimiters(sheet: Sheet) -> Damaged:
    return of(sheet, bytes_of(sheet.all, delimiter=" "))


@kind
def any_combination(sheet: Sheet) -> Damaged:
    chance = sheet.chance
    delimiter, end = chance.choice(",;\t|"), chance.choice(("\n", "\r\n"))
    every = chance.random() < 0.5
    rows = [list(row) for row in sheet.rows]
    lines = [line(row, delimiter=delimiter, every=every) for row in rows]
    for at in chance.sample(range(len(rows)), min(2, len(rows))):
        start = [cell.replace("\n", " ") for cell in rows[at][:-1]]
        tail, text = chance.choice(
            (("open", '"open'), ("5 inch", '5" screen'), ("doubled", '"say "one" so"'), ("more", "x"))
        )
        rows[at] = [*start, {"open": '"open', "5 inch": '5" screen', "doubled": 'say "one" so'}.get(tail, "x")]
        if tail == "more":
            rows[at].append("y")
            text += delimiter + "y"
        lines[at] = line(start, delimiter=delimiter, every=every) + delimiter + text
    above = chance.choice(
        ("", f"License report{end}{end}", f"# by hand{end}", f"Report of 2019{end}Printed by A. Lane{end}")
    )
    below = chance.choice(
        ("", f"{end}Note: internal{end}", f"{end}{end}Total{delimiter * (len(sheet.header) - 1)}12{end}")
    )
    text = above + end.join([line(sheet.header, delimiter=delimiter, every=every), *lines]) + end + below
    return of(sheet, text.encode(chance.choice(("utf-8", "utf-8-sig", "utf-16", "cp1252"))), rows)


# judging


def outcome(damaged: Damaged) -> str:
    """`exact`, `reported` (each row that is not as meant is listed as ragged or ignored), `refused`, or `silent`."""
    try:
        table = read_table(damaged.content, "damaged.csv")
    except TableError:
        return "refused"
    header = table.header if table.header_line else []
    if bare([header]) == bare([damaged.header]) and bare(table.rows) == bare(damaged.rows):
        return "exact"
    return "reported" if bare([header]) == bare([damaged.header]) and losses_are_listed(table, damaged) else "silent"


def bare(rows: Rows) -> Rows:
    """Rows without blanks at the ends of cells, kinds of line ends, and empty cells at the end."""
    bare_rows = []
    for row in rows:
        cells = [cell.replace("\r\n", "\n").replace("\r", "\n").strip() for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            bare_rows.append(cells)
    return bare_rows


def losses_are_listed(table: Table, damaged: Damaged) -> bool:
    """Whether every row that came out in its columns is a true one, and every true row that did not is listed."""
    ragged = set(table.ragged)
    fitting = [row for index, row in enumerate(table.rows) if index not in ragged]
    true, listed = (Counter(map(tuple, bare(rows))) for rows in (damaged.rows, fitting))
    return not listed - true and sum((true - listed).values()) <= len(ragged) + len(table.ignored)


def outcomes(seeds: int) -> Iterator[tuple[str, Counter[str]]]:
    """For each kind, how its files of these seeds were read."""
    for name, damage in KINDS.items():
        yield name, Counter(outcome(damage(sheet(name, seed))) for seed in range(seeds))


def main() -> None:
    """Print the table by kind."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    columns = ("exact", "reported", "refused", "silent")
    print(f"{'kind of damage':44s}" + "".join(f"{column:>10s}" for column in columns))
    total: Counter[str] = Counter()
    for name, counts in outcomes(seeds):
        total += counts
        print(f"{name:44s}" + "".join(f"{counts[column]:10d}" for column in columns))
    print(f"{f'{len(KINDS)} kinds, {seeds} seeds each':44s}" + "".join(f"{total[column]:10d}" for column in columns))


if __name__ == "__main__":
    main()
