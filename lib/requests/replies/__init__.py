"""A customer's answer by email, as the items of a migration request that are found in it (domain.md §5)."""

from lib.requests.replies.labels import ITEMS
from lib.requests.replies.reply import Answer, Reply, UnrecognisedLine, read_reply

__all__ = ["ITEMS", "Answer", "Reply", "UnrecognisedLine", "read_reply"]
