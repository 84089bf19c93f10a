"""Requests are moved and downloads listed from the command line, with the same refusals."""

import json

from lib.measures.cut import Cut
from lib.requests import downloads
from lib.store import database, license_queries
from tests.actors import editor
from tests.store.commands import SAMPLE, Run

KEY, MIGRATED = "BMQ-SYN-0003", "BMQ-SYN-0002"


def test_requests_are_moved_downloads_listed_and_marked_as_sent(run: Run, store_url: str) -> None:
    assert run("import", SAMPLE, "--by", "ann").exit_code == 0
    run("request", "move", KEY, "--to", "received")
    output = run("request", "move", KEY, MIGRATED, "--to", "verified", "--by", "bo", "--note", "a call").stdout
    assert output.splitlines() == [
        '1 request is moved to "Verified", as change 3.',
        f"{MIGRATED}: It has migrated. To reverse that, undo the change that recorded its SEN, or clear the SEN.",
    ]
    refused = run("request", "move", KEY, "K-9", "--to", "migrated")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.splitlines() == [
        "No request was moved.",
        f'{KEY}: From "Verified" a request cannot go to "Migrated", '
        'only to "Waiting for the customer", "Submitted", "Declined", "Cancelled".',
        'K-9: No license has the key "K-9".',
    ]
    (queued,) = json.loads(run("requests", "--stage", "verified", "--json").stdout)
    assert (queued["license_key"], queued["stage"], "holder_name" in queued["lacks"]) == (KEY, "verified", True)
    listed = run("requests").stdout.splitlines()
    assert listed[-1] == "1 request of 1."
    assert "        1  requests under way" in run("progress").stdout
    assert run("requests", "--mine", "nobody").stdout == "0 requests of 0.\n"
    assert "not one of" in run("request", "move", KEY, "--to", "nowhere").stderr
    assert run("undo-edit", 3, "--by", "cy").stdout == "Change 3 is undone, as change 4.\n"
    assert run("downloads").stdout == "No files downloaded yet.\n"
    customer = with_downloads(store_url)
    assert run("mark-sent", 1, "--by", "bo").stdout == (
        'Download #1 is marked as sent. 1 request is moved to "Waiting for the customer", as change 5.\n'
    )
    first = run("downloads", "--count", 1).stdout.splitlines()
    assert first[0].endswith("csv by ann: all licenses, 0 customers, data version 4")
    assert first[1:] == ["… and 1 older download."]
    assert "xlsx by ann: Eligible, 1 customer, data version 4, sent by bo on " in run("downloads").stdout
    (mine,) = json.loads(run("downloads", "--customer", customer, "--json").stdout)
    assert (mine["id"], mine["cut"], mine["sent_by"]) == (1, {"outcome": ["eligible"]}, "bo")
    assert 'No customer is called "Nobody at all"' in run("downloads", "--customer", "Nobody at all").stderr
    assert "was already marked as sent by bo" in run("mark-sent", 1).stderr


def with_downloads(url: str) -> str:
    """Log two downloads; gives the customer that the first has a license of."""
    engine = database.connect(url)
    with database.reading(engine) as connection:
        row = license_queries.license(connection, KEY)
    assert row is not None
    customer = str(row["customer"])
    for kind, cut, customers in (("xlsx", Cut(outcome=("eligible",)), [customer]), ("csv", Cut(), [])):
        downloads.log(
            engine, kind=kind, cut=cut, change=4, counts={}, content=b"a", customers=customers, actor=editor("ann")
        )
    engine.dispose()
    return customer
