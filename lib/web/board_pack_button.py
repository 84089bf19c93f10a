"""A button for the board pack of a view."""

from functools import partial

from lib.dashboard.board_pack import board_pack
from lib.dashboard.view import View
from lib.documents import exports
from lib.documents.exports.file_formats import XLSX
from lib.domain.roles import Action
from lib.store import database
from lib.web import cached, download_button, session
from lib.web.cached import CachedNumbers
from lib.web.connection import engine
from lib.web.session import User


def button(numbers: CachedNumbers, view: View, user: User) -> None:
    """Offer the board pack of a view."""
    # It is made when somebody asks for it, since it takes seconds.
    download_button.show(
        "Board pack",
        partial(file, numbers, view, user),
        file_name=XLSX.file_name("board_pack"),
        mime=XLSX.mime_type,
        key="board_pack",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        help="A workbook for the board: a cover, then a page for every chart here and of the Cloud page.",
    )


def file(numbers: CachedNumbers, view: View, user: User) -> bytes:
    """The board pack of a view, if that person still may have it."""
    actor = session.recheck_download(user, Action.DOWNLOAD_FIGURES, "board pack")
    # Of this moment, not of when the page was drawn, which may be long ago.
    numbers = CachedNumbers(cached.version(numbers.version.store))
    with database.reading(engine(numbers.version.store)) as connection:
        about = exports.about_of(connection, view.cut, actor=actor, policy=numbers.policy)
    return board_pack(numbers, view, about, is_sample=bool(numbers.version.store))
