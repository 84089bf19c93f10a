"""What README says holds: its commands, its rooms, and how many files a change takes."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest

from lib.cli import main
from tests.rooms import DOORS, ROOMS, ROOT

README = (ROOT / "README.md").read_text()
COMMANDS = set(re.findall(r"python -m lib\.cli ([a-z-]+)", README))
MODULES = sorted(
    {
        *re.findall(r"python -m ([a-z_]+\.[a-z_.]+)", README),
        *re.findall(r"^\| `((?:tests|benchmarks)\.\w+)", README, re.MULTILINE),
    }
)


@pytest.mark.parametrize("target", ["run", "test"])
def test_the_makefile_has_the_commands(target: str) -> None:
    assert re.search(rf"^\s*make {target}\b", README, re.MULTILINE)
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_the_gate_runs_the_test_command() -> None:
    assert (ROOT / ".ci" / "run").read_text().splitlines()[-1] == "make test"


def test_every_command_in_readme_exists() -> None:
    assert set(main.commands) >= COMMANDS


@pytest.mark.parametrize("module", MODULES)
def test_every_module_in_readme_can_be_run(module: str) -> None:
    assert find_spec(module) is not None


def test_the_table_of_rooms_lists_lib() -> None:
    table = README[README.index("| room | what is in it |") : README.index("| to add | touch |")]
    names = [
        name
        for line in table.splitlines()[2:]
        for name in re.findall(r"`(\w+)`", line.split("|")[1] if "|" in line else "")
    ]
    assert names == [*ROOMS, *DOORS]


def test_every_file_that_a_change_touches_exists() -> None:
    table = README[README.index("| to add | touch |") :].split("\n\n")[0]
    paths = [path for path in re.findall(r"`([\w/.]+)`", table) if "/" in path]
    assert len(paths) >= 8
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the application to change."""
    for folder in ("lib", "migrations"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def run(project: Path, *commands: Sequence[str]) -> None:
    """Run commands of the copy, one after the other in one process, with a store of its own."""
    code = f"from lib.cli import main\nfor command in {commands!r}: main(command, standalone_mode=False)"
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{project / 'store.sqlite'}"}
    subprocess.run([sys.executable, "-c", code], cwd=project, check=True, capture_output=True, env=environment)


def insert_before(path: Path, line: str, text: str) -> None:
    """Put text before the first line of a file that begins so."""
    source = path.read_text()
    assert f"\n{line}" in source, f"{path} has no line that begins with {line!r}"
    path.write_text(source.replace(f"\n{line}", f"\n{text}{line}", 1))


def test_an_optional_column_takes_one_entry_and_one_upgrade(project: Path) -> None:
    entry = '    cost_centre: str = column("Cost centre", ColumnKind.TEXT, "Cost Centre|Kostenstelle", default="")\n'
    insert_before(project / "lib" / "domain" / "licenses.py", "    notes: str = column(", entry)
    versions = project / "migrations" / "versions"
    newest = max(path.name[:4] for path in versions.glob("[0-9]*.py"))
    (versions / "9999_cost_centre.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n\n"
        f'revision = "9999"\ndown_revision = "{newest}"\nbranch_labels = None\ndepends_on = None\n\n\n'
        'def upgrade() -> None:\n    op.add_column("license_versions", sa.Column("cost_centre", sa.Text()))\n'
    )
    file = project / "licenses.csv"
    file.write_text(
        "License Key,Product,Hosting,Editors,Atlassian Users,Company,Kostenstelle\nK-1,Jira,Server,10,25,Acme,4711\n"
    )
    run(project, ("import", str(file)), ("edit", "K-1", "cost_centre=4712", "--reason", "it moved"))
    with sqlite3.connect(project / "store.sqlite") as store:
        values = store.execute("SELECT cost_centre FROM license_versions ORDER BY since").fetchall()
    assert values == [("4711",), ("4712",)]


def test_a_rule_takes_its_function_and_its_reason(project: Path) -> None:
    domain = project / "lib" / "domain"
    insert_before(domain / "codes.py", '    RECENTLY_ACTIVE = "recently_active"', '    TOO_SMALL = "too_small"\n')
    rule = """def is_large_enough_to_sell(facts: Facts, policy: Policy) -> RuleResult:
    if facts.editors == 1:
        return decided(Mark.NO, "It is for one editor.", Outcome.NOT_ELIGIBLE, ReasonCode.TOO_SMALL)
    return RuleResult(Mark.YES, "It is for more than one editor.")


"""
    insert_before(domain / "rules.py", "RULES = (", rule)
    place = '    Rule("For more than one editor", is_large_enough_to_sell, ("editors",)),\n'
    insert_before(domain / "rules.py", '    Rule("Both sizes are known"', place)
    file = project / "licenses.csv"
    file.write_text(
        "License Key,Product,Hosting,Editors,Atlassian Users\nK-1,Jira,Server,1,25\nK-2,Jira,Server,10,10\n"
    )
    run(project, ("import", str(file)))
    with sqlite3.connect(project / "store.sqlite") as store:
        verdicts = store.execute("SELECT license_key, outcome, reason FROM license_versions ORDER BY 1").fetchall()
    assert verdicts == [("K-1", "not_eligible", "too_small"), ("K-2", "eligible", "matched")]
