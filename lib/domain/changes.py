"""The kinds of change that the store knows, and what each is called."""

from enum import StrEnum


class ChangeGroup(StrEnum):
    """The kinds of change that people look for together."""

    IMPORTS = "imports"
    EDITS = "edits"
    REQUESTS = "requests"
    PACKS = "packs"
    CUSTOMERS = "customers"
    RECONCILE = "reconcile"
    POLICY = "policy"
    ERASURES = "erasures"


GROUP_TITLES = {
    ChangeGroup.IMPORTS: "Imports",
    ChangeGroup.EDITS: "Edits",
    ChangeGroup.REQUESTS: "Requests",
    ChangeGroup.PACKS: "Packs",
    ChangeGroup.CUSTOMERS: "Customers",
    ChangeGroup.RECONCILE: "Reconcile",
    ChangeGroup.POLICY: "Policy",
    ChangeGroup.ERASURES: "Erasures",
}


class ChangeKind(StrEnum):
    """What a change did to the licenses; `UNDO` and `REDO` are of an import if they have a batch, else of an edit."""

    IMPORT = "import"
    EDIT = "edit"
    UNDO = "undo"
    REDO = "redo"
    MERGE = "merge"
    UNDO_MERGE = "undo_merge"
    PART = "part"
    UNDO_PART = "undo_part"
    REGROUP = "regroup"
    UNDO_REGROUP = "undo_regroup"
    STAGE = "stage"
    STAGE_UNDO = "stage_undo"
    STAGE_REDO = "stage_redo"
    CORRECTION = "correction"
    RECONCILE = "reconcile"
    RECONCILE_UNDO = "reconcile_undo"
    RECONCILE_REDO = "reconcile_redo"
    ERASE = "erase"
    POLICY = "policy"
    POLICY_UNDO = "policy_undo"


_BATCH_TITLES = {
    ChangeKind.IMPORT: "Import",
    ChangeKind.UNDO: "Undo of import",
    ChangeKind.REDO: "Redo of import",
}
_TITLES = {
    ChangeKind.EDIT: "Edit",
    ChangeKind.UNDO: "Undo of an edit",
    ChangeKind.REDO: "Redo of an edit",
    ChangeKind.STAGE: "Move of requests",
    ChangeKind.STAGE_UNDO: "Undo of a move of requests",
    ChangeKind.STAGE_REDO: "Redo of a move of requests",
    ChangeKind.CORRECTION: "Correction of stages",
    ChangeKind.RECONCILE: "Reconciliation",
    ChangeKind.RECONCILE_UNDO: "Undo of a reconciliation",
    ChangeKind.RECONCILE_REDO: "Redo of a reconciliation",
    ChangeKind.ERASE: "Erasure of a customer's contacts",
    ChangeKind.POLICY: "New policy",
    ChangeKind.POLICY_UNDO: "Undo of a new policy",
    ChangeKind.MERGE: "Merge of customers",
    ChangeKind.UNDO_MERGE: "Undo of a merge of customers",
    ChangeKind.PART: "Split of a customer",
    ChangeKind.UNDO_PART: "Undo of a split of a customer",
    ChangeKind.REGROUP: "Regrouping of customers",
    ChangeKind.UNDO_REGROUP: "Undo of a regrouping of customers",
}
CUSTOMER_KINDS = (
    ChangeKind.MERGE,
    ChangeKind.UNDO_MERGE,
    ChangeKind.PART,
    ChangeKind.UNDO_PART,
    ChangeKind.REGROUP,
    ChangeKind.UNDO_REGROUP,
)
"""The kinds of change that leave licenses as they are, and only say whose they are."""

UNALTERING_KINDS = (*CUSTOMER_KINDS, ChangeKind.CORRECTION)
"""The kinds of change after which licenses still say what they said, so that older changes of them can be undone."""

STAGE_KINDS = (ChangeKind.STAGE, ChangeKind.STAGE_UNDO, ChangeKind.STAGE_REDO)
"""The kinds of change that move migration requests from stage to stage."""

RECONCILE_KINDS = (ChangeKind.RECONCILE, ChangeKind.RECONCILE_UNDO, ChangeKind.RECONCILE_REDO)
"""The kinds of change that record what Marketplace's export says of licenses."""

POLICY_KINDS = (ChangeKind.POLICY, ChangeKind.POLICY_UNDO)
"""The kinds of change that put another policy in force and judge all licenses by it."""

KINDS_BY_GROUP = {
    ChangeGroup.EDITS: (ChangeKind.EDIT, ChangeKind.UNDO, ChangeKind.REDO),
    ChangeGroup.REQUESTS: (*STAGE_KINDS, ChangeKind.CORRECTION),
    ChangeGroup.CUSTOMERS: CUSTOMER_KINDS,
    ChangeGroup.RECONCILE: RECONCILE_KINDS,
    ChangeGroup.POLICY: POLICY_KINDS,
    ChangeGroup.ERASURES: (ChangeKind.ERASE,),
}
"""The kinds of the changes without a batch, by group; imports are those with one, packs are told by what they hold."""

REVERTING_KINDS = {
    ChangeKind.EDIT: ChangeKind.UNDO,
    ChangeKind.UNDO: ChangeKind.REDO,
    ChangeKind.REDO: ChangeKind.UNDO,
    ChangeKind.STAGE: ChangeKind.STAGE_UNDO,
    ChangeKind.CORRECTION: ChangeKind.STAGE_UNDO,
    ChangeKind.STAGE_UNDO: ChangeKind.STAGE_REDO,
    ChangeKind.STAGE_REDO: ChangeKind.STAGE_UNDO,
    ChangeKind.RECONCILE: ChangeKind.RECONCILE_UNDO,
    ChangeKind.RECONCILE_UNDO: ChangeKind.RECONCILE_REDO,
    ChangeKind.RECONCILE_REDO: ChangeKind.RECONCILE_UNDO,
}
"""The kinds of changes that people make here, and the kind of change that reverts each."""


def change_title(kind: ChangeKind, batch: int | None) -> str:
    """What a change did, in a few words: "Undo of import #3", "Edit"."""
    if batch is None:
        return _TITLES.get(kind) or _BATCH_TITLES[kind]
    return f"{_BATCH_TITLES[kind]} #{batch}"


def change_cause(kind: ChangeKind, batch: int | None, by: str) -> str:
    """Why numbers changed: "Import #3 by ann"; a person's edits, merges, or moves of requests are one cause."""
    if batch is not None:
        return f"{change_title(kind, batch)} by {by}"
    if kind in CUSTOMER_KINDS:
        return f"Customers merged, split or regrouped by {by}"
    if kind is ChangeKind.CORRECTION:
        return "Stages corrected"
    if kind in STAGE_KINDS:
        return f"Requests moved by {by}"
    if kind in RECONCILE_KINDS:
        return f"Reconciled with Marketplace by {by}"
    if kind in POLICY_KINDS:
        return f"Policy changed by {by}"
    return f"Edits by {by}"
