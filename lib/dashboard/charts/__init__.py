"""The charts: the counted licenses in, a picture out, each named for what the reader learns.

A chart takes a frame, a palette and a unit (`licenses`, `users` or `customers`: the column of the frame that it shows,
see `units`); the text beside it, `…_described`, says the same in words. Periods and months are texts, for a browser's
time zone must not move them. Every mark leads to its rows: see `licenses_behind`.
"""

from lib.dashboard.charts.change_bars import changes_between, changes_between_described
from lib.dashboard.charts.divided_bars import (
    MANY_COUNTRIES,
    by_country,
    by_country_described,
    cloud_plans,
    country_groups,
    described,
    outcomes_by_product,
)
from lib.dashboard.charts.heat_tables import (
    MANY_SIZES,
    moves_described,
    size_bands,
    tier_moves,
    waiting,
    waiting_described,
)
from lib.dashboard.charts.marks import PICKED, licenses_behind
from lib.dashboard.charts.months import (
    maintenance_ends,
    maintenance_ends_described,
    month_groups,
    plan_ends,
    plan_ends_described,
)
from lib.dashboard.charts.palette import DARK, LIGHT, QUIET, Palette
from lib.dashboard.charts.ranked_bars import (
    funnel,
    funnel_described,
    missing_items,
    missing_items_described,
    users_added,
    users_added_described,
)
from lib.dashboard.charts.standing_bars import burn_up, burn_up_described

__all__ = [
    "DARK",
    "LIGHT",
    "MANY_COUNTRIES",
    "MANY_SIZES",
    "PICKED",
    "QUIET",
    "Palette",
    "burn_up",
    "burn_up_described",
    "by_country",
    "by_country_described",
    "changes_between",
    "changes_between_described",
    "cloud_plans",
    "country_groups",
    "described",
    "funnel",
    "funnel_described",
    "licenses_behind",
    "maintenance_ends",
    "maintenance_ends_described",
    "missing_items",
    "missing_items_described",
    "month_groups",
    "moves_described",
    "outcomes_by_product",
    "plan_ends",
    "plan_ends_described",
    "size_bands",
    "tier_moves",
    "users_added",
    "users_added_described",
    "waiting",
    "waiting_described",
]
