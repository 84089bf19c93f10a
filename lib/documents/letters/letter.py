"""The confirmation request to one customer: which licenses it is about, what is missing, and what not to do (domain.md §5)."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lib.documents.letters.templates import Language, Template, template
from lib.domain.eligibility import Outcome
from lib.domain.masking import HIDDEN
from lib.domain.products import LISTINGS, PRODUCT_TITLES, Hosting, Product
from lib.domain.requests import ITEM_TITLES
from lib.domain.text import clean
from lib.domain.tiers import UNLIMITED


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLicense:
    """A license that its customer is asked about: its sizes in users, its reader, and what it lacks.

    `size` are its editors, `tier` is what it must grow to, None if it need not. `missing` are codes of `ITEM_TITLES`.
    """

    key: str
    product: str | None
    outcome: str
    size: int | None
    tier: int | None
    missing: tuple[str, ...]
    contact: str = ""
    email: str = ""
    country: str = ""
    has_expert: bool = False
    plan_end: date | None = None
    """When the free plan of a Cloud license ends."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody whom a letter may go to, and of how many licenses."""

    name: str
    email: str
    licenses: int

    def __str__(self) -> str:
        if self.name:
            return f"{self.name} <{self.email}>"
        return self.email


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as plain text, whom it goes to (an address, or empty if none is known), its language and country.

    `contacts` are all that it may go to, those of most licenses first; `keys` are the licenses that it is about.
    """

    subject: str
    body: str
    to: str
    language: Language
    country: str = ""
    contacts: tuple[Contact, ...] = ()
    keys: tuple[str, ...] = ()


COUNTRIES = {
    Language.GERMAN: ("DE", "AT", "CH", "LI"),
    Language.FRENCH: ("FR", "BE", "LU", "MC"),
    Language.SPANISH: (
        *("ES", "AR", "BO", "CL", "CO", "CR", "CU", "DO", "EC", "GT", "HN"),
        *("MX", "NI", "PA", "PE", "PR", "PY", "SV", "UY", "VE"),
    ),
}
"""The countries whose letters are in a language; all others are in English."""

THOUSANDS = {Language.ENGLISH: ",", Language.GERMAN: ".", Language.FRENCH: "\u00a0", Language.SPANISH: "."}
EMPTY_LINES = re.compile(r"\n{3,}")
SECTIONS_OF_LICENSES = {Outcome.UPGRADE_NEEDED: "license_grows", Outcome.ELIGIBLE: "license_matches"}


def language_of(licenses: Sequence[LetterLicense]) -> Language:
    """The language of the reader's country, by the licenses that name the reader; English where none is known."""
    contact_and_email = reader(licenses)
    own_licenses = [
        license for license in licenses if (clean(license.contact), clean(license.email)) == contact_and_email
    ]
    country = commonest_country(license.country for license in own_licenses)
    languages = (language for language, codes in COUNTRIES.items() if country in codes)
    return next(languages, Language.ENGLISH)


def commonest_country(countries: Iterable[str]) -> str:
    """The country of most of a customer's licenses; empty where none is known."""
    counts = Counter(filter(None, countries))
    # Sorted first, so that of countries with as many licenses it is always the same one.
    return max(sorted(counts), key=counts.__getitem__, default="")


def letter(
    customer: str,
    licenses: Sequence[LetterLicense],
    language: Language | None = None,
    text: Template | None = None,
    *,
    to: str = "",
) -> Letter:
    """The letter to a customer, called by its name, about licenses of its that may be requested.

    By default to the contact of most licenses, in the language of its country, and by the template that comes with the
    application; `to` is another contact's address.
    """
    language = language or language_of(licenses)
    text, name = text or template(language), clean(customer)
    contacts = contacts_of(licenses)
    contact = next((one for one in contacts if one.email == to), None) or first_contact(licenses)
    kind = kind_of(licenses)
    values = {
        "customer": name,
        "greeting": greeting(contact.name, name, text),
        "licenses": "\n".join(license_line(license, language, text) for license in licenses),
        "asked": request_list(licenses, text),
    }
    if not kind:
        values["warning"] = text.fill("warning") if any(license.tier is not None for license in licenses) else ""
    return finished(text, kind, values, contact, contacts, language, licenses)


def cloud_letter(
    customer: str, licenses: Sequence[LetterLicense], language: Language, text: Template, today: date, *, to: str = ""
) -> Letter:
    """The letter to a customer about its Cloud licenses: what its free plan is today, and where to subscribe."""
    name, contacts = clean(customer), contacts_of(licenses)
    contact = next((one for one in contacts if one.email == to), None) or first_contact(licenses)
    values = {
        "customer": name,
        "greeting": greeting(contact.name, name, text),
        "licenses": "\n".join(plan_line(license, language, text, today) for license in licenses),
    }
    return finished(text, "cloud_", values, contact, contacts, language, licenses)


