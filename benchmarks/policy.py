"""How long a what-if takes, and putting a policy in force and taking it back.

`python -m benchmarks.policy [--licenses N] [--database URL | --store URL]` prints the seconds of each, and those of the
processor alone, which other programs do not lengthen. A store is filled for it; `--store` takes one that is there, whose
policy it changes and changes back.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from benchmarks.screens import a_store
from lib.domain.roles import Actor, Role
from lib.policies import saving
from lib.policies.what_if import WhatIf, what_if
from lib.store import catch_up, database, policies

T = TypeVar("T")

DRAFTS: tuple[dict[str, Any], ...] = (
    {"grace_months": 4},
    {"round_editors_up": True},
    {"legacy_extra_months": 7},
    {"grace_months": 1, "round_editors_up": True, "borderline_days": 10},
)
BY = Actor("benchmark", Role.ADMIN)


def timed(title: str, work: Callable[[], T]) -> T:
    """Do something, and print how long it took."""
    start, cpu = time.perf_counter(), time.process_time()
    result = work()
    seconds, of_processor = time.perf_counter() - start, time.process_time() - cpu
    print(f"{title}: {seconds:.2f} s, {of_processor:.2f} s of the processor")
    return result


def look(url: str) -> None:
    """Try the drafts, then put one in force and take it back."""
    engine = database.connect(url)
    catch_up.catch_up(engine)
    current = policies.in_force(engine)

    def effect(draft: dict[str, Any]) -> WhatIf:
        with database.reading(engine) as connection:
            return what_if(connection, current, replace(current, **draft))

    for draft in DRAFTS:
        result = timed(f"What if {draft}", lambda draft=draft: effect(draft))  # type: ignore[misc]
        print(f"  {result.outcome_changes:,} other outcomes, {result.detail_changes:,} other details")
    saved = timed("Saving the second", lambda: saving.save(engine, DRAFTS[1], BY, "a benchmark"))
    print(f"  {saved.licenses:,} licenses judged otherwise")
    timed("Taking it back", lambda: saving.undo(engine, saved.change, BY))
    engine.dispose()


def main() -> None:
    """Run the benchmark as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--licenses", type=int, default=100_000)
    parser.add_argument("--database", help="a PostgreSQL server to fill a store on")
    parser.add_argument("--store", help="a store that is there")
    arguments = parser.parse_args()
    if arguments.store:
        look(arguments.store)
        return
    with a_store(arguments.database, arguments.licenses) as url:
        look(url)


if __name__ == "__main__":
    main()
