"""The words of the list that a customer gets, in each language of letters."""

from collections.abc import Mapping
from dataclasses import dataclass

from lib.documents.letters.templates import Language
from lib.domain.codes import Item
from lib.store.sample_stores import SAMPLE


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetWords:
    """All that a customer's list says in one language; braces stand for what is filled in."""

    sheet: str
    title: str
    sender: str
    sample: str
    """What the list of a sample says before its sender."""

    headings: tuple[str, str, str, str, str, str, str]
    product: str
    editors: str
    users: str
    unlimited: str
    cloud: str
    upgrade: str
    upgrade_to_unlimited: str
    no_upgrade: str
    agreed: str
    not_agreed: str
    nothing: str
    moved: str
    plan_runs: str
    plan_ended: str
    expired: str
    missing: Mapping[Item, str]
    steps_title: str
    step_missing: str
    step_upgrade: str
    step_reply: str
    warning: str
    page: str
    day: str
    """How a day is written, as `strftime` takes it."""

    thousands: str


ENGLISH = SheetWords(
    sheet="Licenses",
    title="Balsamiq licenses of {customer}",
    sender="Balsamiq Sales, {day}",
    sample=SAMPLE,
    headings=(
        "License key",
        "Product",
        "Licensed for",
        "Your server",
        "Upgrade needed",
        "Your consent",
        "We still need",
    ),
    product="Wireframes for {product}",
    editors="{count} editors",
    users="{count} users",
    unlimited="Unlimited",
    cloud="Cloud",
    upgrade="From {from} to {to} users",
    upgrade_to_unlimited="From {from} users to unlimited",
    no_upgrade="No",
    agreed="Given",
    not_agreed="Needed",
    nothing="Nothing",
    moved="Nothing: it has moved to Marketplace ({sen})",
    plan_runs="Nothing. Your free plan runs until {day}; subscribe before then at {link}",
    plan_ended="Nothing. Your free plan ended on {day}; subscribe at {link}",
    expired="Nothing. Its maintenance has expired; start a new subscription at {link}",
    missing={
        Item.HOSTING: "Where it runs (Server, Data Center or Cloud)",
        Item.EDITORS: "Number of editors it was bought for",
        Item.HOST_TIER: "User tier of your server",
        Item.SERVER_CONFIRMED: "Confirmation of your own server",
        Item.MATCH_AGREED: "Your consent",
        Item.MYATLASSIAN_EMAIL: "myAtlassian email",
        Item.HOLDER_NAME: "Account holder's name",
        Item.COMPANY: "Name of your organization",
        Item.ADDRESS: "Address with country",
    },
    steps_title="What happens next",
    step_missing="Please check this list and send us what the last column asks for.",
    step_upgrade="Please confirm the upgrades: on Marketplace, a license must be at least as large as your server.",
    step_reply="Reply to the email that this list came with. We then send the new licenses to your myAtlassian account "
    "and email you their Support Entitlement Numbers (SEN).",
    warning="Please do not install a new Marketplace key until the license has been upgraded to match your server: a smaller "
    "key replaces the Balsamiq key that works today.",
    page="Page &P of &N",
    day="%-d %b %Y",
    thousands=",",
)

