"""What a format of lists is, and a list written in one."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from lib.documents import exports
from lib.documents.exports.file_formats import FileFormat
from lib.documents.spool import Content
from lib.domain.policy import Policy
from lib.domain.roles import Actor
from lib.measures.customer_groups import CustomerGroup
from lib.measures.cut import Cut
from lib.measures.list_totals import ListTotals


@dataclass(frozen=True, slots=True)
class UpgradeFile:
    """A list of upgrades as a file, and what it comes to."""

    content: Content
    totals: ListTotals
    omitted: tuple[str, ...] = ()
    """The keys of the customers that the file lacks."""
    remark: str = ""
    """A sentence that names them; empty if the file is complete."""
    hint: str = ""
    """What to mind when the file is opened."""


def no_refusal(totals: ListTotals) -> str:
    """Nothing against a list, however long."""
    return ""


def no_remark(connection: Connection, cut: Cut) -> str:
    """Nothing to say about a list: its file lacks nobody."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradeFormat:
    """A format that a list of upgrades can be had in.

    `stem` begins the names of its files, in place of their group's. `refusal` says why a file has no room for a list, `remark` which customers it
    would lack; both are empty if nothing is wrong. `edition` begins its name if it is not for us. `goes_to_customers` says that its parts are for a customer each.
    """

    format: FileFormat
    title: str
    help: str
    stem: str = ""
    write: Callable[[Connection, Cut, Actor, Policy], UpgradeFile]
    refusal: Callable[[ListTotals], str] = no_refusal
    remark: Callable[[Connection, Cut], str] = no_remark
    goes_to_customers: bool = False

    edition: str = ""

    @property
    def suffix(self) -> str:
        """How its files end, after the edition if it is the customer's: names the format in commands and logs."""
        return self.edition + self.format.suffix

    def file_name(self, title: str, group: CustomerGroup = CustomerGroup.UPGRADE) -> str:
        """The name of the file of a list of a group, called by a title."""
        return self.format.file_name(f"{self.stem or STEMS[group]} {exports.safe_name(title)}")


STEMS = {
    CustomerGroup.ALL: "Licenses",
    CustomerGroup.MOVE: "Eligible",
    CustomerGroup.UPGRADE: "Upgrades",
    CustomerGroup.INFORMATION: "Needs information",
    CustomerGroup.CLOUD: "Cloud",
    CustomerGroup.DONE: "Migrated",
}
"""How the names of the files of each group begin."""
