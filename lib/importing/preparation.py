"""All long work of an import that writes nothing: a file opened, checked, and compared with the store."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Connection

from lib.checking.check import CheckedFile
from lib.checking.column_mapping import Remembered
from lib.checking.settings import Settings
from lib.columnar.memory import release_memory
from lib.domain.policy import Policy
from lib.importing.plan import ImportPlan, plan_import
from lib.importing.source_file import SourceFile, check_file, load_file
from lib.store import check_results, remembered, versions
from lib.store.batches import Batch
from lib.store.work_steps import CHECKING, COMPARING, READING, ProgressReporter, no_progress


def plan_batch(
    connection: Connection, batch: Batch, policy: Policy, report_progress: ProgressReporter = no_progress
) -> ImportPlan:
    """What importing a batch would do. Raises TableError if its file is no table, or not one of licenses."""
    report_progress(READING, 0, 0)
    file = load_file(connection, batch)
    settings = Settings.from_json(batch.settings)
    return plan_file(connection, file, settings, policy, memory_of(connection, batch, file), report_progress)


def plan_file(
    connection: Connection,
    file: SourceFile,
    settings: Settings,
    policy: Policy,
    memory: Remembered,
    report_progress: ProgressReporter,
) -> ImportPlan:
    """What importing a file would do. Raises TableError if it is no table, or not one of licenses."""
    release_memory()
    report_progress(CHECKING, 0, len(file))
    with ThreadPoolExecutor(1) as thread:  # the database is read while the file is checked
        stored = thread.submit(versions.content_hashes, connection) if len(file) > versions.FEW else None
        checked = check_file(file, settings, policy, memory)
    release_memory()
    report_progress(COMPARING, 0, len(file))
    return plan_import(connection, checked, policy, stored.result() if stored else None)


def check_stored_file(connection: Connection, batch: Batch, policy: Policy) -> CheckedFile:
    """A batch's file checked. Raises TableError if it is no table, or not one of licenses."""
    file = load_file(connection, batch)
    return check_file(file, Settings.from_json(batch.settings), policy, memory_of(connection, batch, file))


def memory_of(connection: Connection, batch: Batch, file: SourceFile) -> Remembered:
    """What was remembered when a person saw the check of a batch; else what is remembered now."""
    result = check_results.newest(connection, batch.id)
    if result and result.settings == batch.settings and result.summary.remembered is not None:
        return result.summary.remembered
    return remembered.for_headings(connection, file.headings)
