"""A customer's contacts are erased: nothing in any table or file names its people, and all that is counted stays."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from openpyxl import Workbook
from sqlalchemy import Engine, insert, select

from lib.checking.settings import Settings
from lib.documents import letters
from lib.documents.letters import Language
from lib.documents.letters.wordings import own_text
from lib.domain.refusal import RefusalError
from lib.editing import customer_merges, customer_parts, edits, erasures
from lib.importing import imports
from lib.measures.cut import Cut
from lib.policies import saving
from lib.reconciling import exports as reconciling
from lib.requests import downloads, packs
from lib.store import (
    assignments,
    batches,
    catch_up,
    contacts,
    customer_queries,
    database,
    jobs,
    license_queries,
    marketplace_links,
    match_decisions,
    notes,
    remembered,
)
from lib.store.erasure import Reach, unpacked
from lib.store.job import JobKind, JobRequest
from lib.store.match_decisions import MatchDecision
from lib.store.redaction import ERASED
from lib.store.schema import batch_parts, check_pages, license_customers, metadata
from lib.store.schema import packs as packs_table
from tests.actors import ADMIN, EDITOR
from tests.marketplace.exports import an_entry, an_export
from tests.store.complete import READY, verify
from tests.store.stories import POLICY, a_file, a_row, brought_in, checked, imported

EMAIL, ACCOUNT, NAME, ADDRESS = "carla@acme.example", "Konto@Acme.example", "Carla Müller-Kontakt", "Geheimweg 5, Ulm"
PRIVATE = "otto@freemail.example"
ACME = {
    **READY,
    "company": "Acme",
    "contact_email": EMAIL,
    "contact_name": NAME,
    "myatlassian_email": ACCOUNT,
    "holder_first_name": "Hannah",
    "holder_last_name": "Halterin",
    "address": ADDRESS,
    "notes": "her mother answers",
    "Nickname": "Bärchen von Ulm",
}
PAST_EMAIL = "h.h.formerly@acme.example"
SECRETS = (EMAIL, PAST_EMAIL, ACCOUNT, NAME, ADDRESS, "Hannah", "Halterin", "her mother answers", "Bärchen von Ulm")
OTHER = {**READY, "company": "Bolt", "contact_email": "bo@bolt.example", "contact_name": "Bo Bolt", "address": "Main 1"}


def a_workbook(*rows: list[str]) -> bytes:
    book, content = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(content)
    return content.getvalue()


def fill(engine: Engine) -> None:
    """A store in which the people of Acme are named wherever people can be."""
    imported(
        engine,
        a_row("K-1", **ACME),
        a_row("K-2", **{**ACME, "notes": ""}),
        a_row("K-3", **{**OTHER, "myatlassian_email": EMAIL}),
    )
    edits.edit(engine, "K-1", None, {"notes": "call again"}, EDITOR, f"{NAME} asked for it", POLICY)
    for email in (PAST_EMAIL, EMAIL):
        edits.edit(engine, "K-1", None, {"contact_email": email}, EDITOR, "a call", POLICY)
    edits.edit(engine, "K-3", None, {"notes": f"a friend of {NAME.upper()}"}, EDITOR, f"so says {EMAIL}", POLICY)
    brought_in(engine, {**a_row("K-9", editors="many"), "contact_email": EMAIL})
    imports.add_file(engine, f"{EMAIL}.xlsx", a_workbook(["Key", "Email"], ["K-8", EMAIL]), Settings(), EDITOR)
    imports.add_file(engine, "plain.csv", a_file(a_row("K-7", **OTHER)), Settings(), EDITOR)
    draft = brought_in(engine, {**a_row("K-1", company="Acme"), "contact_email": "new@acme.example"})
    checked(engine, draft)
    with database.writing(engine) as connection:
        notes.add(connection, "acme @acme.example", "She is on leave.", EDITOR)
        notes.add(connection, "bolt @bolt.example", f"Ask {EMAIL} too", EDITOR)
    cut = Cut(search=EMAIL)
    downloads.log(
        engine, kind="csv", cut=cut, change=1, counts={}, content=b"a", customers=["acme @acme.example"], actor=EDITOR
    )
    verify(engine, ["K-1", "K-3"], EDITOR, f"by {ACCOUNT}")
    packs.submit_pack(engine, ["K-1"], EDITOR, POLICY, date(2023, 6, 1))
    entry = an_entry("SEN-9", company="Acme", technicalContactEmail=EMAIL, technicalContactName="Halterin")
    reconciling.take_in(engine, an_export(entry), "marketplace.csv", EDITOR, POLICY)
    catch_up.catch_up(engine)


def texts(engine: Engine) -> Iterator[str]:
    """All that is stored, table by table, and what is packed in it."""
    with database.reading(engine) as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)):
                yield table.name + json.dumps(list(row), ensure_ascii=False, default=str)
        for number in connection.execute(select(batch_parts.c.batch_id)).scalars().all():
            yield from (repr(part) for part in unpacked(batches.content(connection, number)))
        for content in connection.execute(select(check_pages.c.content)).scalars():
            yield pa.ipc.open_stream(content).read_all().to_pandas().to_csv()
        for content in connection.execute(select(packs_table.c.content)).scalars():
            yield from (repr(part) for part in unpacked(content) if content)


def secrets_in(engine: Engine) -> set[str]:
    return {secret for text in texts(engine) for secret in SECRETS if secret.lower() in text.lower()}


def sizes_of_tables(engine: Engine) -> dict[str, Any]:
    """What is counted and judged, license by license."""
    with database.reading(engine) as connection:
        rows = license_queries.licenses(connection, Cut())
        names = ("license_key", "company", "outcome", "reason", "stage", "editors", "host_tier", "customer")
        customers = {
            key: customer_queries.customer_name(connection, key) for key in ("acme @acme.example", "bolt @bolt.example")
        }
        return {"rows": rows[list(names)].to_dict("records"), "customers": customers}


def places_of(engine: Engine, search: str) -> int:
    with database.reading(engine) as connection:
        return license_queries.count(connection, Cut(search=search))


def test_nothing_names_the_people_and_everything_is_counted_as_before(engine: Engine) -> None:
    fill(engine)
    assert secrets_in(engine) == set(SECRETS), "or else the test would prove nothing"
    before, (found_before, others) = sizes_of_tables(engine), (places_of(engine, EMAIL), places_of(engine, "bo@bolt"))
    assert found_before == 3
    change, reach = erasures.erase(engine, "acme @acme.example", ADMIN)
    assert secrets_in(engine) == set()
    assert sizes_of_tables(engine) == before
    assert (places_of(engine, EMAIL), places_of(engine, "bo@bolt")) == (0, others)
    assert (reach.licenses, reach.files, reach.packs, reach.notes) == (2, 3, 1, 1)
    catch_up.catch_up(engine)
    assert sizes_of_tables(engine) == before
    with database.reading(engine) as connection:
        assert [note.text for note in notes.page(connection, "bolt @bolt.example")[0]] == [f"Ask {ERASED} too"]
        bolt = license_queries.license(connection, "K-3")
        assert bolt
        assert (bolt["contact_name"], bolt["notes"]) == ("Bo Bolt", f"a friend of {ERASED}")
        assert batches.content(connection, 4) == a_file(a_row("K-7", **OTHER)), "a file of others is kept"
    assert change


def name_more(engine: Engine) -> None:
    """Name the people of Acme in policies, letters, headings, meanings, jobs and reasons."""
    notice = {"since": "2023-02-15", "text": f"Ask {EMAIL}."}
    saving.save(engine, {"grace_months": 4, "notices": [notice]}, ADMIN, f"because of {EMAIL}")
    wording = own_text(Language.GERMAN).replace("$customer", f"$customer {EMAIL}", 1)
    letters.reword(engine, Language.GERMAN, wording, ADMIN, based_on=0)
    with database.writing(engine) as connection:
        contacts.reveal(connection, ["K-1"], ADMIN)
        remembered.remember_header(connection, ["Key", EMAIL], {"Key": "license_key"}, {}, EDITOR)
        remembered.remember_headings(connection, {ADDRESS: "license_key"}, EDITOR)
        remembered.remember_meanings(connection, "product", {EMAIL: "jira"}, EDITOR)
        jobs.submit(connection, 4, JobKind.CHECK, JobRequest(reason=EMAIL), EDITOR)
    merge = customer_merges.merge(engine, "acme @acme.example", "bolt @bolt.example", EDITOR, f"{NAME} says")
    customer_merges.undo_merge(engine, merge, EDITOR, f"{EMAIL} again")
    customer_parts.part(engine, ["K-2"], None, EDITOR, f"{EMAIL} split")


def test_they_are_not_named_in_anything_that_people_wrote(engine: Engine) -> None:
    fill(engine)
    name_more(engine)
    erasures.erase(engine, "acme @acme.example", ADMIN)
    assert secrets_in(engine) == set()


def test_a_preview_reaches_the_same_and_changes_nothing(sqlite: Engine) -> None:
    fill(sqlite)
    before = list(texts(sqlite))
    reach = erasures.preview(sqlite, "acme @acme.example", ADMIN)
    assert list(texts(sqlite)) == before
    assert erasures.erase(sqlite, "acme @acme.example", ADMIN)[1] == reach
    assert all(sentence.endswith(".") for sentence in erasures.sentences(reach))


def test_the_file_of_the_database_does_not_have_them_either(sqlite: Engine) -> None:
    fill(sqlite)
    erasures.erase(sqlite, "acme @acme.example", ADMIN)
    path = Path(sqlite.url.database or "")
    content = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*") if file.is_file()).lower()
    assert [secret for secret in SECRETS if secret.lower().encode() in content] == []


def test_a_customer_who_goes_by_an_email_address_gets_another_name(engine: Engine) -> None:
    imported(engine, a_row("K-1", company="", contact_email=PRIVATE))
    with database.writing(engine) as connection:
        notes.add(connection, PRIVATE, "Called.", EDITOR)
    change, _ = erasures.erase(engine, PRIVATE, ADMIN)
    assert not [text for text in texts(engine) if PRIVATE in text]
    with database.reading(engine) as connection:
        assert customer_queries.current_licenses(connection, f"erased {change}")["license_key"].tolist() == ["K-1"]


def test_only_administrators_erase_and_only_customers(sqlite: Engine) -> None:
    imported(sqlite, a_row("K-1", **ACME))
    with pytest.raises(RefusalError, match="Only an administrator"):
        erasures.erase(sqlite, "acme @acme.example", EDITOR)
    for nobody in ("", "nobody"):
        with pytest.raises(RefusalError, match="No licenses for this customer"):
            erasures.preview(sqlite, nobody, ADMIN)
    assert erasures.preview(sqlite, "acme @acme.example", ADMIN) == Reach(1, 1, 1, 0, 0, 0)


def keys_by_table(engine: Engine) -> dict[str, list[str]]:
    """The license keys in each table that has some."""
    with database.reading(engine) as connection:
        return {
            table.name: sorted(connection.execute(select(table.c.license_key)).scalars())
            for table in metadata.sorted_tables
            if "license_key" in table.c
        }


def test_what_belongs_to_a_license_stays_with_it_though_a_text_of_its_customer_is_part_of_keys(sqlite: Engine) -> None:
    imported(sqlite, a_row("K-100001", **{**ACME, "license_name": "Acme before"}))
    imported(
        sqlite,
        a_row("K-100001", **{**ACME, "Nickname": "K-100001", "license_name": "Acme"}),
        a_row("K-200002", **OTHER),
    )
    entries = (an_entry("SEN-1", technicalContactEmail=EMAIL), an_entry("SEN-2", company="Bolt"))
    result = reconciling.take_in(sqlite, an_export(*entries), "marketplace.csv", EDITOR, POLICY)
    links = [("K-100001", "SEN-1", 100), ("K-200002", "SEN-2", None)]
    with database.writing(sqlite) as connection:
        frame = pd.DataFrame(links, columns=list(marketplace_links.COLUMNS), dtype=object)
        marketplace_links.replace(connection, frame, result.export, change=1)
        assignments.assign(connection, ["K-100001", "K-200002"], "ann", EDITOR)
        match_decisions.add(connection, [("K-100001", "SEN-1")], MatchDecision.ACCEPTED, EDITOR)
        of_license = {"license_key": "K-100001", "customer": "acme @acme.example", "state": "confirmed", "change": 1}
        connection.execute(insert(license_customers).values(**of_license, by="ann", at=datetime.now(UTC)))
    verify(sqlite, ["K-100001"], EDITOR)
    packs.submit_pack(sqlite, ["K-100001"], EDITOR, POLICY, date(2023, 6, 1))
    catch_up.catch_up(sqlite)
    before = keys_by_table(sqlite)
    assert [name for name, keys in before.items() if "K-100001" not in keys] == [], (
        "or else the test would prove nothing"
    )
    erasures.erase(sqlite, "acme @acme.example", ADMIN)
    assert keys_by_table(sqlite) == before
    with database.reading(sqlite) as connection:
        current_links = marketplace_links.current(connection)
    assert [tuple(row) for row in current_links.to_numpy()] == links
