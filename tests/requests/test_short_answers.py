"""Short answers as people write them, in four languages: what they say, and that all others are left to a person."""

import pytest

from lib.requests.replies import Reply, read_reply

AGREEMENT = "Do you agree that on Marketplace the license must match the user tier of your server?"
SERVER = "Do you confirm that you use the license on your own server, not on Atlassian Cloud?"


def texts(block: str) -> tuple[str, ...]:
    """The texts of a block, which separates them by bars."""
    return tuple(" ".join(block.split()).split(" | "))


AGREES = texts(
    """
    Yes | Yes! | Yes, fine | yes fine by us | Fine | That's fine | That is fine with us | OK | Okay | ok for us |
    OK, agreed | Agreed | agreed! | We agree to that | I agree | We do agree | Yes, we do agree | Sure | Sure,
    fine | Of course | Absolutely | Accepted | We accept this | I accept | Confirmed | I confirm | We hereby
    confirm | Yes, I understand and agree | Understood and agreed | Yep | Yeah | Right | That's correct | Correct.
    | Y | y | ✓ | Ja | Ja! | ja, ok | Ja, in Ordnung | In Ordnung | Geht in Ordnung | Passt | Einverstanden | Wir
    stimmen zu | Ich stimme zu | Stimme zu | Wir akzeptieren das | Selbstverständlich | Natürlich | Gerne | Ja,
    gern | klar | Oui | oui ! | D'accord | Nous sommes d'accord | Entendu | C'est d'accord | Tout à fait | Bien
    sûr | Nous acceptons | J'accepte | Je confirme | Sí | Si, claro | Claro | De acuerdo | Estamos de acuerdo |
    Aceptamos | Acepto | Confirmo | Por supuesto | Vale | Correcto
    """
)
"""Answers that agree to match."""

DECLINES = texts(
    """
    No | No. | NO! | Nope | no thanks | No thank you | No, sorry | Sorry, no | Unfortunately no | Unfortunately
    not | We do not agree | I don't agree | No, we don't agree | We cannot agree to that | We decline | I decline
    | We refuse | No, we refuse | we won't accept that | We do not accept | No, we do not want that | We don't
    want to | Nein | Nein! | nein danke | Leider nein | Leider nicht | Wir sind nicht einverstanden | Nein, sind
    wir nicht | Wir stimmen nicht zu | Wir lehnen das ab | Ich lehne ab | Das wollen wir nicht | Non | non merci |
    Malheureusement non | Nous refusons | Nous ne sommes pas d'accord | Je ne suis pas d'accord | Nous n'acceptons
    pas | Je n'accepte pas | Non, désolé | No, gracias | No aceptamos | No acepto | No estamos de acuerdo | No
    estoy de acuerdo | Rechazamos | Lo siento, no | Lamentablemente no | No queremos
    """
)
"""Answers that decline to match."""

