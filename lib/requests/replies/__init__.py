"""A customer's mail, read as answers to the items of a migration request (domain.md §5)."""

from lib.requests.replies.items import ITEMS
from lib.requests.replies.reader import read_reply
from lib.requests.replies.reply import Answer, Reply, UnrecognisedLine
from lib.requests.replies.saved_mails import saved_mail_text

__all__ = ["ITEMS", "Answer", "Reply", "UnrecognisedLine", "read_reply", "saved_mail_text"]
