"""The house stands: every module on its floor, Streamlit at the top only, pages without SQL or rules."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.rooms import FLOORS, ROOT

PAGES = sorted((ROOT / "pages").glob("*.py"))
MODULES = sorted((ROOT / "lib").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
RULES = {"lib.domain.rules", "lib.domain.cloud_plan", "lib.domain.what_if"}
SQL = re.compile(
    r"\s*(select\b.+\bfrom\b|insert\s+into\b|update\b.+\bset\b|delete\s+from\b)", re.IGNORECASE | re.DOTALL
)


def name_of(path: Path) -> str:
    """`lib.store.batches` for lib/store/batches.py, `lib.store` for its __init__.py."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """Each module a file imports anywhere in it, with the name it takes from there (empty for the whole module)."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: say imports in full, from lib…"
            yield from ((node.module or "", alias.name) for alias in node.names)


def floors_of_imports(path: Path) -> set[str]:
    """The floors of lib that a file imports from."""
    modules = (f"lib.{name}" if module == "lib" and name else module for module, name in imports(path))
    return {name.split(".")[1] for name in modules if name.startswith("lib.")}


def modules_imported(path: Path, names: set[str]) -> set[str]:
    """The modules among `names` that a file imports; `from a import b` is an import of `a.b` if that is a module."""
    pairs = [(module, f"{module}.{name}") for module, name in imports(path)]
    return {full if full in names else module for module, full in pairs} & names


def packages(path: Path) -> set[str]:
    """The top-level packages that a file imports."""
    return {module.split(".")[0] for module, _ in imports(path)}


@pytest.mark.parametrize("path", [path for path in MODULES if name_of(path) != "lib"], ids=name_of)
def test_a_module_imports_only_from_its_own_floor_and_those_below(path: Path) -> None:
    own = name_of(path).split(".")[1]
    assert own in FLOORS, f"Say on which floor {path.name} stands: FLOORS in tests/rooms.py"
    assert floors_of_imports(path) <= {*FLOORS[: FLOORS.index(own)], own}


def test_no_modules_import_each_other_in_a_circle() -> None:
    names = set(map(name_of, MODULES))
    graph = {name_of(path): modules_imported(path, names) - {name_of(path)} for path in MODULES}
    order = TopologicalSorter(graph)
    order.prepare()  # raises CycleError, which names the circle


@pytest.mark.parametrize("path", [path for path in MODULES if "domain" in path.relative_to(ROOT).parts], ids=name_of)
def test_the_domain_needs_nothing_but_the_standard_library(path: Path) -> None:
    assert packages(path) <= {*sys.stdlib_module_names, "lib"}


@pytest.mark.parametrize("path", [path for path in MODULES if "web" not in path.relative_to(ROOT).parts], ids=name_of)
def test_only_the_web_floor_knows_streamlit(path: Path) -> None:
    assert "streamlit" not in packages(path)


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_first_asks_who_is_there(path: Path) -> None:
    body = ast.parse(path.read_text()).body
    statements = [node for node in body if not isinstance(node, ast.Import | ast.ImportFrom) and not is_text(node)]
    assert isinstance(statements[0], ast.Expr | ast.Assign)
    assert ast.unparse(statements[0].value).startswith("session.require(Role.")
    assert ("lib.web", "session") in set(imports(path))


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_holds_no_sql(path: Path) -> None:
    assert not packages(path) & {"sqlalchemy", "sqlite3", "psycopg", "alembic"}
    texts = [node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)]
    assert [text for text in texts if isinstance(text, str) and SQL.match(text)] == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_judges_nothing_itself(path: Path) -> None:
    """From the rules' modules a page may take names of things, such as Outcome, but nothing that decides."""
    imported = [name for module, name in imports(path) if module in RULES or f"{module}.{name}" in RULES]
    assert [name for name in imported if not name[:1].isupper()] == []


def test_every_download_is_of_the_store_that_the_visit_works_on() -> None:
    direct = [name_of(path) for path in [*MODULES, *PAGES] if "st.download_button(" in path.read_text()]
    assert direct == ["lib.web.download_button"]


def test_there_are_pages_and_modules_to_hold_to_this() -> None:
    assert {"progress", "licenses", "upgrades", "import_batch", "batches"} <= {path.stem for path in PAGES}
    assert {"lib.domain.text", "lib.web.session", "lib.reading.tables"} <= set(map(name_of, MODULES))


@pytest.mark.parametrize("path", TESTS, ids=name_of)
def test_what_tests_share_is_in_modules_of_its_own(path: Path) -> None:
    sources = (f"{module}.{name}" for module, name in imports(path) if module.split(".")[0] == "tests")
    assert [source for source in sources if ".test_" in source] == []


def is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def test_nothing_that_git_is_to_ignore_is_part_of_the_project() -> None:
    listed = ("git", "ls-files", "--cached", "--ignored", "--exclude-standard")
    tracked = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True, timeout=60).stdout
    assert tracked == "", f"Take it out with `git rm --cached`: {tracked}"
