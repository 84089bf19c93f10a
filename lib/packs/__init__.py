"""Import packs for Atlassian: files of verified licenses to hand over, and the answer with their SENs (domain.md §6)."""

from lib.packs.contents import NOTICES, REFUSED, REVIEW
from lib.packs.entry import id_of
from lib.packs.submitting import Pack, Submitted, build_pack, submit_pack

__all__ = ["NOTICES", "REFUSED", "REVIEW", "Pack", "Submitted", "build_pack", "id_of", "submit_pack"]
