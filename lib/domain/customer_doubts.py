"""Whether the licenses of one customer may be those of several firms, who must not see each other's keys (domain.md §8)."""

from collections.abc import Collection
from dataclasses import dataclass

from lib.domain.customers import name_of_customer

_MOST_VALUES = 4
"""Domains, addresses or countries that a sentence names."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the current licenses of a customer say of who it is.

    `domains` are mail domains of its own, `addresses` are email addresses at free mail providers, `countries` are ISO
    codes, `places` the bare words of postal addresses (empty for a license without one).
    """

    licenses: int
    domains: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()

    @property
    def facts(self) -> frozenset[str]:
        """All of it, as a confirmation remembers it."""
        return self.domains | self.addresses | self.countries | self.places - {""}


def doubts(customer: str, evidence: Evidence) -> tuple[str, ...]:
    """What speaks against a customer (its key) being one firm, in words; empty if nothing does."""
    if evidence.licenses < 2:
        return ()
    if not customer:
        return ("no organization and no address says whose they are",)
    parts = []
    if len(evidence.domains) > 1:
        parts.append(f"{len(evidence.domains)} email domains ({some_of(evidence.domains)})")
    if evidence.addresses and len(evidence.addresses) + bool(evidence.domains) > 1:
        parts.append(f"contacts at free mail providers ({some_of(evidence.addresses)})")
    is_one_place = len(evidence.places) == 1 and "" not in evidence.places
    if not (evidence.domains or evidence.addresses or is_one_place):
        parts.append("neither an email address nor a postal address agrees with the name")
    if evidence.domains and not name_of_customer(customer) and not is_one_place:
        parts.append("no organization is named, and the address may be a reseller's")
    if len(evidence.countries) > 1:
        parts.append(f"{len(evidence.countries)} countries ({some_of(evidence.countries)})")
    return tuple(parts)


def some_of(values: Collection[str]) -> str:
    """The first few values by letter, and how many others there are."""
    names = sorted(values)[:_MOST_VALUES]
    if len(values) > _MOST_VALUES:
        names.append(f"and {len(values) - _MOST_VALUES:,} more")
    return ", ".join(names)
