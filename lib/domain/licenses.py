"""A legacy license: each column is declared once, for reading, storing, showing and exporting (domain.md §2, §7)."""

from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any

from lib.domain.products import Hosting, Product
from lib.domain.text import bare_words
from lib.domain.tiers import Size


class ColumnKind(StrEnum):
    """What a column holds, and so how its cells are read, stored and written."""

    KEY = "key"
    TEXT = "text"
    SIZE = "size"
    HOST_SIZE = "host_size"
    DATE = "date"
    PRODUCT = "product"
    HOSTING = "hosting"
    YES_NO = "yes_no"
    EMAIL = "email"
    COUNTRY = "country"
    SEN = "sen"


TEXTUAL = frozenset((ColumnKind.KEY, ColumnKind.TEXT, ColumnKind.EMAIL, ColumnKind.COUNTRY, ColumnKind.SEN))
"""Kinds whose values are texts; their blank is an empty text, that of the others is None."""


@dataclass(frozen=True, slots=True)
class LicenseColumn:
    """One field of a license as people and files know it."""

    name: str
    title: str
    kind: ColumnKind
    aliases: tuple[str, ...]
    ambiguous: tuple[str, ...]
    personal: bool


def column(
    title: str, kind: ColumnKind, aliases: str = "", *, ambiguous: str = "", personal: bool = False, default: Any = None
) -> Any:
    """A dataclass field with the header spellings people use, separated by `|`.

    `ambiguous` spellings mean this column only as long as the file has no second size column (domain.md §7).
    """
    metadata = {
        "title": title,
        "kind": kind,
        "aliases": split_spellings(aliases),
        "ambiguous": split_spellings(ambiguous),
        "personal": personal,
    }
    return field(default=default, metadata=metadata)


