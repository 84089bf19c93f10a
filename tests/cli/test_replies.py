"""A customer's mail is entered from the command line; a refusal only once somebody has confirmed it."""

from pathlib import Path

from lib.store import database, license_queries
from tests.store.commands import SAMPLE, Run

KEY = "BMQ-SYN-0004"
REFUSAL = "Do you agree to match?\nNo, we do not agree.\n"


def saved(folder: Path, text: str) -> Path:
    path = folder / "mail.txt"
    path.write_text(text)
    return path


def stage(url: str) -> str:
    engine = database.connect(url)
    with database.reading(engine) as connection:
        record = license_queries.license(connection, KEY) or {}
    engine.dispose()
    return str(record["stage"])


def test_a_refusal_is_stored_only_with_its_confirmation(run: Run, store_url: str, tmp_path: Path) -> None:
    assert run("import", SAMPLE).exit_code == 0
    mail = saved(tmp_path, REFUSAL)
    told = run("reply", KEY, mail)
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr.splitlines()[1:] == [
        'Line 2 seems to decline to match: "No, we do not agree.". Nothing of that is stored. '
        "If the customer declines, say so with --confirm-decline.",
        "Nothing in the mail can be taken over.",
    ]
    saved(tmp_path, f"{REFUSAL}Company: Umbrella Group\n")
    assert run("reply", KEY, mail).exit_code == 0
    assert stage(store_url) != "declined"
    told = run("reply", KEY, mail)
    assert told.stderr.endswith("All that the mail says is stored already.\n")
    assert run("reply", KEY, mail, "--confirm-decline").exit_code == 0
    assert stage(store_url) == "declined"


def test_a_mail_is_compared_with_what_is_stored(run: Run, tmp_path: Path) -> None:
    assert run("import", SAMPLE).exit_code == 0
    mail = saved(tmp_path, "Company: Umbrella Group\nCountry: Germany")
    told = run("reply", KEY, mail, "--dry-run").stdout.splitlines()
    assert "Company: stored Umbrella, the mail says Umbrella Group" in told
    assert run("reply", "K-9", mail).stderr == 'No license has the key "K-9" now.\n'
