"""Numbers for Prometheus, on a port of their own: what this process did, and how the store stands."""

import logging
import os
from collections.abc import Iterable, Mapping

from prometheus_client import REGISTRY, Counter, Histogram, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine

from lib.domain.refusal import RefusalError
from lib.store import activity, change_log, database

PORT, ADDRESS = "APP_METRICS_PORT", "APP_METRICS_ADDRESS"
"""Where the environment says on which port and address the numbers are served; without a port they are not."""

PAGE_RUNS = Histogram(
    "migration_page_run_seconds",
    "How long runs of a page took.",
    ["page"],
    buckets=(0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10),
)
JOB_RUNS = Histogram(
    "migration_job_run_seconds",
    "How long jobs took in this process, by how they ended.",
    ["kind", "state"],
    buckets=(0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000),
)
ERRORS = Counter("migration_errors", "Unexpected errors, each of which is logged with its reference.", ["where"])

_OUTCOMES = ("new", "changed", "unchanged", "held", "repeated")
"""What a row of an imported file becomes; together, all rows."""

_log = logging.getLogger(__name__)


class StoreCollector(Collector):
    """How the store stands at the moment at which Prometheus asks; the same on each server."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterable[Metric]:
        """Whether the database answers, and if so what it holds."""
        try:
            with database.reading(self._engine) as connection:
                jobs, batches = activity.job_counts(connection), activity.batch_counts(connection)
                changes, rows = change_log.latest_change(connection), activity.imported_rows(connection)
        except RefusalError:
            yield GaugeMetricFamily("migration_database_up", "Whether the database answers.", value=0)
            return
        yield GaugeMetricFamily("migration_database_up", "Whether the database answers.", value=1)
        yield GaugeMetricFamily(
            "migration_newest_change", "The number of the newest change of licenses.", value=changes
        )
        by_state = GaugeMetricFamily("migration_jobs", "Jobs by kind and state.", labels=["kind", "state"])
        for (kind, state), count in jobs.items():
            by_state.add_metric([kind, state], count)
        imports = GaugeMetricFamily("migration_imports", "Imported files by state.", labels=["state"])
        for state, count in batches.items():
            imports.add_metric([state], count)
        yield from (by_state, imports, row_counter(rows))


def row_counter(rows: Mapping[str, int]) -> Metric:
    """The rows of files that changed licenses, by what became of them."""
    counter = CounterMetricFamily(
        "migration_imported_rows", "Rows of files that changed licenses, by outcome.", labels=["outcome"]
    )
    for outcome in _OUTCOMES:
        counter.add_metric([outcome], rows[outcome])
    return counter


def serve(engine: Engine) -> None:
    """Serve the numbers if the environment names a port; a port that is taken is logged, not fatal."""
    port = os.environ.get(PORT, "").strip()
    if not port:
        return
    try:
        start_http_server(int(port), os.environ.get(ADDRESS, "").strip() or "127.0.0.1")
    except (OSError, ValueError) as error:
        _log.warning("Metrics are not served: %s", error)
    else:
        REGISTRY.register(StoreCollector(engine))
