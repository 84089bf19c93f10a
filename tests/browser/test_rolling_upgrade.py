"""While a new version comes in: the code from before the newest upgrade still serves every page of the upgraded database."""

import asyncio
import io
import subprocess
import sys
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lib.store import database
from tests.browser.app import PATHS, Server, serving
from tests.rooms import ROOT
from tests.sessions import NOT_FOUND, opened
from tests.store.stories import a_file, a_row, imported, now
from tests.stores import connected


def git(*arguments: str) -> bytes:
    """What git says of this repository; skips the test where it does not know the history."""
    try:
        return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, timeout=60).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"git does not answer: {error}")


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """The code as it was before the newest upgrade of the database."""
    newest = max((ROOT / "migrations" / "versions").glob("[0-9]*.py"))
    commits = git("log", "--diff-filter=A", "--format=%H", "--", str(newest)).split()
    if not commits or git("rev-parse", "--is-shallow-repository").strip() == b"true":
        pytest.skip("This clone has no history: the code from before the newest upgrade is not in it.")
    archive = git("archive", whole_before(commits[-1].decode()))
    folder = tmp_path / "earlier"
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    return folder


def whole_before(commit: str) -> str:
    """The last commit before another in which no two upgrades have the same number, as branches that grow together may."""
    for earlier in git("rev-list", "--max-count=50", f"{commit}^").decode().split():
        names = git("ls-tree", "--name-only", earlier, "migrations/versions/").decode().split()
        numbers = [number for name in names if (number := Path(name).name.partition("_")[0]).isdecimal()]
        if len(numbers) == len(set(numbers)):
            return earlier
    pytest.skip("No commit before the newest upgrade can run.")


async def errors_of(server: Server, paths: tuple[str, ...]) -> dict[str, list[str]]:
    """The errors that pages show, none for those that are fine."""
    async with opened(server.url) as session:
        return {path: await session.see(path) for path in paths}


def test_the_code_from_before_the_newest_upgrade_serves_and_imports(
    earlier: Path, postgresql_store_url: str, tmp_path: Path
) -> None:
    with connected(postgresql_store_url) as engine:
        imported(engine, a_row("K-1"), a_row("K-2"))
        (tmp_path / "more.csv").write_bytes(a_file(a_row("K-2", editors="25"), a_row("K-3")))
        command = [sys.executable, "-m", "lib.cli", "--database", postgresql_store_url, "import"]
        subprocess.run(
            [*command, str(tmp_path / "more.csv")], cwd=earlier, check=True, capture_output=True, timeout=120
        )
        environment = {"APP_WORKER": "none"}
        serve = serving(postgresql_store_url, tmp_path / "log", root=earlier, environment=environment)
        # In a thread, since journeys before it may have left an event loop in this one.
        with serve as server, ThreadPoolExecutor(1) as thread:
            errors = thread.submit(asyncio.run, errors_of(server, PATHS)).result()
        # It has the pages of its time.
        assert {path: texts for path, texts in errors.items() if texts not in ([], [NOT_FOUND])} == {}
        assert errors[""] == errors["licenses"] == errors["import"] == []
        assert sorted(now(engine)) == ["K-1", "K-2", "K-3"]
        assert database.is_current(engine)
        assert imported(engine, a_row("K-3", editors="25")).counts.changed == 1
