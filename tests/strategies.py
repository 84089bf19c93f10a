"""Licenses and facts of every kind for property tests, and plain ones to change one thing of."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from lib.domain.facts import Consent, Facts, LicenseKind
from lib.domain.licenses import COLUMNS, ColumnKind, License
from lib.domain.policy import SETTINGS, Policy
from lib.domain.products import Hosting, Product
from lib.domain.settings import Notice, Setting, SettingKind
from lib.domain.tiers import LADDER, UNLIMITED, Size

ANY_DAY = st.dates(date(1900, 1, 2), date(2199, 6, 30))
NEAR_THE_MOVE = st.dates(date(2015, 12, 1), date(2016, 8, 1))
DAYS = ANY_DAY | NEAR_THE_MOVE
SIZES = st.sampled_from(LADDER) | st.integers(1, 12_000).map(Size)
WORDS = st.sampled_from(
    ("", "Acme", "ACME Corp.", "Müller & Söhne GmbH", "acme corp", "100 % _O'Neil_", "日本", '"x"', "=")
)
EMAILS = st.sampled_from(("", "ada@acme.example", "bo@partner.example", "orders@partner.example", "cy@acme.example"))


def facts() -> st.SearchStrategy[Facts]:
    """Facts of every kind, none of them more likely than blank or odd ones."""
    return st.builds(
        Facts,
        product=st.none() | st.sampled_from(Product),
        hosting=st.none() | st.sampled_from(Hosting),
        editors=st.none() | SIZES,
        host_tier=st.none() | SIZES,
        has_sen=st.booleans(),
        kind=st.sampled_from(LicenseKind),
        consent=st.sampled_from(Consent),
        maintenance_end=st.none() | DAYS,
        purchase_date=st.none() | DAYS,
        reseller_contact=st.booleans(),
    )


_VALUES: dict[ColumnKind, st.SearchStrategy[Any]] = {
    ColumnKind.KEY: st.uuids().map(str),
    ColumnKind.TEXT: WORDS,
    ColumnKind.SIZE: st.none() | SIZES,
    ColumnKind.HOST_SIZE: st.none() | SIZES,
    ColumnKind.DATE: st.none() | DAYS,
    ColumnKind.PRODUCT: st.none() | st.sampled_from(Product),
    ColumnKind.HOSTING: st.none() | st.sampled_from(Hosting),
    ColumnKind.YES_NO: st.none() | st.booleans(),
    ColumnKind.EMAIL: EMAILS,
    ColumnKind.COUNTRY: st.sampled_from(("", "DE", "US")),
    ColumnKind.SEN: st.sampled_from(("", "", "SEN-1", "SEN-L22")),
}
_TYPES = st.sampled_from(("", "Commercial", "Academic", "Trial license", "Evaluation", "Community"))


def licenses() -> st.SearchStrategy[License]:
    """Licenses of every kind, as they could be read from a file."""
    values = {name: _VALUES[column.kind] for name, column in COLUMNS.items()}
    return st.builds(License, **{**values, "license_type": _TYPES, "reseller": WORDS | EMAILS})


def server_facts(**changes: Any) -> Facts:
    """A Confluence license of 10 editors on a 100-user Server, with some facts told otherwise."""
    usual = Facts(product=Product.CONFLUENCE, hosting=Hosting.SERVER, editors=Size(10), host_tier=Size(100))
    return replace(usual, **changes)


def cloud_facts(product: Product, maintenance_end: date | None, **changes: Any) -> Facts:
    """A Cloud license of a product whose maintenance ends that day."""
    return Facts(product=product, hosting=Hosting.CLOUD, maintenance_end=maintenance_end, **changes)


_SETTING_DAYS = st.dates(date(1990, 1, 1), date(2200, 12, 31))
_TIERS = st.lists(st.integers(1, 100_000), min_size=1, max_size=12, unique=True)
_SETTINGS: dict[SettingKind, Callable[[Setting], st.SearchStrategy[Any]]] = {
    SettingKind.YES_NO: lambda setting: st.booleans(),
    SettingKind.NUMBER: lambda setting: st.integers(setting.least, setting.most),
    SettingKind.DAY: lambda setting: _SETTING_DAYS,
    SettingKind.CHOICE: lambda setting: st.sampled_from(list(setting.choices)),
    SettingKind.LADDER: lambda setting: _TIERS.map(lambda sizes: (*map(Size, sorted(sizes)), UNLIMITED)),
    SettingKind.ZONE: lambda setting: st.sampled_from(("UTC", "Europe/Rome", "America/Los_Angeles")),
    SettingKind.DOMAINS: lambda setting: st.just(("acme.example", "post.example")) | st.just(()),
    SettingKind.NOTICES: lambda setting: st.lists(
        st.builds(Notice, _SETTING_DAYS, st.just("Read this.")), max_size=3
    ).map(lambda notices: tuple(sorted(notices, key=lambda notice: notice.since))),
}


def policies() -> st.SearchStrategy[Policy]:
    """Policies with any settings that can be."""
    values = {name: _SETTINGS[setting.kind](setting) for name, setting in SETTINGS.items()}
    blank = {name: st.none() | value for name, value in values.items() if SETTINGS[name].blank}
    return st.builds(Policy, **{**values, **blank})
