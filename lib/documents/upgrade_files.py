"""The files that can be had of a list of upgrades, the same bytes on the screen and from the command line."""

from enum import StrEnum

from sqlalchemy import Connection

from lib.documents import exports, letters
from lib.documents.exports import Ending
from lib.domain.policy import Policy
from lib.domain.roles import Action, Actor, require
from lib.measures.cut import Cut


class Kind(StrEnum):
    """The kinds of file, each the ending of its name: one workbook, an archive of one for each customer, CSV, letters."""

    XLSX = "xlsx"
    ZIP = "zip"
    CSV = "csv"
    PDF = "pdf"


def file(connection: Connection, kind: Kind, cut: Cut, *, actor: Actor, policy: Policy) -> bytes:
    """The list of a cut as a file. Raises RefusalError if the kind of file has no room for all of it, or the actor may not."""
    require(actor, Action.DOWNLOAD_UPGRADES)
    if kind is Kind.ZIP:
        return b"".join(exports.upgrades_zip(connection, cut, actor=actor, policy=policy))
    if kind is Kind.PDF:
        about = exports.about_of(connection, cut, actor=actor, policy=policy)
        return letters.letter_pdf([letter for _, _, letter in letters.letters_of(connection, cut)], about.as_of)
    return exports.upgrade_list(connection, cut, Ending(kind), actor=actor, policy=policy)
