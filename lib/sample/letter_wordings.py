"""Letters of the sample: they say, in their own language, that nobody should get them."""

import re

from sqlalchemy import Engine

from lib.documents import letters
from lib.documents.letters import Language
from lib.documents.letters.wordings import own_text
from lib.domain.roles import Actor, Role

MARKS = {
    Language.ENGLISH: ("Sample data", "This letter is sample data: its customer and licenses are invented."),
    Language.GERMAN: ("Beispieldaten", "Dieser Brief ist ein Beispiel: Kunde und Lizenzen sind erfunden."),
    Language.FRENCH: ("Données d'exemple", "Cette lettre est un exemple : le client et les licences sont inventés."),
    Language.SPANISH: ("Datos de ejemplo", "Esta carta es un ejemplo: el cliente y las licencias son inventados."),
}
"""What a subject begins with and what a letter begins with, by language."""

_AUTHOR = Actor("ada@sales.example", Role.ADMIN)


def say_sample(engine: Engine) -> None:
    """Word the letters of all languages anew."""
    for language in Language:
        letters.reword(engine, language, marked_text(language), _AUTHOR, based_on=0)


def unmarked_subject(subject: str, language: Language) -> str:
    """A subject without what the sample's letters begin with."""
    return subject.removeprefix(f"[{MARKS[language][0]}] ")


def marked_text(language: Language) -> str:
    """The application's own wording with the marks."""
    subject, sentence = MARKS[language]
    text = re.sub(r"(\[(?:\w+_)?subject\]\n)", rf"\1[{subject}] ", own_text(language))
    return re.sub(r"(\[(?:\w+_)?body\]\n)", rf"\1{sentence}\n\n", text)
