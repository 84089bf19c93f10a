"""Customers that other mail domains would regroup: what tells them apart before and after, with the licenses behind."""

import pandas as pd

from lib.domain.roles import Action, may
from lib.policies.regroupings import CustomerMove
from lib.web import listing, policy_state
from lib.web.policy_rows import MoveTable
from lib.web.session import User


def ends_of(move: CustomerMove) -> tuple[str, str]:
    """What tells the customers apart that licenses have, and those that they would get."""
    return move.before.value, move.after.value


def readable(licenses: pd.DataFrame, move: CustomerMove, user: User) -> pd.DataFrame:
    """Licenses of `regroupings.licenses_of` as the texts of the list; names of customers may be addresses of people."""
    texts = listing.readable(licenses, user)[["License key", "Customer", "Product", "Country"]]
    if may(user, Action.SEE_PERSONAL_DATA):
        texts = texts.assign(Customer=licenses["customer_name"])
        texts.insert(2, "Would be", licenses["into_name"])
    return texts


TABLE: MoveTable[CustomerMove] = MoveTable(
    subject="customer",
    first="From",
    remark="What tells customers of one name apart, now and then.",
    ends_of=ends_of,
    page=policy_state.regrouped_rows,
    readable=readable,
    file=policy_state.regrouped_csv,
    file_name="regrouped",
    widths={},
)
