"""The text of a mail that was saved as a file, which says in its own head how it is encoded."""

import email
from email.message import EmailMessage
from email.policy import default

from lib.domain.refusal import RefusalError

_ENCODING_HEADERS = ("Content-Type", "Content-Transfer-Encoding", "MIME-Version")


def saved_mail_text(content: bytes) -> str | None:
    """The text of a saved mail; None for any other file. Raises RefusalError if the mail has no text to be read."""
    message = email.message_from_bytes(content.lstrip(), policy=default)
    if "From" not in message or not any(header in message for header in _ENCODING_HEADERS):
        return None
    assert isinstance(message, EmailMessage), "what the default policy makes"
    body = message.get_body(("plain", "html"))
    try:
        text = body.get_content() if body else ""
    except (LookupError, ValueError):
        text = ""
    if not isinstance(text, str) or not text.strip():
        raise RefusalError("This is a saved mail whose text cannot be read. Open it, and copy its text into a file.")
    return text
