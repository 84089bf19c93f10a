"""Letters to customers: the confirmation request of a migration, filled in as far as it is known, in four languages."""

from lib.documents.letters.customer_letters import Letters, letters_of, licenses_by_customer
from lib.documents.letters.email_drafts import email_draft
from lib.documents.letters.letter import (
    Contact,
    Letter,
    LetterLicense,
    cloud_letter,
    hidden_contacts,
    language_of,
    letter,
)
from lib.documents.letters.mail import LONGEST_LINK, fits_link, mailto
from lib.documents.letters.pdf import letter_pdf, missing_glyphs, omission_sentence
from lib.documents.letters.templates import LANGUAGE_TITLES, Language, Template, template
from lib.documents.letters.wordings import Wording, reword, wording

__all__ = [
    "LANGUAGE_TITLES",
    "LONGEST_LINK",
    "Contact",
    "Language",
    "Letter",
    "LetterLicense",
    "Letters",
    "Template",
    "Wording",
    "cloud_letter",
    "email_draft",
    "fits_link",
    "hidden_contacts",
    "language_of",
    "letter",
    "letter_pdf",
    "letters_of",
    "licenses_by_customer",
    "mailto",
    "missing_glyphs",
    "omission_sentence",
    "reword",
    "template",
    "wording",
]
