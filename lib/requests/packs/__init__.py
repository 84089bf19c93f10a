"""Import packs for Atlassian: files of verified licenses to hand over, and the answer with their SENs (domain.md §6)."""

from lib.requests.packs.answers import Answered, preview_answer, read_answer, read_answer_file, record_answer
from lib.requests.packs.contents import NOTICES, REFUSED, REVIEW
from lib.requests.packs.entry import id_of
from lib.requests.packs.submitting import Pack, Submitted, build_pack, submit_pack

__all__ = [
    "NOTICES",
    "REFUSED",
    "REVIEW",
    "Answered",
    "Pack",
    "Submitted",
    "build_pack",
    "id_of",
    "preview_answer",
    "read_answer",
    "read_answer_file",
    "record_answer",
    "submit_pack",
]
