"""What a customer is asked, as letters, the article and customers word it in four languages (domain.md §5)."""

import re
from collections.abc import Iterator

from lib.domain.licenses import field_for_heading
from lib.domain.text import bare_words

ITEMS: dict[str, tuple[str, ...]] = {
    "server_confirmed": ("server_confirmed",),
    "match_agreed": ("match_agreed",),
    "license_key": ("license_key",),
    "myatlassian_email": ("myatlassian_email",),
    "holder_name": ("holder_first_name", "holder_last_name"),
    "company": ("company",),
    "address": ("address", "country"),
    "expert_email": ("expert_email",),
    "hosting": ("hosting",),
    "editors": ("editors",),
    "host_tier": ("host_tier",),
}
"""What replies answer, and the fields that each answer fills: the eight items in their order, and what a verdict may need."""

ITEM_OF_PART = {"holder_first_name": "holder_name", "holder_last_name": "holder_name", "country": "address"}
"""Parts of items that people answer by themselves."""

REQUEST_ITEMS = tuple(ITEMS)[:8]
"""The items in the order in which they make a request complete."""

ARTICLE_ITEMS = REQUEST_ITEMS[2:]
"""The items as the article's mail numbers them: both confirmations stand before its list."""

YES_NO = frozenset(REQUEST_ITEMS[:2])


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MAIL = _words("mail mails email emails mailadresse emailadresse mailkonto courriel correo correos")
_EXPERT = _words("expert experts experte experten experto expertos")
_PARTNER = _words("partner partners vertriebspartner partenaire socio reseller handler revendeur revendedor")
_ACCOUNT = _words("account accounts konto kontos compte cuenta")
_ATLASSIAN = _words("atlassian myatlassian")
_FIRST = _words("first given vorname vornamen vor prenom prenoms forename")
_LAST = _words("last family surname nachname nachnamen familienname famille apellido apellidos")
_NAME = _words("name names namen nom noms nombre nombres")
_HOLDER = _words(
    "holder holders inhaber inhabers inhaberin kontoinhaber kontoinhabers titulaire titular owner person persona"
)
_ADDRESS = _words("address adresse adress anschrift postanschrift direccion domicilio street strasse")
_COUNTRY = _words("country land landes pays pais")
_COMPANY = _words(
    "company organization organisation organizations organisations firma firmenname unternehmen unternehmens organizacion "
    "empresa compania societe entreprise razon raison"
)
_KEY = _words("key keys schlussel lizenzschlussel seriennummer lizenznummer serial cle cles clave claves")
_SERVER = _words("server servers servern serveur serveurs servidor servidores")
_CONFIRM = _words(
    "confirm confirms confirmed confirmation confirming bestatigen bestatige bestatigt bestatigung confirmez confirme confirmer "
    "confirmons confirma confirmacion confirmar confirmo confirmamos using use used uses nutzen nutze nutzt nutzung genutzt "
    "verwenden verwendet verwende utilisez utiliser utilise utilisons usa usar uso usamos utiliza utilizamos utilizo running"
)
_AGREE = _words(
    "agree agrees agreed agreement match matches matching acknowledge accept einverstanden entsprechen entspricht zustimmung "
    "zustimmen stimme stimmen stimmt abgleich angleichung anpassung angleichen anpassen acceptez accepter accepte acceptons correspondre corresponde accord acepta "
    "acepto aceptamos acuerdo corresponda corresponder coincidir coincida conformidad igualar"
)
_TIER = _words("tier tiers stufe benutzerstufe benutzerstufen level levels niveau niveaux nivel niveles")
_EDITORS = _words("editors editor bearbeiter editoren editeurs editeur editores")
_WHERE = _words("where wo donde ou hosting")
_RUN = _words("run runs lauft funciona fonctionne hosting")
_OTHERS = _words(
    # English
    "a all also and any applicable application applications app apps are as at balsamiq be behind by can check cloud code complete "
    "confluence contact data center date do does each enter every firewall for from full give has have hosted how i if in including is it its "
    "jira legacy letter license licenses licence licences like list local many marketplace migrate migrated move moved must my new not number "
    "of on once one or our own please plugin plugins postal purchased required s same send sent should size solution tell that the their "
    "them these this to transfer transferred up upgrade us user users was we were what which who whose will willing wireframes wish with "
    "you your bought e levels include incl optional support contained registered myself going "
    # German
    "hat ihnen der die das des dem den ein eine einer eines ihr ihre ihrem ihren ihrer ihres sie ich wir mein meine meines meinem unser unsere unseres "
    "unserem und oder mit fur bei im in zu zum zur auf von vom ist sind wird werden wurde wenn falls soll sollen gesendet geschickt "
    "vollstandige vollstandiger volle komplette inkl einschliesslich inklusive bitte prufen jeden jeder buchstaben lizenz lizenzen "
    "benutzer nutzer anzahl gekauft welche welcher welches wie viele plugins eigenen eigenem eigener nicht dass muss einen haben deren dieses "
    "diesem gehort e gegebenenfalls ggf hinterlegt grosse meiner hiermit "
    # French
    "doive le la les l un une d du de des et ou au aux avec pour par sur son sa ses votre vos notre nos mon ma mes vous nous je si il y a en "
    "complete complet postale qui que quel quelle est ce cet cette doit devra lieu echeant cas verifier chaque lettre merci licence "
    "licences utilisateurs utilisateur nombre combien acheteee achetee ete avez propre non propriete sera envoyee electronique t elle "
    "compris inclus incluant dans laquelle lequel associe associee "
    # Spanish
    "el los las lo un una unos del al y o e con para por en su sus mi mis nuestro nuestra cuenta que cual donde es esta este esa ese si lo "
    "tiene tengo tenga caso completa completo postal electronico electronica licencia licencias usuarios usuario cuantos compro compra "
    "favor compruebe cada letra propio propia no deba debe plugin se quien enviar usted social sociale incluido incluyendo incluyido "
    "numero clave"
)
_KNOWN = frozenset().union(
    *(_MAIL, _EXPERT, _PARTNER, _ACCOUNT, _ATLASSIAN, _FIRST, _LAST, _NAME, _HOLDER, _ADDRESS, _COUNTRY, _COMPANY),
    *(_KEY, _SERVER, _CONFIRM, _AGREE, _TIER, _EDITORS, _WHERE, _RUN, _OTHERS),
)
"""Every word that a question may have. A line with any other word is no question."""

