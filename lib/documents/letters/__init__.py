"""Letters to customers: the confirmation request of a migration, filled in as far as it is known, in four languages."""

from lib.documents.letters.asked import Letters, asked_of, letters_of
from lib.documents.letters.letter import Asked, Letter, language_of, letter
from lib.documents.letters.mail import LONGEST_LINK, left_out, mailto
from lib.documents.letters.pdf import letter_pdf
from lib.documents.letters.templates import LANGUAGE_TITLES, Language, Template, template
from lib.documents.letters.worded import Wording, reword, wording

__all__ = [
    "LANGUAGE_TITLES",
    "LONGEST_LINK",
    "Asked",
    "Language",
    "Letter",
    "Letters",
    "Template",
    "Wording",
    "asked_of",
    "language_of",
    "left_out",
    "letter",
    "letter_pdf",
    "letters_of",
    "mailto",
    "reword",
    "template",
    "wording",
]
