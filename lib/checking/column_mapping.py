"""Which column is which field: as proposed, as remembered from earlier files, or as a person chose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from lib.checking import refusals
from lib.columnar.column import CodedColumn
from lib.columnar.text_column import TextColumn
from lib.domain.licenses import COLUMNS, REQUIRED
from lib.domain.products import read_product
from lib.domain.text import bare_words, clean
from lib.reading.cell_votes import CellSample
from lib.reading.headings import ERROR_FILE_COLUMNS, Proposal, propose_fields
from lib.reading.match_kinds import MatchKind
from lib.reading.own_lists import worked_out_columns
from lib.reading.tables import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A person's choices for earlier files, which hold for this one unless they choose otherwise."""

    mapping: dict[str, str] | None = None
    """Column → field, if a file with this header was mapped before."""

    headings: dict[str, str] = field(default_factory=dict)
    """Bare words of a heading → field, as confirmed in any file."""

    date_orders: dict[str, str] = field(default_factory=dict)
    """Field → order, of files with this header."""

    meanings: dict[str, dict[str, str]] = field(default_factory=dict)
    """Field → text → meaning, of all files."""


def unique_headings(header: Sequence[str]) -> list[str]:
    """The header's texts, cleaned and made different: a blank one by its place, a repeated one by a number."""
    headings: list[str] = []
    for place, text in enumerate(header, start=1):
        name, number = clean(text) or f"Column {place}", 2
        unique = name
        # The header may have a `Name (2)` of its own.
        while unique in headings:
            unique, number = f"{name} ({number})", number + 1
        headings.append(unique)
    return headings


def propose_with_memory(
    headings: Sequence[str], remembered: Remembered, samples: Sequence[CellSample] = ()
) -> list[Proposal]:
    """A field for each column: as the same header or heading was mapped before, else by its heading and cells."""
    if remembered.mapping is not None:
        return [remembered_proposal(proposal, remembered.mapping) for proposal in propose_fields(headings)]
    memories = {heading: field for heading in headings if (field := remembered.headings.get(bare_words(heading)))}
    # Two headings of one file may both have been confirmed for a field: then neither is remembered.
    fields = list(memories.values())
    memories = {heading: field for heading, field in memories.items() if fields.count(field) == 1}
    return propose_beside(headings, samples, memories, MatchKind.REMEMBERED)


def propose_around_choices(
    headings: Sequence[str], remembered: Remembered, choices: Mapping[str, str], samples: Sequence[CellSample] = ()
) -> list[Proposal]:
    """A field for each column: a person's choice, else a proposal."""
    # A column that a person chose must not take a field or a heading's words away from the others.
    others = ["" if heading in choices else heading for heading in headings]
    cells = [CellSample() if heading in choices else sample for heading, sample in zip(headings, samples, strict=False)]
    proposals = propose_with_memory(others, remembered, cells)
    return [
        proposal_beside_choices(replace(proposal, column=heading), choices, MatchKind.CHOSEN)
        for proposal, heading in zip(proposals, headings, strict=True)
    ]


def propose_beside(
    headings: Sequence[str], samples: Sequence[CellSample], fields: Mapping[str, str], kind: MatchKind
) -> list[Proposal]:
    """A field for each column: of those that have one already, this, else proposed as if these were not there."""
    others = ["" if heading in fields else heading for heading in headings]
    cells = [CellSample() if heading in fields else sample for heading, sample in zip(headings, samples, strict=False)]
    return [
        proposal_beside_choices(replace(proposal, column=heading), fields, kind)
        for proposal, heading in zip(propose_fields(others, cells), headings, strict=True)
    ]


def proposal_beside_choices(proposal: Proposal, choices: Mapping[str, str], kind: MatchKind) -> Proposal:
    """The column with the field chosen for it, or without a field that another column was chosen for."""
    if proposal.column in choices:
        return replace(proposal, field=choices[proposal.column], match_kind=kind, suggestions=())
    if proposal.field in choices.values():
        return replace(proposal, field=None, match_kind=MatchKind.TAKEN)
    return proposal


def cleaned_choices(choices: Mapping[str, str]) -> dict[str, str]:
    """Choices for columns named as in the file, by cleaned heading."""
    return {clean(column): name for column, name in choices.items()}


def remembered_proposal(proposal: Proposal, mapping: Mapping[str, str]) -> Proposal:
    """The column with its field of an earlier mapping, whatever its heading suggests."""
    name = mapping.get(proposal.column)
    if not name:
        return replace(proposal, field=None, match_kind=MatchKind.UNKNOWN)
    return replace(proposal, field=name, match_kind=MatchKind.REMEMBERED)


def validated_mapping(mapping: Mapping[str, str], headings: Sequence[str]) -> dict[str, str]:
    """A person's mapping. Raises TableError `unknown_mapping` if it does not fit."""
    unknown_columns = [column for column in mapping if column not in headings]
    unknown_fields = [name for name in mapping.values() if name not in COLUMNS]
    if unknown_columns or unknown_fields:
        raise refusals.unknown_mapping(unknown_columns + unknown_fields)
    fields = list(mapping.values())
    repeated = {name for name in fields if fields.count(name) > 1}
    if repeated:
        raise refusals.repeated_fields(repeated)
    return dict(mapping)


def unmapped_columns(headings: Sequence[str], mapping: Mapping[str, str]) -> list[str]:
    """The columns that are no field, nor what we wrote into a correction file or a list."""
    ours = {*ERROR_FILE_COLUMNS, *worked_out_columns(headings)}
    return [heading for heading in headings if heading not in mapping and heading not in ours]


def refuse_missing_columns(
    texts: Mapping[str, CodedColumn | TextColumn], table: Table, proposals: Sequence[Proposal] = ()
) -> None:
    """Raise TableError `no_header` or `missing_columns` if the mapped columns cannot tell licenses apart."""
    missing = [name for name in REQUIRED if name not in texts]
    if missing == ["hosting"]:
        refuse_products_without_hosting(texts["product"])
    elif missing and not table.header_line:
        raise refusals.no_header()
    elif missing:
        possible = [p.column for p in proposals if not p.field and not set(missing).isdisjoint(p.suggestions)]
        raise refusals.missing_columns(missing, possible)


def refuse_products_without_hosting(products: CodedColumn | TextColumn) -> None:
    """Raise TableError `missing_columns` if a product does not mention its hosting, for no column has it."""
    for product, _ in products.counts():
        if not carries_hosting(product):
            raise refusals.missing_hosting(product)


def carries_hosting(product: str) -> bool:
    """Whether a product's name says where it runs; blank and unknown ones are refused for that later."""
    product_and_hosting = read_product(product)
    if not product.strip() or product_and_hosting is None:
        return True
    return product_and_hosting[1] is not None