def split_spellings(text: str) -> tuple[str, ...]:
    """Header spellings separated by `|`."""
    return tuple(text.split("|")) if text else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class License:
    """One license of a legacy export; None or an empty text for a blank."""

    license_key: str = column(
        "License key",
        ColumnKind.KEY,
        "License Key|Key|License|Serial|Serial Number|Licence|Licence Key|licenseKey|license__license_key|Registration Key|Product Key"
        "|Lizenzschlüssel|Lizenz|Schlüssel|Seriennummer|Clé de licence|Clé|Numéro de série|Clave de licencia|Clave|Número de serie"
        "|Chiave di licenza|Numero di serie|Licentiesleutel|ライセンスキー|シリアル番号",
        default="",
    )
    license_name: str = column(
        "License name",
        ColumnKind.TEXT,
        "License Name|Name for License|Licensee|Licensed To|Registered Name|Lizenzname|Lizenznehmer|Nom de licence|Titulaire de la licence"
        "|Nombre de la licencia|Licenciatario|Nome licenza|Intestatario|ライセンス名",
        default="",
    )
    product: Product | None = column(
        "Product",
        ColumnKind.PRODUCT,
        "Product|Product Name|Item|SKU|Plugin|Add-on|App|Application|addOnName|addonName|product__short_code|Produkt|Produktname|Artikel"
        "|Produit|Nom du produit|Article|Producto|Nombre del producto|Prodotto|Nome prodotto|製品|製品名",
    )
    hosting: Hosting | None = column(
        "Hosting",
        ColumnKind.HOSTING,
        "Hosting|Deployment|Deployment Type|Hosting Type|Platform|Environment|Server/Cloud|Bereitstellung|Plattform|Umgebung"
        "|Hébergement|Plateforme|Alojamiento|Plataforma|Entorno|Piattaforma|Ambiente|ホスティング|環境",
    )
    editors: Size | None = column(
        "Editors",
        ColumnKind.SIZE,
        "Editors|Number of Editors|Editor Count|Max Editors|User Count|Seats|Quantity|Qty|Size|License Size|Edition"
        "|Bearbeiter|Anzahl Bearbeiter|Editoren|Anzahl Editoren|Anzahl Benutzer|Benutzeranzahl|Plätze|Menge|Éditeurs|Nombre d'éditeurs"
        "|Nombre d'utilisateurs|Quantité|Editores|Número de editores|Número de usuarios|Cantidad|Editori|Numero di editori|Quantità"
        "|編集者数|エディター数|ユーザー数|数量",
        ambiguous="Users|Tier|Benutzer|Nutzer|Utilisateurs|Usuarios|Utenti",
    )
    license_type: str = column(
        "License type",
        ColumnKind.TEXT,
        "License Type|Type|Pricing|licenseType|Academic|Lizenztyp|Lizenzart|Typ|Type de licence|Tipo de licencia|Tipo"
        "|Tipo di licenza|ライセンスタイプ|ライセンス種別",
        default="",
    )
    host_tier: Size | None = column(
        "Server tier",
        ColumnKind.HOST_SIZE,
        "Atlassian Users|Host Users|Host Tier|Server Users|Server Tier|Server Level|Confluence Users|Jira Users|Confluence Tier|Jira Tier"
        "|Atlassian Tier|Atlassian-Benutzer|Serverstufe|Serverbenutzer|Utilisateurs Atlassian|Niveau du serveur|Usuarios de Atlassian"
        "|Nivel del servidor|Utenti Atlassian|Livello del server|Atlassianユーザー数|サーバーユーザー数",
    )
    purchase_date: date | None = column(
        "Purchase date",
        ColumnKind.DATE,
        "Purchase Date|Order Date|Date|Sale Date|Created|startDate|maintenanceStartDate|Purchased|Purchased On|Kaufdatum|Bestelldatum|Datum"
        "|Date d'achat|Date de commande|Fecha de compra|Fecha de pedido|Fecha|Data di acquisto|Data d'ordine|Data|購入日|注文日",
    )
    maintenance_end: date | None = column(
        "Maintenance ends",
        ColumnKind.DATE,
        "Maintenance Expires|Maintenance Expiration|Maintenance Expiration Date|Maintenance End|Maintenance End Date|Maintenance Ends"
        "|Maintenance Expiry|Maintenance Until|Expiry|Expiry Date|Expiration|Expiration Date|Expires|Renewal Date|Support Until|endDate"
        "|maintenanceEndDate|Wartung bis|Wartungsende|Wartung endet|Ablaufdatum|Läuft ab|Fin de maintenance|Expiration de la maintenance"
        "|Date d'expiration|Fin de mantenimiento|Mantenimiento hasta|Fecha de vencimiento|Fecha de caducidad|Fine manutenzione"
        "|Scadenza manutenzione|Scadenza|保守終了日|保守期限|メンテナンス終了日|有効期限",
    )
    company: str = column(
        "Company",
        ColumnKind.TEXT,
        "Company|Company Name|Organization|Organisation|Organisation Name|Organization Name|Customer|Account|Account Name"
        "|customer__company_name|Firma|Unternehmen|Kunde|Firmenname|Société|Entreprise|Client|Empresa|Compañía|Organización|Cliente"
        "|Azienda|Società|Organizzazione|会社|会社名|組織名|顧客",
        default="",
    )
    contact_name: str = column(
        "Contact name",
        ColumnKind.TEXT,
        "Contact|Contact Name|Name|Full Name|Customer Name|technicalContactName|billingContactName|Ansprechpartner|Kontakt|Kontaktname"
        "|Nom du contact|Nom complet|Contacto|Nombre del contacto|Nombre completo|Contatto|Nome contatto|Nome completo|担当者|担当者名|氏名",
        personal=True,
        default="",
    )
    contact_first_name: str = column(
        "Contact first name",
        ColumnKind.TEXT,
        "First Name|Given Name|Contact First Name|customer__first_name|Vorname|Prénom|Nombre|Nome|名",
        personal=True,
        default="",
    )
    contact_last_name: str = column(
        "Contact last name",
        ColumnKind.TEXT,
        "Last Name|Surname|Family Name|Contact Last Name|customer__last_name|Nachname|Nom|Nom de famille|Apellido|Apellidos|Cognome|姓",
        personal=True,
        default="",
    )
    contact_email: str = column(
        "Contact email",
        ColumnKind.EMAIL,
        "Email|E-mail|Mail|Email Address|E-mail Address|Contact Email|Purchaser Email|technicalContactEmail|billingContactEmail|customer__email"
        "|E-Mail-Adresse|Kontakt-E-Mail|Courriel|Adresse e-mail|Adresse électronique|Correo|Correo electrónico|Indirizzo e-mail"
        "|Posta elettronica|メール|メールアドレス|Eメール",
        personal=True,
        default="",
    )
    address: str = column(
        "Address",
        ColumnKind.TEXT,
        "Address|Full Address|Billing Address|Street|Street Address|technicalContactAddress1|customer__address|Adresse|Anschrift|Straße"
        "|Adresse complète|Dirección|Dirección completa|Calle|Indirizzo|Via|住所",
        personal=True,
        default="",
    )
    country: str = column(
        "Country",
        ColumnKind.COUNTRY,
        "Country|Country Code|technicalContactCountry|isoCountryCode|customer__country|Land|Ländercode|Pays|Code pays|País"
        "|Código de país|Paese|Nazione|国|国名",
        default="",
    )
    reseller: str = column(
        "Reseller",
        ColumnKind.TEXT,
        "Reseller|Reseller Name|Partner|Partner Name|Purchased By|Händler|Wiederverkäufer|Vertriebspartner|Revendeur|Partenaire|Revendedor"
        "|Distribuidor|Rivenditore|販売店|代理店",
        default="",
    )
    myatlassian_email: str = column(
        "myAtlassian email",
        ColumnKind.EMAIL,
        "myAtlassian Email|My Atlassian Email|MyAtlassian Account|MyAtlassian|MAC Email|Atlassian Account Email|Technical Contact Email"
        "|myAtlassian-E-Mail|myAtlassian-Konto|Courriel myAtlassian|Compte myAtlassian|Correo myAtlassian|Cuenta myAtlassian"
        "|E-mail myAtlassian|Account myAtlassian|myAtlassianメール",
        personal=True,
        default="",
    )
    holder_first_name: str = column(
        "Holder first name",
        ColumnKind.TEXT,
        "Holder First Name|myAtlassian First Name|Account Holder First Name|Vorname des Inhabers|Prénom du titulaire|Nombre del titular",
        personal=True,
        default="",
    )
    holder_last_name: str = column(
        "Holder last name",
        ColumnKind.TEXT,
        "Holder Last Name|myAtlassian Last Name|Account Holder Last Name|Nachname des Inhabers|Nom du titulaire|Apellido del titular",
        personal=True,
        default="",
    )
    expert_email: str = column(
        "Expert email",
        ColumnKind.EMAIL,
        "Expert Email|Atlassian Expert|Solution Partner Email|Partner Email|Reseller Email|partnerContactEmail|Experten-E-Mail"
        "|Courriel de l'expert|Correo del experto|E-mail dell'esperto",
        personal=True,
        default="",
    )
    match_agreed: bool | None = column(
        "Consent to match",
        ColumnKind.YES_NO,
        "Agrees to Match|Match Agreed|Match Confirmed|Willing to Upgrade|Upgrade Agreed|Tier Match OK|Stimmt Upgrade zu"
        "|Accepte la mise à niveau|Acepta la actualización|Accetta l'aggiornamento",
    )
    server_confirmed: bool | None = column(
        "Server confirmed",
        ColumnKind.YES_NO,
        "Confirmed Server|Server Confirmed|On Server|Behind the Firewall|Server bestätigt|Serveur confirmé|Servidor confirmado",
    )
    sen: str = column(
        "SEN",
        ColumnKind.SEN,
        "SEN|Support Entitlement Number|Marketplace SEN|licenseId|License SEN|SEN-Nummer|Numéro SEN|Número SEN",
        default="",
    )
    notes: str = column(
        "Notes",
        ColumnKind.TEXT,
        "Notes|Note|Comments|Comment|Remarks|Notizen|Bemerkung|Bemerkungen|Anmerkungen|Remarques|Commentaires|Notas|Comentarios"
        "|Osservazioni|備考|コメント",
        default="",
    )


COLUMNS: dict[str, LicenseColumn] = {f.name: LicenseColumn(name=f.name, **f.metadata) for f in fields(License)}
"""Every column of a license by field name, in reading order."""

SPELLINGS: dict[str, str] = {
    spelling: column.name
    for column in COLUMNS.values()
    for spelling in (column.name, column.title, *column.aliases, *column.ambiguous)
}
"""Field names by every header spelling we know, as it is written."""

HEADINGS: dict[str, str] = {bare_words(spelling): name for spelling, name in SPELLINGS.items()}
"""Field names by the bare words of those spellings."""

AMBIGUOUS_HEADINGS = frozenset(bare_words(text) for column in COLUMNS.values() for text in column.ambiguous)
"""Header spellings that may mean the editors or the host tier (domain.md §7)."""

REQUIRED = ("license_key", "product", "hosting")
"""Fields a file cannot do without; hosting may be part of every product's name (domain.md §7)."""


def field_for_heading(heading: str) -> str | None:
    """The field a column header means, or None; the exact spelling decides before its bare words do."""
    # "Technical Contact Email" and "technicalContactEmail" have the same bare words but come from different exports.
    return SPELLINGS.get(heading.strip()) or HEADINGS.get(bare_words(heading))
