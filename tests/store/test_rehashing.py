"""Content hashes outlast a column that is added later, and those of stores from before that are made anew."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import BigInteger, Engine, bindparam, select, update

from lib.checking.settings import Settings
from lib.columnar.column import Column
from lib.domain.licenses import COLUMNS, TEXTUAL
from lib.domain.requests import Stage
from lib.editing import edits
from lib.importing import imports, reversal
from lib.importing.preparation import check_stored_file
from lib.judging.content_hash import CONTENT_COLUMNS, content_hashes
from lib.judging.stages import REQUEST_FIELDS, STAGE_INPUTS, hashes_at_stages, stages_from_fields
from lib.judging.stored import stored_column
from lib.requests import moves
from lib.store import batches, database, versions
from lib.store.schema import license_versions
from tests import generate
from tests.actors import editor
from tests.store.stories import POLICY, a_row, brought_in, everything, imported, now
from tests.store.stories import versions as versions_of

_v = license_versions.c

ASKED = {
    "match_agreed": "yes",
    "myatlassian_email": "it@acme.example",
    "holder_first_name": "Ada",
    "server_confirmed": "no",
}
TODAY = (
    a_row("K-1", editors="25", company="Müller", purchase_date="2015-02-03", notes="two, in all"),
    a_row("K-2", **ASKED, Colour="red"),
    a_row("K-3", sen="SEN-L22", country="Atlantis"),
    a_row("K-4", match_agreed="no", hosting="Cloud", editors="Unlimited"),
)


def lived_in(engine: Engine) -> int:
    """The batch that changed K-1, in a store where licenses of every kind were also edited, moved and brought back."""
    imported(engine, {**TODAY[0], "editors": "10"}, *TODAY[1:3])
    number: int = imported(engine, *TODAY).batch
    gone: int = imported(engine, a_row("K-1", editors="50"), a_row("K-5")).batch
    reversal.undo(engine, gone, editor("ada"))
    for stage in (Stage.RECEIVED, Stage.VERIFIED):
        moves.move_requests(engine, ["K-2"], stage, editor("bo"), "", POLICY)
    edits.edit(engine, "K-3", None, {"company": "Acme", "country": "Germany"}, editor("bo"), "", POLICY)
    edits.edit(engine, "K-3", None, {"company": "", "country": ""}, editor("bo"), "", POLICY)
    return number


def rehash(engine: Engine, hashes: Any) -> None:
    """Give every version the content hash that a function makes of the columns of all."""
    content = bindparam("hash", type_=BigInteger)
    with database.writing(engine) as connection:
        rows = pd.DataFrame(connection.execute(select(license_versions)).mappings().all(), dtype=object)
        columns = {name: stored_column(name, rows[name]) for name in {*CONTENT_COLUMNS, *STAGE_INPUTS, "stage"}}
        contents = hashes_at_stages(hashes(columns), columns["stage"], stages_from_fields(columns)).tolist()
        own = (_v.license_key == bindparam("key"), _v.since == bindparam("first"))
        each = zip(rows["license_key"], rows["since"], contents, strict=True)
        values = [{"key": key, "first": since, "hash": number} for key, since, number in each]
        connection.execute(update(license_versions).where(*own).values(content=content), values)


def as_hashed_before(columns: dict[str, Column]) -> Any:
    """Content hashes as they were until upgrade 0010: of all fields, blank or not, in their order."""
    textual = [name for name in CONTENT_COLUMNS if name not in COLUMNS or COLUMNS[name].kind in TEXTUAL]
    rows = zip(*(columns[name].objects() for name in textual), strict=True)
    hashes = hash_of("\x1f".join(text or "" for text in row).encode() for row in rows)
    for name in (name for name in CONTENT_COLUMNS if name not in textual):
        values = ("" if value is None else str(value) for value in columns[name].objects())
        hashes = hashes * np.uint64(0x9E3779B97F4A7C15) ^ hash_of(values)
    return hashes.view(np.int64)


def hash_of(values: Any) -> Any:
    return pd.util.hash_array(np.array(list(values), dtype=object), categorize=False)


def contents(engine: Engine) -> dict[tuple[str, int], int]:
    """The hash of each version, but of those that an item in a file would have made received in a store of before."""
    with database.reading(engine) as connection:
        rows = list(versions_of(connection))
    usual = [
        row
        for row in rows
        if row["stage"] != Stage.NOT_REQUESTED or all(row[name] in (None, "") for name in REQUEST_FIELDS)
    ]
    assert 0 < len(usual) < len(rows)
    return {(row["license_key"], row["since"]): row["content"] for row in usual}


def upgrade_from_0009(engine: Engine) -> None:
    """Upgrade a store as if it were at 0009. What other upgrades than 0010 and 0021 do is done already, and no matter here."""
    config = Config()
    config.set_main_option("script_location", str(database.ROOT / "migrations"))
    with database.writing(engine) as connection:
        config.attributes["connection"] = connection
        for before, after in (("0009", "0010"), ("0020", "0021")):
            command.stamp(config, before)
            command.upgrade(config, after)
        command.stamp(config, "head")


def compared_by_cell(engine: Engine, *rows: dict[str, str]) -> list[str]:
    """The licenses of a file that their content hash alone does not show to be unchanged."""
    number = brought_in(engine, *rows)
    with database.reading(engine) as connection:
        checked = check_stored_file(connection, batches.batch(connection, number), POLICY)
        stored = versions.content_hashes(connection)
    hashes = dict(zip(stored.keys.to_pylist(), stored.hashes.tolist(), strict=True))
    keys = checked.licenses["license_key"].objects().tolist()
    return [key for key, content in zip(keys, checked.contents.tolist(), strict=True) if hashes.get(key) != content]


def assert_can_be_taken_back(engine: Engine, number: int) -> None:
    """An import of before is undone exactly, though K-1 changed and was then brought back to what it said."""
    imported(engine, a_row("K-1", editors="100"))
    imported(engine, *TODAY)
    assert now(engine)["K-1"]["editors"] == 25
    assert reversal.undo(engine, number, editor("ada")) == {"removed": 1, "restored": 1, "kept": 0}
    assert {key: row["editors"] for key, row in now(engine).items()} == {"K-1": 10, "K-2": 10, "K-3": 10}


@pytest.mark.parametrize("name", ["notes", "expert_email", "server_confirmed", "maintenance_end"])
def test_a_column_that_is_added_later_leaves_files_and_undo_as_they_are(engine: Engine, name: str) -> None:
    rows = [{**row, "server_confirmed": "", "notes": ""} for row in TODAY]
    imported(engine, {**rows[0], "editors": "10"}, *rows[1:3])
    number: int = imported(engine, *rows).batch
    before = everything(engine)
    rehash(
        engine, lambda columns: content_hashes({other: columns[other] for other in CONTENT_COLUMNS if other != name})
    )
    assert everything(engine) == before
    assert compared_by_cell(engine, *({**row, name: ""} for row in rows)) == []
    imported(engine, {**rows[0], "editors": "100"})
    imported(engine, *rows)
    assert reversal.undo(engine, number, editor("ada")) == {"removed": 1, "restored": 1, "kept": 0}


def test_the_upgrade_gives_every_version_the_hash_of_today(engine: Engine) -> None:
    lived_in(engine)
    for changed in (0, 0.5):
        file = generate.content(300, seed=7, changed=changed)
        imports.import_file(engine, "licenses.csv", file, Settings(), editor("ada"), POLICY)
    before = contents(engine)
    rehash(engine, as_hashed_before)
    assert contents(engine) != before
    upgrade_from_0009(engine)
    assert contents(engine) == before


def test_after_the_upgrade_the_same_file_is_unchanged_and_an_import_of_before_is_undone(engine: Engine) -> None:
    number = lived_in(engine)
    rehash(engine, as_hashed_before)
    upgrade_from_0009(engine)
    assert compared_by_cell(engine, *TODAY) == ["K-2", "K-3"], "people moved the one, and edited the other"
    assert imported(engine, *TODAY).counts.unchanged == 4
    assert_can_be_taken_back(engine, number)


def test_an_empty_store_is_upgraded(engine: Engine) -> None:
    before = everything(engine)
    upgrade_from_0009(engine)
    assert everything(engine) == before
