"""Import packs for Atlassian: files of verified licenses to hand over, and the answer with their SENs (domain.md §6)."""

from lib.requests.packs.answers import AnswerResult, preview_answer, read_answer, read_answer_file, record_answer
from lib.requests.packs.contents import NOTICES, REFUSED, REVIEW
from lib.requests.packs.entry import import_id
from lib.requests.packs.submitting import Pack, Submission, build_pack, submit_pack

__all__ = [
    "NOTICES",
    "REFUSED",
    "REVIEW",
    "AnswerResult",
    "Pack",
    "Submission",
    "build_pack",
    "import_id",
    "preview_answer",
    "read_answer",
    "read_answer_file",
    "record_answer",
    "submit_pack",
]
