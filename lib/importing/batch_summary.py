"""The summary of a batch that was planned, or that an error stopped."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lib.checking.check import CheckedFile
from lib.checking.check_summary import CheckSummary, ColumnSummary, DateSummary, Failure, FileSummary
from lib.checking.column_mapping import Remembered, cleaned_choices, propose_around_choices
from lib.checking.column_samples import column_samples, voting_samples
from lib.checking.correction_file import column_title
from lib.checking.meanings import text_meanings
from lib.checking.questions import date_examples, evidence_sentence
from lib.checking.settings import Settings
from lib.domain.policy import Policy
from lib.importing.fingerprint import fingerprint_of
from lib.importing.plan import ImportPlan, changed_fields
from lib.importing.preview_lists import all_causes
from lib.importing.source_file import SourceFile
from lib.reading.headings import ERROR_FILE_COLUMNS, Proposal, mapping_from
from lib.reading.tables import RawPreview, Table, TableError


def summarize_plan(preview: RawPreview, plan: ImportPlan, policy: Policy) -> CheckSummary:
    """The numbers of a batch that could be planned."""
    checked = plan.checked
    return CheckSummary(
        reader=_file_summary(preview, checked.table, checked.settings),
        columns=_column_summaries(checked.table, checked.proposals, checked.mapping),
        dates={name: _date_summary(checked, name) for name in checked.evidence},
        values=text_meanings(checked),
        unmapped=checked.unmapped,
        mapping=checked.mapping,
        remembered=relevant_memory(checked),
        counts=plan.counts,
        effect=plan.effect,
        causes=all_causes(checked),
        undecided=checked.undecided,
        changed_fields=changed_fields(plan),
        policy=policy.version,
        fingerprint=fingerprint_of(plan, policy),
    )


def summarize_failure(
    file: SourceFile, settings: Settings, error: TableError, remembered: Remembered, policy: Policy
) -> CheckSummary:
    """How a file was read that an error stopped, and its columns if it is a table."""
    table = file.table if isinstance(file.table, Table) else None
    failure = Failure(error.code, error.message)
    summary = CheckSummary(failure=failure, reader=_file_summary(file.preview, table, settings), policy=policy.version)
    if table is None:
        return summary
    choices = cleaned_choices(settings.chosen_fields)
    proposals = propose_around_choices(file.headings, remembered, choices, voting_samples(table))
    mapping = mapping_from(proposals) if settings.mapping is None else settings.mapping
    return replace(summary, columns=_column_summaries(table, proposals, mapping), mapping=mapping)


def relevant_memory(checked: CheckedFile) -> Remembered:
    """What was remembered of earlier files and bears on this one."""
    remembered, fields = checked.remembered, set(checked.mapping.values())
    meanings = {name: texts for name, texts in remembered.meanings.items() if name in fields}
    return replace(remembered, meanings=meanings)


def _file_summary(preview: RawPreview, table: Table | None, settings: Settings) -> FileSummary:
    """How a file was read; of what is no table, how a person wants it read."""
    sheets = preview.sheets
    form = settings if table is None else table
    return FileSummary(
        encoding=form.encoding,
        delimiter=form.delimiter,
        header_line=form.header_line,
        sheet=settings.sheet or chosen_sheet(preview, table),
        sheets=tuple(sheets),
        sheet_rows=tuple(preview.sheet_rows),
        license_sheets=tuple(preview.license_sheets),
        hidden_sheets=tuple(preview.hidden_sheets),
        rows=None if table is None else len(table),
        columns=None if table is None else len(table.header),
        first_lines=tuple(preview.lines),
    )


def chosen_sheet(preview: RawPreview, table: Table | None) -> str | None:
    """The one sheet that was read, or that can be."""
    if table is not None:
        return None if table.parts else table.sheet or None
    if len(preview.sheets) != 1:
        return None
    return preview.sheets[0]


def _column_summaries(table: Table, proposals: Sequence[Proposal], mapping: Mapping[str, str]) -> list[ColumnSummary]:
    """Each column of the file's own."""
    summaries = []
    for proposal, sample, title in zip(proposals, column_samples(table), table.header, strict=True):
        if proposal.column in ERROR_FILE_COLUMNS:
            continue
        field = mapping.get(proposal.column)
        free_fields = [name for name in proposal.suggestions if name not in mapping.values()]
        summaries.append(
            ColumnSummary(
                heading=proposal.column,
                title=column_title(title, proposal.column),
                samples=sample.texts,
                filled=round(sample.filled, 4),
                field=field,
                how=proposal.match_kind if field == proposal.field else "chosen",
                suggestions=() if field else tuple(free_fields),
            )
        )
    return summaries


def _date_summary(checked: CheckedFile, name: str) -> DateSummary:
    evidence, order = checked.evidence[name], checked.orders[name]
    return DateSummary(
        order=order,
        evidence=evidence_sentence(evidence),
        must_ask=evidence.must_ask,
        ambiguous=evidence.ambiguous,
        examples=date_examples(checked.readings[name].originals, order),
        proofs=evidence.proofs(order),
    )