_DOUBTFUL = _words(
    "account accounts customer client cliente kunde cuenta compte konto via calle licence license lizenz"
)
"""Headers of files that say too little in a mail."""

_FORBIDDING = _MAIL | _ADDRESS | _COMPANY | _KEY | _FIRST | _LAST
_RULES: tuple[tuple[str, tuple[frozenset[str], ...], frozenset[str]], ...] = (
    ("expert_email", (_EXPERT,), _KEY),
    ("expert_email", (_PARTNER, _MAIL), _KEY),
    ("match_agreed", (_AGREE,), _FORBIDDING),
    ("myatlassian_email", (_MAIL, _ACCOUNT | _ATLASSIAN | _words("license licence lizenz licencia")), _FIRST | _LAST),
    ("", (_MAIL,), _FIRST | _LAST),
    ("holder_name", (_FIRST, _LAST | _words("nom")), frozenset()),
    ("holder_name", (_LAST, _words("nombre")), frozenset()),
    ("holder_first_name", (_FIRST,), frozenset()),
    ("holder_last_name", (_LAST,), frozenset()),
    ("holder_name", (_HOLDER, _NAME), _COMPANY),
    ("address", (_ADDRESS,), frozenset()),
    ("company", (_COMPANY,), _TIER | _CONFIRM),
    ("country", (_COUNTRY,), frozenset()),
    ("host_tier", (_TIER,), _EDITORS),
    ("editors", (_EDITORS,), frozenset()),
    ("hosting", (_WHERE, _RUN), frozenset()),
    ("license_key", (_KEY,), frozenset()),
    ("server_confirmed", (_SERVER, _CONFIRM), frozenset()),
    ("myatlassian_email", (_ACCOUNT, _ATLASSIAN), _SERVER),
)
"""Which item a question is about: the first whose groups of words it all touches, without a word of the last."""

