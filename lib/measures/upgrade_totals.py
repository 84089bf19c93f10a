"""What a list of upgrades comes to."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradeTotals:
    """The numbers of a list of upgrades.

    `unlimited` are the upgrades from or to Unlimited, which add no number to `users_added`. `given` and `pending` are
    consents. `unclear` are licenses of the same customers that need information.
    """

    customers: int
    upgrades: int
    users_added: int
    unlimited: int
    given: int
    pending: int
    unclear: int

    def __sub__(self, part: "UpgradeTotals") -> "UpgradeTotals":
        """The numbers of this list without a part of it."""
        numbers = part.to_json()
        return UpgradeTotals(**{name: number - numbers[name] for name, number in self.to_json().items()})

    def to_json(self) -> dict[str, int]:
        """The numbers by name, as a download is stored with them."""
        return asdict(self)
