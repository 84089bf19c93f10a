"""The five numbers a sales manager asks for first, each with what it is a part of and the way to its licenses."""

from dataclasses import dataclass

import streamlit as st

from lib.cut import Cut
from lib.eligibility import Outcome
from lib.progress import CLOUD_OUTCOMES, Standing
from lib.web import places
from lib.words import counted

MOVABLE = (
    "Can move: licenses that have moved, are eligible, need an upgrade, or lack information and are not on Cloud. "
    "Licenses that are not eligible, and those on Cloud, which Balsamiq moved itself, are not counted."
)


@dataclass(frozen=True, slots=True)
class Tile:
    """A number, what it is a part of, a second line, and the outcomes of the licenses it counts."""

    title: str
    value: str
    licenses: int
    part_of: str
    more: str
    outcomes: tuple[Outcome, ...]
    help: str


def tiles(now: Standing) -> list[Tile]:
    """The five tiles of a standing."""
    movable = f"of {now.movable:,} that can move"
    share = f"{now.migrated / now.movable:.0%} of them" if now.movable else "None can move"
    return [
        Tile("Migrated", f"{now.migrated:,}", now.migrated, movable, share, (Outcome.ALREADY_MIGRATED,), MOVABLE),
        Tile(
            "Eligible now",
            f"{now.eligible:,}",
            now.eligible,
            movable,
            "No upgrade needed",
            (Outcome.ELIGIBLE,),
            f"Their size matches or exceeds the server's tier. {MOVABLE}",
        ),
        Tile(
            "Upgrade needed",
            f"{now.upgrade_needed:,}",
            now.upgrade_needed,
            movable,
            f"{now.users_added:,} users to add",
            (Outcome.UPGRADE_NEEDED,),
            f"They must grow to the server's tier first. {users_to_add(now)} {MOVABLE}",
        ),
        Tile(
            "Needs information",
            f"{now.needs_info:,}",
            now.needs_info,
            f"of all {now.licenses:,} licenses",
            "Ask the customer",
            (Outcome.NEEDS_INFO,),
            "A size, the hosting, the product or the end of maintenance is missing. Cloud licenses are counted here too.",
        ),
        Tile(
            "Cloud legacy plan",
            f"{now.legacy_plan:,}",
            now.on_cloud,
            f"of {now.on_cloud:,} on Cloud",
            f"{now.expired:,} expired · {now.borderline:,} borderline",
            CLOUD_OUTCOMES,
            "Cloud licenses that Balsamiq moved to a free legacy plan; those whose maintenance had expired start a new "
            "subscription. The link leads to both.",
        ),
    ]


def users_to_add(now: Standing) -> str:
    """How many users the upgrades add, and that moves to Unlimited cannot be counted so."""
    sentence = f"{counted(now.users_added, 'user')} to add."
    if not now.unlimited:
        return sentence
    return (
        f"{sentence} {counted(now.unlimited, 'move')} to Unlimited {'adds' if now.unlimited == 1 else 'add'} no number."
    )


def show(now: Standing, cut: Cut) -> None:
    """Draw the five tiles of a cut, side by side as far as there is room."""
    with st.grid(5, min_column_width=165, gap="xsmall", border=True, key="tiles"):
        for number, tile in enumerate(tiles(now)):
            with st.container(key=f"tile_{number}", gap="xsmall"):
                st.metric(tile.title, tile.value, help=tile.help)
                st.caption(f"{tile.part_of}  \n{tile.more}")
                st.page_link(
                    places.LICENSES,
                    label=f"See {counted(tile.licenses, 'license')}",
                    icon=":material/arrow_forward:",
                    icon_position="right",
                    disabled=not tile.licenses,
                    query_params=cut.narrowed(outcome=tile.outcomes).query(),
                )
