"""A visit to a page as these tests make it: open it by a link, and read what it says."""

import re
from pathlib import Path

from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from lib import worker
from lib.checking.settings import Settings
from lib.domain.policy import Policy
from lib.importing import imports
from lib.measures.cut import Cut
from lib.store import batches, database, license_queries
from lib.store.batches import Batch
from tests.actors import EDITOR, editor
from tests.web.signing import claims

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "tests" / "data" / "sample_legacy_licenses.csv"
HEADER = "License Key,Product,Hosting,Editors,Server tier,Maintenance Expires\n"
WITH_AN_ADDRESS_OF_THEIR_OWN = ("import_batch",)
"""Pages whose address is not the name of their file."""

COUNTS = ("New", "Changed", "Unchanged", "Skipped", "Duplicates")


def opened(page: str = "import_batch", /, **query: str) -> AppTest:
    """A page with this query, as a visitor sees it who comes by a link."""
    app = AppTest.from_file(ROOT / "lib" / "web" / "shell.py", default_timeout=30)
    if page in WITH_AN_ADDRESS_OF_THEIR_OWN:
        app.run()  # before the shell has run, Streamlit knows pages by the names of their files alone
    app.switch_page(str(ROOT / "pages" / f"{page}.py"))
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    return fine(app)


def visited_by(page: str, email: str, /, **query: str) -> AppTest:
    """A page as that person sees it, signed in (see `signing.configure`)."""
    app = AppTest.from_file(ROOT / "lib" / "web" / "shell.py", default_timeout=30)
    app.secrets["auth"] = {"redirect_uri": "https://licenses.example.com/oauth2callback"}
    app.user = claims(email)
    app.run()
    app.switch_page(str(ROOT / "pages" / f"{page}.py"))
    for name, value in query.items():
        app.query_params[name] = value
    return fine(app.run())


def fine(app: AppTest) -> AppTest:
    assert not app.exception, app.exception[0].message
    return app


def add_file(engine: Engine, text: str, name: str = "file.csv", settings: Settings | None = None) -> int:
    return imports.add_file(engine, name, text.encode(), settings or Settings(), editor("bob"))


def checked(engine: Engine, text: str, name: str = "file.csv", settings: Settings | None = None) -> int:
    """The number of a new open batch that the worker has checked."""
    number = add_file(engine, text, name, settings)
    imports.check_batch(engine, number, EDITOR, Policy())
    return number


def worked(app: AppTest, engine: Engine) -> AppTest:
    """The page after the worker has done what the page asked for."""
    worker.work_off(engine)
    return fine(app.run())


def stored(engine: Engine, number: int) -> Batch:
    with database.reading(engine) as connection:
        return batches.batch(connection, number)


def licenses(engine: Engine) -> int:
    with database.reading(engine) as connection:
        return license_queries.count(connection, Cut())


def counts(app: AppTest) -> tuple[int, ...]:
    """The tiles: new, changed, unchanged, held, repeated."""
    numbers = {metric.label: int(metric.value.replace(",", "")) for metric in app.metric}
    return tuple(numbers[name] for name in COUNTS)


def texts_on(app: AppTest) -> str:
    """All plain sentences on the page."""
    elements = [*app.text, *app.caption, *app.error, *app.warning, *app.info]
    return "\n".join(str(element.value).replace("\\", "") for element in elements)


def rules(app: AppTest) -> list[list[str]]:
    """The rules of the open license: mark, rule, finding, values with their origins, without markup."""
    marked = app.table[0].value.to_numpy().tolist()
    return [[plain(cell) for cell in row] for row in marked]


def history(app: AppTest) -> list[list[str]]:
    """What happened to the open license, newest first: who, what, changes, without markup."""
    return [[plain(cell) for cell in row[1:]] for row in app.table[-1].value.to_numpy().tolist()]


def plain(text: str) -> str:
    """A text without its markup."""
    text = re.sub(r"(?<!\\):(green|red|orange|gray)\[(.*?)(?<!\\)\]", r"\2", text)
    return text.replace("\\", "").replace("**", "")


def of_all(app: AppTest) -> str:
    """How many of all licenses the filter bar says it lets through."""
    return next(element.value for element in app.markdown if element.value.endswith("licenses**")).strip("*")
