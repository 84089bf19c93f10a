"""Which column is which field: as proposed, as remembered from earlier files, or as a person chose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from lib.columnar.column import CodedColumn
from lib.columnar.text_column import TextColumn
from lib.domain.licenses import COLUMNS, REQUIRED
from lib.domain.products import read_product
from lib.domain.text import clean
from lib.reading.headings import ERROR_FILE_COLUMNS, MatchKind, Proposal, propose_fields
from lib.reading.tables import Table, TableError


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """Choices remembered from earlier files.

    For a file with this header its columns (column → field; None: nothing) and the date orders of its fields; for every
    file the meanings of texts (field → text → meaning).
    """

    mapping: dict[str, str] | None = None
    date_orders: dict[str, str] = field(default_factory=dict)
    meanings: dict[str, dict[str, str]] = field(default_factory=dict)


def unique_headings(header: Sequence[str]) -> list[str]:
    """The header's texts, cleaned and made unique: a blank one by its place, a repeated one by a number."""
    headings: list[str] = []
    for place, text in enumerate(header, start=1):
        name, number = clean(text) or f"Column {place}", 2
        unique = name
        while unique in headings:
            unique, number = f"{name} ({number})", number + 1
        headings.append(unique)
    return headings


def propose_with_memory(headings: Sequence[str], remembered: Remembered) -> list[Proposal]:
    """A field for each column: as the same header was mapped before, else by its heading."""
    proposals = propose_fields(headings)
    if remembered.mapping is None:
        return proposals
    fields = [remembered.mapping.get(proposal.column) for proposal in proposals]
    return [
        replace(proposal, field=name, match_kind=MatchKind.REMEMBERED if name else MatchKind.UNKNOWN)
        for proposal, name in zip(proposals, fields, strict=True)
    ]


def validated_mapping(mapping: Mapping[str, str], headings: Sequence[str]) -> dict[str, str]:
    """A person's mapping. Raises TableError `unknown_mapping` if it does not fit the file or the fields."""
    unknown_headings = [heading for heading in mapping if heading not in headings]
    unknown_fields = [name for name in mapping.values() if name not in COLUMNS]
    if unknown_headings or unknown_fields:
        names = ", ".join([*unknown_headings, *unknown_fields])
        raise TableError("unknown_mapping", f"The mapping names what is not there: {names}.")
    fields = list(mapping.values())
    repeated = sorted({name for name in fields if fields.count(name) > 1})
    if repeated:
        raise TableError("unknown_mapping", f"Two columns are mapped to {', '.join(repeated)}; choose one.")
    return dict(mapping)


def unmapped_columns(headings: Sequence[str], mapping: Mapping[str, str]) -> list[str]:
    """The columns that are no field; those that an error file adds are not the file's own."""
    return [heading for heading in headings if heading not in mapping and heading not in ERROR_FILE_COLUMNS]


def refuse_missing_columns(texts: Mapping[str, CodedColumn | TextColumn], table: Table) -> None:
    """Raises TableError `no_header` or `missing_columns` if the mapped columns cannot tell licenses apart."""
    missing = [name for name in REQUIRED if name not in texts]
    if missing == ["hosting"]:
        silent = [name for name, _ in texts["product"].counts() if not carries_hosting(name)]
        if not silent:
            return
        raise TableError(
            "missing_columns",
            f'No column says whether a license runs on Server or Cloud, and products such as "{silent[0]}" do not '
            "tell. Add a Hosting column, or name the column that has it.",
        )
    if missing and not table.header_line:
        raise TableError(
            "no_header",
            "This file has no line with the names of its columns. Add one above its rows, or say what each column is.",
        )
    if missing:
        names = ", ".join(COLUMNS[name].title for name in missing)
        raise TableError(
            "missing_columns",
            f"No column was recognised as: {names}. Rename the file's headers, or say which column it is.",
        )


def carries_hosting(product: str) -> bool:
    """Whether a product's name includes its hosting; a blank or unknown name is reported elsewhere."""
    product_and_hosting = read_product(product)
    return not product.strip() or product_and_hosting is None or product_and_hosting[1] is not None
