"""From a file's header to the fields of a license: which column is which (domain.md §7)."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from lib.domain.licenses import AMBIGUOUS_HEADINGS, COLUMNS, HEADINGS, field_for_heading
from lib.domain.text import bare_words, clean
from lib.reading.cell_votes import (
    CellSample,
    confirms,
    field_of_cells,
    field_of_names,
    means_name,
    names_hosting,
    refuses,
)
from lib.reading.heading_words import match_words
from lib.reading.match_kinds import MatchKind
from lib.reading.own_lists import worked_out_columns

_BETWEEN_LANGUAGES = re.compile(r"[/|\n\r]")
_SIZE_FIELDS = ("editors", "host_tier")
_MOST_WORDS = 2
"""Words of a heading from which on it is as specific as any."""

_HOSTS = ("confluence", "jira")
# Aliases that mean a field only as one word: `licenseId` is a SEN, `License ID` is any program's number.
_SPELLED_AS_ONE = {"license id": "licenseid"}

_UNSPACED_HEADINGS = {heading.replace(" ", ""): name for heading, name in HEADINGS.items()}

SHEET_HEADING = "Sheet"
"""The heading of the column that says which sheet a row is of, where that may tell its product."""

ERROR_FILE_COLUMNS = ("_line", "_code", "_message")
"""The columns that a correction file puts before the file's own; they are never read."""


_RANKS = (MatchKind.EXACT, MatchKind.ALIAS, MatchKind.GUESSED, MatchKind.CELLS)
# Fields that decide what becomes of a license, so that of two equal columns a person says which it is.
_DECISIVE_FIELDS = ("license_key", "product", "hosting", "maintenance_end")


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


def propose_fields(header: Sequence[str], samples: Sequence[CellSample] = ()) -> list[Proposal]:
    """One proposal per column; no two with the same field. Samples of the columns' cells, if given, vote as well."""
    worked_out = worked_out_columns(header)
    matches = [match_heading("" if title in worked_out else title, index) for index, title in enumerate(header)]
    matches = [replace(match, column=title) for match, title in zip(matches, header, strict=True)]
    if samples:
        matches = [vote(match, sample) for match, sample in zip(matches, samples, strict=True)]
        ours = {*worked_out, *ERROR_FILE_COLUMNS}
        matches = restore_only_columns(find_by_cells(matches, samples, ours), samples)
        matches = confirm_hints(matches, samples)
    matches = refuse_ambiguous_sizes(matches)
    matches = refuse_repeated_fields(ask_about_equals(matches, samples) if samples else matches)
    return [Proposal(match.column, match.index, match.field, match.kind, match.suggestions) for match in matches]


def vote(match: HeadingMatch, sample: CellSample) -> HeadingMatch:
    """The match unless its cells speak against it."""
    # The title of a field is never doubted: our own lists have it.
    if match.field is None or match.kind is MatchKind.EXACT or match.words == bare_words(COLUMNS[match.field].title):
        return match
    if means_name(match.field):
        other = field_of_names(sample)
        if other:
            return replace(match, field=other, kind=MatchKind.CELLS)
        return match
    if refuses(sample, match.field):
        return replace(match, field=None, kind=MatchKind.REFUSED, suggestions=(match.field,))
    return match


def restore_only_columns(matches: list[HeadingMatch], samples: Sequence[CellSample]) -> list[HeadingMatch]:
    """Give the product and the hosting back to the one column that means them: a person can say what its texts mean."""
    for field in ("product", "hosting"):
        refused = [match for match in matches if match.kind is MatchKind.REFUSED and field in match.suggestions]
        is_found = any(match.field == field for match in matches)
        if len(refused) == 1 and not is_found and not (field == "hosting" and any(map(names_hosting, samples))):
            only_match = replace(refused[0], field=field, kind=MatchKind.GUESSED, suggestions=())
            matches = [only_match if match.index == only_match.index else match for match in matches]
    return matches


