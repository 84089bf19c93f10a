"""Customers' answers by email as they come, and what each of them says."""

from dataclasses import dataclass, field
from typing import Any

ALL = {
    "server_confirmed": True,
    "match_agreed": True,
    "license_key": ("BMQ-1",),
    "myatlassian_email": "it@acme.example",
    "holder_first_name": "Ada",
    "holder_last_name": "Example",
    "company": "Acme GmbH",
    "address": "Hauptstr. 1, 80331 München",
    "country": "DE",
    "expert_email": "eva@partner.example",
}
"""What a complete answer says."""


@dataclass(frozen=True, slots=True)
class Case:
    """A mail, the values that it says by field (license keys as a tuple, what is said twice as a list), the items that
    cannot be read, the lines of it, not quoted, that answer nothing, and the items left unanswered."""

    text: str
    says: dict[str, Any]
    unclear: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    contradicting: tuple[str, ...] = field(default=())


CASES = {
    "the article's mail, filled in": Case(
        """By sending this message I confirm:

I am using my Balsamiq plugin license on my server (not on Atlassian Cloud) and I acknowledge that once my license is transferred to Atlassian Marketplace, it will be required to match my server levels.

The information you requested is below:

1. My License Key: BMQ-1
2. The email address for the myAtlassian account for the license: it@acme.example
3. The first and last name of the holder of the myAtlassian account Ada Example
4. The organization (company) name for the License: Acme GmbH
5. The organization's full address (including country): Hauptstr. 1, 80331 München, Germany
6. If applicable, the email address of my Atlassian Expert: eva@partner.example

Thanks,
Ada""",
        ALL,
        unread=("By sending this message I confirm:", "The information you requested is below:", "Thanks,", "Ada"),
    ),
    "the article's list with answers behind": Case(
        """*   Confirm you are using your license on your Server - yes
*   Confirm you agree to **match** your Balsamiq number of users to your Confluence and/or Jira server users - yes
*   The License Key you wish to migrate - BMQ-1
*   The email address for the myAtlassian account the license should be sent to (this is very important to be accurate) - it@acme.example
*   The first and last name of the holder of the myAtlassian account - Ada Example
*   The organization (company) name for the License - Acme GmbH
*   The organization's full address (including country) - Hauptstr. 1, 80331 München, Germany
*   If applicable, the email address of your Atlassian Expert - n/a""",
        {**ALL, "expert_email": ""},
    ),
    "answers below quoted questions": Case(
        """Hi Sam,

see my answers below.

> 1. Do you confirm that you use the license on your own server, not on Atlassian
> Cloud?
Yes, it runs on our own server, not on Atlassian Cloud.
> 2. Do you agree that on Marketplace the license must match the user tier of
> your server?
We agree.
> 3. License key:
BMQ-1
> 4. The email address of your myAtlassian account (please check every letter):

it@acme.example

> 5. First and last name of the holder of that account:
Ada Example
> 6. The name of your organization:
Acme GmbH
> 7. Its full address with the country:
Hauptstr. 1
80331 München
Germany
> 8. The email address of your Atlassian Expert, if you have one:
eva@partner.example

Kind regards
Ada Example
--
Acme GmbH | Hauptstr. 1 | Tel. +49 89 123""",
        ALL,
        unread=(
            "Hi Sam,",
            "see my answers below.",
            "Kind regards",
            "Ada Example",
            "--",
            "Acme GmbH | Hauptstr. 1 | Tel. +49 89 123",
        ),
    ),
    "numbers above, the questions quoted beneath": Case(
        """1. yes
2. yes
3. it@acme.example
4. EXAMPLE Ada
5. Acme GmbH
6. Hauptstr. 1, 80331 München, Germany
7. none

On Mon, 2 May 2016 at 10:00, Balsamiq Sales <sales@balsamiq.example> wrote:
> To go on, we need from you:
>
> 1. Do you confirm that you use the license on your own server, not on Atlassian Cloud?
> 2. Do you agree that on Marketplace the license must match the user tier of your server?
> 3. The email address of your myAtlassian account (please check every letter):
> 4. First and last name of the holder of that account:
> 5. The name of your organization:
> 6. Its full address with the country:
> 7. The email address of your Atlassian Expert, if you have one:
>
> Once we have checked your answer, we send the new license to that account and tell you its number (SEN) by email.
>
> Kind regards
> Balsamiq Sales""",
        {
            **{name: value for name, value in ALL.items() if name != "license_key"},
            "holder_last_name": "EXAMPLE",
            "expert_email": "",
        },
        unread=("On Mon, 2 May 2016 at 10:00, Balsamiq Sales <sales@balsamiq.example> wrote:",),
    ),
    "eight numbers and nothing else": Case(
        "1) yes\n2) ok\n3) BMQ-1\n4) it@acme.example\n5) Ada Example\n6) Acme GmbH\n7) Hauptstr. 1, 80331 München, Germany\n8) eva@partner.example",
        ALL,
    ),
    "six numbers as in the article": Case(
        "1. BMQ-1\n2. it@acme.example\n3. Ada Example\n4. Acme GmbH\n5. Hauptstr. 1\n80331 München\nGermany\n6. -",
        {
            **{name: value for name, value in ALL.items() if name not in ("server_confirmed", "match_agreed")},
            "expert_email": "",
        },
    ),
    "numbers that may mean anything": Case(
        "1. BMQ-1\n2. Acme GmbH\n3. yes", {}, unread=("1. BMQ-1", "2. Acme GmbH", "3. yes")
    ),
    "labels in any order": Case(
        """Company: Acme GmbH
License key: BMQ-1
Agrees to match: yes
On server: yes
First name: Ada
Last name: Example
Address: Hauptstr. 1, 80331 München
Country: Germany
myAtlassian account: it@acme.example
Atlassian Expert: eva@partner.example""",
        {**ALL, "address": "Hauptstr. 1, 80331 München"},
        unclear=("address",),
    ),
    "several keys in one answer": Case(
        "License keys: BMQ-1 (Confluence), BMQ-2 for Jira and eJzz0+/x==\nOrganization: Acme GmbH",
        {"license_key": ("BMQ-1", "BMQ-2", "eJzz0+/x=="), "company": "Acme GmbH"},
    ),
    "several keys, each on a line": Case(
        "The license keys:\n- BMQ-1\n- Jira: BMQ-2\nThanks",
        {"license_key": ("BMQ-1", "BMQ-2")},
        unread=("Thanks",),
    ),
    "a mail stripped of HTML": Case(
        '<div><b>License key:</b>&nbsp;BMQ-1</div><div>myAtlassian email: <a href="mailto:it@acme.example">it@acme.example</a></div>'
        "<p>Organization:&nbsp;Smith &amp; Sons<br/>Name of the account holder: Ada Example</p>",
        {
            "license_key": ("BMQ-1",),
            "myatlassian_email": "it@acme.example",
            "company": "Smith & Sons",
            "holder_first_name": "Ada",
            "holder_last_name": "Example",
        },
    ),
    "a table": Case(
        "| License key | BMQ-1 |\n| Company | Acme GmbH |\nmyAtlassian email\tit@acme.example<mailto:it@acme.example>",
        {"license_key": ("BMQ-1",), "company": "Acme GmbH", "myatlassian_email": "it@acme.example"},
    ),
    "labels above their answers": Case(
        "License key\nBMQ-1\n\nOrganization\n\nAcme GmbH\n\nEmail of the myAtlassian account\n\nit@acme.example",
        {"license_key": ("BMQ-1",), "company": "Acme GmbH", "myatlassian_email": "it@acme.example"},
    ),
    "sentences": Case(
        "Hello,\nour license key is BMQ-1. \nWe confirm that we use it on our own server.\nThe company name is Acme GmbH\nBest regards",
        {"license_key": ("BMQ-1",), "server_confirmed": True, "company": "Acme GmbH"},
        unread=("Hello,", "Best regards"),
    ),
    "a refusal, a condition and a doubt": Case(
        """> 1. Do you confirm that you use the license on your own server, not on Atlassian Cloud?
Yes, but not on all of them
> 2. Do you agree that on Marketplace the license must match the user tier of your server?
Only if it costs nothing
> 3. Where does the plugin run: on Server, Data Center or Cloud?
Data Center
> 4. For how many editors was the license bought?
about fifty
> 5. What is the user tier of your Confluence or Jira server?
2,000 users""",
        {"hosting": "data_center", "host_tier": 2000},
        unclear=("server_confirmed", "match_agreed", "editors"),
    ),
    "an answer twice and differently": Case(
        "License key: BMQ-1\nCompany: Acme GmbH\n\nCompany: Acme Group\nmyAtlassian email: it@acme.example\nmyAtlassian email: it@ACME.example",
        {"license_key": ("BMQ-1",), "company": ["Acme GmbH", "Acme Group"], "myatlassian_email": "it@acme.example"},
        contradicting=("company",),
    ),
    "an older answer quoted below": Case(
        "License key: BMQ-1\nCompany: Acme GmbH\n\n> Company: Acme Group\n> myAtlassian email: old@acme.example",
        {"license_key": ("BMQ-1",), "company": "Acme GmbH"},
        unanswered=("myatlassian_email",),
    ),
    "numbers that count nothing": Case(
        "Full address:\n12. Street 5\n10115 Berlin\nGermany\nNumber of editors:\n10.\n\nUser tier: 1) 100",
        {"address": "12. Street 5, 10115 Berlin", "country": "DE", "editors": 10},
        unclear=("host_tier",),
    ),
    "answers beneath bare numbers": Case(
        "1)\nyes\n2)\nno\n3)\nBMQ-1\n> 1. Confirm you are using your license on your Server\n> 2. You agree to match:\n> 3. License key:",
        {"server_confirmed": True, "match_agreed": False, "license_key": ("BMQ-1",)},
    ),
    "an older mail beneath without marks": Case(
        """1. Yes
2. it@acme.example
3. Acme GmbH

-----Original Message-----
From: Balsamiq Sales
Dear Ada,
- BMQ-1, Wireframes for Confluence: must grow from 10 users to 100 users
To go on, we need from you:

1. Do you agree that on Marketplace the license must match the user tier of your server?
2. The email address of your myAtlassian account (please check every letter):
3. The name of your organization:

Once we have checked your answer, we send the new license to that account and tell you its number (SEN) by email.
""",
        {"match_agreed": True, "myatlassian_email": "it@acme.example", "company": "Acme GmbH"},
        unread=(
            "-----Original Message-----",
            "From: Balsamiq Sales",
            "Dear Ada,",
            "- BMQ-1, Wireframes for Confluence: must grow from 10 users to 100 users",
            "To go on, we need from you:",
            "Once we have checked your answer, we send the new license to that account and tell you its number (SEN) by email.",
        ),
    ),
    "nothing to find": Case(
        "Dear Sam,\n\nthank you for your mail. We will come back to you next week.\n\nBest regards\nAda",
        {},
        unread=("Dear Sam,", "thank you for your mail.", "We will come back to you next week.", "Best regards", "Ada"),
    ),
    "unreadable answers": Case(
        """License key: 1.23E+11
myAtlassian email: it at acme dot com
Account holder name: Ana María García López
Address: Main Street 1, San Francisco, CA
Expert email: a@x.example, b@y.example
Company: n/a""",
        {"address": "Main Street 1, San Francisco, CA"},
        unclear=("license_key", "myatlassian_email", "holder_name", "company", "address", "expert_email"),
    ),
    "a German answer to the letter": Case(
        """Guten Tag,\r
\r
> 1. Bestätigen Sie, dass Sie die Lizenz auf Ihrem eigenen Server nutzen, nicht in der Atlassian Cloud?\r
Ja, das bestätigen wir.\r
> 2. Sind Sie einverstanden, dass die Lizenz auf dem Marketplace der Benutzerstufe Ihres Servers entsprechen muss?\r
Einverstanden\r
> 3. Die E-Mail-Adresse Ihres myAtlassian-Kontos (bitte prüfen Sie jeden Buchstaben):\r
it@acme.example\r
> 4. Vor- und Nachname der Person, der dieses Konto gehört:\r
Frau Ada Example\r
> 5. Der Name Ihrer Organisation:\r
Acme GmbH\r
> 6. Deren vollständige Anschrift mit Land:\r
Hauptstr. 1\r
80331 München\r
Deutschland\r
> 7. Die E-Mail-Adresse Ihres Atlassian Expert, falls Sie einen haben:\r
keinen\r
\r
Mit freundlichen Grüßen\r
Ada Example""",
        {**{name: value for name, value in ALL.items() if name != "license_key"}, "expert_email": ""},
        unread=("Guten Tag,", "Mit freundlichen Grüßen", "Ada Example"),
    ),
    "German labels": Case(
        """Lizenzschlüssel: BMQ-1
myAtlassian-Konto: it@acme.example
Name des Kontoinhabers: Ada Example
Firma: Acme GmbH
Anschrift: Hauptstr. 1, 80331 München, Deutschland
Server bestätigt: ja
Stimmt der Angleichung zu: ja
Atlassian-Experte: eva@partner.example""",
        ALL,
    ),
    "German sentences": Case(
        "Hiermit bestätigen wir, dass wir die Lizenz auf unserem eigenen Server nutzen.\n"
        "Wir sind nicht einverstanden, dass die Lizenz der Benutzerstufe entsprechen muss.\nUnser Lizenzschlüssel lautet BMQ-1",
        {"server_confirmed": True, "match_agreed": False, "license_key": ("BMQ-1",)},
    ),
    "German questions, none answered": Case(
        "> Der Name Ihrer Organisation:\n> Deren vollständige Anschrift mit Land:\nMelde mich nächste Woche dazu, bitte um etwas Geduld!\n\nGruß",
        {},
        unclear=("address",),
        unread=("Gruß",),
        unanswered=("company",),
    ),
    "a French answer to the letter": Case(
        """Bonjour,

1. Confirmez-vous que vous utilisez la licence sur votre propre serveur, et non sur Atlassian Cloud ?
Oui, nous confirmons.
2. Acceptez-vous que, sur le Marketplace, la licence doive correspondre au niveau d'utilisateurs de votre serveur ?
D'accord
3. L'adresse e-mail de votre compte myAtlassian (merci de vérifier chaque lettre) : it@acme.example
4. Le prénom et le nom du titulaire de ce compte : Ada EXAMPLE
5. Le nom de votre organisation : Acme GmbH
6. Son adresse complète avec le pays : Hauptstr. 1, 80331 München, Allemagne
7. L'adresse e-mail de votre Atlassian Expert, si vous en avez un : aucun

Cordialement,
Ada""",
        {
            **{name: value for name, value in ALL.items() if name != "license_key"},
            "holder_last_name": "EXAMPLE",
            "expert_email": "",
        },
        unread=("Bonjour,", "Cordialement,", "Ada"),
    ),
    "French labels with hard spaces": Case(
        "Clé de licence\u00a0: BMQ-1\nSociété\u00a0: Acme GmbH\nCompte myAtlassian\u00a0: it@acme.example\nPrénom et nom\u202f: Ada Example\n"
        "Adresse complète\u00a0: Hauptstr. 1 ; 80331 München ; Allemagne\nE-mail de l'expert\u00a0: eva@partner.example",
        {
            **{name: value for name, value in ALL.items() if name not in ("server_confirmed", "match_agreed")},
            "address": "Hauptstr. 1 ; 80331 München",
        },
    ),
    "a French refusal": Case(
        "Nous n'acceptons pas que la licence corresponde au niveau du serveur.\nClé : BMQ-1\nAdresse : 1 rue de Rivoli, 75001 Paris France",
        {"match_agreed": False, "license_key": ("BMQ-1",), "address": "1 rue de Rivoli, 75001 Paris France"},
        unclear=("address",),
    ),
    "a Spanish answer to the letter, quoted twice": Case(
        """Hola:

>> 1. ¿Confirma que usa la licencia en su propio servidor y no en Atlassian Cloud?
> Sí, confirmamos
>> 2. ¿Acepta que en Marketplace la licencia deba corresponder al nivel de usuarios de su servidor?
> De acuerdo.
>> 3. La dirección de correo de su cuenta de myAtlassian (por favor, compruebe cada letra):
> it@acme.example
>> 4. Nombre y apellidos del titular de esa cuenta:
> Ada Example
>> 5. El nombre de su organización:
> Acme GmbH
>> 6. Su dirección completa con el país:
> Hauptstr. 1, 80331 München, Alemania
>> 7. La dirección de correo de su Atlassian Expert, si lo tiene:
> No tenemos

Un cordial saludo""",
        {**{name: value for name, value in ALL.items() if name != "license_key"}, "expert_email": ""},
        unread=("Hola:", "Un cordial saludo"),
    ),
    "Spanish labels": Case(
        "Clave de licencia: BMQ-1\nEmpresa: Acme GmbH\nNombre y apellidos: Example, Ada\nCorreo de myAtlassian: it@acme.example\n"
        "Dirección: Hauptstr. 1, 80331 München, Alemania\nConfirmamos que usamos la licencia en nuestro propio servidor y no en Atlassian Cloud.\n"
        "Aceptamos que la licencia deba corresponder al nivel de nuestro servidor\nCorreo del experto: eva@partner.example",
        ALL,
    ),
    "an answer about one license of two": Case(
        "> 1. The name of your organization: [for BMQ-1]\nAcme GmbH\n> 2. The email address of your myAtlassian account (please check every letter):\nit@acme.example",
        {"company": "Acme GmbH", "myatlassian_email": "it@acme.example"},
    ),
    "another person's mail above": Case(
        """From: Ada Example <ada@acme.example>
Sent: Monday, 2 May 2016 10:00
To: Balsamiq Sales
Subject: RE: Your Balsamiq licenses

**License key**: BMQ-1
__________________
Company: Acme GmbH""",
        {"license_key": ("BMQ-1",), "company": "Acme GmbH"},
        unread=(
            "From: Ada Example <ada@acme.example>",
            "Sent: Monday, 2 May 2016 10:00",
            "To: Balsamiq Sales",
            "Subject: RE: Your Balsamiq licenses",
            "__________________",
        ),
    ),
    "an older answer beneath, without marks": Case(
        """Sorry, the account was wrong.
myAtlassian email: new@acme.example

Von: Balsamiq Sales <sales@balsamiq.example>
Gesendet: Dienstag, 3. Mai 2016 10:00
An: Ada
Betreff: AW: Lizenzen

Thank you. Is the account right?

Von: Ada Example <ada@acme.example>
Gesendet: Montag, 2. Mai 2016 10:00
An: Balsamiq Sales
Betreff: AW: Lizenzen

myAtlassian email: old@acme.example
Company: Acme GmbH""",
        {"myatlassian_email": "new@acme.example"},
        unread=(
            "Sorry, the account was wrong.",
            "Von: Balsamiq Sales <sales@balsamiq.example>",
            "Gesendet: Dienstag, 3. Mai 2016 10:00",
            "An: Ada",
            "Betreff: AW: Lizenzen",
            "Thank you. Is the account right?",
        ),
        unanswered=("company",),
    ),
    "answers between the lines of our letter, without marks": Case(
        """My answers are between your lines.

-----Original Message-----
From: Balsamiq Sales
Sent: Monday, 2 May 2016 10:00
To: Ada

1. Do you agree that on Marketplace the license must match the user tier of your server?
Yes
2. The name of your organization:
Acme GmbH""",
        {"match_agreed": True, "company": "Acme GmbH"},
        unread=(
            "My answers are between your lines.",
            "-----Original Message-----",
            "From: Balsamiq Sales",
            "Sent: Monday, 2 May 2016 10:00",
            "To: Ada",
        ),
    ),
    "sentences that a mail program broke into lines": Case(
        """Dear Sam,

we hereby confirm that our license is installed on our own server, and that we agree to
match the user tier. Please send the license to our myAtlassian account it@acme.example. The holder
of that account is Ada Example. We do not have an Atlassian Expert. Our company is Acme GmbH, Hauptstr. 1, Berlin.

We agree to match the level of our server with all licenses that we have. But only if
it costs nothing.""",
        {
            "server_confirmed": True,
            "match_agreed": True,
            "myatlassian_email": "it@acme.example",
            "holder_first_name": "Ada",
            "holder_last_name": "Example",
            "expert_email": "",
        },
        unclear=("company",),
        unread=(
            "Dear Sam,",
            "We agree to match the level of our server with all licenses that we have. But only if it costs nothing.",
        ),
    ),
    "labels that sound like statements": Case(
        "We use it on our own server:\nOn Azure\n\nWe agree to match the tier:\nNot before the next budget",
        {},
        unclear=("server_confirmed", "match_agreed"),
    ),
    "answers that the next line limits": Case(
        """> 1. Do you agree that on Marketplace the license must match the user tier of your server?
Yes
Not for the Jira one, though.
> 2. The name of your organization:
Acme GmbH

But ask my boss first.
> 3. Its full address with the country:
No. 5, Jalan Example
50450 Kuala Lumpur
Malaysia
We confirm that we use it on our own server.
But not much longer.""",
        {"address": "No. 5, Jalan Example, 50450 Kuala Lumpur", "country": "MY"},
        unclear=("match_agreed", "company", "server_confirmed"),
    ),
    "numbers on one line": Case(
        "1. yes, 2. no, 3. BMQ-1, 4. it@acme.example, 5. Ada Example, 6. Acme GmbH, 7. Hauptstr. 1, 80331 München, Germany 8. none",
        {**ALL, "match_agreed": False, "expert_email": ""},
    ),
    "answers typed behind the quoted questions": Case(
        """My answers are between your lines, as you asked.

On Monday, 2 May 2016 at 10:00, Balsamiq Sales wrote:
> 1. Do you agree that on Marketplace the license must match the user tier of your server? Yes
> 2. The email address of your myAtlassian account (please check every letter): it@acme.example
> Company: Acme Group
>> 3. The name of your organization: Acme Inc""",
        {"match_agreed": True, "myatlassian_email": "it@acme.example"},
        unread=(
            "My answers are between your lines, as you asked.",
            "On Monday, 2 May 2016 at 10:00, Balsamiq Sales wrote:",
        ),
        unanswered=("company",),
    ),
    "a signature with labels": Case(
        """License key: BMQ-1
Address: Hauptstr. 1
80331 München
Germany
Tel.: +49 89 123

Kind regards
Bo Kurz
Company: Acme Holdings SE
Address: Other Street 9, 10115 Berlin, Germany
Email: bo@acme.example""",
        {"license_key": ("BMQ-1",), "address": "Hauptstr. 1, 80331 München", "country": "DE"},
        unread=(
            "Tel.: +49 89 123",
            "Kind regards",
            "Bo Kurz",
            "Company: Acme Holdings SE",
            "Address: Other Street 9, 10115 Berlin, Germany",
            "Email: bo@acme.example",
        ),
    ),
    "a forwarded mail": Case(
        """FYI

---------- Forwarded message ---------
From: Ada Example <ada@acme.example>
Date: Mon, 2 May 2016 at 10:00
Subject: Re: licenses

Company: Acme GmbH

On Sun, 1 May 2016 at 10:00, Ada Example <ada@acme.example> wrote:
Company: Acme Group""",
        {"company": "Acme GmbH"},
        unread=(
            "FYI",
            "---------- Forwarded message ---------",
            "From: Ada Example <ada@acme.example>",
            "Date: Mon, 2 May 2016 at 10:00",
            "Subject: Re: licenses",
        ),
    ),
}
"""Mails by what they are."""
