"""Licenses are packed for Atlassian as its import is documented, submitted with the pack, and migrated by its answer."""

import csv
import io
import json
from contextlib import suppress
from dataclasses import replace
from datetime import date
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError  # type: ignore[import-untyped]
from sqlalchemy import Engine, delete

from lib.documents.exports.fields import DO_NOT_INSTALL
from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.requests import Stage
from lib.domain.tiers import LADDER, UNLIMITED
from lib.editing import change_reversal
from lib.reading.formula_safety import escape_formula
from lib.requests import moves, packs, sens
from lib.requests.packs import NOTICES, REFUSED, REVIEW, Pack, import_id
from lib.requests.packs.entry import import_entry, pack_dates, pack_users, schema_refusal
from lib.requests.sen_lines import SenCode
from lib.store import change_log, database, downloads
from lib.store import packs as store
from lib.store.batches import fingerprint
from lib.store.schema import license_versions
from tests.actors import EDITOR, admin, editor, viewer
from tests.store.complete import CONFLUENCE, JIRA, files, ready, verify
from tests.store.stories import POLICY, everything, imported, now

DAY = date(2023, 6, 1)
EXAMPLE: dict[str, Any] = {
    "id": "1000",
    "email": "customer@example.com",
    "firstName": "Jane",
    "lastName": "Smith",
    "organisationName": "Example Customer",
    "isoCountryCode": "US",
    "startDate": "2011-05-01",
    "endDate": "2012-05-01",
    "licenseType": "COMMERCIAL",
    "users": 2000,
}
"""The body of a request as Atlassian documents it."""

SCHEMA = Draft202012Validator(
    json.loads(resources.files("lib.requests.packs").joinpath("license_import.schema.json").read_text("utf-8"))
)


def verified(engine: Engine, *rows: dict[str, str]) -> list[str]:
    """Import licenses and verify their requests; gives their keys."""
    imported(engine, *rows)
    keys = [row["license_key"] for row in rows]
    verify(engine, keys, editor("bo"))
    return keys


def pack_of(engine: Engine, *keys: str, policy: Policy = POLICY, day: date = DAY) -> Pack:
    """The pack of licenses."""
    return packs.build_pack(engine, keys, editor("ann"), policy, day)


def entries(pack: Pack, app: str) -> list[dict[str, Any]]:
    """What a pack says of an app's licenses."""
    entries_of_app: list[dict[str, Any]] = json.loads(files(pack.content)[f"{app}.json"])
    return entries_of_app


def table(pack: Pack, name: str) -> list[dict[str, str]]:
    """The rows of a table in a pack."""
    return list(csv.DictReader(io.StringIO(files(pack.content)[name], newline="")))


def listed(engine: Engine) -> list[store.SubmittedPack]:
    with database.reading(engine) as connection:
        return store.page(connection)[0]


def stage_of(engine: Engine) -> dict[str, str]:
    return {key: row["stage"] for key, row in now(engine).items()}


def test_a_pack_has_for_each_app_exactly_the_documented_keys_and_shapes(engine: Engine) -> None:
    keys = verified(engine, ready("K-2"), ready("K-1", product="Mockups for Confluence", editors="3"), ready("K-3"))
    imported(engine, ready("K-4"))
    before = everything(engine)
    with database.reading(engine) as connection:
        assert store.verified_keys(connection) == sorted(keys)
    pack = pack_of(engine, *keys, "K-2")
    assert list(files(pack.content)) == [f"{CONFLUENCE}.json", f"{JIRA}.json", REVIEW, REFUSED, NOTICES]
    assert entries(pack, CONFLUENCE) == [
        {
            "id": import_id("K-1"),
            "email": "it@acme.example",
            "firstName": "Ada",
            "lastName": "Example",
            "organisationName": "Acme",
            "isoCountryCode": "DE",
            "startDate": "2015-03-01",
            "endDate": "2016-03-01",
            "licenseType": "COMMERCIAL",
            "users": 10,
        }
    ]
    assert [entry["id"] for entry in entries(pack, JIRA)] == [import_id("K-2"), import_id("K-3")]
    for entry in entries(pack, JIRA):
        assert list(entry) == list(EXAMPLE)
        assert list(map(type, entry.values())) == list(map(type, EXAMPLE.values()))
    for app in (CONFLUENCE, JIRA):
        SCHEMA.validate(entries(pack, app))
        assert "K-" not in files(pack.content)[f"{app}.json"]
    assert pack.apps == {CONFLUENCE: 1, JIRA: 2}
    assert (pack.licenses, pack.refused) == ({key: import_id(key) for key in ("K-1", "K-2", "K-3")}, {})
    assert pack_of(engine, *reversed(keys)).content == pack.content
    assert pack_of(engine, *keys, day=date(2023, 6, 2)).content != pack.content
    assert everything(engine) == before


