"""The wording of letters in force: as an administrator worded it last, or as it comes with the application."""

from dataclasses import dataclass
from importlib import resources

from sqlalchemy import Connection, Engine

from lib.documents.letters.templates import Language, Template, template
from lib.domain.roles import Action, Actor, require
from lib.store import database, letter_templates


@dataclass(frozen=True, slots=True)
class Wording:
    """The text of a language's template and its version: 0 is the one that comes with the application."""

    language: Language
    text: str
    version: int
    by: str = ""

    @property
    def template(self) -> Template:
        """The text, parsed."""
        return Template.read(self.text, f"{self.language}, version {self.version}", template(self.language))


def own_text(language: Language) -> str:
    """The text of the template that comes with the application."""
    return resources.files("lib.documents.letters").joinpath("templates", f"{language}.txt").read_text("utf-8")


def wording(connection: Connection, language: Language) -> Wording:
    """The wording of a language that is in force."""
    newest = letter_templates.newest(connection, language)
    if newest is None:
        return Wording(language, own_text(language), 0)
    return Wording(language, newest.body, newest.version, newest.by)


def templates(connection: Connection) -> dict[Language, Template]:
    """The template of each language that is in force."""
    in_force = {}
    for language in Language:
        own = wording(connection, language)
        # The application's own templates are parsed once in a process.
        in_force[language] = own.template if own.version else template(language)
    return in_force


def reword(engine: Engine, language: Language, text: str, actor: Actor, *, based_on: int) -> int:
    """Give a language's letter another wording; gives the number of the version.

    `based_on` is the version that this person saw. Raises RefusalError if there is a newer one, or if the text is no template
    (see `Template.read`).
    """
    require(actor, Action.WORD_LETTERS)
    parsed = Template.read(text, "you wrote", template(language))
    with database.writing(engine) as connection:
        return letter_templates.add(connection, language, parsed.sections["subject"], text, actor, based_on=based_on)
