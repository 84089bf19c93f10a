"""What follows from the fields of licenses, for many at once: verdict, customer, request stage and content hash.

The one place for it: imports, edits and merges of customers all come here, so that a license is judged and hashed the
same however its values came in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from lib.columnar.column import Column
from lib.columnar.combinations import Hashes
from lib.columnar.text_column import TextColumn
from lib.columnar.threads import threads_for
from lib.domain.customers import CustomerDecisions
from lib.domain.policy import Policy
from lib.judging.content_hash import content_hashes
from lib.judging.customer_keys import apply_aliases, apply_owners, apply_whole_names, customer_keys
from lib.judging.stages import STAGE_INPUTS, hashes_at_stages, stage_columns, stages_from_fields
from lib.judging.verdicts import judge_all, verdict_columns

STORED_INPUTS = (*STAGE_INPUTS, "stage", "stage_since")
"""The columns that `derive` reads of stored versions."""


@dataclass(frozen=True, slots=True)
class Derived:
    """What follows from the fields of licenses, in their order.

    `columns` has the verdict, `customer`, `stage` and `stage_since` (None where the stage starts with the coming change).
    """

    columns: dict[str, Column]
    hashes: Hashes

    def at(self, row: int) -> dict[str, Any]:
        """The values of one license, by the column that stores them."""
        values = {name: stored_code(column.at(row)) for name, column in self.columns.items()}
        return {"content": int(self.hashes[row]), **values}


def derive(
    licenses: Mapping[str, Column],
    before: Mapping[str, Column],
    decisions: CustomerDecisions,
    policy: Policy,
    own_hashes: Hashes | None = None,
) -> Derived:
    """What follows from the fields of licenses: first those of new ones, then of those that replace stored versions.

    `licenses` has the content columns, `before` the `STORED_INPUTS` of the stored versions in the same order,
    `decisions` people's word on whose licenses are. `own_hashes` saves hashing anew what was hashed already.
    """
    with threads_for(len(licenses["license_key"]), 1) as thread:  # Arrow derives the customers while Python judges
        customers = thread.submit(derive_customers, licenses, decisions)
        verdicts = verdict_columns(judge_all(licenses, policy))
    from_fields = stages_from_fields({**licenses, **verdicts})
    stages = stage_columns(from_fields, before)
    if own_hashes is None:
        own_hashes = content_hashes(licenses)
    columns: dict[str, Column] = {**verdicts, **stages, "customer": TextColumn(customers.result())}
    return Derived(columns, hashes_at_stages(own_hashes, stages["stage"], from_fields))


def derive_customers(licenses: Mapping[str, Column], decisions: CustomerDecisions) -> pa.Array:
    """The key of each license's customer: by decision, else by what it says (`IDENTITY_FIELDS`), after merges."""
    by_evidence = apply_whole_names(customer_keys(licenses, decisions.domains), decisions.whole_names)
    owned = apply_owners(by_evidence, licenses["license_key"], decisions.owners)
    return apply_aliases(owned, decisions.aliases)


def stored_code(value: Any) -> Any:
    """A value as the store takes it: a code as a plain text."""
    return str(value) if isinstance(value, str) else value