def test_what_cannot_be_in_a_pack_is_named_in_it_with_why(engine: Engine) -> None:
    verified(
        engine,
        ready("K-1"),
        ready("K-2", country="Atlantis"),
        ready("K-3", holder_last_name=""),
        ready("K-4", purchase_date="", maintenance_end=""),
        ready("K-5", editors=""),
    )
    imported(
        engine, ready("K-6"), ready("K-7", sen="SEN-7"), ready("K-8", match_agreed="no"), ready("=K-9", sen="SEN-9")
    )
    pack = pack_of(engine, *(f"K-{number}" for number in range(9)), "=K-9")
    assert list(pack.licenses) == ["K-1"]
    assert pack.refused == {
        "K-0": 'No license has the key "K-0".',
        "K-2": 'Its country "Atlantis" has no ISO code that we know. Correct it first.',
        "K-3": "It lacks: Holder's first and last name.",
        "K-4": "Neither its purchase date nor the end of its maintenance is known. Enter one of them first.",
        "K-5": "It lacks: Number of editors.",
        "K-6": 'From "Not requested" a request cannot go to "Submitted", '
        'only to "Received", "Waiting for the customer", "Declined", "Cancelled".',
        "K-7": "A SEN is already recorded: SEN-7.",
        "K-8": 'From "Declined" a request cannot go to "Submitted", only to "Received", "Waiting for the customer".',
        "=K-9": "A SEN is already recorded: SEN-9.",
    }
    reasons = {row["License key"]: row["Why it is not in the pack"] for row in table(pack, REFUSED)}
    assert reasons == {escape_formula(key): sentence for key, sentence in pack.refused.items()}
    empty = pack_of(engine, "K-6")
    assert (list(files(empty.content)), dict(empty.licenses)) == ([REVIEW, REFUSED, NOTICES], {})


def test_the_review_has_address_and_expert_and_nothing_that_a_spreadsheet_runs(sqlite: Engine) -> None:
    keys = verified(
        sqlite,
        ready("K-1", address="=HYPERLINK(1) Straße, 東京", expert_email="partner@expert.example", company="+Acme"),
    )
    (row,) = table(pack_of(sqlite, *keys), REVIEW)
    assert row == {
        "Import id": import_id("K-1"),
        "License key": "K-1",
        "App key": JIRA,
        "Company": "'+Acme",
        "First name": "Ada",
        "Last name": "Example",
        "myAtlassian email": "it@acme.example",
        "Address": "'=HYPERLINK(1) Straße, 東京",
        "Country": "DE",
        "Expert email": "partner@expert.example",
        "Editors": "10",
        "Server tier": "100",
        "Users": "10",
        "Start date": "2015-03-01",
        "End date": "2016-03-01",
        "License type": "COMMERCIAL",
        "Outcome": "Upgrade needed",
    }


@pytest.mark.parametrize(
    ("day", "count"), [(date(2023, 2, 14), 0), (date(2023, 2, 15), 1), (date(2024, 2, 14), 1), (date(2024, 2, 15), 2)]
)
def test_notices_are_those_of_the_day_and_refuse_nothing(sqlite: Engine, day: date, count: int) -> None:
    keys = verified(sqlite, ready("K-1"))
    pack = pack_of(sqlite, *keys, day=day)
    notices = files(pack.content)[NOTICES]
    assert pack.notices == tuple(notice.text for notice in POLICY.notices[:count])
    assert [notice.text in notices for notice in POLICY.notices] == [at < count for at in range(2)]
    assert ("- none" in notices) == (count == 0)
    assert DO_NOT_INSTALL in notices
    assert list(pack.licenses) == ["K-1"]