def finished(
    text: Template,
    kind: str,
    values: Mapping[str, str],
    contact: Contact,
    contacts: tuple[Contact, ...],
    language: Language,
    licenses: Sequence[LetterLicense],
) -> Letter:
    """A letter of a kind, from the values of its placeholders."""
    if len(licenses) == 1:
        kind += "one_"
    subject = text.fill(f"{kind}subject", customer=values["customer"])
    body = EMPTY_LINES.sub("\n\n", text.fill(f"{kind}body", **values))
    country = commonest_country(license.country for license in licenses)
    keys = tuple(license.key for license in licenses)
    return Letter(clean(subject), body, contact.email, language, country, contacts, keys)


def kind_of(licenses: Sequence[LetterLicense]) -> str:
    """How the sections of a letter begin: of upgrades, of licenses that can all move, or of such as lack information."""
    outcomes = {license.outcome for license in licenses}
    if Outcome.UPGRADE_NEEDED in outcomes:
        return ""
    if Outcome.ELIGIBLE in outcomes:
        return "move_"
    return "information_"


def plan_line(license: LetterLicense, language: Language, text: Template, today: date) -> str:
    """The line on one Cloud license, in the tense of the day."""
    section, end = "plan_expired", ""
    if license.plan_end and license.outcome == Outcome.LEGACY_PLAN:
        section = "plan_runs" if license.plan_end >= today else "plan_ended"
        end = license.plan_end.strftime(DAYS[language])
    product = Product(license.product) if license.product else Product.CONFLUENCE
    link = LISTINGS[product, Hosting.CLOUD]
    return text.fill(section, key=license.key, product=PRODUCT_TITLES[product], end=end, link=link)


DAYS = {
    Language.ENGLISH: "%-d %b %Y",
    Language.GERMAN: "%d.%m.%Y",
    Language.FRENCH: "%d/%m/%Y",
    Language.SPANISH: "%d/%m/%Y",
}
"""How days are written."""


def hidden_contacts(licenses: Iterable[LetterLicense]) -> list[LetterLicense]:
    """The licenses with marks in place of their contacts, for a letter that anybody may read; a blank stays one."""
    return [
        replace(license, contact=license.contact and HIDDEN, email=license.email and HIDDEN) for license in licenses
    ]


def contacts_of(licenses: Sequence[LetterLicense]) -> tuple[Contact, ...]:
    """Everybody with an address whom a letter may go to, once each, those of most licenses first."""
    names: dict[str, Counter[str]] = {}
    for license in licenses:
        if clean(license.email):
            names.setdefault(clean(license.email), Counter())[clean(license.contact)] += 1
    contacts = [Contact(commonest_name(own), email, own.total()) for email, own in names.items()]
    return tuple(sorted(contacts, key=lambda contact: -contact.licenses))


def commonest_name(names: Counter[str]) -> str:
    """The name that most licenses give, empty if none does."""
    return max((name for name in names if name), key=names.__getitem__, default="")


def first_contact(licenses: Sequence[LetterLicense]) -> Contact:
    """Whom a letter goes to unless somebody else is chosen."""
    name, email = reader(licenses)
    return Contact(name, email, len(licenses))


def reader(licenses: Sequence[LetterLicense]) -> tuple[str, str]:
    """The contact and the address that most of the licenses have; of those with an address, if any has one."""
    counts = Counter((clean(license.contact), clean(license.email)) for license in licenses)
    return max(counts, key=lambda pair: (bool(pair[1]), counts[pair], bool(pair[0])), default=("", ""))


def greeting(contact: str, customer: str, text: Template) -> str:
    """The first line, to the contact if there is one."""
    if not contact:
        return text.fill("greeting_nobody")
    return text.fill("greeting", contact=contact, customer=customer)


def license_line(license: LetterLicense, language: Language, text: Template) -> str:
    """The line on one license: its key, and what it must grow to."""
    section = SECTIONS_OF_LICENSES.get(Outcome(license.outcome), "license_unclear")
    title = PRODUCT_TITLES[Product(license.product)] if license.product else None
    sizes = {"from": users(license.size, language, text), "to": users(license.tier, language, text)}
    return text.fill(section, key=license.key, product=title or text.fill("product_unknown"), **sizes)


def users(size: int | None, language: Language, text: Template) -> str:
    """A size in words."""
    if size is None:
        return "?"
    if size == UNLIMITED:
        return text.fill("unlimited")
    return text.fill("users", count=f"{size:,}".replace(",", THOUSANDS[language]))


def request_list(licenses: Sequence[LetterLicense], text: Template) -> str:
    """What the customer is asked for, numbered."""
    items = [request_item(item, licenses, text) for item in ITEM_TITLES]
    requests = [item for item in items if item]
    if not requests:
        return text.fill("nothing_asked")
    if not any(license.has_expert for license in licenses):
        requests.append(text.fill("expert"))
    return text.fill("asked", items="\n".join(f"{number}. {item}" for number, item in enumerate(requests, start=1)))


def request_item(item: str, licenses: Sequence[LetterLicense], text: Template) -> str:
    """The request for an item, with its licenses if they are not all; empty if none lacks it."""
    keys = [license.key for license in licenses if item in license.missing]
    if not keys:
        return ""
    request = text.fill(item)
    if len(keys) == len(licenses):
        return request
    return text.fill("for_some", item=request, keys=", ".join(keys))
