"""The charts: the counted licenses in, a picture out, each named for what the reader learns.

A chart takes a frame, a palette and a unit (`licenses`, `users` or `customers`: the column of the frame that it shows,
see `units`); `describe_…` says the same in words. Periods and months are texts, for a browser's
time zone must not move them. Every mark leads to its rows: see `licenses_behind`.
"""

from lib.dashboard.charts.change_bars import changes_between, describe_changes
from lib.dashboard.charts.divided_bars import (
    MANY_COUNTRIES,
    by_country,
    cloud_plans,
    country_groups,
    describe_countries,
    describe_outcomes,
    outcomes_by_product,
)
from lib.dashboard.charts.heat_tables import (
    MANY_SIZES,
    describe_tier_moves,
    describe_waiting,
    size_bands,
    tier_moves,
    waiting,
)
from lib.dashboard.charts.marks import PICKED, licenses_behind, marks_of
from lib.dashboard.charts.months import (
    EARLIER,
    describe_maintenance_ends,
    describe_plan_ends,
    maintenance_ends,
    month_groups,
    plan_ends,
)
from lib.dashboard.charts.palette import DARK, LIGHT, Palette
from lib.dashboard.charts.ranked_bars import (
    describe_funnel,
    describe_missing_items,
    describe_users_added,
    funnel,
    missing_items,
    users_added,
)
from lib.dashboard.charts.standing_bars import burn_up, describe_burn_up

__all__ = [
    "DARK",
    "EARLIER",
    "LIGHT",
    "MANY_COUNTRIES",
    "MANY_SIZES",
    "PICKED",
    "Palette",
    "burn_up",
    "by_country",
    "changes_between",
    "cloud_plans",
    "country_groups",
    "describe_burn_up",
    "describe_changes",
    "describe_countries",
    "describe_funnel",
    "describe_maintenance_ends",
    "describe_missing_items",
    "describe_outcomes",
    "describe_plan_ends",
    "describe_tier_moves",
    "describe_users_added",
    "describe_waiting",
    "funnel",
    "licenses_behind",
    "maintenance_ends",
    "marks_of",
    "missing_items",
    "month_groups",
    "outcomes_by_product",
    "plan_ends",
    "size_bands",
    "tier_moves",
    "users_added",
    "waiting",
]
