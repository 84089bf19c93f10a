"""What the import is measured beside: a raw load, an import row by row, and a well-known library.

Each function brings a CSV file into the database at a URL and gives the seconds it took; only the last two check anything.
`with_bare_rows` brings the ready rows of a store instead, which no import into the same tables can do faster.
"""

import csv
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import files
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb
from sqlalchemy import Connection, insert, make_url, select, update

from lib.domain.customers import organisation_key
from lib.domain.facts import facts_of
from lib.domain.licenses import COLUMNS, License
from lib.domain.policy import Policy
from lib.domain.rules import judge
from lib.domain.text import Misread
from lib.reading.column_readers import reader_for
from lib.reading.headings import mapping_from, propose_fields
from lib.store import bulk, database
from lib.store.schema import changes, license_versions

_EXTENSIONS = {"sqlite": "duckdb-extension-sqlite-scanner", "postgresql": "duckdb-extension-postgres-scanner"}
_v = license_versions.c


def with_duckdb(path: Path, url: str) -> float:
    """The cells as they stand, no checks, no history."""
    address = make_url(url)
    kind = address.get_backend_name()
    start = perf_counter()
    with duckdb.connect(config={"allow_unsigned_extensions": "true"}) as connection:
        connection.execute(f"LOAD '{_extension(kind)}'")
        connection.execute(f"ATTACH '{_target(url)}' AS target (TYPE {kind.removesuffix('ql')})")
        connection.execute(
            f"CREATE TABLE target.raw AS SELECT * FROM read_csv('{path}', header=true, all_varchar=true, ignore_errors=true)"
        )
    return perf_counter() - start


def _extension(kind: str) -> Path:
    return next(
        Path(str(file.locate())) for file in files(_EXTENSIONS[kind]) or () if file.name.endswith(".duckdb_extension")
    )


def _target(url: str) -> str:
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return str(address.database)
    parts = {
        "host": address.host or address.query.get("host"),
        "port": address.port,
        "user": address.username,
        "password": address.password,
        "dbname": address.database,
    }
    return " ".join(f"{name}={value}" for name, value in parts.items() if value)


def with_bare_rows(filled: Path, url: str) -> float:
    """The rows that an import stored, into the same table with the same indexes; `filled` is a file with that store's URL."""
    engine = database.connect(url)
    database.upgrade(engine)
    source = filled.read_text()
    table = license_versions.name
    rows = None if engine.dialect.name == "sqlite" else copied_out(source, table)
    began = perf_counter()
    with database.writing(engine) as connection:
        if rows is None:
            connection.exec_driver_sql(f"ATTACH ? AS {database.ATTACHED[0]}", (make_url(source).database,))
        with bulk.without_indexes(connection, sys.maxsize):
            if rows is None:
                connection.exec_driver_sql(f"INSERT INTO {table} SELECT * FROM {database.ATTACHED[0]}.{table}")
            else:
                with connection.connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT csv)") as target:
                    for part in rows:
                        target.write(part)
    engine.dispose()
    return perf_counter() - began


def copied_out(url: str, table: str) -> list[bytes]:
    """A table of PostgreSQL's as the CSV that it copies."""
    engine = database.connect(url)
    with (
        engine.connect() as connection,
        connection.connection.cursor().copy(f"COPY {table} TO STDOUT (FORMAT csv)") as source,
    ):
        rows = [bytes(part) for part in source]
    engine.dispose()
    return rows


def row_by_row(path: Path, url: str) -> float:
    """The same readers, rules and history, one row after the other, by SQLAlchemy Core."""
    engine = database.connect(url)
    database.upgrade(engine)
    start = perf_counter()
    with database.writing(engine) as connection:
        change_values = {"at": datetime.now(UTC), "by": "benchmark", "kind": "import", "reason": "", "counts": {}}
        change = connection.execute(insert(changes).values(change_values).returning(changes.c.id)).scalar_one()
        for line, license in _licenses(path):
            _keep(connection, license, line, change)
    engine.dispose()
    return perf_counter() - start


