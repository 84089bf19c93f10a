"""Whether licenses of strangers come into one letter, and licenses of one firm together, on invented ones with known owners.

`python -m benchmarks.customers [--licenses N] [--seed N]` imports the licenses into a new store and prints, beside joining
by exact name, by name without legal form and by email domain: how many customers whose letters would be made have
licenses of several firms, and what share of the pairs of licenses of one firm are joined, or suggested to a person.
"""

import argparse
import csv
import io
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from sqlalchemy import Engine, select

from benchmarks.customer_data import licenses
from lib.checking.settings import Settings
from lib.domain.customers import organisation_key
from lib.domain.mail_domains import domain_of
from lib.domain.policy import Policy
from lib.domain.roles import Actor, Role
from lib.importing import imports
from lib.judging.similar_customers import Suggestion
from lib.measures.cut import Cut
from lib.store import customer_confirmations, customer_suggestions, database
from lib.store.schema import license_versions

Owners = Mapping[str, str]
"""A firm or a customer by license key."""

PEERS: dict[str, Callable[[Mapping[str, str]], str]] = {
    "exact name": lambda row: row["company"].strip().casefold(),
    "name without legal form": lambda row: organisation_key(row["company"]) or row["contact_email"].casefold(),
    "email domain": lambda row: domain_of(row["contact_email"]),
}


def main() -> None:
    """Print what is measured."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--licenses", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=14)
    options = parser.parse_args()
    rows = licenses(options.licenses, options.seed)
    firms = {row["license_key"]: row["firm"] for row in rows}
    pairs = pairs_of_one_owner(firms)
    print(f"{len(rows):,} licenses of {len(set(firms.values())):,} firms, {len(pairs):,} pairs of one firm")
    for name, key_of in PEERS.items():
        customers = {row["license_key"]: key_of(row) for row in rows}
        report(f"by {name}", customers, firms, pairs, set(), [])
    with TemporaryDirectory(prefix="customers") as folder:
        engine = database.connect(f"sqlite:///{Path(folder) / 'licenses.sqlite'}")
        database.upgrade(engine)
        measure(engine, rows, firms, pairs)
        engine.dispose()


def measure(engine: Engine, rows: Sequence[Mapping[str, str]], firms: Owners, pairs: Sequence[tuple[str, str]]) -> None:
    """Import the licenses, and print what the dashboard makes of them."""
    receipt = imports.import_file(
        engine, "licenses.csv", as_csv(rows), Settings(), Actor("benchmark", Role.ADMIN), Policy()
    )
    print(receipt.counts)
    v = license_versions.c
    with database.reading(engine) as connection:
        standing = connection.execute(select(v.license_key, v.customer).where(v.until.is_(None)))
        customers = {row.license_key: row.customer for row in standing}
        start = perf_counter()
        doubtful = customer_confirmations.doubtful_customers(connection, Cut())
        looked_at = perf_counter()
        suggestions = customer_suggestions.similar_customers(connection)
    print(f"doubts in {looked_at - start:.1f} s, suggestions in {perf_counter() - looked_at:.1f} s")
    report("by evidence", customers, firms, pairs, set(doubtful), suggestions)


def report(
    name: str,
    customers: Owners,
    firms: Owners,
    pairs: Sequence[tuple[str, str]],
    held_back: set[str],
    suggestions: Sequence[Suggestion],
) -> None:
    """Print the letters that name strangers and the pairs that come together, for one way to tell customers."""
    firms_of: dict[str, set[str]] = defaultdict(set)
    for key, customer in customers.items():
        firms_of[customer].add(firms[key])
    mixed = [customer for customer, own in firms_of.items() if len(own) > 1]
    letters = [customer for customer in mixed if customer not in held_back]
    partners: dict[str, set[str]] = defaultdict(set)
    for pair in suggestions:
        partners[pair.customer].add(pair.into)
        partners[pair.into].add(pair.customer)
    merged_pairs = sum(customers[one] == customers[other] for one, other in pairs)
    suggested = sum(is_suggested(customers[one], customers[other], partners) for one, other in pairs)
    print(
        f"{name:28} {len(firms_of):>7,} customers, {len(mixed):>6,} of several firms, {len(held_back):>6,} held back, "
        f"{len(letters):>6,} letters to strangers; pairs joined {merged_pairs / len(pairs):7.2%}, "
        f"joined or suggested {(merged_pairs + suggested) / len(pairs):7.2%} ({len(suggestions):,} suggestions)"
    )


def is_suggested(one: str, other: str, partners: Mapping[str, set[str]]) -> bool:
    """Whether two different customers are suggested to be one, or each to be one with the same third."""
    if one == other:
        return False
    own = partners.get(one, set())
    return other in own or not own.isdisjoint(partners.get(other, set()))


def pairs_of_one_owner(firms: Owners) -> list[tuple[str, str]]:
    """All pairs of licenses that one firm owns."""
    keys: dict[str, list[str]] = defaultdict(list)
    for key, firm in firms.items():
        keys[firm].append(key)
    return [pair for own in keys.values() for pair in combinations(own, 2)]


def as_csv(rows: Sequence[Mapping[str, str]]) -> bytes:
    """The rows as a file, without their truth."""
    names = [name for name in rows[0] if name != "firm"]
    text = io.StringIO()
    writer = csv.DictWriter(text, names, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


if __name__ == "__main__":
    main()
