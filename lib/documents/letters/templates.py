"""The texts of letters: sections of a plain text with placeholders, so that people can rewrite them without any code."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from string import Template as Text

from lib.domain.refusal import RefusalError
from lib.domain.requests import ITEM_TITLES


class Language(StrEnum):
    """The languages that letters are written in."""

    ENGLISH = "en"
    GERMAN = "de"
    FRENCH = "fr"
    SPANISH = "es"


LANGUAGE_TITLES = {
    Language.ENGLISH: "English",
    Language.GERMAN: "German",
    Language.FRENCH: "French",
    Language.SPANISH: "Spanish",
}
"""What each language is called on screen."""

LICENSE_PLACEHOLDERS = frozenset(("key", "product", "from", "to"))
SECTIONS: Mapping[str, frozenset[str]] = {
    "subject": frozenset(("customer",)),
    "body": frozenset(("customer", "greeting", "licenses", "warning", "asked")),
    "greeting": frozenset(("contact", "customer")),
    **dict.fromkeys(("license_grows", "license_matches", "license_unclear"), LICENSE_PLACEHOLDERS),
    "asked": frozenset(("items",)),
    "for_some": frozenset(("item", "keys")),
    "users": frozenset(("count",)),
    **dict.fromkeys(
        ("greeting_nobody", "warning", "nothing_asked", "unlimited", "product_unknown", "shortened"), frozenset()
    ),
    **dict.fromkeys((*ITEM_TITLES, "expert"), frozenset()),
    **dict.fromkeys(
        (
            *("move_subject", "information_subject", "cloud_subject"),
            *("one_subject", "move_one_subject", "information_one_subject", "cloud_one_subject"),
        ),
        frozenset(("customer",)),
    ),
    "one_body": frozenset(("customer", "greeting", "licenses", "warning", "asked")),
    **dict.fromkeys(
        ("move_body", "move_one_body", "information_body", "information_one_body"),
        frozenset(("customer", "greeting", "licenses", "asked")),
    ),
    **dict.fromkeys(("cloud_body", "cloud_one_body"), frozenset(("customer", "greeting", "licenses"))),
    **dict.fromkeys(("plan_runs", "plan_ended", "plan_expired"), frozenset(("key", "product", "end", "link"))),
}
"""The sections of a template, and the placeholders that each may hold."""

STANDS_FOR = {
    "move_subject": "subject",
    "move_body": "body",
    "information_subject": "subject",
    "information_body": "body",
    "one_subject": "subject",
    "one_body": "body",
    "move_one_subject": "move_subject",
    "move_one_body": "move_body",
    "information_one_subject": "information_subject",
    "information_one_body": "information_body",
    "cloud_one_subject": "cloud_subject",
    "cloud_one_body": "cloud_body",
}
"""Sections that wordings of before do not have, each after the one of theirs that says the same."""

CLOUD_SECTIONS = (
    *("cloud_subject", "cloud_body", "cloud_one_subject", "cloud_one_body"),
    *("plan_runs", "plan_ended", "plan_expired"),
)
"""Sections that are the application's own where wordings of before say nothing of Cloud."""

RETIRED_SECTIONS = frozenset(("unseen",))
"""Sections that wordings stored earlier still have; they are skipped."""

NEEDED: Mapping[str, frozenset[str]] = {
    "body": frozenset(("licenses", "warning", "asked")),
    "one_body": frozenset(("licenses", "warning", "asked")),
    **dict.fromkeys(
        ("move_body", "move_one_body", "information_body", "information_one_body"), frozenset(("licenses", "asked"))
    ),
    **dict.fromkeys(("cloud_body", "cloud_one_body"), frozenset(("licenses",))),
    "plan_runs": frozenset(("key", "end", "link")),
    **dict.fromkeys(("plan_ended", "plan_expired"), frozenset(("key", "link"))),
    "asked": frozenset(("items",)),
    "license_grows": frozenset(("key", "from", "to")),
    "license_matches": frozenset(("key",)),
    "license_unclear": frozenset(("key",)),
    "for_some": frozenset(("item", "keys")),
    "users": frozenset(("count",)),
}
"""Placeholders that must be there, or a letter would not say what it is for."""

