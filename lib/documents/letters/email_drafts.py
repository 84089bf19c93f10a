"""A letter as a draft that mail programs open to be sent: its text, its reader and the customer's list."""

from email.message import EmailMessage
from email.policy import SMTP

from lib.documents.letters.letter import Letter


def email_draft(letter: Letter, file_name: str, content: bytes, mime_type: str) -> bytes:
    """The letter as an unsent mail (`.eml`) with a file attached."""
    # The same letter and file make the same bytes, so that a file made again is the file that was sent.
    message = EmailMessage(policy=SMTP.clone(utf8=True))
    # Outlook, Apple Mail and Thunderbird open a message with this mark to be edited and sent.
    message["X-Unsent"] = "1"
    if letter.to:
        message["To"] = letter.to
    message["Subject"] = letter.subject
    message.set_content(letter.body)
    kind, _, subtype = mime_type.partition("/")
    message.add_attachment(content, maintype=kind, subtype=subtype, filename=file_name)
    # A random boundary would make other bytes of the same draft.
    message.set_boundary("=_license_migration_draft")
    return bytes(message)