def test_a_submitted_pack_is_kept_logged_and_moves_its_licenses_in_one_change(engine: Engine) -> None:
    keys = verified(engine, ready("K-1"), ready("K-2"), ready("K-3", country="Atlantis"))
    built = pack_of(engine, *keys)
    done = packs.submit_pack(engine, keys, editor("ann"), POLICY, DAY, note="by mail")
    assert done.pack == built
    assert stage_of(engine) == {"K-1": "submitted", "K-2": "submitted", "K-3": "verified"}
    with database.reading(engine) as connection:
        download, last = downloads.download(connection, done.number), change_log.last_change(connection)
        assert store.content(connection, done.number, EDITOR) == built.content
        with pytest.raises(RefusalError, match="There is no pack #99"):
            store.content(connection, 99, EDITOR)
    assert (download.kind, download.by, download.sha256, download.size) == (
        "pack",
        "ann",
        fingerprint(built.content),
        len(built.content),
    )
    assert download.counts == {"licenses": 2, "refused": 1, JIRA: 2}
    assert last is not None
    assert (last.id, last.kind, last.reason) == (done.change, "stage", "by mail")
    assert last.counts == {"changed": 2, "pack": done.number}
    (one,) = listed(engine)
    assert (one.number, one.by, one.change, one.day, one.answered_at) == (done.number, "ann", done.change, DAY, None)
    assert (one.licenses, one.waiting, one.answered, one.sha256) == (2, 2, 0, download.sha256)


def test_a_submission_is_undone_whole_and_its_licenses_can_be_packed_again(engine: Engine) -> None:
    keys = verified(engine, ready("K-1"), ready("K-2"))
    before = now(engine)
    first = packs.submit_pack(engine, keys, editor("ann"), POLICY, DAY)
    back = change_reversal.undo_change(engine, first.change, editor("cy"))
    assert now(engine) == {key: {**row, "since": back} for key, row in before.items()}
    assert [(one.number, one.waiting) for one in listed(engine)] == [(first.number, 0)]
    second = packs.submit_pack(engine, keys, editor("ann"), POLICY, DAY)
    assert second.pack.licenses == first.pack.licenses
    assert [(one.number, one.waiting) for one in listed(engine)] == [(second.number, 2), (first.number, 0)]


def test_nothing_is_written_where_no_license_can_be_in_a_pack_or_people_may_not(engine: Engine) -> None:
    keys = verified(engine, ready("K-1"))
    packs.submit_pack(engine, keys, editor("ann"), POLICY, DAY)
    before = everything(engine), listed(engine)
    with pytest.raises(
        RefusalError, match=r'No license can be in a pack, so none was submitted\.\nK-1: It is already at "Submitted"'
    ):
        packs.submit_pack(engine, keys, editor("ann"), POLICY, DAY)
    with pytest.raises(RefusalError, match="You may look at requests"):
        packs.submit_pack(engine, keys, viewer("ann"), POLICY, DAY)
    assert (everything(engine), listed(engine)) == before


SIZES = st.one_of(st.integers(1, 12_000), st.just(UNLIMITED))
DAYS = st.none() | st.dates(date(2000, 1, 1), date(2040, 1, 1))
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30).filter(str.strip)


def a_license(**fields: Any) -> dict[str, Any]:
    """A license as the store has it, as far as a pack reads it."""
    return {
        "license_key": "K-1",
        "sen": "",
        "myatlassian_email": "it@acme.example",
        "holder_first_name": "Ada",
        "holder_last_name": "Example",
        "company": "Acme",
        "country": "DE",
        "country_text": "",
        "license_type": "",
        "editors": 10,
        "host_tier": 100,
        "purchase_date": None,
        "maintenance_end": None,
        **fields,
    }


@given(first=TEXTS, last=TEXTS, company=TEXTS, size=SIZES, tier=st.sampled_from(LADDER), start=DAYS, end=DAYS)
def test_whatever_a_license_is_called_and_however_large_it_fits_the_schema(
    first: str, last: str, company: str, size: int, tier: int, start: date | None, end: date | None
) -> None:
    license = a_license(
        holder_first_name=first,
        holder_last_name=last,
        company=company,
        editors=size,
        host_tier=tier,
        purchase_date=start,
        maintenance_end=end,
    )
    for policy in (POLICY, replace(POLICY, pack_users="host_tier", pack_start="pack_day")):
        dates = pack_dates(license, policy, DAY)
        assert (dates is None) == (policy is POLICY and start is None and end is None)
        if dates is None:
            continue
        entry = import_entry(license, policy, DAY)
        again = json.loads(json.dumps([entry], ensure_ascii=False))
        SCHEMA.validate(again)
        assert schema_refusal(entry) is None
        assert (list(again[0]), again[0]["firstName"], again[0]["organisationName"]) == (list(EXAMPLE), first, company)
        assert dates[0] <= dates[1]
        users = pack_users(license, policy)
        assert users in LADDER
        assert users >= size
        assert entry["users"] == (-1 if users == UNLIMITED else users)
        assert (users >= tier) or policy is POLICY