NEITHER = texts(
    """
    Yes (subject to approval) | Yes, provided that the price stays | Yes, as long as it is free | Yes - see my comment
    | Oui (sous réserve) | oui, à condition que le prix reste | Ja, vorausgesetzt der Preis bleibt | Ja, vorbehaltlich der
    Freigabe | sí, siempre que no cueste nada | Let's say yes | no, but yes | agreed (Jira), declined (Confluence) |
    No issue | No issues at all | Not an issue | No problemo | No prob | np | No complaints | No concerns | We
    have no concerns | None whatsoever | no big deal | No need to ask | no question about it | No doubt | Nothing
    to object | not opposed | We are not against it | I wouldn't object | cannot complain | can't see why not | Do
    we have a choice? | We would not mind | I don't see a problem | I do not see any problem with that | not that
    I know | Not known | Not decided | not decided yet | No decision yet | No answer yet | No clue | No comment |
    Not applicable | n/a | N/A | not relevant | Not really sure | I am not sure what you mean | Not sure what this
    means | I do not understand the question | We do not understand | don't understand | Doesn't matter | does not
    matter to us | Do not care | whatever | Don't worry | Do not hesitate to proceed | Why wouldn't we | not only
    do we agree | No, not at all a problem | No, we have nothing against it | No, that's fine | no, go ahead | No
    no, all good | Not at all | I have no idea | not now | Not this year | Never say never | Never thought about
    that | We never had that many users | We do not have that many users | We don't have 100 users | We do not
    need more users | we only have 10 users | There is no budget right now | no budget | Our budget does not allow
    it this year | It is too expensive | Not my decision | I'm not the right person | I cannot decide that | Not
    me | Please ask my boss | ask Bob | Tell me more | How much? | how much would it be | Is there a discount | If
    possible | Perhaps | we will see | We'll see | We will check | Will let you know | I'll come back to you |
    pending approval | Awaiting approval | on hold | In principle yes | Generally yes | Yes? | yes and no | Yes/No
    | yes/no | Y/N | [ ] yes [ ] no | ( ) Yes (x) No | Yes [x] No [ ] | ja / nein | x | ? | ... | - | see above |
    as discussed | As per phone call | OK? | Really? | Maybe yes | Could be | Should be OK | Should be fine | I
    guess so | I suppose | I think so | Presumably | Hopefully | sort of | kind of | more or less | 50/50 | don't
    ask | Don't you know that? | No, thanks for asking, we agree | We do not refuse | We don't decline | we are
    not refusing | We do not disagree | I don't disagree | can't disagree | Agree to disagree | Not unless | no
    unless it is free | not without discount | We'd rather not, but ok | We would prefer not to | I'd rather not |
    preferably not | only Jira | Only for BMQ-1 | Yes for Jira, no for Confluence | yes for one, not for the other
    | not for all | Not for Confluence | Kein Ding | Kein Thema | Keine Sorge | Passt schon, kein Stress | nichts
    einzuwenden | Da habe ich nichts dagegen | Nicht dass ich wüsste | Nicht sicher | noch offen | Noch keine
    Entscheidung | Wir wissen es nicht | Das wissen wir noch nicht | weiß nicht | Keine Angabe | keine Meinung |
    egal | Ist uns egal | Das entscheidet mein Chef | Muss der Einkauf entscheiden | Nein, kein Problem | Nein,
    passt | Nicht ohne Rabatt | Nur für Jira | Ich verstehe die Frage nicht | Nicht verstanden | Was heißt das? |
    Kommt drauf an | Jein | eher nicht | Eher ja | vermutlich ja | Wir haben keine 100 Benutzer | Brauchen wir
    nicht | Das brauchen wir nicht | Nicht nötig | Nicht notwendig | ça ne pose pas de problème | Aucun souci de
    notre côté | Pas de soucis | sans souci | Rien contre | je n'ai rien contre | Pourquoi non | Je ne comprends
    pas la question | Pas compris | Pas sûr | Ce n'est pas clair | Pas maintenant | Pas pour le moment | Pas
    nécessaire | Nous n'avons pas 100 utilisateurs | On verra | À voir | Je dois vérifier | Plutôt oui | Plutôt
    non | Peut-être bien | Pas d'avis | Aucune idée | Non, pas de problème | Non non, c'est bon | Seulement pour
    Jira | No pasa nada | Sin inconvenientes | Ningún inconveniente | No nos importa | No me opongo | No estoy
    seguro | No entiendo la pregunta | No está claro | Por ahora no | De momento no | Ahora no | Aún no decidido |
    No tenemos 100 usuarios | No es necesario | Hay que ver | Ya veremos | Ni idea | No, sin problema | Quizá sí |
    Puede ser | Más bien no | Solo para Jira
    """
)
"""Answers that only a person can read."""

ON_OWN_SERVER = texts(
    """
    Yes | Yes, on our own server | Yes, it is installed on our own server | We run it on our own server | It runs
    on our server | On our own server | own server | on-premise | on prem | Yes, on-premises | behind our firewall
    | self-hosted | Server | Yes (Server) | Yes, not Cloud | Correct, not Cloud | Yes. We do not use Cloud. | Ja,
    auf eigenem Server | Auf unserem eigenen Server | Ja, intern | Ja, on premise | Oui, sur notre propre serveur
    | En interne | Sí, en servidor propio | Yes, we confirm
    """
)
"""Answers that confirm the customer's own server."""

