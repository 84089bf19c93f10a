"""Every command that prints or writes something of customers is in the log of what was done."""

from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy import Engine, create_engine, text

from lib.cli import main
from tests.marketplace.exports import an_entry, an_export
from tests.store.commands import runner
from tests.store.complete import ready
from tests.store.stories import a_file, a_row

SECRETS = ("key-one-1111", "key-two-2222", "key-six-6666", "secretive", "ada@secretive.example", "hidden lane")
"""License keys of the store, and its customer's name and addresses, in small letters."""

RUNS: dict[str, tuple[str, ...]] = {
    "check": ("check {licenses}",),
    "import": ("import {licenses}",),
    "batches": ("batches",),
    "held": ("held 1",),
    "errors": ("errors 1 --out {out}/errors.csv",),
    "edit": ("edit KEY-ONE-1111 notes=called",),
    "undo-edit": ("undo-edit 2",),
    "requests": ("requests --stage not_requested", "requests --stage not_requested --json"),
    "request move": ("request move KEY-ONE-1111 --to received", "request move KEY-ONE-1111 --to verified"),
    "pack": ("pack --all-verified --out {out}/pack.zip --submit",),
    "packs": ("packs", "packs 1 --out {out}/again.zip"),
    "request set": ("request set KEY-ONE-1111 country=France --also KEY-TWO-2222",),
    "reply": ("reply KEY-ONE-1111 {mail} --dry-run", "reply KEY-ONE-1111 {mail}"),
    "sens": ("sens {sens} --dry-run", "sens {sens}"),
    "upgrades": ("upgrades", "upgrades --out {out}/list.xlsx", "upgrades --customer Secretive"),
    "downloads": ("downloads", "downloads --json", "downloads --customer Another"),
    "mark-sent": ("mark-sent 2",),
    "letters": ("letters", "letters --out {out}/letters"),
    "board-pack": ("board-pack --out {out}/board.xlsx",),
    "progress": ("progress", "progress --json"),
    "merges": ("merges",),
    "merge": ("merge Secretive Another",),
    "undo-merge": ("undo-merge 1",),
    "merge-strong": ("merge-strong", "merge-strong --apply"),
    "confirm-customer": ("confirm-customer Secretive",),
    "undo-confirmation": ("undo-confirmation 1",),
    "part": ("part KEY-TWO-2222 --reason two",),
    "parts": ("parts",),
    "undo-part": ("undo-part 12",),
    "regroup": ("regroup", "regroup --apply"),
    "undo-regroup": ("undo-regroup 99",),
    "answer": ("answer {answer}",),
    "reconcile": ("reconcile {export}", "reconcile {export} --apply strong --json"),
    "policy show": ("policy show", "policy show --json"),
    "policy diff": ("policy diff 1 1",),
    "policy what-if": ("policy what-if {settings}", "policy what-if {settings} --json"),
    "policy set": ("policy set {settings} --reason agreed",),
    "policy undo": ("policy undo 99",),
    "correct-stages": ("correct-stages",),
    "erase-contacts": ("erase-contacts Another", "erase-contacts Another --apply"),
    "backup": ("backup {out}/backup",),
    "restore": ("restore {out}/backup --database sqlite:///{out}/other.sqlite",),
    "undo": ("undo 1",),
    "redo": ("redo 1",),
    "discard": ("discard 1",),
    "purge": ("purge",),
    "upgrade-database": ("upgrade-database",),
    "glossary": ("glossary",),
}
"""What is run of each command, one after the other on one store."""

WITHOUT_STORE = ("check", "restore")
"""Commands that reveal what is in a file that somebody has."""


def commands(group: click.Group, prefix: str = "") -> Iterator[str]:
    """The names of all commands, with those of their groups."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix}{name} ")
        else:
            yield prefix + name


def files_in(folder: Path) -> dict[str, Path]:
    """What the commands read."""
    one = ready("KEY-ONE-1111", company="Secretive", contact_email="ada@secretive.example", address="Hidden Lane")
    rows = [
        one,
        one | {"license_key": "KEY-TWO-2222"},
        one | {"license_key": "KEY-SIX-6666", "company": "Secretive Group", "country": "Italy"},
        a_row("KEY-OFF-3333", company="Another", contact_email="bo@another.example"),
        a_row("KEY-BAD-4444", company="Secretive", editors="many"),
    ]
    contents = {
        "licenses": a_file(*rows),
        "mail": b"Country: Germany\n",
        "sens": b"KEY-TWO-2222 SEN-22\nKEY-NOT-5555 SEN-33\n",
        "answer": b"id,sen\nunknown,SEN-33\n",
        "export": an_export(an_entry("SEN-22", company="Secretive", technicalContactEmail="ada@secretive.example")),
        "settings": b'{"grace_months": 4}',
    }
    paths = {"out": folder}
    for name, content in contents.items():
        paths[name] = folder / f"{name}.{'json' if name == 'settings' else 'csv'}"
        paths[name].write_bytes(content)
    return paths


def test_every_command_is_tried() -> None:
    assert set(commands(main)) == set(RUNS)


def test_a_command_that_shows_or_writes_something_of_customers_is_logged(sqlite_store_url: str, tmp_path: Path) -> None:
    run = runner(sqlite_store_url)
    files = files_in(tmp_path)
    engine = create_engine(sqlite_store_url)
    revealing = set()
    for name, runs in RUNS.items():
        for words in runs:
            entries_before = number_of_entries(engine)
            output = run(*(word.format(**files) for word in words.split())).output.lower()
            secrets = [secret for secret in SECRETS if secret in output and secret not in words.lower()]
            if name not in WITHOUT_STORE and (secrets or "{out}" in words):
                revealing.add(name)
                assert number_of_entries(engine) > entries_before, (words, secrets)
    engine.dispose()
    assert revealing >= {"requests", "downloads", "merges", "parts", "letters", "packs", "reconcile"}


def number_of_entries(engine: Engine) -> int:
    """How many entries the log has."""
    with engine.connect() as connection:
        return int(connection.scalar(text("select count(*) from audit_log")) or 0)