def test_the_documented_example_is_valid_and_what_differs_from_it_is_not() -> None:
    SCHEMA.validate([EXAMPLE])
    wrong: list[dict[str, Any]] = [
        {**EXAMPLE, "isoCountryCode": "Germany"},
        {**EXAMPLE, "startDate": "01.05.2011"},
        {**EXAMPLE, "users": 0},
        {**EXAMPLE, "users": "2000"},
        {**EXAMPLE, "email": "customer"},
        {**EXAMPLE, "lastName": " "},
        {**EXAMPLE, "address": "1 Main Street"},
        {name: value for name, value in EXAMPLE.items() if name != "id"},
    ]
    for entry in wrong:
        with pytest.raises(ValidationError):
            SCHEMA.validate([entry])
    refusal = schema_refusal(import_entry(a_license(country="germany", purchase_date=DAY), POLICY, DAY))
    assert refusal == 'Atlassian\'s import does not take its isoCountryCode: "germany". Correct it first.'


@pytest.mark.parametrize(
    ("editors", "tier", "own", "host"),
    [(3, 10, 10, 10), (10, 100, 10, 100), (100, 10, 100, 100), (20_000, 500, -1, -1), (10, UNLIMITED, 10, -1)],
)
def test_users_are_the_own_tier_or_the_servers_where_that_is_larger(
    editors: int, tier: int, own: int, host: int
) -> None:
    license = a_license(editors=editors, host_tier=tier, purchase_date=DAY)
    by_host = replace(POLICY, pack_users="host_tier")
    assert [import_entry(license, policy, DAY)["users"] for policy in (POLICY, by_host)] == [own, host]
    assert import_entry(license, replace(by_host, pack_unlimited=10_001), DAY)["users"] == (
        10_001 if host == -1 else host
    )


MARCH, JUNE = date(2016, 3, 1), date(2016, 6, 1)


@pytest.mark.parametrize(
    ("start", "end", "by_purchase", "by_day"),
    [
        (MARCH, JUNE, (MARCH, JUNE), (DAY, DAY)),
        (JUNE, MARCH, (JUNE, JUNE), (DAY, DAY)),
        (MARCH, None, (MARCH, date(2017, 3, 1)), (DAY, date(2024, 6, 1))),
        (None, MARCH, (date(2015, 3, 1), MARCH), (DAY, DAY)),
        (MARCH, date(2025, 1, 1), (MARCH, date(2025, 1, 1)), (DAY, date(2025, 1, 1))),
    ],
)
def test_dates_follow_the_policy(start: date | None, end: date | None, by_purchase: Any, by_day: Any) -> None:
    license = a_license(purchase_date=start, maintenance_end=end)
    assert pack_dates(license, POLICY, DAY) == by_purchase
    assert pack_dates(license, replace(POLICY, pack_start="pack_day"), DAY) == by_day


def test_academic_licenses_stay_academic() -> None:
    license = a_license(license_type="Academic", purchase_date=DAY)
    assert import_entry(license, POLICY, DAY)["licenseType"] == "ACADEMIC"


def test_ids_are_stable_and_tell_no_key() -> None:
    ids = {import_id(f"K-{number}") for number in range(2_000)}
    assert len(ids) == 2_000
    assert all(len(one) == 21 and one.isupper() and "K-" not in one for one in ids)
    assert import_id("K-1") == "LGMWPXRYUSRY3WNMU7BOZ"


def answer(*pairs: tuple[str, str], **more: str) -> str:
    """An answer as JSON, for licenses by key."""
    return json.dumps(
        [{"id": import_id(key), "sen": sen, "licenseKey": "888BKQ0OD8oP=X02eu", **more} for key, sen in pairs]
    )


def answered(engine: Engine, text: str) -> packs.AnswerResult:
    return packs.record_answer(engine, packs.read_answer(text), editor("ann"), "", POLICY)


