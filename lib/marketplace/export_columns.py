"""The columns of Marketplace's exports, by the names that its reports and its JSON have used (domain.md §6)."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum


class ExportKind(StrEnum):
    """Which report of the partner portal a file is."""

    LICENSES = "licenses"
    OLD_LICENSES = "old_licenses"
    TRANSACTIONS = "transactions"


EXPORT_TITLES = {
    ExportKind.LICENSES: "license export",
    ExportKind.OLD_LICENSES: "older license report",
    ExportKind.TRANSACTIONS: "transactions export",
}

_CONTACT = "Name Email Phone Address1 Address2 City State Postcode".split()
_LICENSE_NAMES = (
    "addonLicenseId hostLicenseId licenseId addonKey addonName licenseType maintenanceStartDate maintenanceEndDate status hosting "
    "tier company country region partnerType partnerName partnerContactName partnerContactEmail lastUpdated appEntitlementId "
    "appEntitlementNumber hostEntitlementId hostEntitlementNumber cloudId cloudSiteHostname cmtStatus cmtRelatedOnPremLicense "
    "extendedServerSupport licenseSourceType transactionAccountId appEdition upgradeEvaluationEdition "
    "upgradeEvaluationStartDate upgradeEvaluationEndDate"
).split()
_CONTACT_NAMES = [f"{contact}{part}" for contact in ("technicalContact", "billingContact") for part in _CONTACT]

LICENSE_COLUMNS = (*_LICENSE_NAMES, *_CONTACT_NAMES)
"""The 50 columns of today's license export."""

_OLD_NAMES = {
    "organisationName": "company",
    "technicalContactCountry": "country",
    "edition": "tier",
    "startDate": "maintenanceStartDate",
    "endDate": "maintenanceEndDate",
    "renewalAction": "renewalAction",
}
"""What the older report calls columns, and today's names."""

_TRANSACTION_NAMES = (
    "saleDate transactionId transactionLineItemId saleType changeInTier oldTier billingPeriod oldBillingPeriod "
    "changeInBillingPeriod parentProductName parentProductEdition oldParentProductEdition changeInParentProductEdition "
    "purchasePrice vendorAmount partnerDiscountAmount paymentStatus dunningStatus refundReason creditNoteReason "
    "loyaltyDiscountAmount loyaltyDiscountReason marketplacePromotionDiscountAmount marketplacePromotionDiscountCode "
    "marketplacePromotionDiscountReason expertDiscountAmount expertDiscountReason manualDiscountAmount manualDiscountReason "
    "paymentTerms originalTransactionId originalTransactionSaleDate"
).split()

_WRAPPERS = ("contactDetails", "customerDetails", "purchaseDetails")
"""What JSON groups fields in, without a trace of it in the columns' names."""

_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")


def plain_name(name: str) -> str:
    """A column's name without case and signs: `addOnKey` and `Addon Key` are one column."""
    return _NOT_ALPHANUMERIC.sub("", name).casefold()


_NAMES: Mapping[str, str] = {
    **{plain_name(name): name for name in (*LICENSE_COLUMNS, *_TRANSACTION_NAMES)},
    **{plain_name(old): name for old, name in _OLD_NAMES.items()},
}


def column_name(heading: str) -> str | None:
    """Today's name of the column that a heading means; None for one that no export of Marketplace has."""
    return _NAMES.get(plain_name(heading))


def json_heading(path: Iterable[str]) -> str:
    """The heading of a JSON member: `contactDetails.technicalContact.email` is `technicalContactEmail`."""
    *groups, name = (part for part in path if part not in _WRAPPERS)
    if groups[:1] == ["partnerDetails"]:
        groups = ["partnerContact" if group == "billingContact" else group for group in groups[1:]]
    if groups[:1] == ["cmtDetails"]:
        groups[0] = "cmt"
    return "".join([*groups, name])


def export_kind(headings: Iterable[str]) -> ExportKind | None:
    """Which of Marketplace's exports has these headings; None if they are another file's."""
    plain = set(map(plain_name, headings))
    has_number = plain & {"licenseid", "addonlicenseid", "appentitlementnumber"}
    if "addonkey" not in plain or not has_number:
        return None
    if plain & {"transactionid", "saledate"}:
        return ExportKind.TRANSACTIONS
    if plain & {"organisationname", "edition", "renewalaction"}:
        return ExportKind.OLD_LICENSES
    return ExportKind.LICENSES
