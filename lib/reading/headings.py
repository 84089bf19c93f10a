"""From a file's header to the fields of a license, and from fields to their cell readers (domain.md §7)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from lib.domain.licenses import AMBIGUOUS_HEADINGS, COLUMNS, HEADINGS, ColumnKind, LicenseColumn, field_for_heading
from lib.domain.text import bare_words, clean
from lib.domain.tiers import LADDER, Size
from lib.reading import cells
from lib.reading.cells import DateOrder

_ASIDES = re.compile(r"[(\[{（［【][^()\[\]{}（）［］【】]*[)\]}）］】]")
_BEFORE = re.compile(
    r"(?:(?:no|nr|n|nb|nbre|num|numero|number|nombre|anzahl|aantal|total|max|maximum|maximal|count)(?: of| de| der| di| d| van)?"
    r"|the|our|your|balsamiq|legacy|license|licenses) "
)
_AFTER = re.compile(r" (?:count|total|max|maximum|number|no|nr|utc|gmt|on|at|required|optional)$")
_SIDE_BY_SIDE = re.compile(r"[/|\n\r]")
_SIZES = ("editors", "host_tier")
_HOSTS = ("confluence", "jira")
_SQUEEZED = {heading.replace(" ", ""): name for heading, name in HEADINGS.items()}
_SURENESS = ("exact", "alias", "guessed")


ERROR_FILE_COLUMNS = ("_line", "_code", "_message")
"""The columns that an error file has before the file's own: what is said there of a row, and never read."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The field proposed for one column of a file, and how it was found.

    `how` is `exact`, `alias`, `guessed` or `remembered` (the field is set), `ambiguous` (a person must say), `taken` (an earlier or more
    exact column has the field) or `unknown`.
    """

    column: str
    index: int
    field: str | None
    how: str


def propose_fields(header: Sequence[str]) -> list[Proposal]:
    """One proposal per column, in order; no two with the same field."""
    found = [_match(title, index) for index, title in enumerate(header)]
    settled = _without_rivals(_without_doubtful_sizes(found))
    return [Proposal(match.column, match.index, match.field, match.how) for match in settled]


def mapping_from(proposals: Sequence[Proposal]) -> dict[str, str]:
    """Field names by column text, for the columns that have one; the caller must have made equal texts different."""
    return {proposal.column: proposal.field for proposal in proposals if proposal.field}


@dataclass(frozen=True, slots=True)
class _Match:
    """The field a heading means by itself, and the bare words it was recognised by."""

    column: str
    index: int
    field: str | None
    how: str
    words: str

    def refused(self, how: str) -> "_Match":
        return replace(self, field=None, how=how)


def _match(title: str, index: int) -> _Match:
    text = clean(title)
    words = bare_words(text)
    if text in ERROR_FILE_COLUMNS:
        return _Match(title, index, None, "unknown", words)
    if (name := field_for_heading(text) if words else None) is not None:
        return _Match(title, index, name, "exact" if text in (name, COLUMNS[name].title) else "alias", words)
    for form in _plainer(text):
        if (name := HEADINGS.get(form) or _SQUEEZED.get(form.replace(" ", ""))) is not None:
            return _Match(title, index, name, "guessed", form)
    name = _same_twice(title)
    return _Match(title, index, name, "guessed" if name else "unknown", words)


def _plainer(text: str) -> list[str]:
    """Ever plainer forms of a heading: without what stands in brackets, without counting words, singular and plural."""
    whole, outside = (bare_words(form).replace("licence", "license") for form in (text, _ASIDES.sub(" ", text)))
    forms = [whole, outside, _AFTER.sub("", outside), _BEFORE.sub("", _AFTER.sub("", outside), count=1)]
    forms += [form.removesuffix("s") if form.endswith("s") else f"{form}s" for form in forms]
    return [form for form in dict.fromkeys(forms) if form.strip("s")]


def _same_twice(title: str) -> str | None:
    """The field of a heading that says it in two languages (`License key / Lizenzschlüssel`)."""
    names = {field_for_heading(clean(part)) for part in _SIDE_BY_SIDE.split(title) if clean(part)}
    return names.pop() if len(names) == 1 else None


def _without_doubtful_sizes(found: list[_Match]) -> list[_Match]:
    """`Users` means the editors only as the file's one size column; `Confluence Users` beside `Jira Users` means neither."""
    sizes = [match for match in found if match.field in _SIZES]
    doubtful = {match.index for match in sizes if match.words in AMBIGUOUS_HEADINGS and len(sizes) > 1}
    by_host = [[match.index for match in sizes if match.words.startswith(host)] for host in _HOSTS]
    if all(by_host):
        doubtful.update(*by_host)
    return [match.refused("ambiguous") if match.index in doubtful else match for match in found]


def _without_rivals(found: list[_Match]) -> list[_Match]:
    """Each field goes to the surest match, then to the first; the others are `taken`."""
    winners: dict[str | None, int] = {}
    for match in sorted((m for m in found if m.field), key=lambda m: (_SURENESS.index(m.how), m.index)):
        winners.setdefault(match.field, match.index)
    return [m.refused("taken") if m.field and winners[m.field] != m.index else m for m in found]


READERS: dict[ColumnKind, Callable[..., object]] = {
    ColumnKind.KEY: cells.read_key,
    ColumnKind.TEXT: cells.read_text,
    ColumnKind.SIZE: cells.read_size,
    ColumnKind.HOST_SIZE: cells.read_host_size,
    ColumnKind.DATE: cells.read_date,
    ColumnKind.PRODUCT: cells.read_product,
    ColumnKind.HOSTING: cells.read_hosting,
    ColumnKind.YES_NO: cells.read_yes_no,
    ColumnKind.EMAIL: cells.read_email,
    ColumnKind.COUNTRY: cells.read_country,
    ColumnKind.SEN: cells.read_sen,
}
"""The reader of each kind's cells; dates take the column's order besides, and host sizes the ladder."""


def reader_for(
    column: LicenseColumn, *, order: DateOrder | None = None, ladder: Sequence[Size] = LADDER
) -> Callable[[str], object]:
    """The reader of a column's cells as a function of the text alone."""
    reader = READERS[column.kind]
    if column.kind is ColumnKind.DATE:
        return partial(reader, order=order)
    return partial(reader, ladder=ladder) if column.kind is ColumnKind.HOST_SIZE else reader


_WIDE = r"\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2AF}\x{400}-\x{481}\x{48A}-\x{52F}\x{3041}-\x{3096}\x{30A1}-\x{30FA}\x{30FC}\x{4E00}-\x{9FFF}\x{AC00}-\x{D7A3}"

UNCHANGED_TEXTS: dict[ColumnKind, str] = {
    ColumnKind.KEY: r"^[A-Za-z][!-~]*$",
    ColumnKind.TEXT: rf"^[!-<>-~{_WIDE}][!-~{_WIDE}]*( [!-~{_WIDE}]+)*$",
    ColumnKind.EMAIL: r"^[A-Za-z0-9_+'-]{1,32}(\.[A-Za-z0-9_+'-]{1,15})?@([a-z0-9]+(-[a-z0-9]+)*\.){1,3}"
    r"(com|org|net|edu|gov|io|eu|de|fr|uk|it|es|nl|ch|at|jp|us|ca|au|example|test|[a-z]{2})$",
    ColumnKind.SEN: r"^SEN-L?[0-9]+$",
}
"""Regular expressions (RE2) of the texts that a kind's reader gives back as they are: most cells of a column of texts,
which so need no reading one by one. `lib.words.BLANKS` match some of them and are no such texts."""
