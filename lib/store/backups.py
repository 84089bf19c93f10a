"""The whole store as one file, and back: SQLite's own copy while it is in use, PostgreSQL's dump."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine, inspect

from lib.domain.refusal import RefusalError


def back_up(engine: Engine, file: Path) -> None:
    """Write the store to a new file. Raises RefusalError."""
    # Only its owner may read it, since it holds all contacts.
    try:
        # Made before anything is in it, so that nobody else may read it for a moment.
        file.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise RefusalError(f"{file} cannot be made: {error.strerror}. Name a new file.") from error
    try:
        if engine.dialect.name == "postgresql":
            run_tool(engine, "pg_dump", "--format=custom", f"--file={file}")
        else:
            copy_sqlite(sqlite_path(engine), file)
    except RefusalError:
        file.unlink()
        raise


def restore(engine: Engine, file: Path) -> None:
    """Fill an empty database from such a file. Raises RefusalError."""
    if inspect(engine).get_table_names():
        raise RefusalError("This database is not empty. Name a new one, so that nothing is lost.")
    engine.dispose()
    if engine.dialect.name == "postgresql":
        run_tool(engine, "pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", str(file))
        return
    refuse_other_files(file)
    sqlite_path(engine).chmod(0o600)
    copy_sqlite(file, sqlite_path(engine))


def sqlite_path(engine: Engine) -> Path:
    """The file of an SQLite store."""
    return Path(engine.url.database or "")


def refuse_other_files(file: Path) -> None:
    """Raises RefusalError for a file that is no whole SQLite database."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as source:
            (finding,) = source.execute("PRAGMA quick_check").fetchone()
    except sqlite3.DatabaseError as error:
        finding = str(error)
    if finding != "ok":
        raise RefusalError(f"{file} is not a backup of an SQLite store, or it is damaged: {finding}.")


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database while others read and write it: the copy is of one moment."""
    with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy)


def run_tool(engine: Engine, name: str, *arguments: str) -> None:
    """Run a program of PostgreSQL's on the store. Raises RefusalError with what it says if it fails."""
    program = shutil.which(name)
    if program is None:
        raise RefusalError(f"{name} is not installed. It comes with PostgreSQL's client (postgresql-client).")
    url = engine.url.set(drivername="postgresql")
    # Not among the arguments, which every account of the machine can list.
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    address = url.set(password=None).render_as_string(hide_password=False)
    command = [program, *arguments, f"--dbname={address}"]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if result.returncode:
        raise RefusalError(f"{name} failed: {result.stderr.strip()}")
