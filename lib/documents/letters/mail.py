"""A letter as a link that opens it in a person's mail program (RFC 6068)."""

from urllib.parse import quote

from lib.documents.letters.letter import Letter
from lib.documents.letters.templates import template

LONGEST_LINK = 1_900
"""Letters that a link may have: Outlook and Windows cut longer ones off."""

LONGEST_SUBJECT = 300
"""Letters of a link that its subject may take."""


def mailto(letter: Letter) -> str:
    """The link, with as many whole lines of the letter as it has room for; the last says if something is left out."""
    start = link_start(letter)
    body, room = percent_encoded(letter.body), LONGEST_LINK - len(start)
    if len(body) > room:
        body = first_lines(letter, room)
    return start + body


def fits_link(letter: Letter) -> bool:
    """Whether a link has room for the whole letter."""
    return len(link_start(letter)) + len(percent_encoded(letter.body)) <= LONGEST_LINK


def link_start(letter: Letter) -> str:
    """The link up to the body."""
    subject = shortened(letter.subject, LONGEST_SUBJECT)
    return f"mailto:{quote(letter.to, safe='@')}?subject={quote(subject, safe='')}&body="


def first_lines(letter: Letter, room: int) -> str:
    """As many lines of the body as fit, and one that says that the rest is missing."""
    last, body = percent_encoded(template(letter.language).fill("shortened")), ""
    for line in letter.body.split("\n"):
        longer = body + percent_encoded(f"{line}\n")
        if len(longer) + len(last) > room:
            break
        body = longer
    return body + last


def percent_encoded(text: str) -> str:
    """The text for a link's body: line breaks as RFC 6068 wants them, spaces as %20."""
    return quote(text.replace("\n", "\r\n"), safe="")


def shortened(text: str, room: int) -> str:
    """The text, or as much of it as takes no more than so many letters of a link, whole characters."""
    if len(quote(text, safe="")) <= room:
        return text
    # A character takes up to twelve letters of a link, so its length says nothing about what fits.
    while len(quote(f"{text}…", safe="")) > room:
        text = text[:-1]
    return f"{text}…"