_LONGEST, _WIDEST = 40, 400
"""Words and letters of a question."""

_SHORTEST = 5
"""Words of a question that no mark ends."""

_QUESTION = re.compile(r"\?")
_ENDS = (
    re.compile(r"[:：=\t|]|\s?→"),
    re.compile(r"\s[-–—]+>?\s"),
    re.compile(r"\s(?:is|ist|lautet|est|es|son|are|sind|sont)\s(?=\S)"),
)
"""Where a question may end on a line, and its answer begin: what is surer first."""

CONDITIONS = _words("if unless wenn sofern falls before until bevor bis avant hasta antes could would konnen ob")
_OWN = _words(
    "i we our my ich wir unser unsere unserem unseren mein meinem je nous notre nos mon j yo nosotros nuestro nuestra mi confirmo "
    "confirmamos confirmons acepto aceptamos usamos utilizamos acceptons"
)


def item_of_question(text: str) -> str | None:
    """The item of `ITEMS`, or the part of one (`PARTS`), that a question or label asks for; None if it is none."""
    words = bare_words(text).split() if len(text) <= _WIDEST else []
    found = set(words)
    if not words or len(words) > _LONGEST or not found <= _KNOWN:
        return None
    for item, groups, without in _RULES:
        if not found & without and all(found & group for group in groups):
            return item or None
    return None


def split_question(line: str, is_numbered: bool = False) -> tuple[str, str, str] | None:
    """The item that a line asks for, its question and what follows it on the line; None if it asks for nothing.

    A numbered question may end without a mark.
    """
    for end in _ends_of(line):
        label = line[: end.start()]
        if (item := item_of_question(label) or _as_header(label)) is not None:
            return item, label, line[end.end() :].strip().lstrip("*?:| ").rstrip("|").strip()
    whole = line.strip().strip("*|").strip()
    item = item_of_question(whole)
    if item in YES_NO and not set(bare_words(whole).split()) & (_SERVER | _AGREE - _VERBS):
        return None
    return (item, whole, "") if item else _unmarked(whole) if is_numbered else None


def _ends_of(line: str) -> Iterator[re.Match[str]]:
    """Where a question may end. One with a question mark may have other marks in it, if it is long."""
    for end in reversed(list(_QUESTION.finditer(line, 0, _WIDEST))):
        label = line[: end.start()]
        if ":" not in label or len(label.split()) > _SHORTEST:
            yield end
    for ends in _ENDS:
        yield from ends.finditer(line, 0, _WIDEST)


def _unmarked(line: str) -> tuple[str, str, str] | None:
    words = line.split(" ")
    for end in range(min(len(words) - 1, _LONGEST), _SHORTEST - 1, -1):
        label = " ".join(words[:end])
        if (item := item_of_question(label)) is not None:
            return item, label, " ".join(words[end:]).strip()
    return None


def _as_header(label: str) -> str | None:
    """A label such as files have."""
    name = None if bare_words(label) in _DOUBTFUL else field_for_heading(label.strip(" *_"))
    name = {"contact_first_name": "holder_first_name", "contact_last_name": "holder_last_name"}.get(name or "", name)
    return name if name in ITEMS or name in ITEM_OF_PART else None


def items_stated(line: str) -> tuple[str, ...]:
    """The items that a sentence of the customer's own answers by itself, such as `We agree to match our server's tier.`"""
    words = set(bare_words(line).split())
    if not words & _OWN or words & CONDITIONS or line.rstrip().endswith("?"):
        return ()
    about = ((_CONFIRM, _SERVER, _THIS), (_AGREE, _AGREE - _VERBS | _TIER))
    return tuple(
        item for item, groups in zip(REQUEST_ITEMS, about, strict=False) if all(words & group for group in groups)
    )


_THIS = _words(
    "license licenses licence licences lizenz lizenzen licencia licencias plugin plugins balsamiq wireframes cloud firewall it them own "
    "eigenem eigenen propio propre confirm confirms bestatigen bestatige confirmons confirme confirmo confirmamos"
)
_VERBS = _words(
    "agree agrees agreed accept acknowledge einverstanden stimme stimmen stimmt acceptons accepte acepto aceptamos acuerdo accord"
)
