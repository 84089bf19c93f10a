"""The groups that customers are listed in, by how their licenses stand."""

from enum import StrEnum


class CustomerGroup(StrEnum):
    """Which customers a list is of; one may be in several groups."""

    ALL = "all"
    MOVE = "move"
    UPGRADE = "upgrade"
    INFORMATION = "information"
    CLOUD = "cloud"
    DONE = "done"


GROUP_TITLES = {
    CustomerGroup.ALL: "All",
    CustomerGroup.MOVE: "Eligible",
    CustomerGroup.UPGRADE: "Needs upgrade",
    CustomerGroup.INFORMATION: "Needs information",
    CustomerGroup.CLOUD: "Cloud",
    CustomerGroup.DONE: "Done",
}
"""What each group is called on screen."""