NOT_CERTAIN = texts(
    """
    No, Cloud | We use Cloud | Cloud | Data Center | Yes, on Data Center | We are using Atlassian Cloud | We
    migrated to Cloud | Yes, but hosted at AWS | no longer | We plan to move to cloud | Server and Cloud | both |
    Hosted by a partner | On AWS | Amazon | we use it on a server hosted by Atlassian | We no longer use it | not
    in use | we uninstalled it | Yes and also Cloud | We're using Jira Cloud and Confluence Server | Ja, aber in
    der Cloud | Wir nutzen die Cloud | Wir nutzen Data Center | Nous utilisons le cloud | Usamos la nube | Yes? |
    No, we don't use Cloud | No. We are on our own server. | No cloud | Nein, eigener Server | Nein, wir nutzen
    keine Cloud | Non, nous n'utilisons pas le cloud | No usamos la nube
    """
)
"""Answers about the server that only a person can read."""

NOTHING = {
    "First and last name of the holder of that account": texts(
        """
        Please use mine | The same person | same person as last time | as before | see email | me | I am | It is
        me | my name | my colleague | Our admin | System Administrator | IT Support | John | JOHN | Acme GmbH |
        Acme Inc. | the owner | unknown | not known | none | N/A | - | ? | TBD | to be confirmed | will follow |
        wird nachgereicht | Marketing Department | Legal Team | Customer Service | Tech Support | Account Holder
        | First Last | Vorname Nachname | Name Surname | not sure | no one | nobody yet | John or Jane | John
        Smith or Jane Smith | John Smith / Jane Doe | John Smith and Jane Doe | Ada Example, CTO | Ada Example -
        CTO | Contact Ada Example | it's Ada Example | That's Ada Example | This is Ada Example | Ada & Bo |
        Siehe Signatur | Herr | Der Admin | Meine Wenigkeit | ich selbst | moi-même | Le responsable
        informatique | Responsable IT | yo mismo | El administrador
        """
    ),
    "The name of your organization": texts(
        """
        see signature | see letterhead | as in the letter | as above | As stated | correct | is correct | It is
        correct | Yes | yes, correct | ok | OK as is | No change | no changes | unchanged | keep as is | Same |
        The same | like before | same company | our company | We renamed it | please see our website | TBD | n/a
        | none | No | ? | not relevant | private | Private person | individual | myself | freelancer | siehe
        Briefkopf | wie im Brief | stimmt | korrekt | richtig | passt | bleibt | bleibt gleich | keine | ja |
        ist korrekt | ist richtig | unverändert wie oben | voir en-tête | c'est correct | exact | correcto | es
        correcto | está bien | igual | el mismo de siempre | it@acme.example | +49 89 123 | www.acme.example |
        12345 | as per invoice | You know it | You should have it | already provided | already sent | provided
        above | mentioned above
        """
    ),
    "Its full address with the country": texts(
        """
        see signature | see above | same | unchanged | is correct | Yes | on file | same address as on invoice |
        As per invoice 12345 | See invoice 2016-33 | as sent on 3 May 2016 | will be sent on 5 May |
        Unverändert, siehe Rechnung 4711 | www.acme.example | it@acme.example | Tel. +49 89 1234 | +49 89 1234 |
        TBD | N/A | - | next to the station | Invoice no. 123, page 2, top right | to follow on Monday, 3 May
        """
    ),
    "The email address of your myAtlassian account (please check every letter)": texts(
        """
        see above | same as this | this one | the one I write from | it@acme | it at acme.example |
        it@acme.example or ada@acme.example | not yet created | none yet | we have none | we do not have one |
        no account | will create one | wrong@acme.example is wrong | not it@acme.example | no longer
        it@acme.example | it@acme.example? | probably it@acme.example | maybe it@acme.example | it@acme.example
        (please check) | please do not use it@acme.example | the old one was it@acme.example | it@acme.example
        is no longer valid | instead of it@acme.example
        """
    ),
    "The email address of your Atlassian Expert, if you have one": texts(
        """
        see above | maybe later | not yet | we are looking for one | who? | what is that? | Acme Consulting |
        eva | no longer eva@partner.example | not eva@partner.example any more | we used to have
        eva@partner.example | previously eva@partner.example
        """
    ),
}
"""Answers that fill nothing, by question."""

