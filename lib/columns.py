"""From a file's header to the fields of a license, and from fields to their cell readers (domain.md §7)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from lib import cells
from lib.cells import DateOrder
from lib.licenses import AMBIGUOUS_HEADINGS, COLUMNS, SPELLINGS, Column, Kind, field_named
from lib.tiers import LADDER, Size
from lib.words import clean, words_of

_ASIDES = re.compile(r"[(\[{（［【][^)\]}）］】]*[)\]}）］】]")
_COUNTING = re.compile(r"^(?:no|nr|num|number|nombre|anzahl|total|max|maximum|count)(?: of| de| der| d)? ")
_PARTICULAR_HOSTS = frozenset({"confluence users", "jira users", "confluence tier", "jira tier"})
_SIZES = ("editors", "host_tier")


@dataclass(frozen=True, slots=True)
class Proposal:
    """The field proposed for one column of a file, and how it was found.

    `how` is `exact`, `alias` or `guessed` (the field is set), `ambiguous` (a person must say), `taken` (an earlier or more
    exact column has the field) or `unknown`.
    """

    column: str
    index: int
    field: str | None
    how: str


def propose(header: Sequence[str]) -> list[Proposal]:
    """One proposal per column, in order; no two with the same field."""
    found = [_match(title, index) for index, title in enumerate(header)]
    return _without_rivals(_without_doubtful_sizes(found))


def mapping_of(proposals: Sequence[Proposal]) -> dict[str, str]:
    """Field names by column text, for the columns that have one."""
    return {proposal.column: proposal.field for proposal in proposals if proposal.field}


def _match(title: str, index: int) -> Proposal:
    """The field a heading means by itself."""
    if not words_of(title):
        return Proposal(title, index, None, "unknown")
    if (name := _exact(title)) is not None:
        return Proposal(title, index, name, "exact")
    if (name := field_named(clean(title))) is not None:
        return Proposal(title, index, name, "alias")
    guess = next(filter(None, map(field_named, _plainer(title))), None)
    return Proposal(title, index, guess, "guessed" if guess else "unknown")


def _exact(title: str) -> str | None:
    """The field whose own name or title this is."""
    name = SPELLINGS.get(clean(title))
    return name if name and clean(title) in (name, COLUMNS[name].title) else None


def _plainer(title: str) -> list[str]:
    """Ever plainer forms of a heading: without units in brackets, without a counting word, in the singular or plural."""
    bare = words_of(_ASIDES.sub(" ", clean(title)))
    uncounted = _COUNTING.sub("", bare)
    forms = [bare, uncounted]
    forms += [form[:-1] if form.endswith("s") else f"{form}s" for form in forms if form]
    return [form for form in forms if form]


def _heading(proposal: Proposal) -> str:
    return words_of(_ASIDES.sub(" ", proposal.column))


def _without_doubtful_sizes(found: list[Proposal]) -> list[Proposal]:
    """`Users` means the editors only as the file's one size column; `Confluence Users` beside `Jira Users` means neither."""
    sizes = [proposal for proposal in found if proposal.field in _SIZES]
    doubtful = {p.index for p in sizes if _heading(p) in AMBIGUOUS_HEADINGS and len(sizes) > 1}
    hosts = [p for p in sizes if _heading(p) in _PARTICULAR_HOSTS]
    if len({_heading(p).split()[0] for p in hosts}) > 1:
        doubtful |= {p.index for p in hosts}
    return [Proposal(p.column, p.index, None, "ambiguous") if p.index in doubtful else p for p in found]


def _without_rivals(found: list[Proposal]) -> list[Proposal]:
    """Each field goes to the best match, then to the first; the others are `taken`."""
    ranks = ("exact", "alias", "guessed")
    winners: dict[str, int] = {}
    for proposal in sorted((p for p in found if p.field), key=lambda p: (ranks.index(p.how), p.index)):
        winners.setdefault(str(proposal.field), proposal.index)
    return [Proposal(p.column, p.index, None, "taken") if p.field and winners[p.field] != p.index else p for p in found]


READERS: dict[Kind, Callable[..., object]] = {
    Kind.KEY: cells.read_key,
    Kind.TEXT: cells.read_text,
    Kind.SIZE: cells.read_size,
    Kind.HOST_SIZE: cells.read_host_size,
    Kind.DATE: cells.read_date,
    Kind.PRODUCT: cells.read_product,
    Kind.HOSTING: cells.read_hosting,
    Kind.YES_NO: cells.read_yes_no,
    Kind.EMAIL: cells.read_email,
    Kind.COUNTRY: cells.read_country,
    Kind.SEN: cells.read_sen,
}
"""The reader of each kind's cells; dates take the column's order besides, and host sizes the ladder."""


def reader_for(
    column: Column, *, order: DateOrder | None = None, ladder: Sequence[Size] = LADDER
) -> Callable[[str], object]:
    """The reader of a column's cells as a function of the text alone."""
    reader = READERS[column.kind]
    if column.kind is Kind.DATE:
        return partial(reader, order=order)
    return partial(reader, ladder=ladder) if column.kind is Kind.HOST_SIZE else reader
