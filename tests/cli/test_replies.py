"""A customer's mail is entered from the command line; a refusal only once somebody has confirmed it."""

from pathlib import Path
from typing import Any

from lib.store import database, license_queries
from tests.store.commands import SAMPLE, Run

KEY = "BMQ-SYN-0004"
MAILS = SAMPLE.parent / "mails"
REFUSAL = "Do you agree to match?\nNo, we do not agree.\n"


def saved(folder: Path, text: str) -> Path:
    path = folder / "mail.txt"
    path.write_text(text)
    return path


def license_of(url: str) -> dict[str, Any]:
    """The license as it is stored."""
    engine = database.connect(url)
    with database.reading(engine) as connection:
        record = license_queries.license(connection, KEY)
    engine.dispose()
    assert record
    return record


def stage(url: str) -> str:
    return str(license_of(url)["stage"])


def test_a_refusal_is_stored_only_with_its_confirmation(run: Run, store_url: str, tmp_path: Path) -> None:
    assert run("import", SAMPLE).exit_code == 0
    mail = saved(tmp_path, REFUSAL)
    output = run("reply", KEY, mail)
    assert (output.exit_code, output.stdout) == (2, "")
    assert output.stderr.splitlines()[1:] == [
        'Line 2 seems to decline to match: "No, we do not agree.". Nothing of that is stored. '
        "If the customer declines, say so with --confirm-decline.",
        "Nothing in the email can be applied.",
    ]
    saved(tmp_path, f"{REFUSAL}Company: Umbrella Group\n")
    assert run("reply", KEY, mail).exit_code == 0
    assert stage(store_url) != "declined"
    output = run("reply", KEY, mail)
    assert output.stderr.endswith("Everything in the email is already stored.\n")
    assert run("reply", KEY, mail, "--confirm-decline").exit_code == 0
    assert stage(store_url) == "declined"


def test_a_mail_is_compared_with_what_is_stored(run: Run, tmp_path: Path) -> None:
    assert run("import", SAMPLE).exit_code == 0
    mail = saved(tmp_path, "Company: Umbrella Group\nCountry: Germany")
    output = run("reply", KEY, mail, "--dry-run").stdout.splitlines()
    assert "Company: stored Umbrella, the email says Umbrella Group" in output
    assert run("reply", "K-9", mail).stderr == 'No license has the key "K-9".\n'


def test_politeness_is_no_refusal_and_a_reference_no_value(run: Run, store_url: str) -> None:
    assert run("import", SAMPLE).exit_code == 0
    for name in ("no_problem.txt", "base64.eml"):
        output = run("reply", KEY, MAILS / name)
        assert '"No problem!" has a no in it, but may not refuse. Read it, and enter what is meant.' in output.output
    stored = license_of(store_url)
    fields = ("server_confirmed", "match_agreed", "myatlassian_email", "holder_first_name", "address")
    assert [stored[field] for field in fields] == [True, None, "it@umbrella.example", "", ""]
    assert stored["stage"] != "declined"


def test_a_saved_mail_is_decoded_before_it_is_read(run: Run, store_url: str) -> None:
    assert run("import", SAMPLE).exit_code == 0
    assert run("reply", KEY, MAILS / "quoted_printable.eml").exit_code == 0
    stored = license_of(store_url)
    fields = ("company", "holder_first_name", "holder_last_name", "address", "country", "myatlassian_email")
    assert [stored[field] for field in fields] == [
        "Müller & Söhne",
        "Jürgen",
        "Groß",
        "Ringstraße 5, 10115 Berlin",
        "DE",
        "it@umbrella.example",
    ]