FILLED = {
    "Its full address with the country": texts(
        """
        IT Department, Main St 5, Berlin, Germany | 1 Dizengoff St, Tel Aviv, Israel | Am See 5, 8000 Zürich,
        Switzerland | c/o Acme, Hauptstr. 1, 10115 Berlin, Germany | 15 Rue de l'Est, 75020 Paris, France |
        Calle de las Flores 5, 28001 Madrid, Spain | 3 Our Lady Street, Dublin, Ireland | Via dei Fiori 1, 00100
        Roma, Italy | Im Tal 4, 80331 München, Germany | An der Alster 1, 20099 Hamburg, Germany | Unter den
        Linden 1, 10117 Berlin, Deutschland | 1 Infinite Loop, Cupertino, CA 95014, USA | 10 Downing Street,
        London, UK | Level 5, 1 Same St, Sydney, Australia | 東京都千代田区1-1, Japan | ul. Prosta 1, 00-001 Warszawa,
        Poland | Rua do Sol 3, Lisboa, Portugal | Next to Church, 12 High Road, Oxford, United Kingdom
        """
    ),
    "The name of your organization": texts(
        """
        Sons of Anarchy Ltd | We Are Social Ltd | Data Systems AG | Next Generation IT | Verein für Informatik
        e.V. | Universität Wien | University of Oxford | Stadt Köln | Ministerio de Ciencia | Groupe La Poste |
        Le Monde | El Corte Inglés | Los Alamos Lab | Die Zeit | Das Haus GmbH | Deutsche Bank | Bank of America
        | Acme (formerly Foo) | Same Day Ltd | Page One | Siemens | IBM | 3M | 7-Eleven | 株式会社サンプル | ООО Пример
        | müller und söhne gmbh | acme inc | acme | foo bar software | Yes Bank | No Borders e.V. | Letter Press
        Co. | Signature Bank | Ask Jeeves | Time Inc. | Record Union | My Company GmbH | Your Software Ltd
        """
    ),
    "First and last name of the holder of that account": texts(
        """
        Will Smith | May Day | Mark Note | Van Nguyen | So Young | Le Corbusier | José da Silva | María de la
        Cruz | Ada van Example | Von Miller | D. Trump | Bo Page | Sam Letter | Art Next | 山田 太郎 | Иван Петров |
        ADA EXAMPLE | ada example | Ad Min | Ana Sin | June May
        """
    ),
}
"""Answers that are read although they have words of sentences or questions, by question."""


def reply_to(question: str, answer: str) -> Reply:
    return read_reply(f"> 1. {question}\n{answer}")


def consent(question: str, answer: str) -> bool | None:
    """What is read as the answer to a question."""
    (reading,) = reply_to(question, answer).newest
    assert reading.values or reading.problem
    return next(iter(reading.values.values()), None)


@pytest.mark.parametrize(
    ("question", "answers", "expected"),
    [
        (AGREEMENT, AGREES, True),
        (AGREEMENT, DECLINES, False),
        (AGREEMENT, NEITHER, None),
        (SERVER, ON_OWN_SERVER, True),
        (SERVER, NOT_CERTAIN, None),
    ],
    ids=["agrees", "declines", "neither", "on own server", "not certain"],
)
def test_a_yes_and_a_no_are_read_only_where_they_can_mean_nothing_else(
    question: str, answers: tuple[str, ...], expected: bool | None
) -> None:
    assert {answer: consent(question, answer) for answer in answers} == dict.fromkeys(answers, expected)


@pytest.mark.parametrize("question", NOTHING)
def test_what_is_no_name_and_no_address_fills_nothing(question: str) -> None:
    answers = NOTHING[question]
    assert {answer: reply_to(question, answer).texts for answer in answers} == {answer: {} for answer in answers}


@pytest.mark.parametrize("question", FILLED)
def test_names_and_addresses_are_read_whatever_words_they_have(question: str) -> None:
    assert [answer for answer in FILLED[question] if not reply_to(question, answer).texts] == []
