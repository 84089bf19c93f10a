"""The plugins Balsamiq sold, where they run, and how people spell both (domain.md §2 and §7)."""

import re
from enum import StrEnum

from lib.domain.text import bare_words


class Product(StrEnum):
    """What was sold. Only the two plugins can ever move (domain.md §2)."""

    CONFLUENCE = "confluence"
    JIRA = "jira"
    XWIKI = "xwiki"
    FOGBUGZ = "fogbugz"
    DESKTOP = "desktop"
    GOOGLE_DRIVE = "google_drive"
    MYBALSAMIQ = "mybalsamiq"


class Hosting(StrEnum):
    """Where the customer runs Confluence or Jira."""

    SERVER = "server"
    DATA_CENTER = "data_center"
    CLOUD = "cloud"


PLUGINS = (Product.CONFLUENCE, Product.JIRA)

PRODUCT_TITLES = {
    Product.CONFLUENCE: "Confluence",
    Product.JIRA: "Jira",
    Product.XWIKI: "XWiki",
    Product.FOGBUGZ: "FogBugz",
    Product.DESKTOP: "Desktop",
    Product.GOOGLE_DRIVE: "Google Drive",
    Product.MYBALSAMIQ: "myBalsamiq",
}
HOSTING_TITLES = {Hosting.SERVER: "Server", Hosting.DATA_CENTER: "Data Center", Hosting.CLOUD: "Cloud"}

APP_KEYS = {
    (Product.CONFLUENCE, Hosting.SERVER): "com.balsamiq.confluence.plugins.mockups",
    (Product.JIRA, Hosting.SERVER): "com.balsamiq.jira.plugins.mockups",
    (Product.CONFLUENCE, Hosting.CLOUD): "com.balsamiq.mockups.confluence",
    (Product.JIRA, Hosting.CLOUD): "com.balsamiq.mockups.jira",
}
"""Marketplace's name for each app (domain.md §6)."""

LISTINGS = {
    (
        Product.CONFLUENCE,
        Hosting.SERVER,
    ): "https://marketplace.atlassian.com/apps/256/balsamiq-wireframes-confluence-server",
    (Product.JIRA, Hosting.SERVER): "https://marketplace.atlassian.com/apps/5161/balsamiq-wireframes-for-jira-server",
    (
        Product.CONFLUENCE,
        Hosting.CLOUD,
    ): "https://marketplace.atlassian.com/apps/1213404/balsamiq-wireframes-for-confluence-cloud",
    (Product.JIRA, Hosting.CLOUD): "https://marketplace.atlassian.com/apps/1212796/balsamiq-wireframes-for-jira-cloud",
}
"""Where a customer can subscribe or buy."""

_HOSTING_SPELLINGS = {
    Hosting.SERVER: (
        "server, download, downloaded, behind the firewall, behind firewall, firewall, self hosted, selfhosted, on prem, "
        "on premise, on premises, onprem, onpremise, onpremises, atlassian server, local, local server, serveur, servidor, "
        "server lokal, lokal, eigener server, eigenem server, selbst gehostet, selbstgehostet, sur site, auto heberge, autoheberge, en local, "
        "en las instalaciones, en sus instalaciones, autoalojado, auto alojado, servidor propio, in locale, in sede, installazione locale, "
        "auto hospedado, servidor proprio, instalacao local, lokale installatie, op locatie, zelf gehost, eigen server, own server, "
        "internal server, in house, inhouse, on site, onsite, intranet, self managed, selfmanaged, サーバー, サーバ, サーバー版, サーバ版, オンプレミス, オンプレ, 自社サーバー"
    ),
    Hosting.DATA_CENTER: (
        "data center, datacenter, data centre, datacentre, dc, atlassian data center, atlassian datacenter, rechenzentrum, "
        "centre de donnees, centro de datos, centro dati, centro de dados, datacentrum, データセンター"
    ),
    Hosting.CLOUD: (
        "cloud, ondemand, on demand, atlassian cloud, atlassian ondemand, atlassian on demand, hosted, saas, hosted by atlassian, "
        "saa s, nuage, infonuagique, nube, en la nube, nuvola, nuvem, na nuvem, クラウド, クラウド版"
    ),
}


