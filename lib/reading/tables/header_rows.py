"""Headers of two rows: groups of columns above (`Contact` over `Name` and `Email`), or one name on two rows."""

from collections.abc import Mapping, Sequence

from lib.domain.text import clean
from lib.reading.heading_words import is_explained, match_words
from lib.reading.tables.row_kinds import CellKind, field_named, kind_of

Spans = Mapping[int, Sequence[tuple[int, int]]]
"""The first and the last column of cells that are merged side by side, by the line they stand on."""

_LONGEST_GROUP = 40


def is_group_row(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Whether a row above a header names groups of its columns, and is no title or remark."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled or len(cells) > len(header) or len(set(filled)) == 1 < len(filled):
        return False
    if len(filled) == 1 and cells[0].strip():
        return False
    are_names = all(
        kind_of(cell) is CellKind.TEXT and len(cell) <= _LONGEST_GROUP and ":" not in cell for cell in filled
    )
    return are_names and 2 * sum(map(is_explained, filled)) >= len(filled)


def names_of_columns(groups: Sequence[str], header: Sequence[str], spans: Sequence[tuple[int, int]]) -> list[str]:
    """The names of columns below groups: with the group's where that says more."""
    own = [*groups, *[""] * (len(header) - len(groups))]
    spread = spread_groups(own, header, spans)
    alone = [field_named(name) for name, group in zip(header, spread, strict=True) if not group]
    claims = {field for field in alone if field}
    names = []
    for name, group, above in zip(header, spread, own, strict=True):
        name = column_name(name, group, is_own=bool(above.strip()) or bool(spans), claims=claims)
        claims.add(field_named(name) or "")
        names.append(name)
    return names


def column_name(name: str, group: str, *, is_own: bool, claims: set[str]) -> str:
    """One column's name: the group's and its own, unless that hides what its own name means."""
    if not group or not name.strip():
        return name.strip() or group
    both = f"{group} {name}"
    plain = field_named(name)
    if plain in match_words(clean(both)).fields and not field_named(both):
        return name
    if field_named(both) or plain is None or plain in claims or (is_own and is_explained(group)):
        return both
    return name


def spread_groups(groups: Sequence[str], header: Sequence[str], spans: Sequence[tuple[int, int]]) -> list[str]:
    """The group of each column, by merged cells or the last one left."""
    # A text has no merged cells, only blanks beside the group's name.
    spread = [group.strip() for group in groups]
    for first, last in spans:
        if first < len(spread):
            spread[first : last + 1] = [spread[first]] * (min(last + 1, len(spread)) - first)
    if spans:
        return spread
    for place in range(1, len(spread)):
        if not spread[place] and header[place].strip() and header[place - 1].strip():
            spread[place] = spread[place - 1]
    return spread
