"""Words of sentences, by which `see below` or `we will send it next week` are told from names and addresses."""

from lib.domain.text import bare_words
from lib.requests.replies.vocabulary import word_set

_ENGLISH = (
    "a above already an and any are as ask asked at attached attachment be before below been but by can change changed changes check "
    "contact do does don e earlier enclosed etc find follow following follows footer for forward found from get give given had has have "
    "here hereby i idea in in is it its just know known last later letter letterhead mail me mentioned my myself n named nc next no not nothing "
    "of on or other our ours ourselves page please pls previous provide provided question records refer reply same say see send sent "
    "should shown signature so soon still t tba tbc tbd tell that the their them there these this to tomorrow unchanged unknown update us use usual "
    "was we website week were what which who will with would yet you your yours ditto email thread record file data submitted shared supplied stated listed"
)
_GERMAN = (
    "aber ab ahnung als am an anbei anlage angaben angegeben angehangt anhang auch auf aus bei bekannt bereits bisher bitte brief da daten "
    "das davor dazu dem den der des die dies diese dieser dieses dort ein eine einen einer erwahnt es etwas fehlt folgt folgen frage fruher gehabt geandert "
    "genannt gleich gleiche gleichen gleicher haben habe hat ich ihnen ihr ihre ihrem im immer in ist ja kann kein keine keinen kommt kontaktieren "
    "liegt liefern letzten mail melde mein meine mich mir mit morgen nachgereicht nachricht nachste nachsten nein nicht nichts noch o oben oder ob reiche s schicken schon "
    "schreiben sehen sende senden sich sie siehe siehen sind signatur so sobald spater steht u um unbekannt und uns unser unsere unserem unten "
    "unverandert von vor vorher vorhanden vorhin vorliegt vorigen war was weiss wer werden wie wir wird wo woche wurde weiterhin zu zuletzt zum anderung anderungen "
    "ebenfalls dito selbe selben derselbe dieselbe dasselbe website webseite homepage mitgeteilt ubermittelt gesendet geschickt erhalten wurde wurden angabe ubernehmen dieselben"
)
_FRENCH = (
    "a ai apres attente au aucun aucune auparavant aussi avant avec avez avons bas c ce ces cette changement ci comme comprise connu connue courrier d dans de deja "
    "demain dernier derniere dessous dessus des donnee du elle en envoie envoye envoyer est et ete fichier haut hier ici idem il inchange inchangee je jointe jointes "
    "joint l la le les leur lettre ma mail mais me meme memes mes mon n ne non nos notre nous on ou par pas piece pieces plus pour precedent precedente prochaine que "
    "qui rien s sa sais sans se semaine semble ses signature site si sont son suivra suivre sur toujours tout transmettrons un une venir verrez communique communiquee communiquees fourni fournie fournis fournies transmis transmise indique indiquee mentionne donne vide voir vos votre vous y"
)
_SPANISH = (
    "a abajo adjunta adjunto adjuntos ahi al antes aqui arriba asi aun aunque cambio cambios carta como con conocido correo da dato datos de del el ella en enviamos "
    "enviaremos envie es esa ese esta estan este esto firma hay idem igual informacion la las le lo los manana mas me mi mia misma mismo mismos mismas nada ni ningun no nos "
    "nosotros nuestra nuestro o para pero por pronto proxima que quien sabemos se sea segun semana siempre sigue sin son su sus tal tenemos tiene tienen todavia tu un una ver "
    "vea vease vemos y ya yo usted ustedes sabe ultimo ultima anterior anteriores pagina web mensaje comunicado comunicada facilitado facilitada enviado enviada indicado indicada mandado mando dado siempre"
)
SENTENCE_WORDS = word_set(f"{_ENGLISH} {_GERMAN} {_FRENCH} {_SPANISH}")

_SENTENCE_STARTERS = word_set(
    "i we you your our please pls is are was will have has had been should would could this that there it "
    "ich wir sie ihnen uns bitte ist sind haben hat wird werden wurde kann melde "
    "je nous vous votre est sont sommes avons avez sera "
    "yo nosotros usted ustedes es son esta tenemos tiene tienen enviamos"
)
"""Pronouns and verbs of whole sentences."""

_FEWEST_WORDS = 3
"""Words of a sentence."""


_AGREEING = word_set(
    "yes ok okay correct right accurate fine valid stated per invoice like relevant same usual person "
    "ja stimmt korrekt richtig passt bleibt beibehalten briefkopf rechnung gultig gleichgeblieben relevant "
    "oui exact exacte correct correcte entete tete facture valable "
    "si correcto correcta bien exacto factura membrete"
)
"""Words of answers that confirm what we have, without saying it again."""

# Words that refer elsewhere, which no address has.
_REFERRING = word_set(
    "see invoice per sent unchanged attached attachment above below follow follows signature letterhead siehe rechnung briefkopf anhang anlage unverandert oben unten "
    "folgt signatur voir facture jointe joint dessus dessous suivra ver factura adjunto adjunta arriba abajo"
)

_NAMES_NOTHING = SENTENCE_WORDS | _AGREEING


def names_nothing(text: str) -> bool:
    """Whether a text has no word that could be of a name or an address, such as `see below`, `?` or `no idea`."""
    words = bare_words(text).split()
    # A dash may say that there is none, as it does of an Expert.
    if words:
        return _NAMES_NOTHING.issuperset(words)
    return "?" in text


def is_remark(text: str) -> bool:
    """Whether a text in small letters has words of sentences, such as `already sent by fax`."""
    return text.islower() and not SENTENCE_WORDS.isdisjoint(bare_words(text).split())


def is_sentence(text: str) -> bool:
    """Whether a text reads like a sentence rather than a name or an address."""
    words = text.split()
    return len(words) >= _FEWEST_WORDS and not _SENTENCE_STARTERS.isdisjoint(small_words(text))


def refers_elsewhere(text: str) -> bool:
    """Whether a text points to where an address stands: `see invoice 12`, but not `Am See 12`."""
    return not _REFERRING.isdisjoint(small_words(text))


def small_words(text: str) -> frozenset[str]:
    """The words of a text that are written small."""
    # The first word of a sentence is large whatever it is.
    words = text.split()
    small = [word for word in words if word.islower()]
    return frozenset(bare_words(" ".join([*small, *(word for word in words[:1] if word.istitle())])).split())
