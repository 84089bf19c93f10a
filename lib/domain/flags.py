"""What a person should look at twice, though it decides nothing (domain.md §3, details)."""

from datetime import date

from lib.domain.codes import Flag
from lib.domain.facts import Facts, LicenseKind
from lib.domain.policy import Policy
from lib.domain.products import PLUGINS, Hosting
from lib.domain.tiers import UNLIMITED

FLAG_TITLES = {
    Flag.ASSUMED_TIER: "Server tier rounded up from a number of users",
    Flag.OFF_LADDER: "Editors not on the tier ladder",
    Flag.OLD_UNLIMITED: "Server tier Unlimited of an old purchase may only mean 100+",
    Flag.MAINTENANCE_EXPIRED: "Maintenance expired (does not block the move)",
    Flag.CHECK_HOST_TYPE: "Academic: check the type of the host license",
    Flag.RESELLER_CONTACT: "The contact is the reseller, not the customer",
}

FLAG_FACTS = ("product", "hosting", "editors", "host_tier", "kind", "purchase_date", "reseller_contact")
"""The facts that `flags_of` reads."""

FLAG_SETTINGS = ("ladder", "old_unlimited_before")
"""The settings of the policy that `flags_of` reads."""


def flags_of(facts: Facts, policy: Policy) -> tuple[Flag, ...]:
    """The flags of a license, in a fixed order, without those that depend on the day."""
    if facts.product not in PLUGINS:
        return ()
    on_server = facts.hosting is Hosting.SERVER
    applies = {
        Flag.ASSUMED_TIER: on_server and facts.host_tier is not None and facts.host_tier not in policy.ladder,
        Flag.OFF_LADDER: on_server and facts.editors is not None and facts.editors not in policy.ladder,
        Flag.OLD_UNLIMITED: on_server and is_old_unlimited(facts, policy),
        Flag.CHECK_HOST_TYPE: facts.kind is LicenseKind.ACADEMIC,
        Flag.RESELLER_CONTACT: facts.reseller_contact,
    }
    return tuple(flag for flag in applies if applies[flag])


def is_old_unlimited(facts: Facts, policy: Policy) -> bool:
    """Whether the host tier Unlimited was recorded when it meant 100 users or more."""
    if facts.purchase_date is None:
        return False
    return facts.host_tier == UNLIMITED and facts.purchase_date < policy.old_unlimited_before


def flags_on(day: date, facts: Facts, flags: tuple[Flag, ...]) -> tuple[Flag, ...]:
    """A license's flags as of a day, before which a Server license's maintenance may have ended."""
    if facts.product not in PLUGINS or facts.hosting is not Hosting.SERVER:
        return flags
    if facts.maintenance_end is None or facts.maintenance_end >= day:
        return flags
    return (*flags, Flag.MAINTENANCE_EXPIRED)
