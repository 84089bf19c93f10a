"""Lists of SENs as people paste them, made by chance, with what each of them says."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

Pairs = Sequence[tuple[str, str]]
"""License keys and their SENs."""

KEYS = ("BMQ-1001", "BMQ-1002", "eJzz0+/x==", "1234-5678-9012", "AbCdEfGh12", "WF-CONF-20511", "b2Fk+3Jd8/Z", "K1")
"""The license keys of the store."""


@dataclass(frozen=True, slots=True)
class Paste:
    """A pasted text, the SENs in it by license key, and whether it is of lines (JSON is of licenses)."""

    name: str
    text: str
    sens: dict[str, str] = field(default_factory=dict)
    has_lines: bool = True


def each(pattern: str) -> Callable[[Random, Pairs], str]:
    """A shape with one line for each license."""

    def shape(_random: Random, pairs: Pairs) -> str:
        return "\n".join(pattern.format(key=key, sen=sen, number=number) for number, (key, sen) in enumerate(pairs, 1))

    shape.__name__ = pattern.replace("\n", "|")
    return shape


def blocks(pattern: str) -> Callable[[Random, Pairs], str]:
    """A shape with several lines for each license, with empty lines between licenses or without."""

    def shape(random: Random, pairs: Pairs) -> str:
        end = random.choice(("\n", "\n\n"))
        return end.join(pattern.format(key=key, sen=sen) for key, sen in pairs)

    shape.__name__ = f"blocks {pattern}".replace("\n", "|")
    return shape


def table(delimiter: str, *headings: str) -> Callable[[Random, Pairs], str]:
    """A shape with a header, in which any other heading has a column of other texts."""

    def shape(_random: Random, pairs: Pairs) -> str:
        text = io.StringIO()
        writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
        writer.writerow(headings)
        for key, sen in pairs:
            writer.writerow([{"K": key, "S": sen}.get(kind(heading), "Acme, Inc. 50") for heading in headings])
        return text.getvalue()

    shape.__name__ = f"table {delimiter.join(headings)}"
    return shape


def kind(heading: str) -> str:
    if "sen" in heading.lower().split() or "ntitlement" in heading:
        return "S"
    return "K" if any(word in heading.lower() for word in ("key", "schlüssel", "clave", "clé")) else ""


def markdown(_random: Random, pairs: Pairs) -> str:
    return "\n".join(["| License key | SEN |", "|---|---|", *(f"| {key} | {sen} |" for key, sen in pairs)])


def aligned(_random: Random, pairs: Pairs) -> str:
    return "\n".join(["License key      Company     SEN", *(f"{key:<16} Acme Corp   {sen}" for key, sen in pairs)])


def as_json(_random: Random, pairs: Pairs) -> str:
    return json.dumps([{"id": key, "sen": sen, "licenseKey": "AAAB"} for key, sen in pairs], indent=1)


Shape = Callable[[Random, Pairs], str]
LOOKED_AT: tuple[Shape, ...] = (
    each("{key} {sen}"),
    each("{key}: {sen}"),
    each("{key} SEN: {sen}"),
    each("{key};SEN;{sen}"),
    each("{sen}\t{key}"),
    each("The SEN for {key} is {sen}"),
    each("{key}={sen}"),
    each("- {key}, Wireframes for Jira: {sen}."),
    each("SEN: {sen} | Key: {key}"),
    each("[{key}] {sen}"),
    each("License {key} was moved, its SEN is {sen}."),
    blocks("Key: {key}\nSEN: {sen}"),
    blocks("Key: {key}\n\nSEN: {sen}"),
    blocks("1. License key: {key}\n   SEN: {sen}"),
    blocks("License key: {key}\nCompany: Acme\nSEN: {sen}"),
    blocks("{key}\n{sen}"),
    table(",", "License key", "SEN"),
    table(";", "Key", "Company", "SEN"),
    table("\t", "SEN", "License Key"),
    markdown,
    as_json,
)
HELD_OUT: tuple[Shape, ...] = (
    each("{key} -> {sen}"),
    each("{number}. {key} – {sen}"),
    each("• {key} ({sen})"),
    each("License {key} has SEN {sen}."),
    each("Your new SEN is {sen} (license key {key})."),
    each("Le SEN pour {key} est {sen}"),
    each("Die SEN für {key} lautet {sen}."),
    each("SEN {sen} = {key}"),
    each("| {key} | {sen} |"),
    each('"{key}","{sen}"'),
    each("{key}/{sen}"),
    each("> {key} {sen}"),
    each("Key: {key}, SEN: {sen}"),
    each("SEN: {sen}; Key: {key}"),
    blocks("SEN: {sen}\nLicense key: {key}"),
    blocks("License: {key}\nSupport Entitlement Number: {sen}"),
    blocks("Lizenzschlüssel: {key}\nProdukt: Wireframes für Jira\nSEN: {sen}"),
    blocks("License key\n{key}\nSEN\n{sen}"),
    blocks("License Key = {key}\nNew SEN = {sen}"),
    table("\t", "License key", "Support Entitlement Number (SEN)"),
    table(";", "Lizenzschlüssel", "Firma", "SEN"),
    table(",", "Company", "License Key", "New SEN", "Tier"),
    table("|", "Clave de licencia", "SEN"),
    aligned,
)
NOISE = {
    "before": (
        "",
        "",
        "Hi Sam,",
        "Here are the SENs:",
        "SENs of May",
        "Hello,\n\nplease find the numbers below.",
        "License key / SEN",
    ),
    "after": (
        "",
        "",
        "Best regards",
        "--\nAtlassian Sales",
        "BMQ-9999 SEN-999",
        "BMQ-1001 AT-12345",
        "K1 is still open.",
        "K1 1234567",
        "2 licenses",
    ),
}


def pastes(shapes: Sequence[Shape], name: str, count: int) -> list[Paste]:
    """A collection of pastes, always the same for a name."""
    return [paste(Random(f"{name} {number}"), shapes, f"{name} {number}") for number in range(count)]


def paste(random: Random, shapes: Sequence[Shape], name: str) -> Paste:
    """One paste of one of the shapes, with other lines before and after it."""
    shape = random.choice(shapes)
    keys = random.sample(KEYS[:-1], random.randrange(1, 6))
    pairs = [(key, f"SEN-{random.choice(('', 'L'))}{random.randrange(10**6, 10**8)}") for key in keys]
    text = shape(random, pairs)
    name = f"{name} {shape.__name__}"
    if shape is as_json:
        return Paste(name, text, dict(pairs), has_lines=False)
    before, after = random.choice(NOISE["before"]), random.choice(NOISE["after"])
    if "table" in name or shape is markdown:
        before = ""
    if "AT-" in after and "BMQ-1001" in keys:
        after = ""
    end = random.choice(("\n", "\n\n", "\r\n"))
    return Paste(name, end.join(filter(None, (before, text.strip(), after))), dict(pairs))
