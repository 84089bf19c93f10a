"""Atlassian's answers to packs: `id, sen, licenseKey` of each license, as JSON or a table, whose SENs are recorded.

The Marketplace's license keys are never kept: customers find theirs in their myAtlassian account.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine

from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.domain.text import clean, quote
from lib.editing.revision import join_sentences, sen_conflict
from lib.reading.tables import TableError
from lib.requests import sens
from lib.requests.sen_lines import SenCode, SenLine, find_columns, read_sen_lines, remark_sentence, text_of_file
from lib.requests.sens import SenMatch, SenMatches, SenOutcome
from lib.store import database, packs

_SENTENCES = {
    SenCode.NO_LICENSE: "There is no id, so nobody can tell which license it is about.",
    SenCode.NO_KEY: "There is no id, so nobody can tell which license it is about.",
    SenCode.NO_SEN: "Atlassian gave no SEN.",
    SenCode.NOT_WHOLE: "From here on the answer is incomplete: it cannot be read as JSON. Get it again.",
}
"""Problems of lines that an answer words differently."""

_WITH_SEN = (SenOutcome.RECORDED, SenOutcome.SAME)
"""What comes of lines whose SEN is the license's from now on or already."""

_UNREMARKABLE = (*_WITH_SEN, SenOutcome.HEADING)
"""What comes of lines of which nobody need be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerResult:
    """What came of an answer, or would.

    `sens` are recorded and `same` were recorded before, by license key. `refused` by license key, and `unknown` for
    lines of no license, are sentences that say why nothing is recorded. `remarks` by license key are sentences about
    what else the answer says of licenses with a SEN. `change` is the number of the change, None if nothing was written.
    """

    sens: Mapping[str, str] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    remarks: Mapping[str, str] = field(default_factory=dict)
    change: int | None = None

    @property
    def sentences(self) -> list[str]:
        """All that people should read: why nothing is recorded for some lines, and what the answer says of others."""
        refused = [f"{key}: {sentence}" for key, sentence in self.refused.items()]
        remarks = [f"{key}: {sentence}" for key, sentence in self.remarks.items()]
        return [*refused, *self.unknown, *remarks]


def read_answer(text: str) -> tuple[SenLine, ...]:
    """The lines of an answer, as `read_sen_lines` reads them.

    Raises RefusalError if the answer is empty or broken from the start, or if its table has no ids.
    """
    if not clean(text):
        raise RefusalError("The answer is empty. Choose the file with the columns id and sen that came from Atlassian.")
    columns = find_columns(text)
    if columns and not columns.has_ids:
        header = ", ".join(map(quote, columns.header))
        raise RefusalError(f"The answer needs the columns id and sen, but its header says: {header}.")
    lines = read_sen_lines(text)
    if all(line.problem is SenCode.HEADING for line in lines):
        raise RefusalError("The answer holds no license: nothing in it has an id.")
    if all(line.problem is SenCode.NOT_WHOLE for line in lines):
        raise RefusalError("The answer is incomplete: it cannot be read as JSON. Get it again.")
    return lines


def read_answer_file(content: bytes, name: str) -> tuple[SenLine, ...]:
    """The lines of an answer in a file or workbook. Raises RefusalError as `read_answer` does."""
    try:
        return read_answer(text_of_file(content, name))
    except TableError as error:
        raise RefusalError(error.message) from error


def preview_answer(connection: Connection, lines: Sequence[SenLine], policy: Policy) -> AnswerResult:
    """What `record_answer` would do now. Raises RefusalError as `sens.preview_sens` does."""
    return summarise(match_answer(connection, lines, policy))


def record_answer(engine: Engine, lines: Sequence[SenLine], actor: Actor, note: str, policy: Policy) -> AnswerResult:
    """Record the SENs of an answer, in one transaction and one change that can be undone: those licenses have migrated.

    Nothing is written for the other lines. Raises RefusalError if the actor may not.
    """
    require(actor, Action.RECORD_ANSWER)
    with database.writing(engine) as connection:
        matches = match_answer(connection, lines, policy)
        reason = clean(note) or "Answer from Atlassian"
        return summarise(sens.record_matches(connection, matches, actor, reason, policy))


def match_answer(connection: Connection, lines: Sequence[SenLine], policy: Policy) -> SenMatches:
    """What comes of lines that name licenses by pack ids."""
    keys = packs.keys_by_text(connection, sens.distinct_texts(lines))
    return sens.match_lines(connection, lines, keys, policy)


def summarise(matches: SenMatches) -> AnswerResult:
    """The lines of an answer by what comes of them."""
    others = [match for match in matches.lines if match.outcome not in _UNREMARKABLE]
    remarks = [match for match in matches.of(*_WITH_SEN) if match.remark]
    return AnswerResult(
        sens=matches.sens,
        same={match.key: match.sen for match in matches.of(SenOutcome.SAME)},
        refused=sentences_by_key((match.key, sentence_of(match)) for match in others if match.is_known),
        unknown=tuple(sentence_of(match) for match in others if not match.is_known),
        remarks=sentences_by_key((match.key, remark_sentence(match.remark).strip()) for match in remarks),
        change=matches.change,
    )


def sentences_by_key(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The sentences about each license, each once."""
    sentences: dict[str, dict[str, None]] = {}
    for key, sentence in pairs:
        sentences.setdefault(key, {})[sentence] = None
    return {key: " ".join(distinct) for key, distinct in sentences.items()}


def sentence_of(match: SenMatch) -> str:
    """Why nothing is recorded for a line, and its remark."""
    return reason_of(match) + remark_sentence(match.remark)


def reason_of(match: SenMatch) -> str:
    """Why nothing is recorded for a line of an answer."""
    match match.outcome:
        case SenOutcome.MALFORMED:
            sentence = _SENTENCES.get(match.problem or SenCode.NO_LICENSE)
            return f"{match.place}: {sentence or match.reason}"
        case SenOutcome.UNKNOWN_KEY:
            what = f"the id {quote(match.key)}" if match.key else "an id that is on this line"
            return f"{match.place}: No pack has a license with {what}."
        case SenOutcome.CONTRADICTS if match.other_sen:
            return "The answer contradicts itself about it. Ask Atlassian which is right."
        case SenOutcome.HAS_OTHER:
            recorded = f"It already has {match.other_sen}, and the answer says {match.sen}."
            return f"{recorded} Find out which is right and edit it."
        case SenOutcome.TAKEN:
            return join_sentences({"sen": sen_conflict(match.sen, match.other_key)})
    return match.reason
