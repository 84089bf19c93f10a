"""The tables. `license_versions` tells the whole story: the state of a license at any change is one row of it."""

from lib.store.schema.base import metadata
from lib.store.schema.customers import (
    assignments,
    customer_confirmations,
    customer_notes,
    download_customers,
    downloads,
    letter_templates,
    license_customers,
    merges,
)
from lib.store.schema.files import batch_parts, batches, check_pages, checks, jobs, mappings, meanings, rejections
from lib.store.schema.history import FIELDS, changes, customers_index, license_versions
from lib.store.schema.lookups import (
    MEASURES,
    PROFILE,
    SEARCH_INDEX,
    SEPARATOR,
    caught_up,
    customer_tallies,
    lookups,
    movements,
    profiles,
    tallies,
)
from lib.store.schema.marketplace import (
    comparisons,
    findings,
    marketplace_exports,
    marketplace_links,
    marketplace_versions,
    match_decisions,
)
from lib.store.schema.packs import pack_licenses, packs
from lib.store.schema.people import audit_log, people, sign_ins

__all__ = [
    "FIELDS",
    "MEASURES",
    "PROFILE",
    "SEARCH_INDEX",
    "SEPARATOR",
    "assignments",
    "audit_log",
    "batch_parts",
    "batches",
    "caught_up",
    "changes",
    "check_pages",
    "checks",
    "comparisons",
    "customer_confirmations",
    "customer_notes",
    "customer_tallies",
    "customers_index",
    "download_customers",
    "downloads",
    "findings",
    "jobs",
    "letter_templates",
    "license_customers",
    "license_versions",
    "lookups",
    "mappings",
    "marketplace_exports",
    "marketplace_links",
    "marketplace_versions",
    "match_decisions",
    "meanings",
    "merges",
    "metadata",
    "movements",
    "pack_licenses",
    "packs",
    "people",
    "profiles",
    "rejections",
    "sign_ins",
    "tallies",
]