def test_an_answer_migrates_its_licenses_in_one_change_and_what_it_cannot_is_told(engine: Engine) -> None:
    keys = verified(engine, *(ready(f"K-{number}") for number in range(1, 7)))
    pack = packs.submit_pack(engine, keys, editor("ann"), POLICY, DAY)
    imported(engine, ready("K-8", sen="SEN-8"))
    text = json.dumps(
        [
            {"id": import_id("K-1"), "sen": "SEN-1", "licenseKey": "888BKQ0OD8oP=X02eu"},
            {"id": import_id("K-2").lower(), "sen": " sen-l2 "},
            {"id": import_id("K-3"), "sen": "AT-3"},
            {"id": import_id("K-4"), "sen": None, "message": "The email is not known"},
            {"id": import_id("K-5"), "sen": "SEN-8"},
            {"id": import_id("K-6"), "sen": "SEN-6"},
            {"id": import_id("K-6"), "sen": "SEN-66"},
            {"id": "1000", "sen": "SEN-4839484"},
            {"error": "Not allowed"},
        ]
    )
    lines = packs.read_answer(text)
    before = everything(engine)
    with database.reading(engine) as connection:
        preview = packs.preview_answer(connection, lines, POLICY)
    assert everything(engine) == before
    done = packs.record_answer(engine, lines, editor("ann"), "", POLICY)
    assert done == replace(preview, change=pack.change + 2)
    assert done.sens == {"K-1": "SEN-1", "K-2": "SEN-L2"}
    assert done.refused == {
        "K-3": 'License 3 of the answer: "AT-3" is a transaction number, not a SEN. A SEN looks like SEN-1234567. '
        "Correct it, or leave the cell empty.",
        "K-4": 'License 4 of the answer: Atlassian gave no SEN. The answer says: "The email is not known".',
        "K-5": 'SEN: SEN-8 is that of license "K-8". One SEN belongs to one license: correct it here, or clear it there '
        "first.",
        "K-6": "The answer contradicts itself about it. Ask Atlassian which is right.",
    }
    assert done.unknown == (
        'License 8 of the answer: No pack has a license with the id "1000".',
        "License 9 of the answer: There is no id, so nobody can tell which license it is about. "
        'The answer says: "Not allowed".',
    )
    assert stage_of(engine) == {
        **dict.fromkeys(("K-1", "K-2", "K-8"), "migrated"),
        **dict.fromkeys(("K-3", "K-4", "K-5", "K-6"), "submitted"),
    }
    assert "888BKQ0OD8oP" not in repr(everything(engine))
    (one,) = listed(engine)
    assert (one.licenses, one.waiting, one.answered, one.answered_at is None) == (6, 4, 2, False)


def test_an_answer_that_comes_again_changes_nothing_and_one_that_differs_is_refused(engine: Engine) -> None:
    keys = verified(engine, ready("K-1"), ready("K-2"))
    packs.submit_pack(engine, keys, editor("ann"), POLICY, DAY)
    done = answered(engine, answer(("K-1", "SEN-1"), ("K-2", "SEN-2")))
    assert done.change is not None
    before = everything(engine)
    again = answered(engine, answer(("K-1", "SEN-1"), ("K-2", "SEN-9")))
    assert (again.sens, again.same, again.change) == ({}, {"K-1": "SEN-1"}, None)
    assert again.refused == {
        "K-2": "It already has SEN-2, and the answer says SEN-9. Find out which is right and edit it."
    }
    assert everything(engine) == before
    change_reversal.undo_change(engine, done.change, admin("cy"))
    assert stage_of(engine) == {"K-1": "submitted", "K-2": "submitted"}
    assert [(one.waiting, one.answered) for one in listed(engine)] == [(2, 0)]
    with pytest.raises(RefusalError, match="You may look at requests"):
        packs.record_answer(engine, (), viewer("vi"), "", POLICY)


def test_an_answer_is_of_the_newest_pack_and_a_license_that_is_gone_is_told(engine: Engine) -> None:
    first = imported(engine, ready("K-0"))
    keys = verified(engine, ready("K-1"), ready("K-2"))
    verify(engine, ["K-0"], editor("bo"))
    packs.submit_pack(engine, ["K-0", *keys], editor("ann"), POLICY, DAY)
    moves.move_requests(engine, keys, Stage.FAILED, editor("bo"), "", POLICY)
    moves.move_requests(engine, keys, Stage.VERIFIED, editor("bo"), "", POLICY)
    packs.submit_pack(engine, keys, editor("ann"), POLICY, DAY)
    with engine.begin() as connection:
        connection.execute(delete(license_versions).where(license_versions.c.license_key == "K-0"))
    done = answered(engine, answer(("K-0", "SEN-0"), ("K-1", "SEN-1")))
    assert (done.sens, done.refused) == ({"K-1": "SEN-1"}, {"K-0": 'No license has the key "K-0".'})
    assert first.change == 1
    assert [(one.licenses, one.waiting, one.answered, one.answered_at is None) for one in listed(engine)] == [
        (2, 1, 1, False),
        (3, 0, 1, True),
    ]