HEADING = re.compile(r"\[([a-z_]+)\]\s*")


@dataclass(frozen=True, slots=True)
class Template:
    """The texts of a letter by section, all of `SECTIONS` and each with none but its placeholders."""

    sections: Mapping[str, str]

    @classmethod
    def read(cls, text: str, name: str, own: "Template | None" = None) -> "Template":
        """A template from its text, called by a name where something is wrong with it.

        What wordings of before do not have is filled in from themselves, or from the application's `own` template.

        A line such as `[subject]` begins a section. Raises RefusalError with a sentence if one is missing, repeated or
        unknown, or has a placeholder that means nothing there or lacks one that must be there.
        """
        sections = sections_of(text, name)
        if own:
            add_sections(sections, own)
        for section in SECTIONS:
            if section not in sections:
                raise RefusalError(f"The template {name} lacks the section [{section}]. Add it, with its text below.")
            refuse_wrong_placeholders(section, sections[section], name)
        return cls(sections)

    def fill(self, section: str, **values: str) -> str:
        """The text of a section with its placeholders filled; placeholders in the values stay as they are."""
        return Text(self.sections[section]).substitute(values)


@cache
def template(language: Language) -> Template:
    """The template that comes with the application."""
    name = f"{language}.txt"
    return Template.read(resources.files("lib.documents.letters").joinpath("templates", name).read_text("utf-8"), name)


def sections_of(text: str, name: str) -> dict[str, str]:
    """The text of each section of a template."""
    sections: dict[str, str] = {}
    for section, lines in parts_of(text):
        if not section:
            if "".join(lines).strip():
                raise RefusalError(f"The template {name} must begin with a section such as [subject].")
        elif section in RETIRED_SECTIONS:
            continue
        elif section not in SECTIONS:
            raise RefusalError(
                f"The template {name} has a section [{section}], which means nothing. Remove or rename it."
            )
        elif section in sections:
            raise RefusalError(f"The template {name} has the section [{section}] twice. Remove one of them.")
        else:
            sections[section] = "\n".join(lines).strip()
    return sections


def add_sections(sections: dict[str, str], own: Template) -> None:
    """Add the sections that wordings of before do not have."""
    # What somebody reworded is theirs to say, in letters of which there was but one kind, too.
    for section, same in STANDS_FOR.items():
        if section not in sections and same in sections:
            text = sections[same]
            sections[section] = text if section == "one_body" else without_warning(text)
    for section in CLOUD_SECTIONS:
        sections.setdefault(section, own.sections[section])


def without_warning(text: str) -> str:
    """The text of a letter for licenses that need no upgrade."""
    # Nobody is warned of what does not concern them.
    return re.sub(r"\n*\$(?:warning\b|\{warning\})", "", text)


def parts_of(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each heading with the lines below it; first what is above all headings."""
    section, lines = "", list[str]()
    for line in text.splitlines():
        if heading := HEADING.fullmatch(line):
            yield section, lines
            section, lines = heading[1], []
        else:
            lines.append(line.rstrip())
    yield section, lines


def refuse_wrong_placeholders(section: str, text: str, name: str) -> None:
    """Raise RefusalError if a section has no text, or placeholders that mean nothing there, or lacks one."""
    where, parsed = f"The template {name}, section [{section}],", Text(text)
    if not text:
        raise RefusalError(f"{where} has no text.")
    if not parsed.is_valid():
        raise RefusalError(f"{where} has a $ that begins no placeholder. Write $$ for the sign itself.")
    placeholders = set(parsed.get_identifiers())
    if unknown := sorted(placeholders - SECTIONS[section]):
        allowed = ", ".join(f"${placeholder}" for placeholder in sorted(SECTIONS[section])) or "none"
        raise RefusalError(
            f"{where} has the placeholder ${unknown[0]}, which means nothing there. It may have: {allowed}."
        )
    if missing := sorted(NEEDED.get(section, frozenset()) - placeholders):
        raise RefusalError(f"{where} lacks the placeholder ${missing[0]}. Add it where that is to stand.")