def find_by_cells(
    matches: list[HeadingMatch], samples: Sequence[CellSample], left_out: Collection[str]
) -> list[HeadingMatch]:
    """The product and the hosting found by their cells, where no heading means them and one column has them."""
    fields = {match.field for match in matches}
    candidates: dict[str, list[int]] = {}
    for match, sample in zip(matches, samples, strict=True):
        fewest = 1 if match.column == SHEET_HEADING else 2
        is_open = match.field is None and match.column not in left_out
        field = field_of_cells(sample, fewest) if is_open else None
        if field and field not in fields:
            candidates.setdefault(field, []).append(match.index)
    indexes = {places[0]: field for field, places in candidates.items() if len(places) == 1}
    return [
        replace(match, field=indexes[match.index], kind=MatchKind.CELLS, suggestions=())
        if match.index in indexes
        else match
        for match in matches
    ]


def confirm_hints(matches: list[HeadingMatch], samples: Sequence[CellSample]) -> list[HeadingMatch]:
    """The one field that a heading hints at where its cells are plainly that, and no other column could be it."""
    places: dict[str, list[int]] = {}
    for match, sample in zip(matches, samples, strict=True):
        for field in match.suggestions if match.kind is MatchKind.UNKNOWN and len(match.suggestions) == 1 else ():
            if confirms(sample, field):
                places.setdefault(field, []).append(match.index)
    present = {match.field for match in matches}
    fields = {indexes[0]: field for field, indexes in places.items() if len(indexes) == 1 and field not in present}
    return [
        replace(match, field=fields[match.index], kind=MatchKind.CELLS, suggestions=())
        if match.index in fields
        else match
        for match in matches
    ]


def ask_about_equals(matches: list[HeadingMatch], samples: Sequence[CellSample]) -> list[HeadingMatch]:
    """Order the columns of a decisive field by all that speaks for them; where two are equal, a person must say."""
    for field in _DECISIVE_FIELDS:
        rivals = [match for match in matches if match.field == field]
        if len(rivals) < 2:
            continue
        scores = {match.index: score_of(match, samples[match.index]) for match in rivals}
        best = max(scores.values())
        leaders = {index for index, score in scores.items() if score == best}
        is_open = len({samples[index].texts for index in leaders}) > 1
        matches = [
            judge_rival(match, is_leader=match.index in leaders, is_open=is_open) if match.index in scores else match
            for match in matches
        ]
    return matches


def judge_rival(match: HeadingMatch, *, is_leader: bool, is_open: bool) -> HeadingMatch:
    """A rival for a field: asked about among equal leaders, taken behind them."""
    if not is_leader:
        return match.without_field(MatchKind.TAKEN)
    if is_open:
        return replace(match, field=None, kind=MatchKind.AMBIGUOUS, suggestions=(match.field,) if match.field else ())
    return match


def score_of(match: HeadingMatch, sample: CellSample) -> tuple[int, int, float]:
    """All that speaks for a column: how it was recognised, how specific its heading is, and its cells."""
    is_own_title = match.words == bare_words(COLUMNS[match.field or ""].title)
    specificity = _MOST_WORDS if is_own_title else min(len(match.words.split()), _MOST_WORDS)
    return -_RANKS.index(match.kind), specificity, round(sample.filled, 1)


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
    word_match = match_words(clean(title))
    if not word_match.is_probable:
        return HeadingMatch(title, index, None, MatchKind.UNKNOWN, words, word_match.fields)
    return HeadingMatch(title, index, word_match.fields[0], MatchKind.GUESSED, words, is_generic=word_match.is_generic)


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
    candidates.sort(key=lambda match: (_RANKS.index(match.kind), match.index))
    winners: dict[str | None, int] = {}
    for match in candidates:
        winners.setdefault(match.field, match.index)
    return [
        match.without_field(MatchKind.TAKEN) if match.field and winners[match.field] != match.index else match
        for match in matches
    ]