GERMAN = SheetWords(
    sheet="Lizenzen",
    title="Balsamiq-Lizenzen von {customer}",
    sender="Balsamiq Sales, {day}",
    sample="Beispieldaten: Alle Lizenzen und Kunden hier sind erfunden.",
    headings=(
        "Lizenzschlüssel",
        "Produkt",
        "Lizenziert für",
        "Ihr Server",
        "Upgrade nötig",
        "Ihre Zustimmung",
        "Das brauchen wir noch",
    ),
    product="Wireframes für {product}",
    editors="{count} Bearbeiter",
    users="{count} Benutzer",
    unlimited="Unbegrenzt",
    cloud="Cloud",
    upgrade="Von {from} auf {to} Benutzer",
    upgrade_to_unlimited="Von {from} Benutzern auf unbegrenzt",
    no_upgrade="Nein",
    agreed="Erteilt",
    not_agreed="Noch nötig",
    nothing="Nichts",
    moved="Nichts: ist bereits zum Marketplace umgezogen ({sen})",
    plan_runs="Nichts. Ihr kostenloser Plan läuft bis {day}; abonnieren Sie vorher: {link}",
    plan_ended="Nichts. Ihr kostenloser Plan endete am {day}; ein Abonnement gibt es unter {link}",
    expired="Nichts. Die Wartung ist abgelaufen; ein neues Abonnement gibt es unter {link}",
    missing={
        Item.HOSTING: "Wo es läuft (Server, Data Center oder Cloud)",
        Item.EDITORS: "Zahl der gekauften Bearbeiter",
        Item.HOST_TIER: "Benutzerstufe Ihres Servers",
        Item.SERVER_CONFIRMED: "Bestätigung des eigenen Servers",
        Item.MATCH_AGREED: "Ihre Zustimmung",
        Item.MYATLASSIAN_EMAIL: "myAtlassian-E-Mail",
        Item.HOLDER_NAME: "Name des Kontoinhabers",
        Item.COMPANY: "Name Ihrer Organisation",
        Item.ADDRESS: "Anschrift mit Land",
    },
    steps_title="So geht es weiter",
    step_missing="Bitte prüfen Sie diese Liste und senden Sie uns, was in der letzten Spalte steht.",
    step_upgrade="Bitte bestätigen Sie die Upgrades: Auf dem Marketplace muss eine Lizenz mindestens so groß sein wie Ihr Server.",
    step_reply="Antworten Sie einfach auf die E-Mail zu dieser Liste. Danach senden wir die neuen Lizenzen an Ihr "
    "myAtlassian-Konto und Ihnen die Support Entitlement Numbers (SEN) per E-Mail.",
    warning="Bitte installieren Sie einen neuen Marketplace-Schlüssel erst, wenn die Lizenz auf die Größe Ihres Servers erweitert "
    "wurde: Ein kleinerer Schlüssel ersetzt den Balsamiq-Schlüssel, der heute funktioniert.",
    page="Seite &P von &N",
    day="%d.%m.%Y",
    thousands=".",
)

FRENCH = SheetWords(
    sheet="Licences",
    title="Licences Balsamiq de {customer}",
    sender="Balsamiq Sales, le {day}",
    sample="Données d'exemple : toutes les licences et tous les clients de cette liste sont inventés.",
    headings=(
        "Clé de licence",
        "Produit",
        "Prévue pour",
        "Votre serveur",
        "Mise à niveau",
        "Votre accord",
        "Il nous manque encore",
    ),
    product="Wireframes pour {product}",
    editors="{count} éditeurs",
    users="{count} utilisateurs",
    unlimited="Illimité",
    cloud="Cloud",
    upgrade="De {from} à {to} utilisateurs",
    upgrade_to_unlimited="De {from} utilisateurs à un nombre illimité",
    no_upgrade="Non",
    agreed="Donné",
    not_agreed="À donner",
    nothing="Rien",
    moved="Rien : déjà transférée vers le Marketplace ({sen})",
    plan_runs="Rien. Votre offre gratuite court jusqu'au {day} ; abonnez-vous avant sur {link}",
    plan_ended="Rien. Votre offre gratuite a pris fin le {day} ; abonnez-vous sur {link}",
    expired="Rien. La maintenance a expiré ; souscrivez un nouvel abonnement sur {link}",
    missing={
        Item.HOSTING: "Où elle est utilisée (Server, Data Center ou Cloud)",
        Item.EDITORS: "Nombre d'éditeurs achetés",
        Item.HOST_TIER: "Niveau d'utilisateurs de votre serveur",
        Item.SERVER_CONFIRMED: "Confirmation de votre propre serveur",
        Item.MATCH_AGREED: "Votre accord",
        Item.MYATLASSIAN_EMAIL: "E-mail myAtlassian",
        Item.HOLDER_NAME: "Nom du titulaire du compte",
        Item.COMPANY: "Nom de votre organisation",
        Item.ADDRESS: "Adresse avec le pays",
    },
    steps_title="La suite",
    step_missing="Merci de vérifier cette liste et de nous envoyer ce que demande la dernière colonne.",
    step_upgrade="Merci de confirmer les mises à niveau : sur le Marketplace, une licence doit être au moins aussi grande que votre "
    "serveur.",
    step_reply="Répondez à l'e-mail qui accompagne cette liste. Nous enverrons ensuite les nouvelles licences à votre compte "
    "myAtlassian et vous communiquerons par e-mail leurs Support Entitlement Numbers (SEN).",
    warning="N'installez pas de nouvelle clé Marketplace avant que la licence ait été mise à niveau selon votre serveur : une clé "
    "plus petite remplace la clé Balsamiq qui fonctionne aujourd'hui.",
    page="Page &P sur &N",
    day="%d/%m/%Y",
    thousands="\u00a0",
)

