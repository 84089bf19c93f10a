"""From a file's header to the fields of a license: which column is which (domain.md §7)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from lib.domain.licenses import AMBIGUOUS_HEADINGS, COLUMNS, HEADINGS, field_for_heading
from lib.domain.text import bare_words, clean
from lib.reading.heading_words import match_words
from lib.reading.own_lists import worked_out_columns

_BETWEEN_LANGUAGES = re.compile(r"[/|\n\r]")
_SIZE_FIELDS = ("editors", "host_tier")
_HOSTS = ("confluence", "jira")
_SPELLED_AS_ONE = {"license id": "licenseid"}
"""Aliases that mean a field only as one word: `licenseId` is a SEN, `License ID` is any program's number."""

_UNSPACED_HEADINGS = {heading.replace(" ", ""): name for heading, name in HEADINGS.items()}

ERROR_FILE_COLUMNS = ("_line", "_code", "_message")
"""The columns that a correction file puts before the file's own; they are never read."""


class MatchKind(StrEnum):
    """How a column's field was found, or why it has none."""

    EXACT = "exact"
    ALIAS = "alias"
    GUESSED = "guessed"
    REMEMBERED = "remembered"
    CHOSEN = "chosen"
    AMBIGUOUS = "ambiguous"
    """A person must say."""

    TAKEN = "taken"
    """An earlier or more exact column has the field."""

    UNKNOWN = "unknown"


_SURENESS = (MatchKind.EXACT, MatchKind.ALIAS, MatchKind.GUESSED)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The field proposed for one column of a file."""

    column: str
    index: int
    field: str | None
    match_kind: MatchKind
    suggestions: tuple[str, ...] = ()
    """Fields that the heading may mean, when it has none."""


@dataclass(frozen=True, slots=True)
class HeadingMatch:
    """The field that a heading stands for by itself, and the bare words it was recognised by."""

    column: str
    index: int
    field: str | None
    kind: MatchKind
    words: str
    suggestions: tuple[str, ...] = ()
    is_generic: bool = False
    """Whether another size column makes the field doubtful."""

    def without_field(self, kind: MatchKind) -> "HeadingMatch":
        """The same heading with no field, and why."""
        return replace(self, field=None, kind=kind)


def propose_fields(header: Sequence[str]) -> list[Proposal]:
    """One proposal per column; no two with the same field."""
    worked_out = worked_out_columns(header)
    matches = [match_heading("" if title in worked_out else title, index) for index, title in enumerate(header)]
    matches = [replace(match, column=title) for match, title in zip(matches, header, strict=True)]
    matches = refuse_repeated_fields(refuse_ambiguous_sizes(matches))
    return [Proposal(match.column, match.index, match.field, match.kind, match.suggestions) for match in matches]


def mapping_from(proposals: Sequence[Proposal]) -> dict[str, str]:
    """Field by column text, for the columns that have one; no two columns may have the same text."""
    return {proposal.column: proposal.field for proposal in proposals if proposal.field}


def match_heading(title: str, index: int) -> HeadingMatch:
    """The field that one heading stands for, whatever the others are."""
    text = clean(title)
    words = bare_words(text)
    if text in ERROR_FILE_COLUMNS:
        return HeadingMatch(title, index, None, MatchKind.UNKNOWN, words)
    name = field_by_alias(text, words)
    if name is not None and words:
        kind = MatchKind.EXACT if text in (name, COLUMNS[name].title) else MatchKind.ALIAS
        return HeadingMatch(title, index, name, kind, words, is_generic=words in AMBIGUOUS_HEADINGS)
    name = field_in_two_languages(title)
    if name is not None:
        return HeadingMatch(title, index, name, MatchKind.GUESSED, words)
    return match_by_words(title, index, words)


def field_by_alias(text: str, words: str) -> str | None:
    """The field whose known spelling the heading is."""
    one_word = _SPELLED_AS_ONE.get(words)
    if one_word and one_word not in text.lower():
        return None
    return field_for_heading(text)


def match_by_words(title: str, index: int, words: str) -> HeadingMatch:
    """The field that the heading's words mean together, or the fields they may mean."""
    name = _UNSPACED_HEADINGS.get(words)
    if name is not None:
        return HeadingMatch(title, index, name, MatchKind.GUESSED, words)
    meant = match_words(clean(title))
    if not meant.is_probable:
        return HeadingMatch(title, index, None, MatchKind.UNKNOWN, words, meant.fields)
    return HeadingMatch(title, index, meant.fields[0], MatchKind.GUESSED, words, is_generic=meant.is_generic)


def field_in_two_languages(title: str) -> str | None:
    """The field of a heading in two languages (`License key / Lizenzschlüssel`)."""
    parts = map(clean, _BETWEEN_LANGUAGES.split(title))
    names = {field_by_alias(part, bare_words(part)) for part in parts if part}
    return names.pop() if len(names) == 1 else None


def refuse_ambiguous_sizes(matches: list[HeadingMatch]) -> list[HeadingMatch]:
    """Take the field from size columns whose size may be the other one.

    `Users` means the editors only as the file's one size column, and `Confluence Users` beside `Jira Users` means
    neither.
    """
    sizes = [match for match in matches if match.field in _SIZE_FIELDS]
    ambiguous = {match.index for match in sizes if match.is_generic and len(sizes) > 1}
    of_confluence, of_jira = (size_columns_of(host, sizes) for host in _HOSTS)
    if of_confluence and of_jira:
        ambiguous |= of_confluence | of_jira
    return [match.without_field(MatchKind.AMBIGUOUS) if match.index in ambiguous else match for match in matches]


def size_columns_of(host: str, sizes: list[HeadingMatch]) -> set[int]:
    """The size columns whose heading begins with a host application's name."""
    return {match.index for match in sizes if match.words.startswith(host)}


def refuse_repeated_fields(matches: list[HeadingMatch]) -> list[HeadingMatch]:
    """Give each field to the surest match, then to the first; the others are `taken`."""
    candidates = [match for match in matches if match.field]
    candidates.sort(key=lambda match: (_SURENESS.index(match.kind), match.index))
    winners: dict[str | None, int] = {}
    for match in candidates:
        winners.setdefault(match.field, match.index)
    return [
        match.without_field(MatchKind.TAKEN) if match.field and winners[match.field] != match.index else match
        for match in matches
    ]
