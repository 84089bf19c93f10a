"""Every command ends with 0, or with 2 and a sentence, whatever its options say."""

from pathlib import Path

import click
import pytest

from lib.cli import main
from tests.store.commands import Run, runner
from tests.store.complete import ready
from tests.store.stories import a_file, a_row

WRITING: dict[str, tuple[str, str]] = {
    "board-pack": ("", "board.xlsx"),
    "errors": ("1", "errors.csv"),
    "letters": ("", ""),
    "pack": ("--all-verified", "draft.zip"),
    "packs": ("1", "pack.zip"),
    "upgrades": ("", "list.xlsx"),
}
"""The words of each command that writes, and the file that it writes; letters write a folder."""

NUMBERED = {"discard": (), "errors": ("--out", "errors.csv"), "held": (), "mark-sent": (), "redo": (), "undo": ()} | {
    "packs": ("--out", "pack.zip"),
    "undo-edit": (),
    "undo-merge": (),
}
"""Commands with the number of a batch, change, merge, pack or download, and what else they need."""


@pytest.fixture
def run(sqlite_store_url: str, tmp_path: Path) -> Run:
    """Run the program on a store in which every command finds something to write."""
    run = runner(sqlite_store_url)
    file = tmp_path / "licenses.csv"
    rows = [ready("K-1"), ready("K-2"), a_row("K-3"), a_row("K-4", editors="many")]
    file.write_bytes(a_file(*rows))
    for words in (
        ("import", file),
        ("request", "move", "K-1", "K-2", "--to", "received"),
        ("request", "move", "K-1", "K-2", "--to", "verified"),
        ("pack", "K-1", "--out", tmp_path / "first.zip", "--submit"),
    ):
        result = run(*words)
        assert result.exit_code == 0, result.output
    return run


def words_of(name: str, folder: Path) -> list[str]:
    words, file = WRITING[name]
    return [name, *words.split(), "--out", str(folder / file)]


def is_option(parameter: click.Parameter) -> bool:
    return "--out" in parameter.opts


def test_every_command_that_writes_is_tried() -> None:
    assert {name for name, command in main.commands.items() if any(map(is_option, command.params))} == set(WRITING)


@pytest.mark.parametrize("name", WRITING)
def test_a_missing_folder_is_made(run: Run, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "missing" / "too"
    result = run(*words_of(name, folder))
    assert (result.exit_code, result.exception) == (0, None), result.output
    assert [path for path in folder.iterdir() if path.stat().st_size]


@pytest.mark.parametrize("name", WRITING)
def test_what_cannot_be_written_ends_with_a_sentence(run: Run, tmp_path: Path, name: str) -> None:
    no_folder = tmp_path / "file"
    no_folder.write_text("a file, and no folder")
    result = run(*words_of(name, no_folder / "below"))
    assert result.exit_code == 2
    assert "cannot be made: Not a directory." in result.stderr
    assert "Traceback" not in result.output


def test_a_pack_whose_folder_cannot_be_made_is_not_submitted(run: Run, tmp_path: Path) -> None:
    before = run("packs").stdout
    result = run("pack", "K-2", "--submit", "--out", tmp_path / "licenses.csv" / "pack.zip")
    assert (result.exit_code, result.stdout) == (2, "")
    assert run("packs").stdout == before


@pytest.mark.parametrize("url", ["nonsense", "foo://host/name", "mysql://host/name"])
def test_an_address_that_is_no_database_ends_with_a_sentence(url: str) -> None:
    result = runner(url)("progress")
    assert result.exit_code == 2
    assert result.stderr.startswith("The address of the database cannot be used. Write it as sqlite:///FILE")


def test_a_file_that_is_no_database_ends_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "licenses.sqlite"
    file.write_text("no database" * 100)
    result = runner(f"sqlite:///{file}")("progress")
    assert result.exit_code == 2
    assert result.stderr == ("The database cannot be used: file is not a database. Check the address and try again.\n")


@pytest.mark.parametrize("name", NUMBERED)
def test_numbers_that_no_database_holds_end_with_a_sentence(run: Run, name: str) -> None:
    result = run(name, 10**30, *NUMBERED[name])
    assert result.exit_code == 2
    assert "is not in the range" in result.stderr


@pytest.mark.parametrize("name", ["requests", "downloads", "packs"])
@pytest.mark.parametrize("count", [-1, 0, 10**30])
def test_lists_have_at_least_one_row(run: Run, name: str, count: int) -> None:
    assert run(name, "--count", count).exit_code == 2


def test_the_help_has_a_whole_sentence_for_every_command() -> None:
    for name, command in main.commands.items():
        assert command.get_short_help_str(58).endswith((".", ")")), name
        assert "…" not in command.get_short_help_str(58), name
        assert "..." not in command.get_short_help_str(58), name
