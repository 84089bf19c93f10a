"""Import packs for Atlassian: files of verified licenses to hand over (domain.md §6).

Its answer, with the SENs, is read by `lib.sens`, which knows licenses by their ids in a pack too.
"""

from lib.packs.contents import NOTICES, REFUSED, REVIEW
from lib.packs.entry import id_of
from lib.packs.submitting import Pack, Submitted, build_pack, submit_pack

__all__ = ["NOTICES", "REFUSED", "REVIEW", "Pack", "Submitted", "build_pack", "id_of", "submit_pack"]
