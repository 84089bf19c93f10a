"""Which licenses of a cut the marks of a figure are parts of."""

from lib.domain.eligibility import Outcome
from lib.domain.products import Product
from lib.domain.requests import Stage
from lib.measures.cut import COMPLETE, Cut
from lib.measures.progress import CLOUD_OUTCOMES


def everything(cut: Cut) -> Cut:
    """All licenses of a cut."""
    return cut


def movable(cut: Cut) -> Cut:
    """The licenses of a cut that have moved or may."""
    return cut.only_movable()


def ready_to_request(cut: Cut) -> Cut:
    """The movable licenses that nobody requested yet, and of which nothing is missing."""
    return movable(cut).within(stage=(Stage.NOT_REQUESTED,), missing=(COMPLETE,))


def movable_at_any_stage(cut: Cut) -> Cut:
    """The movable licenses at all stages of the way."""
    # A funnel shows the stages beside one another: a filter of one would leave a single bar.
    return movable(cut).with_filters(stage=())


def through_time(cut: Cut) -> Cut:
    """The cut without filters that a license passes only temporarily."""
    # Filtered by its present stage, a license would be missing from the periods before it got there.
    return cut.with_filters(outcome=(), stage=(), waiting=())


def movable_through_time(cut: Cut) -> Cut:
    """The movable licenses that can be followed through time."""
    return movable(through_time(cut))


def upgrades(cut: Cut) -> Cut:
    """The licenses of a cut that must grow."""
    return cut.within(outcome=(Outcome.UPGRADE_NEEDED,))


def on_cloud(cut: Cut) -> Cut:
    """The Cloud licenses with a legacy plan or expired maintenance."""
    return cut.within(outcome=CLOUD_OUTCOMES)


def with_any_items_missing(cut: Cut) -> Cut:
    """The cut whatever its requests lack."""
    # A mark filters by that itself, and a license may lack several things.
    return cut.with_filters(missing=())


def of_product(cut: Cut, product: Product, outcomes: tuple[Outcome, ...]) -> Cut:
    """The licenses of a product with one of some outcomes."""
    return cut.within(product=(product,), outcome=outcomes)
