"""A customer's mail, read as answers to the items of a migration request (domain.md §5)."""

from lib.requests.replies.items import ITEMS
from lib.requests.replies.reader import read_reply
from lib.requests.replies.reply import Answer, Reply, UnrecognisedLine

__all__ = ["ITEMS", "Answer", "Reply", "UnrecognisedLine", "read_reply"]
