"""The kinds of change that the store knows, and what each is called."""

_KINDS = {"import": "Import", "undo": "Undo of import", "redo": "Redo of import"}
_HERE = {
    "edit": "Edit",
    "undo": "Undo of an edit",
    "redo": "Redo of an edit",
    "stage": "Request moved",
    "stage_undo": "Request moved back",
    "stage_redo": "Request moved again",
}
_OF_CUSTOMERS = {"merge": "Merge of customers", "undo_merge": "Undo of a merge of customers"}
CUSTOMER_KINDS = tuple(_OF_CUSTOMERS)
"""The kinds of change that leave licenses as they are, and only say whose they are."""

REVERTING_KINDS = {
    "edit": "undo",
    "undo": "redo",
    "redo": "undo",
    "stage": "stage_undo",
    "stage_undo": "stage_redo",
    "stage_redo": "stage_undo",
}
"""The kinds of changes that people make here, and the kind of change that takes each back."""


def change_title(kind: str, batch: int | None) -> str:
    """What a change did, in a few words: "Undo of import #3", "Edit"."""
    return (_HERE | _OF_CUSTOMERS)[kind] if batch is None else f"{_KINDS[kind]} #{batch}"


def change_cause(kind: str, batch: int | None, by: str) -> str:
    """Why numbers changed, in a few words: "Import #3 by ann", and all edits, merges, or moves of requests, of a
    person together."""
    if batch is not None:
        return f"{change_title(kind, batch)} by {by}"
    if kind in CUSTOMER_KINDS:
        return f"Merges of customers by {by}"
    return f"Requests moved by {by}" if kind.startswith("stage") else f"Edits by {by}"
