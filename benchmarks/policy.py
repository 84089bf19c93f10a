"""How long a what-if takes, and putting a policy in force and taking it back.

`python -m benchmarks.policy [--licenses N] [--database URL | --store URL]` prints the seconds of each, and those of the
processor alone, which other programs do not lengthen. A store is filled for it; `--store` takes one that is there, whose
policy it changes and changes back.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Engine, select

from benchmarks.screens import a_store
from lib.domain.mail_domains import WELL_KNOWN, domain_of
from lib.domain.roles import Actor, Role
from lib.domain.tiers import LADDER
from lib.policies import saving
from lib.policies.what_if import WhatIf, what_if
from lib.store import catch_up, database, policies
from lib.store.schema import license_versions

T = TypeVar("T")

DRAFTS: tuple[dict[str, Any], ...] = (
    {"grace_months": 4},
    {"round_editors_up": True},
    {"legacy_extra_months": 7},
    {"grace_months": 1, "round_editors_up": True, "borderline_days": 10},
    {"ladder": tuple(tier for tier in LADDER if tier != 250)},
    {"old_unlimited_before": date(2014, 1, 1)},
    {"expired_maintenance_eligible": False},
)
_OWN_DOMAINS = 20
"""Mail domains of customers that one draft takes for those of partners."""

_WIDTH = 90
"""Letters of a draft that are printed."""

BY = Actor("benchmark", Role.ADMIN)


def timed(title: str, work: Callable[[], T]) -> T:
    """Do something, and print how long it took."""
    start, cpu = time.perf_counter(), time.process_time()
    result = work()
    seconds, of_processor = time.perf_counter() - start, time.process_time() - cpu
    print(f"{title}: {seconds:.2f} s, {of_processor:.2f} s of the processor")
    return result


def commonest_domains(engine: Engine) -> tuple[str, ...]:
    """The mail domains that the most licenses have, without those that are nobody's own already."""
    with database.reading(engine) as connection:
        addresses = connection.execute(
            select(license_versions.c.contact_email).where(license_versions.c.until.is_(None))
        )
        domains = Counter(map(domain_of, addresses.scalars()))
    own = [domain for domain, _ in domains.most_common(10 * _OWN_DOMAINS) if domain and WELL_KNOWN.is_own(domain)]
    return tuple(sorted(own[:_OWN_DOMAINS]))


def look(url: str) -> None:
    """Try the drafts, then put one in force and take it back."""
    engine = database.connect(url)
    catch_up.catch_up(engine)
    current = policies.in_force(engine)

    def effect(draft: dict[str, Any]) -> WhatIf:
        with database.reading(engine) as connection:
            return what_if(connection, current, replace(current, **draft))

    for draft in (*DRAFTS, {"partner_domains": commonest_domains(engine)}):
        title = f"What if {draft}"
        result = timed(title if len(title) < _WIDTH else f"{title[:_WIDTH]}…", partial(effect, draft))
        print(
            f"  {result.outcome_changes:,} other outcomes, {result.detail_changes:,} other details, "
            f"{result.check_changes:,} other checks, {result.regrouped:,} other customers"
        )
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
