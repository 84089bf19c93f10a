"""The facts that rules read, taken from a license's own columns (domain.md §3)."""

from datetime import date

import pytest

from lib.domain.facts import Consent, Facts, LicenseKind, consent_of, facts_of, is_reseller_contact, kind_of
from lib.domain.licenses import License
from lib.domain.products import Hosting, Product
from lib.domain.tiers import Size


def test_every_fact_comes_from_its_own_column() -> None:
    license = License(
        license_key="K-1",
        product=Product.JIRA,
        hosting=Hosting.SERVER,
        editors=Size(10),
        host_tier=Size(25),
        sen="SEN-1",
        license_type="Academic",
        match_agreed=True,
        maintenance_end=date(2018, 1, 1),
        purchase_date=date(2017, 1, 1),
        contact_email="ada@partner.example",
        expert_email="orders@partner.example",
    )
    assert facts_of(license) == Facts(
        product=Product.JIRA,
        hosting=Hosting.SERVER,
        editors=Size(10),
        host_tier=Size(25),
        has_sen=True,
        kind=LicenseKind.ACADEMIC,
        consent=Consent.GIVEN,
        maintenance_end=date(2018, 1, 1),
        purchase_date=date(2017, 1, 1),
        reseller_contact=True,
    )


def test_an_empty_license_has_no_facts_but_a_pending_consent() -> None:
    assert facts_of(License()) == Facts()
    assert Facts().consent is Consent.PENDING


def test_a_blank_answer_is_a_pending_consent() -> None:
    """domain.md §3 line 6: whether consent is given or pending; a customer who said no has declined."""
    assert [consent_of(answer) for answer in (None, True, False)] == [Consent.PENDING, Consent.GIVEN, Consent.DECLINED]


@pytest.mark.parametrize(
    ("license_type", "kind"),
    [
        ("Evaluation", LicenseKind.EVALUATION),
        ("EVALUATION LICENSE", LicenseKind.EVALUATION),
        ("30-day trial", LicenseKind.EVALUATION),
        ("Demonstration License", LicenseKind.EVALUATION),
        ("Academic evaluation", LicenseKind.EVALUATION),
        ("Academic", LicenseKind.ACADEMIC),
        ("Educational", LicenseKind.ACADEMIC),
        ("Classroom", LicenseKind.ACADEMIC),
        ("Commercial", LicenseKind.OTHER),
        ("Community", LicenseKind.OTHER),
        ("Open Source", LicenseKind.OTHER),
        ("Medieval", LicenseKind.OTHER),
        ("", LicenseKind.OTHER),
        ("Non-academic", LicenseKind.OTHER),
    ],
)
def test_a_license_type_is_read_by_its_words(license_type: str, kind: LicenseKind) -> None:
    """domain.md §3 line 2 (evaluation) and details (academic)."""
    assert kind_of(license_type) is kind


@pytest.mark.parametrize(
    ("contact", "expert", "reseller", "is_partner"),
    [
        ("ada@partner.example", "orders@partner.example", "", True),
        ("ada@PARTNER.example", "orders@partner.EXAMPLE", "", True),
        ("ada@partner.example", "", "partner.example", True),
        ("ada@partner.example", "", "sales@partner.example", True),
        ("ada@acme.example", "orders@partner.example", "Partner Ltd", False),
        ("ada@sub.partner.example", "orders@partner.example", "", False),
        ("ada@partner.example", "", "", False),
        ("", "", "", False),
        ("", "orders@partner.example", "Partner Ltd", False),
    ],
)
def test_a_contact_at_the_resellers_domain_is_the_reseller(
    contact: str, expert: str, reseller: str, is_partner: bool
) -> None:
    """domain.md §3, details: contact email's domain equals the reseller's."""
    assert is_reseller_contact(contact, expert, reseller) is is_partner
