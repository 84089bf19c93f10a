"""A letter as a link that opens it in a person's mail program (RFC 6068)."""

from urllib.parse import quote

from lib.documents.letters.letter import Letter
from lib.documents.letters.templates import template

LONGEST_LINK = 1_900
"""Letters that a link may have: Outlook and Windows cut longer ones off."""

_LONGEST_SUBJECT = 300
"""Letters of a link that its subject may take."""


def mailto(letter: Letter) -> str:
    """The link, with as much of the letter as it has room for, whole lines; the last says if something is left out."""
    start = _start(letter)
    whole, room = _encoded(letter.body), LONGEST_LINK - len(start)
    return start + (whole if len(whole) <= room else _shortened(letter, room))


def left_out(letter: Letter) -> str:
    """What the mail that `mailto` opens lacks, in sentences."""
    is_whole = len(_start(letter)) + len(_encoded(letter.body)) <= LONGEST_LINK
    told = (
        ""
        if is_whole
        else "The letter is too long for a link: the mail has its beginning only, so copy the rest into it.",
        "A link cannot attach files: attach the workbook or the letter yourself.",
        "" if letter.to else "No address of the customer is known: enter it in the mail.",
    )
    return " ".join(filter(None, told))


def _start(letter: Letter) -> str:
    subject = _fitting(letter.subject, _LONGEST_SUBJECT)
    return f"mailto:{quote(letter.to, safe='@')}?subject={quote(subject, safe='')}&body="


def _shortened(letter: Letter, room: int) -> str:
    last, kept = _encoded(template(letter.language).fill("shortened")), ""
    for line in letter.body.split("\n"):
        longer = kept + _encoded(f"{line}\n")
        if len(longer) + len(last) > room:
            break
        kept = longer
    return kept + last


def _encoded(text: str) -> str:
    """The text for a link's body: line breaks as RFC 6068 wants them, spaces as %20."""
    return quote(text.replace("\n", "\r\n"), safe="")


def _fitting(text: str, room: int) -> str:
    """The text, or as much of it as takes no more than so many letters of a link, whole characters."""
    if len(quote(text, safe="")) <= room:
        return text
    kept = text
    while len(quote(f"{kept}…", safe="")) > room:
        kept = kept[:-1]
    return f"{kept}…"
