"""A customer's mail, read as answers to the items of a migration request (domain.md §5)."""

from lib.requests.replies.comparison import REFUSAL, Difference, differences, refusals, texts_by_license
from lib.requests.replies.items import ITEMS
from lib.requests.replies.mentions import Mentions, mentions_in
from lib.requests.replies.reader import read_reply
from lib.requests.replies.reply import Answer, Reply, UnrecognisedLine
from lib.requests.replies.saved_mails import MailText, read_mail, saved_mail

__all__ = [
    "ITEMS",
    "REFUSAL",
    "Answer",
    "Difference",
    "MailText",
    "Mentions",
    "Reply",
    "UnrecognisedLine",
    "differences",
    "mentions_in",
    "read_mail",
    "read_reply",
    "refusals",
    "saved_mail",
    "texts_by_license",
]