def test_an_answer_does_the_same_whether_it_is_pasted_or_comes_to_its_pack(engine: Engine) -> None:
    keys = verified(engine, *(ready(f"K-{number}") for number in range(1, 6)))
    packs.submit_pack(engine, keys, editor("ann"), POLICY, DAY)
    pairs = (("K-1", "SEN-1"), ("K-2", "SEN-2"), ("K-2", "SEN-22"), ("K-3", "SEN-1"), ("K-4", "SEN-4"))
    text = answer(*pairs, errors="late") + "\n" + answer(("K-4", "SEN-4"), ("K-5", ""))[:-1]
    with database.reading(engine) as connection:
        pasted = sens.preview_sens(connection, sens.read_sen_lines(text), POLICY)
    done = answered(engine, text)
    late = ' The answer says: "late".'
    assert done.sens == pasted.sens == {"K-4": "SEN-4"}
    assert done.refused == {
        "K-1": "License 4 of the answer says SEN-1 of another license. One SEN belongs to one license." + late,
        "K-2": "The answer contradicts itself about it. Ask Atlassian which is right." + late,
        "K-3": "License 1 of the answer says SEN-1 of another license. One SEN belongs to one license." + late,
        "K-4": "License 5 of the answer says the same.",
        "K-5": "License 7 of the answer: Atlassian gave no SEN.",
    }
    assert done.unknown == ("Line 2: From here on the answer is incomplete: it cannot be read as JSON. Get it again.",)


def test_a_pasted_sen_of_a_license_that_is_gone_is_refused_with_a_sentence(engine: Engine) -> None:
    keys = verified(engine, ready("K-1"))
    packs.submit_pack(engine, keys, editor("ann"), POLICY, DAY)
    with engine.begin() as connection:
        connection.execute(delete(license_versions))
    (line,) = sens.record_sens(
        engine, sens.read_sen_lines(f"{import_id('K-1')} SEN-1"), editor("ann"), "", POLICY
    ).lines
    assert (line.outcome, line.sentence) == (sens.SenOutcome.GONE, 'No license has the key "K-1".')


L1, L2 = import_id("K-1"), import_id("K-2")


@pytest.mark.parametrize(
    "text",
    [
        f"id,sen,licenseKey\n{L1},SEN-1,888=X02eu\n{L2},,\n",
        f"\ufeffid;sen;licenseKey\r\n{L1};SEN-1;888=X02eu\r\n{L2};;\r\n",
        f"SEN\tImport id\nSEN-1\t{L1.lower()}\n\t{L2}\n",
        f'[{{"id": "{L1}", "sen": "SEN-1"}}, {{"id": "{L2}", "sen": ""}}]',
        f'{{"id": "{L1}", "sen": "SEN-1"}}\n\n{{"id": "{L2}"}}\n',
        f' {{"{JIRA}": [{{"id": "{L1}", "sen": "SEN-1"}}], "{CONFLUENCE}": [{{"ID": "{L2}", "licenseKey": null}}]}}',
    ],
    ids=["commas", "semicolons", "tabs", "list", "one after another", "by app"],
)
def test_an_answer_is_read_in_whichever_form_it_comes(text: str) -> None:
    lines = [line for line in packs.read_answer(text) if line.problem is not SenCode.HEADING]
    assert [(line.key.upper(), line.sen, line.remark) for line in lines] == [
        (L1, "SEN-1", ""),
        (L2, "", ""),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (" \ufeff\n", "The answer is empty"),
        ("[]", "holds no license"),
        ('[{"id": "1"', "incomplete: it cannot be read as JSON"),
        ("[" * 100_000, "incomplete: it cannot be read as JSON"),
        ("key,sen\nK-1,SEN-1\nK-2,SEN-2\n", 'needs the columns id and sen, but its header says: "key", "sen"'),
    ],
)
def test_what_is_no_answer_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(RefusalError, match=sentence):
        packs.read_answer(text)


@given(st.text())
def test_whatever_text_is_given_is_read_or_refused(text: str) -> None:
    with suppress(RefusalError):
        assert packs.read_answer(text)


@given(st.lists(st.tuples(TEXTS, TEXTS)))
def test_json_answers_lose_no_line(pairs: list[tuple[str, str]]) -> None:
    text = json.dumps([{"id": id, "sen": sen} for id, sen in pairs])
    if pairs:
        assert [line.sen for line in packs.read_answer(text)] == [sen for _, sen in pairs]
