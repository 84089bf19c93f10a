"""What a list of customers comes to."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTotals:
    """The numbers of a list of customers and their licenses.

    `unlimited` are the upgrades from or to Unlimited, which add no number to `users_added`. `given` and `pending` are
    consents. `eligible` licenses can move now, `unclear` ones need information, `cloud` ones are on Cloud, and `moved`
    ones have migrated.
    """

    customers: int
    upgrades: int
    users_added: int
    unlimited: int
    given: int
    pending: int
    unclear: int
    eligible: int = 0
    cloud: int = 0
    moved: int = 0

    def __sub__(self, part: "ListTotals") -> "ListTotals":
        """The numbers of this list without a part of it."""
        numbers = part.to_json()
        return ListTotals(**{name: number - numbers[name] for name, number in self.to_json().items()})

    def to_json(self) -> dict[str, int]:
        """The numbers by name, as a download is stored with them."""
        return asdict(self)
