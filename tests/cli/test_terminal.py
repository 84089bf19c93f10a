"""What is printed cannot command the terminal it is printed on."""

import pytest

from lib.cli.terminal import echo
from tests.rooms import ROOT


def test_a_name_is_shown_and_not_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    echo("\x1b]0;owned\x07Acme\x1b[2J \x9b31mÜ\tKG\n", nl=False)
    assert capsys.readouterr().out == "Acme 31mÜ\tKG\n"


def test_every_command_prints_that_way() -> None:
    others = [path for path in (ROOT / "lib" / "cli").glob("*.py") if path.name != "terminal.py"]
    assert [
        path.name for path in others if "click.echo" in path.read_text() or "\n    print(" in path.read_text()
    ] == []
