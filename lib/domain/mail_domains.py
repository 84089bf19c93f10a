"""Mail domains where anybody can have an address, which say nothing of a customer."""

import re
from dataclasses import dataclass

_FAMILIES = frozenset(
    "aol gmx googlemail hotmail icloud live mail msn outlook proton protonmail rocketmail tutanota yahoo yandex ymail zoho".split()
)
"""Names that have a domain in many countries, such as yahoo.co.uk."""

_SECOND_LEVELS = frozenset("ac co com edu gob gouv gov gv ne net nom or org".split())
"""What stands between a name and its country, as in co.uk."""

_OTHERS = frozenset(
    "gmail.com googlemail.com me.com mac.com web.de freenet.de t-online.de arcor.de online.de posteo.de mailbox.org email.de "
    "orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr libero.it virgilio.it alice.it tin.it tiscali.it "
    "terra.es telefonica.net uol.com.br bol.com.br terra.com.br ig.com.br globo.com btinternet.com sky.com ntlworld.com "
    "virginmedia.com talktalk.net blueyonder.co.uk comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net "
    "charter.net earthlink.net juno.com rogers.com shaw.ca sympatico.ca telus.net bigpond.com bigpond.net.au optusnet.com.au "
    "xtra.co.nz qq.com foxmail.com 163.com 126.com yeah.net sina.com sina.cn sohu.com 139.com 189.cn aliyun.com naver.com "
    "daum.net hanmail.net nate.com rediffmail.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp nifty.com ocn.ne.jp "
    "rambler.ru bk.ru inbox.ru list.ru ukr.net seznam.cz centrum.cz wp.pl o2.pl onet.pl interia.pl abv.bg "
    "bluewin.ch hispeed.ch telenet.be skynet.be ziggo.nl kpnmail.nl hetnet.nl planet.nl xs4all.nl telia.com "
    "online.no hushmail.com fastmail.com fastmail.fm pm.me tuta.io hey.com inbox.com usa.net 1und1.de".split()
)


# "mail.com" and "mail.co.uk" are the provider's, but "mail.acme.com" is a firm's.
FREE_DOMAIN = "(?:{families})\\.(?:(?:{second_levels})\\.)?[^.]*|{others}".format(
    families="|".join(sorted(_FAMILIES)),
    second_levels="|".join(sorted(_SECOND_LEVELS)),
    others="|".join(map(re.escape, sorted(_OTHERS))),
)
"""A regular expression, for Python and Arrow alike, of all of a domain (in lower case) where anybody can have an address."""

_free_domain = re.compile(FREE_DOMAIN)


def is_free(domain: str) -> bool:
    """Whether anybody can have an address of a domain (in lower case)."""
    return bool(_free_domain.fullmatch(domain))


@dataclass(frozen=True, slots=True)
class MailDomains:
    """Domains that a policy says are no customer's own, in lower case.

    `free` are those of further mail providers, `partners` those of firms that buy licenses for others.
    """

    free: frozenset[str] = frozenset()
    partners: frozenset[str] = frozenset()

    def is_free(self, domain: str) -> bool:
        """Whether anybody can have an address of a domain (in lower case)."""
        return domain in self.free or is_free(domain)

    def is_own(self, domain: str) -> bool:
        """Whether an address of a domain (in lower case) says whose a license is."""
        return not self.is_free(domain) and domain not in self.partners

    def differing(self, other: "MailDomains") -> frozenset[str]:
        """The domains of which two policies say something else."""
        return (self.free ^ other.free) | (self.partners ^ other.partners)


WELL_KNOWN = MailDomains()
"""No domains but those that are free for everybody."""


def domain_of(address: str | None) -> str:
    """The domain of an address in lower case, empty without one."""
    _, at, domain = (address or "").strip().lower().rpartition("@")
    return domain if at else ""


def domain_label(domain: str) -> str:
    """The part of a domain that is a name: `acme` of `mail.acme.co.uk`; empty where there is none."""
    parts = domain.split(".")[:-1]
    if len(parts) > 1 and parts[-1] in _SECOND_LEVELS:
        parts.pop()
    return next(reversed(parts), "")
