"""What was decided about a file without a person, as facts to look over."""

from lib.checking.check_summary import CheckSummary
from lib.checking.open_points import Step, open_points
from lib.checking.questions import FIELD_TITLES, ORDER_TITLES
from lib.domain.text import quantity
from lib.reading.numeric_dates import DateOrder


def decisions(summary: CheckSummary) -> list[tuple[str, Step]]:
    """The facts with the step that changes each: rows, columns, orders of dates, errors."""
    return [
        (f"✓ {quantity(summary.counts.rows, 'row')}", Step.FILE),
        (columns_fact(summary), Step.COLUMNS),
        *((fact, Step.COLUMNS) for fact in date_facts(summary)),
        (errors_fact(summary), Step.CHECK),
    ]


def columns_fact(summary: CheckSummary) -> str:
    """How many columns were recognised."""
    total, extra = len(summary.columns), len(summary.unmapped)
    if not extra:
        return f"✓ {quantity(total, 'column')} recognised"
    return f"✓ {total - extra:,} of {quantity(total, 'column')} recognised"


def date_facts(summary: CheckSummary) -> list[str]:
    """The order of day and month, once if all columns of dates have the same."""
    orders = {name: DateOrder(dates.order) for name, dates in summary.dates.items() if dates.order}
    if len(set(orders.values())) > 1:
        return [f"✓ {FIELD_TITLES[name]}: {ORDER_TITLES[order].lower()}" for name, order in orders.items()]
    proofs = sum(dates.proofs for dates in summary.dates.values())
    verb = "proves" if proofs == 1 else "prove"
    proven = f": {proofs:,} {verb} it" if proofs else ""
    return [f"✓ dates are {ORDER_TITLES[order].lower()}{proven}" for order in set(orders.values())]


def errors_fact(summary: CheckSummary) -> str:
    """How many errors there are, and how many rows are skipped for them."""
    errors = open_points(summary).get(Step.CHECK, 0)
    if errors:
        return f"✗ {quantity(errors, 'error')}, {quantity(summary.counts.held, 'row')} skipped"
    warnings = sum(cause.count for cause in summary.causes)
    if warnings:
        return f"✓ no errors, {quantity(warnings, 'warning')}"
    return "✓ no errors"