def _licenses(path: Path) -> Iterator[tuple[int, License]]:
    """Each row that can be read whole, with its line; the first of a key only."""
    policy, keys = Policy(), set()
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        header = next(rows)
        mapping = mapping_from(propose_fields(header))
        fields = [mapping.get(heading) for heading in header]
        readers = [name and reader_for(COLUMNS[name], order=None, ladder=policy.ladder) for name in fields]
        for cells in rows:
            if len(cells) != len(header):
                continue
            values = {
                name: reader(cell) for name, reader, cell in zip(fields, readers, cells, strict=True) if name and reader
            }
            if isinstance(values["country"], Misread):
                values["country"] = ""
            if any(isinstance(value, Misread) for value in values.values()) or values["license_key"] in keys:
                continue
            keys.add(values["license_key"])
            yield rows.line_num, License(**values)


def _keep(connection: Connection, license: License, line: int, change: int) -> None:
    standing = [_v.license_key == license.license_key, _v.until.is_(None)]
    before = connection.execute(select(license_versions).where(*standing)).one_or_none()
    now = {name: getattr(license, name) for name in COLUMNS}
    if before is not None:
        now = {name: now[name] or getattr(before, name) for name in COLUMNS}
        if all(now[name] == getattr(before, name) for name in COLUMNS):
            return
        connection.execute(update(license_versions).where(*standing).values(until=change))
    connection.execute(insert(license_versions).values({**now, **_judged(license), "since": change, "line": line}))


def _judged(license: License) -> dict[str, Any]:
    verdict = judge(facts_of(license), Policy())
    names = ("outcome", "from_size", "to_tier", "tier_steps", "users_added", "consent", "plan_detail", "plan_end")
    return {
        **{name: getattr(verdict, name) for name in (*names, "borderline")},
        "reason": verdict.reasons[0].code,
        "needs": ",".join(verdict.needs),
        "flags": ",".join(verdict.flags),
        "content": 0,
        "customer": organisation_key(license.company)
        or organisation_key(license.license_name)
        or license.contact_email,
    }


def with_django(path: Path, url: str) -> float:
    """django-import-export: one model of texts, unchanged rows skipped, no rules and no history."""
    resource = _django_resource(url)
    import tablib

    start = perf_counter()
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    whole = {row[0]: row for row in rows if len(row) == len(header)}  # its keys must be unique
    dataset = tablib.Dataset(*whole.values(), headers=header)
    resource.import_data(dataset, raise_errors=True, use_transactions=True)
    return perf_counter() - start


def _django_resource(url: str) -> Any:
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        place: dict[str, Any] = {"ENGINE": "django.db.backends.sqlite3", "NAME": address.database}
    else:
        host = address.host or address.query.get("host", "")
        place = {"ENGINE": "django.db.backends.postgresql", "NAME": address.database, "HOST": host}
        place |= {"USER": address.username or "", "PASSWORD": address.password or "", "PORT": address.port or ""}
    import django
    from django.conf import settings

    settings.configure(DATABASES={"default": place}, INSTALLED_APPS=["import_export"], USE_TZ=True)
    django.setup()
    from django.db import connection, models
    from import_export import fields, resources

    from tests.generate import HEADER

    columns = {heading: "_".join(heading.lower().split()) for heading in HEADER}
    texts = {name: models.TextField(blank=True) for name in columns.values()}
    key = columns[HEADER[0]]
    texts[key] = models.CharField(max_length=200, primary_key=True)
    meta = type("Meta", (), {"app_label": "import_export"})
    model = type("Licensed", (models.Model,), {**texts, "__module__": __name__, "Meta": meta})
    if model._meta.db_table not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(model)
    meta_class = type(
        "Meta", (), {"model": model, "import_id_fields": (key,), "skip_unchanged": True, "fields": list(texts)}
    )
    columns_by_field = {name: fields.Field(attribute=name, column_name=heading) for heading, name in columns.items()}
    return type("Licenses", (resources.ModelResource,), {**columns_by_field, "Meta": meta_class})()
