"""The lists into which people look at findings: what each is called, and what to do with it."""

from enum import StrEnum


class FindingList(StrEnum):
    """A list of licenses after a comparison with Marketplace's."""

    REVIEW = "review"
    READY = "ready"
    MATCHED = "matched"
    UPGRADE_PENDING = "upgrade_pending"
    TIER_UNKNOWN = "tier_unknown"
    ON_CLOUD = "on_cloud"
    DISAGREES = "disagrees"
    NOT_FOUND = "not_found"
    EXPECTED = "expected"
    NO_EXPORT = "no_export"


LIST_TITLES = {
    FindingList.REVIEW: "To review",
    FindingList.READY: "Ready to apply",
    FindingList.MATCHED: "Matched",
    FindingList.UPGRADE_PENDING: "Upgrade pending",
    FindingList.TIER_UNKNOWN: "Tier unknown",
    FindingList.ON_CLOUD: "Found on Cloud",
    FindingList.DISAGREES: "Disagree",
    FindingList.NOT_FOUND: "Only ours",
    FindingList.EXPECTED: "Cloud, not found",
    FindingList.NO_EXPORT: "App not exported",
}

LIST_HELP = {
    FindingList.REVIEW: "Probable and possible matches, and sure ones with something against them. A person decides.",
    FindingList.READY: "Certain and strong matches with nothing against them, and those that a person accepted.",
    FindingList.MATCHED: "Applied: the Marketplace license has at least the tier of the customer's server.",
    FindingList.UPGRADE_PENDING: (
        "Applied, but the Marketplace license is below the tier of the customer's server. The customer must not install "
        "the new key before the upgrade."
    ),
    FindingList.TIER_UNKNOWN: "Applied, but the tier of the server or of the Marketplace license is unknown.",
    FindingList.ON_CLOUD: "Applied: Cloud licenses that are on Marketplace.",
    FindingList.DISAGREES: "Applied or ready, but the two say different tiers, dates, companies, products or hostings.",
    FindingList.NOT_FOUND: "Recorded as migrated, but no export has a license with that SEN.",
    FindingList.EXPECTED: "Cloud licenses with a legacy plan that are not on Marketplace.",
    FindingList.NO_EXPORT: (
        "Recorded as migrated, or on Cloud with a legacy plan, but no export so far has any license of their app, so that "
        "nobody can say whether they are on Marketplace. Export that app, too."
    ),
}

ONLY_THEIRS_TITLE = "Only theirs"
ONLY_THEIRS_HELP = (
    "Licenses on Marketplace that are none of ours: customers who bought there, or whom we do not recognise."
)
