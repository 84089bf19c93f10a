"""The words that questions of a migration request are made of, in four languages, without accents or case."""


def word_set(text: str) -> frozenset[str]:
    """The words of a text, parted by spaces."""
    return frozenset(text.split())


MAIL = word_set("mail mails email emails mailadresse emailadresse mailkonto courriel correo correos")
EXPERT = word_set("expert experts experte experten experto expertos")
PARTNER = word_set("partner partners vertriebspartner partenaire socio reseller handler revendeur revendedor")
ACCOUNT = word_set("account accounts konto kontos compte cuenta")
ATLASSIAN = word_set("atlassian myatlassian")
FIRST = word_set("first given vorname vornamen vor prenom prenoms forename")
LAST = word_set("last family surname nachname nachnamen familienname famille apellido apellidos")
NAME = word_set("name names namen nom noms nombre nombres")
HOLDER = word_set(
    "holder holders inhaber inhabers inhaberin kontoinhaber kontoinhabers titulaire titular owner person persona"
)
ADDRESS = word_set("address adresse adress anschrift postanschrift direccion domicilio street strasse")
COUNTRY = word_set("country land landes pays pais")
COMPANY = word_set(
    "company organization organisation organizations organisations firma firmenname unternehmen unternehmens organizacion "
    "empresa compania societe entreprise razon raison"
)
KEY = word_set("key keys schlussel lizenzschlussel seriennummer lizenznummer serial cle cles clave claves")
SERVER = word_set("server servers servern serveur serveurs servidor servidores")
CONFIRM = word_set(
    "utilisation confirmee confirmada confirmado confirm confirms confirmed confirmation confirming bestatigen bestatige bestatigt bestatigung confirmez confirme confirmer "
    "confirmons confirma confirmacion confirmar confirmo confirmamos using use used uses nutzen nutze nutzt nutzung genutzt "
    "verwenden verwendet verwende utilisez utiliser utilise utilisons usa usar uso usamos utiliza utilizamos utilizo running"
)
AGREE = word_set(
    "agree agrees agreed agreement match matches matching acknowledge accept einverstanden entsprechen entspricht zustimmung "
    "zustimmen stimme stimmen stimmt abgleich angleichung anpassung angleichen anpassen acceptez accepter accepte acceptons correspondre corresponde accord acepta "
    "acepto aceptamos acuerdo corresponda corresponder coincidir coincida conformidad igualar"
)
TIER = word_set("tier tiers stufe benutzerstufe benutzerstufen level levels niveau niveaux nivel niveles")
EDITORS = word_set("editors editor bearbeiter editoren editeurs editeur editores")
WHERE = word_set("where wo donde ou hosting")
RUN = word_set("run runs lauft funciona fonctionne hosting")
OTHER_WORDS = word_set(
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
QUESTION_WORDS = frozenset().union(
    *(MAIL, EXPERT, PARTNER, ACCOUNT, ATLASSIAN, FIRST, LAST, NAME, HOLDER, ADDRESS, COUNTRY, COMPANY),
    *(KEY, SERVER, CONFIRM, AGREE, TIER, EDITORS, WHERE, RUN, OTHER_WORDS),
)
"""Every word a question may have; a line with any other word is none."""

CONDITIONS = word_set(
    "if unless provided subject assuming long conditional conditionally approval first comment comments "
    "wenn sofern falls ob konnen vorausgesetzt vorbehaltlich vorbehalt voraussetzung bedingung bedingungen solange sobald genehmigung freigabe kommentar zuerst "
    "reserve condition conditions tant approbation commentaire condicion condiciones siempre aprobacion comentario mientras cuando "
    "before until could would bevor bis avant hasta antes"
)
"""Words that make a yes conditional."""

DOUBTS = word_set(
    "maybe perhaps probably possibly presumably likely think guess suppose believe check checking clarify discuss ask depends depending but "
    "however although though later yet pending tbd tbc partly partially only except principle basically hopefully unsure uncertain might may "
    "almost mostly soon wait waiting unclear tomorrow week month part interested consider considering "
    "vielleicht wahrscheinlich vermutlich eventuell evtl moglicherweise glaube denke prufen klaren klarung abstimmen abklaren fragen spater aber jedoch "
    "allerdings nur teils teilweise teil prinzip prinzipiell grundsatzlich eigentlich hoffentlich ungewiss unklar meistens bald warten ausser morgen woche uberlegen "
    "peut probablement doute suppose pense crois verifier discuter demander depend mais cependant toutefois tard seulement partie partiellement "
    "principe bientot attendre sauf demain semaine "
    "quizas quiza vez probablemente posiblemente supongo creo pienso verificar consultar preguntar depende pero aunque tarde solo solamente "
    "parcialmente parte principio pronto esperar salvo manana semana"
)
"""Words that make a yes or a no uncertain."""

LIMITING = word_set(
    "but however only unless if though although except provided "
    "aber jedoch allerdings nur falls wenn sofern ausser vorausgesetzt mais toutefois cependant seulement sauf pero solo aunque salvo siempre"
)
"""Words at the start of a sentence that limits the one before it."""

OTHER_HOSTING = word_set(
    "cloud center datacenter dc ondemand demand hosted hosting saas provider partner third nube clouds dienstleister gehostet extern externen "
    "prestataire heberge hebergee hebergement proveedor alojado alojada aloja"
)
"""Words of a server that is not the customer's own, or not Atlassian Server."""

WE = word_set(
    "i we our my ich wir unser unsere unserem unseren mein meinem je nous notre nos mon j yo nosotros nuestro nuestra mi confirmo "
    "confirmamos confirmons acepto aceptamos usamos utilizamos acceptons"
)
"""Words by which customers speak of themselves."""

THIS_LICENSE = word_set(
    "license licenses licence licences lizenz lizenzen licencia licencias plugin plugins balsamiq wireframes cloud firewall it them own "
    "eigenem eigenen propio propre confirm confirms bestatigen bestatige confirmons confirme confirmo confirmamos"
)
"""Words that tell a statement about the license from one about any server."""

AGREE_VERBS = word_set(
    "agree agrees agreed accept acknowledge einverstanden stimme stimmen stimmt acceptons accepte acepto aceptamos acuerdo accord"
)
"""Verbs that agree to anything, matching or not."""

LABELS = {
    "license_key": (
        "license|licence|license number|licence number|license no|licence no|license nr|license code|license id|activation key|the key|key s|lizenz|lizenz nr|"
        "lizenznr|lizenzcode|lizenz key|numero de licence|n de licence|licencia|numero de licencia|no de licencia"
    ),
    "myatlassian_email": (
        "myatlassian|my atlassian|myatlassian id|myatlassian com|my atlassian com|my atlassian com account|my atlassian account|my atlassian email|"
        "atlassian id|atlassian login|myatlassian login|myatlassian user"
    ),
    "holder_name": (
        "holder|account holder|holder of the account|owner of the account|account owner|full name of the holder|inhaber|kontoinhaber|inhaber des kontos|konto inhaber|"
        "titulaire|titulaire du compte|le titulaire du compte|titular|titular de la cuenta|el titular de la cuenta"
    ),
    "company": "org|org name|firm|business name|legal name|institution|university|hochschule|universitat|organisme|etablissement|institucion",
    "address": "mailing address|firmenadresse|rechnungsadresse|firmenanschrift|siege|siege social|sede",
    "expert_email": (
        "solution partner|atlassian partner|atlassian solution partner|partenaire atlassian|socio de atlassian|socio atlassian|partner de atlassian|expert if any|expert optional"
    ),
    "match_agreed": "consent|consent to match|ok to match|match ok|matching ok",
    "server_confirmed": (
        "server|own server|on own server|on our server|on our own server|self hosted|on premise|on prem|installed on server|installed on our server|runs on server|"
        "behind firewall|behind the firewall|eigener server|auf eigenem server|lauft auf server|serveur|propre serveur|sur notre serveur|sur serveur|"
        "servidor|servidor propio|en servidor propio"
    ),
}
"""Labels that customers write before their answers, besides those that questions and headings have in common."""
