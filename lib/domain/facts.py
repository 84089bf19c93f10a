"""The facts of a license that the rules read (domain.md §3, §4)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lib.domain.licenses import License
from lib.domain.products import Hosting, Product
from lib.domain.text import bare_words
from lib.domain.tiers import Size


class Consent(StrEnum):
    """What the customer said to growing to the server's tier."""

    GIVEN = "given"
    PENDING = "pending"
    DECLINED = "declined"


class LicenseKind(StrEnum):
    """The kinds of license that a rule treats differently."""

    EVALUATION = "evaluation"
    ACADEMIC = "academic"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything the rules read of a license, and nothing else."""

    product: Product | None = None
    hosting: Hosting | None = None
    editors: Size | None = None
    host_tier: Size | None = None
    has_sen: bool = False
    kind: LicenseKind = LicenseKind.OTHER
    consent: Consent = Consent.PENDING
    maintenance_end: date | None = None
    purchase_date: date | None = None
    reseller_contact: bool = False


def facts_of(license: License) -> Facts:
    """The facts that rules read of a license."""
    return Facts(
        product=license.product,
        hosting=license.hosting,
        editors=license.editors,
        host_tier=license.host_tier,
        has_sen=bool(license.sen),
        kind=kind_of(license.license_type),
        consent=consent_of(license.match_agreed),
        maintenance_end=license.maintenance_end,
        purchase_date=license.purchase_date,
        reseller_contact=is_reseller_contact(license.contact_email, license.expert_email, license.reseller),
    )


def consent_of(match_agreed: bool | None) -> Consent:
    """The consent that an answer means; a blank one is pending."""
    if match_agreed is None:
        return Consent.PENDING
    if match_agreed:
        return Consent.GIVEN
    return Consent.DECLINED


_NEGATIONS = frozenset(("non", "not", "no", "kein", "keine", "nicht"))
_EVALUATION_WORDS = frozenset(
    "evaluation eval evaluate trial demo demonstration test testing testlizenz testversion testphase evaluierung probeversion essai "
    "prueba prova proef proefversie avaliacao 評価版 試用版 体験版".split()
)
_ACADEMIC_WORDS = frozenset(
    "academic academia education educational edu classroom university school student universitat schule akademisch academique "
    "academico accademico bildung enseignement educacion universidad universite universita".split()
)


def kind_of(license_type: str) -> LicenseKind:
    """The kind that a license type means; anything unknown is an ordinary license (domain.md §3)."""
    words = set(bare_words(license_type).split())
    if words & _NEGATIONS:
        return LicenseKind.OTHER  # "not for evaluation", "non-academic"
    if words & _EVALUATION_WORDS:
        return LicenseKind.EVALUATION
    if words & _ACADEMIC_WORDS:
        return LicenseKind.ACADEMIC
    return LicenseKind.OTHER


def is_reseller_contact(contact_email: str, expert_email: str, reseller: str) -> bool:
    """Whether mail to the contact would reach the reseller, by its domain (domain.md §3, details)."""
    # `reseller` is a name in most files, but an address or its domain in some.
    contact, expert, partner = (
        text.rpartition("@")[2].strip().casefold() for text in (contact_email, expert_email, reseller)
    )
    return bool(contact) and contact in (expert, partner)
