"""Who acts, and what each role may do: one table for the library, the command line, the worker and the screens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lib.domain.refusal import RefusalError


class Role(StrEnum):
    """What a person may do; each role includes those before it."""

    VIEWER = "viewer"
    LISTER = "lister"
    IMPORTER = "importer"
    EDITOR = "editor"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        """Whether this role may do all that the other may."""
        ladder = tuple(Role)  # in the order in which they are defined
        return ladder.index(self) >= ladder.index(other)


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who does something: the name that changes are signed with, and the role that limits them."""

    name: str
    role: Role
    account: str = field(default="", kw_only=True, compare=False)
    """The account of the machine that they use, where they may call themselves otherwise."""

    origin: str = field(default="", kw_only=True, compare=False)
    """The address that they come from."""


class Action(StrEnum):
    """What people do here."""

    SEE_PERSONAL_DATA = "see personal data"
    REVEAL = "reveal a contact"
    DOWNLOAD_LICENSES = "download licenses"
    DOWNLOAD_FIGURES = "download figures"
    IMPORT = "import"
    UNDO_IMPORT = "undo an import"
    SEE_FILE = "see a file"
    REMEMBER_MAPPING = "remember a mapping"
    FORGET_MAPPING = "forget a mapping"
    EDIT_LICENSE = "edit a license"
    UNDO_CHANGE = "undo a change"
    MERGE_CUSTOMERS = "merge customers"
    WRITE_NOTE = "write a note"
    ASSIGN = "assign a request"
    MOVE_REQUEST = "move a request"
    REVERT_MIGRATION = "take back a migration"
    RECORD_SENS = "record SENs"
    DOWNLOAD_PACK = "download a pack"
    SUBMIT_PACK = "submit a pack"
    RECORD_ANSWER = "record an answer"
    RECONCILE = "reconcile with Marketplace"
    DOWNLOAD_UPGRADES = "download upgrade lists"
    MARK_SENT = "mark a file as sent"
    WORD_LETTERS = "word letters"
    CHOOSE_LANGUAGE = "choose the language of letters"
    PURGE = "purge"
    ERASE_CONTACTS = "erase contacts"
    MANAGE_PEOPLE = "manage people"
    SEE_AUDIT = "see what was done"
    CHANGE_POLICY = "change the policy"


@dataclass(frozen=True, slots=True)
class Rule:
    """The lowest role that may do something, and the sentence that refuses it to those below."""

    lowest: Role
    refusal: str = ""


RULES: Mapping[Action, Rule] = {
    Action.SEE_PERSONAL_DATA: Rule(Role.LISTER, "You may not see license keys and contacts. Ask an administrator."),
    Action.REVEAL: Rule(Role.LISTER, "You may not see contacts. Ask an administrator."),
    Action.DOWNLOAD_LICENSES: Rule(
        Role.LISTER, "You may look at licenses, but not download them. Ask an administrator."
    ),
    Action.DOWNLOAD_FIGURES: Rule(Role.VIEWER),
    Action.IMPORT: Rule(Role.IMPORTER, "You may look at licenses, but not import them. Ask an importer."),
    Action.UNDO_IMPORT: Rule(Role.IMPORTER, "You may not undo or redo imports. Ask an importer."),
    Action.SEE_FILE: Rule(Role.IMPORTER, "You may not see the files that were imported. Ask an importer."),
    Action.REMEMBER_MAPPING: Rule(Role.IMPORTER, "You may not choose how files are read. Ask an importer."),
    Action.FORGET_MAPPING: Rule(Role.IMPORTER, "You may not change how files are read. Ask an importer."),
    Action.EDIT_LICENSE: Rule(Role.EDITOR, "You may look at licenses, but not edit them. Ask an editor."),
    Action.UNDO_CHANGE: Rule(Role.EDITOR, "You may look at changes, but not undo or redo them. Ask an editor."),
    Action.MERGE_CUSTOMERS: Rule(Role.EDITOR, "You may not merge or split customers. Ask an editor."),
    Action.WRITE_NOTE: Rule(Role.EDITOR, "You may not write notes on customers. Ask an editor."),
    Action.ASSIGN: Rule(Role.EDITOR, "You may look at requests, but not assign them. Ask an editor."),
    Action.MOVE_REQUEST: Rule(Role.EDITOR, "You may look at requests, but not move them. Ask an editor."),
    Action.REVERT_MIGRATION: Rule(Role.ADMIN, "It has migrated. Only an administrator may undo that."),
    Action.RECORD_SENS: Rule(Role.EDITOR, "You may look at licenses, but not record their SENs. Ask an editor."),
    Action.DOWNLOAD_PACK: Rule(Role.EDITOR, "You may look at requests, but not download packs of them. Ask an editor."),
    Action.SUBMIT_PACK: Rule(Role.EDITOR, "You may look at requests, but not submit them. Ask an editor."),
    Action.RECORD_ANSWER: Rule(Role.EDITOR, "You may look at requests, but not record answers to them. Ask an editor."),
    Action.RECONCILE: Rule(
        Role.EDITOR, "You may look at matches with Marketplace, but not change them. Ask an editor."
    ),
    Action.DOWNLOAD_UPGRADES: Rule(
        Role.LISTER, "You may not download lists or letters for customers. Ask an administrator."
    ),
    Action.MARK_SENT: Rule(Role.EDITOR, "You may look at files, but not say which were sent. Ask an editor."),
    Action.WORD_LETTERS: Rule(Role.ADMIN, "Only an administrator may change the wording of letters."),
    Action.ERASE_CONTACTS: Rule(Role.ADMIN, "Only an administrator may erase a customer's contacts."),
    Action.CHOOSE_LANGUAGE: Rule(
        Role.EDITOR, "You may not choose the language of a customer's letters. Ask an editor."
    ),
    Action.MANAGE_PEOPLE: Rule(Role.ADMIN, "Only an administrator may say who may do what."),
    Action.SEE_AUDIT: Rule(Role.ADMIN, "Only an administrator may see who did what."),
    Action.CHANGE_POLICY: Rule(Role.ADMIN, "You may look at the policy, but not change it. Ask an administrator."),
    Action.PURGE: Rule(Role.ADMIN, "Only an administrator may delete the files that were kept."),
}
"""Who may do what. A role below the lowest one is refused, in the library as on the screens."""


def may(actor: Actor, action: Action) -> bool:
    """Whether somebody may do something."""
    return actor.role.includes(RULES[action].lowest)


def require(actor: Actor, action: Action) -> None:
    """Raises RefusalError if somebody may not do something."""
    if not may(actor, action):
        raise RefusalError(RULES[action].refusal)