class NoMoveDayError(LookupError):
    """The policy has no day on which Cloud licenses of a product were moved: there were none to move."""

    def __init__(self, product: Product) -> None:
        super().__init__(
            f"Cloud licenses of {PRODUCT_TITLES[product]} were never moved, so the policy has no day for them."
        )


def hostings_by_phrase() -> dict[str, Hosting]:
    """The hosting that each spelling means, by its bare words."""
    hostings: dict[str, Hosting] = {}
    for hosting, spellings in _HOSTING_SPELLINGS.items():
        hostings |= dict.fromkeys(map(bare_words, spellings.split(",")), hosting)
    return hostings


_HOSTINGS = hostings_by_phrase()
_PHRASES = sorted(_HOSTINGS, key=len, reverse=True)

_PLATFORM_WORDS = {
    "confluence": Product.CONFLUENCE,
    "jira": Product.JIRA,
    "xwiki": Product.XWIKI,
    "fogbugz": Product.FOGBUGZ,
    "desktop": Product.DESKTOP,
    "gdrive": Product.GOOGLE_DRIVE,
    "mybalsamiq": Product.MYBALSAMIQ,
}
_SPACED_NAMES = (("google drive", "gdrive"), ("my balsamiq", "mybalsamiq"), ("fog bugz", "fogbugz"))
_WHOLE_NAMES: dict[str, tuple[Product, Hosting | None]] = {
    **dict.fromkeys(("balsamiq mockups", "balsamiq mockups 3", "mockups", "mockups 3"), (Product.DESKTOP, None)),
    **{bare_words(app_key): owner for owner, app_key in APP_KEYS.items()},
}
_FILLERS = frozenset(
    "balsamiq mockups mockup wireframes wireframe for fur pour para per the a plugin plugins plug in add on addon app 1 2 3 4 "
    "license licenses licence lizenz licencia licenza licenca licentie atlassian macro edition version v1 v2 v3 v4 und and voor extension "
    "module modulo complement complemento componente 用 版".split()
)


_MARKS = re.compile(r"[®™©]|(?<=[a-zA-Z])(?:用|版|向け)")
"""Signs of trade marks, and what Japanese writes after a product's name."""

_CLOUD_ADDRESS = re.compile(r"(?:https?://)?[\w-]+\.(?:atlassian\.net|jira\.com)(?:/\S*)?", re.IGNORECASE)

# Words that may stand beside a hosting: whose it is, and where.
_BESIDE_HOSTING = frozenset(
    "jira confluence in on the auf im der dem sur dans le la en na no nel installed installiert installe".split()
)


def read_hosting(text: str) -> Hosting | None:
    """The hosting meant by a spelling; None if unknown (domain.md §7)."""
    if _CLOUD_ADDRESS.fullmatch(text.strip()):
        return Hosting.CLOUD
    hosting, unknown = split_hosting(bare_words(text))
    if set(unknown.split()) - _BESIDE_HOSTING:
        return None
    return hosting


def read_product(text: str) -> tuple[Product, Hosting | None] | None:
    """The product meant by a name, and the hosting if it names one (`Mockups for JIRA Server`); None if unknown."""
    words = bare_words(_MARKS.sub(" ", text))
    if words in _WHOLE_NAMES:
        return _WHOLE_NAMES[words]
    for spaced, single_word in _SPACED_NAMES:
        words = words.replace(spaced, single_word)
    platforms = {word for word in words.split() if word in _PLATFORM_WORDS}
    others = " ".join(word for word in words.split() if word not in platforms)
    hosting, unknown = split_hosting(others)
    # Another vendor's app must never pass for ours, so one word that we do not know is enough to refuse a name.
    if unknown or len(platforms) != 1:
        return None
    return _PLATFORM_WORDS[platforms.pop()], hosting


def split_hosting(words: str) -> tuple[Hosting | None, str]:
    """The one hosting that the words name, and the words that we do not know; two hostings count as none."""
    rest, hostings = f" {words} ", set()
    # Longer phrases come first, since they may hold shorter ones: "local server" and "server".
    for phrase in _PHRASES:
        while f" {phrase} " in rest:
            rest = rest.replace(f" {phrase} ", " ")
            hostings.add(_HOSTINGS[phrase])
    if len(hostings) > 1:
        return None, words
    unknown = " ".join(word for word in rest.split() if word not in _FILLERS)
    return next(iter(hostings), None), unknown
