"""Content hashes by the rule that a stage is a deed: fields of a license no longer say that its request was received.

A hash holds the mark of its stage unless the fields say that stage. What a file made received keeps a hash without one, so
that it stays as that file left it once the worker corrects its stage; what a person made received gets the mark.
"""

from hashlib import sha256

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_HAS_ITEM = (
    "(server_confirmed IS NOT NULL OR match_agreed IS NOT NULL OR coalesce(myatlassian_email, '') <> ''"
    " OR coalesce(holder_first_name, '') <> '' OR coalesce(holder_last_name, '') <> '')"
)
_HAS_NO_MARK = f"(outcome <> 'already_migrated' AND reason <> 'declined_to_match' AND coalesce(hosting, '') <> 'cloud' AND {_HAS_ITEM})"
"""Whether the fields of a version said, by the rule of before, that its request was received."""

_IS_BY_FILE = "coalesce(stage_since, since) IN (SELECT id FROM changes WHERE batch_id IS NOT NULL)"
_MARK = int.from_bytes(sha256(b"received").digest()[:8], "big", signed=True)


def upgrade() -> None:
    # Neither database has the same operator for an exclusive or: all bits of either, without those of both.
    op.execute(
        f"UPDATE license_versions SET content = (content | ({_MARK})) & ~(content & ({_MARK}))"  # noqa: S608 - our own words
        f" WHERE stage = 'received' AND {_HAS_NO_MARK} <> ({_IS_BY_FILE})"
    )