SPANISH = SheetWords(
    sheet="Licencias",
    title="Licencias de Balsamiq de {customer}",
    sender="Balsamiq Sales, {day}",
    sample="Datos de ejemplo: todas las licencias y todos los clientes de esta lista son inventados.",
    headings=(
        "Clave de licencia",
        "Producto",
        "Licencia para",
        "Su servidor",
        "Ampliación necesaria",
        "Su conformidad",
        "Aún necesitamos",
    ),
    product="Wireframes para {product}",
    editors="{count} editores",
    users="{count} usuarios",
    unlimited="Ilimitados",
    cloud="Cloud",
    upgrade="De {from} a {to} usuarios",
    upgrade_to_unlimited="De {from} usuarios a ilimitados",
    no_upgrade="No",
    agreed="Dada",
    not_agreed="Pendiente",
    nothing="Nada",
    moved="Nada: ya se ha trasladado a Marketplace ({sen})",
    plan_runs="Nada. Su plan gratuito dura hasta el {day}; suscríbase antes en {link}",
    plan_ended="Nada. Su plan gratuito terminó el {day}; puede suscribirse en {link}",
    expired="Nada. El mantenimiento ha vencido; contrate una nueva suscripción en {link}",
    missing={
        Item.HOSTING: "Dónde se usa (Server, Data Center o Cloud)",
        Item.EDITORS: "Número de editores comprados",
        Item.HOST_TIER: "Nivel de usuarios de su servidor",
        Item.SERVER_CONFIRMED: "Confirmación del servidor propio",
        Item.MATCH_AGREED: "Su conformidad",
        Item.MYATLASSIAN_EMAIL: "Correo de myAtlassian",
        Item.HOLDER_NAME: "Nombre del titular de la cuenta",
        Item.COMPANY: "Nombre de su organización",
        Item.ADDRESS: "Dirección con país",
    },
    steps_title="Próximos pasos",
    step_missing="Por favor, revise esta lista y envíenos lo que pide la última columna.",
    step_upgrade="Por favor, confirme las ampliaciones: en Marketplace, una licencia debe ser al menos tan grande como su servidor.",
    step_reply="Responda al correo que acompaña a esta lista. Después enviaremos las nuevas licencias a su cuenta de myAtlassian y, por "
    "correo, sus Support Entitlement Numbers (SEN).",
    warning="Por favor, no instale una clave nueva de Marketplace hasta que la licencia se haya ampliado al tamaño de su servidor: una "
    "clave menor sustituye a la clave de Balsamiq que hoy funciona.",
    page="Página &P de &N",
    day="%d/%m/%Y",
    thousands=".",
)

WORDS: Mapping[Language, SheetWords] = {
    Language.ENGLISH: ENGLISH,
    Language.GERMAN: GERMAN,
    Language.FRENCH: FRENCH,
    Language.SPANISH: SPANISH,
}
