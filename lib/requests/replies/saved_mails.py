"""The text of a mail that was saved as a file or copied from its source, which says itself how it is encoded."""

import binascii
import email
import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr

from lib.domain.refusal import RefusalError
from lib.requests.replies.html_text import html_text

_MAILBOX_LINE = re.compile(r"\s*From \S+.*\n(?=[A-Za-z-]+:)")
"""The line above each mail in a file of several."""

_HEAD = re.compile(r"\s*(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+\s*\n")
_ENCODING_HEADER = re.compile(r"^(?:Content-Type:\s*[\w.+-]+/|Content-Transfer-Encoding:|MIME-Version:)", re.I | re.M)
_FIRST_BOUNDARY = re.compile(r"\s*--(\S{1,70})\s*\n(?=Content-)", re.IGNORECASE)
_HTML_START = re.compile(r"\s*<(?:!doctype html|html|head|body)\b", re.IGNORECASE)
_NO_QUOTED_PRINTABLE = re.compile(r"=(?![0-9A-F]{2}|\s*$)", re.MULTILINE)
_QUOTED_PRINTABLE = re.compile(r"=(?:[0-9A-F]{2}|[ \t]*$)", re.MULTILINE)
_BASE64 = re.compile(r"\s*(?:[A-Za-z0-9+/]{60,76}\s*\n)+[A-Za-z0-9+/]+={0,2}\s*")
# Encodings that programs name although they write another one.
_CHARSETS = {"iso-8859-1": "cp1252", "us-ascii": "cp1252"}

# Encoded signs that make a text quoted-printable, not one that happens to hold one.
_FEWEST_SIGNS = 2

_UNREADABLE = "This is a saved email whose text cannot be read. Open it, and copy its text into a file."


@dataclass(frozen=True, slots=True)
class MailText:
    """What people read in a mail, and the address that it was sent from (empty where its head is missing)."""

    text: str
    sender: str = ""


def read_mail(source: str) -> MailText:
    """The text of a mail as pasted: what people see of it, or its source. Raises RefusalError as `saved_mail` does."""
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    if mail := saved_mail(source.encode("utf-8", "surrogatepass")):
        return mail
    if _HTML_START.match(source):
        return MailText(html_text(source))
    return MailText(decode_without_head(source))


def saved_mail(content: bytes) -> MailText | None:
    """The text of a saved mail; None for any other file. Raises RefusalError if the mail has no text to be read."""
    source = content.decode("latin-1").replace("\r\n", "\n")
    source = _MAILBOX_LINE.sub("", source, count=1) if _MAILBOX_LINE.match(source) else source
    if boundary := _FIRST_BOUNDARY.match(source):
        source = f'Content-Type: multipart/mixed; boundary="{boundary[1]}"\n\n{source}'
    head = _HEAD.match(source)
    if head is None or not _ENCODING_HEADER.search(head[0]):
        return None
    message = email.message_from_bytes(source.lstrip().encode("latin-1"), policy=default)
    assert isinstance(message, EmailMessage), "what the default policy makes"
    text = body_text(message)
    if not text.strip():
        raise RefusalError(_UNREADABLE)
    return MailText(text, sender_of(message))


def sender_of(message: EmailMessage) -> str:
    """The address that a mail was sent from."""
    try:
        return parseaddr(str(message.get("From", "")))[1]
    except (ValueError, IndexError):  # what the standard library makes of some broken heads
        return ""


def body_text(message: EmailMessage) -> str:
    """The text of a mail, or of the one it brings along."""
    text = text_of(message)
    if text.strip():
        return text
    for part in message.walk():
        if part.get_content_type() == "message/rfc822":
            for inner in parts_of(part):
                return text_of(inner)
    return ""


def text_of(part: EmailMessage) -> str:
    """The text of a mail or of a part of it; of two that say the same, the plain one. Attachments have none."""
    if part.get_content_disposition() == "attachment":
        return ""
    kind = part.get_content_type()
    if part.is_multipart():
        if kind == "message/rfc822":
            return ""
        texts = {inner.get_content_type(): text_of(inner) for inner in parts_of(part)}
        if kind == "multipart/alternative":
            plain = texts.get("text/plain", "")
            if plain.strip():
                return plain
            return next(filter(str.strip, reversed(texts.values())), "")
        return "\n".join(filter(str.strip, map(text_of, parts_of(part))))
    if kind == "text/html":
        return html_text(decoded(part))
    return decoded(part) if kind == "text/plain" else ""


def parts_of(part: EmailMessage) -> Iterator[EmailMessage]:
    """The parts that a part consists of."""
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (inner for inner in payload if isinstance(inner, EmailMessage))


def decoded(part: EmailMessage) -> str:
    """The text of a part, in the encoding that it says, else in one that it can be."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    charset = part.get_content_charset("utf-8")
    # What people copy from a screen has become UTF-8, whatever its head says.
    charsets = [charset, "utf-8"] if content.isascii() else ["utf-8", _CHARSETS.get(charset, charset), "cp1252"]
    return first_decoded(content, charsets)


def decode_without_head(source: str) -> str:
    """The text, decoded if it is quoted-printable or base64."""
    # Somebody may have copied a mail's source without its head, which says how to read it.
    signs = len(_QUOTED_PRINTABLE.findall(source))
    if signs >= _FEWEST_SIGNS and source.isascii() and not _NO_QUOTED_PRINTABLE.search(source):
        return text_of_bytes(quopri.decodestring(source.encode())) or source
    if _BASE64.fullmatch(source):
        try:
            return text_of_bytes(binascii.a2b_base64(source)) or source
        except binascii.Error:
            return source
    return source


def text_of_bytes(content: bytes) -> str:
    """The text that bytes are in UTF-8 or Windows's own encoding; "" if they are none."""
    text = first_decoded(content, ("utf-8", "cp1252"))
    if not all(sign.isprintable() or sign in "\n\r\t" for sign in text):
        return ""
    return text


def first_decoded(content: bytes, charsets: Iterable[str]) -> str:
    """A text in the first of these encodings that it can be in; "" if it can be in none."""
    for charset in charsets:
        try:
            return content.decode(charset)
        except (LookupError, ValueError):
            continue
    return ""
