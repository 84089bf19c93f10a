"""The confirmation request to one customer: which licenses it is about, what is missing, and what not to do (domain.md §5)."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lib.documents.letters.templates import Language, Template, template
from lib.domain.eligibility import Outcome
from lib.domain.products import PRODUCT_TITLES
from lib.domain.requests import ITEM_TITLES
from lib.domain.text import clean
from lib.domain.tiers import UNLIMITED


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A license that its customer is asked about: its sizes in users, who is written to, and the items it lacks.

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


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as plain text, whom it goes to (an address, or empty if none is known), and its language."""

    subject: str
    body: str
    to: str
    language: Language


_LANGUAGES = {
    **dict.fromkeys("DE AT CH LI".split(), Language.GERMAN),
    **dict.fromkeys("FR BE LU MC".split(), Language.FRENCH),
    **dict.fromkeys(
        "ES AR BO CL CO CR CU DO EC GT HN MX NI PA PE PR PY SV UY VE".split(),
        Language.SPANISH,
    ),
}
_THOUSANDS = {Language.ENGLISH: ",", Language.GERMAN: ".", Language.FRENCH: "\u00a0", Language.SPANISH: "."}
_EMPTY_LINES = re.compile(r"\n{3,}")


def language_of(countries: Iterable[str]) -> Language:
    """The language of most of a customer's licenses, by their countries' ISO codes; English where none is told."""
    told = Counter(country for country in countries if country)
    return _LANGUAGES.get(max(sorted(told), key=told.__getitem__), Language.ENGLISH) if told else Language.ENGLISH


def letter(
    customer: str, licenses: Sequence[Asked], language: Language | None = None, text: Template | None = None
) -> Letter:
    """The letter to a customer, called by its name, about licenses of its.

    In the language of its country, if none is said, and by the template that comes with the application, if none is given.
    """
    language = language or language_of(license.country for license in licenses)
    text = text or template(language)
    contact, to = _reader(licenses)
    name = clean(customer)
    body = text.fill(
        "body",
        customer=name,
        greeting=text.fill("greeting", contact=contact, customer=name) if contact else text.fill("greeting_nobody"),
        licenses="\n".join(_line(license, language, text) for license in licenses),
        warning=text.fill("warning") if any(license.tier is not None for license in licenses) else "",
        asked=_asked(licenses, text),
    )
    return Letter(clean(text.fill("subject", customer=name)), _EMPTY_LINES.sub("\n\n", body), to, language)


def _reader(licenses: Sequence[Asked]) -> tuple[str, str]:
    """The contact and the address that most of the licenses have; of those with an address, if any has one."""
    told = Counter((clean(license.contact), clean(license.email)) for license in licenses)
    return max(told, key=lambda reader: (bool(reader[1]), told[reader], bool(reader[0]))) if told else ("", "")


def _line(license: Asked, language: Language, text: Template) -> str:
    section = {Outcome.UPGRADE_NEEDED: "license_grows", Outcome.ELIGIBLE: "license_matches"}
    title = PRODUCT_TITLES.get(license.product) if license.product else None  # type: ignore[call-overload]
    return text.fill(
        section.get(Outcome(license.outcome), "license_unclear"),
        key=license.key,
        product=title or text.fill("product_unknown"),
        **{"from": _users(license.size, language, text), "to": _users(license.tier, language, text)},
    )


def _users(size: int | None, language: Language, text: Template) -> str:
    if size is None:
        return "?"
    if size == UNLIMITED:
        return text.fill("unlimited")
    return text.fill("users", count=f"{size:,}".replace(",", _THOUSANDS[language]))


def _asked(licenses: Sequence[Asked], text: Template) -> str:
    """What is asked for, numbered, each item once and for which licenses if not for all."""
    items = []
    for item in ITEM_TITLES:
        keys = [license.key for license in licenses if item in license.missing]
        if keys:
            told = text.fill(item)
            items.append(told if len(keys) == len(licenses) else text.fill("for_some", item=told, keys=", ".join(keys)))
    if not items:
        return text.fill("nothing_asked")
    if not any(license.has_expert for license in licenses):
        items.append(text.fill("expert"))
    return text.fill("asked", items="\n".join(f"{number}. {item}" for number, item in enumerate(items, start=1)))
