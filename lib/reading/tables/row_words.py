"""The words by which a total, an explanation of the columns and a note are told from data, in eight languages."""

import re

_TOTALS = (
    r"(grand |overall |sub[ -]?)?totals?|sum|(zwischen|gesamt|teil|end)?summe|(gesamt|teil|zwischen)?ergebnis|insgesamt|gesamt"
    r"|(sous[ -])?total( général)?|somme|total (general|geral|parcial)|(suma|soma)( parcial)?"
    r"|(sub)?totale( parziale| complessivo| generale)?|somma|(sub|tussen|eind)?totaal|summa|razem|итого"
)
_EAST_ASIAN_TOTALS = r"総?合計|小計|総計|中計|累計|总计"
TOTAL_START = re.compile(rf"(?:{_TOTALS})\b|{_EAST_ASIAN_TOTALS}", re.IGNORECASE)
"""What a total begins with: `Total of May`."""

TOTAL_END = re.compile(
    rf"(?:\b(?:{_TOTALS}|count|average|anzahl|mittelwert|nombre|moyenne)|{_EAST_ASIAN_TOTALS})\s*:?$", re.IGNORECASE
)
"""What a total ends with: `Acme Total`, as spreadsheets write below a group."""

SUBTOTAL = re.compile(
    r"(sub[ -]?total|subtotale|subtotaal|tussentotaal|(zwischen|teil)(summe|ergebnis)|sous[ -]total|(suma|soma) parcial"
    r"|total(e parziale| parcial))\b.*|(小計|中計).*",
    re.IGNORECASE,
)
"""A text that is a subtotal whatever stands beside it."""

COUNT = re.compile(
    r"((grand )?count|(gesamt)?anzahl|nombre|número|numero|aantal|quantidade|rows?|records?|件数)\s*[:=]?\s*\d+"
    r"|\d+ (rows?|records?|licen[cs]es?|entries|items|zeilen|lizenzen|lignes?|licencias?|licenze|licenças?|regels|licenties)|\d+ ?件",
    re.IGNORECASE,
)
"""How many rows there are above."""

TOTAL_OR_COUNT = (
    r"(?i)tota|\bsuma?\b|summ|som[ma]|gesamt|ergebnis|\bcount\b|average|anzahl|mittelwert|nombre|moyenne|[úu]mero|aantal"
    r"|quantidade|razem|итого|計|件|^\s*(?:rows?|records?)\b|^\s*\d+ ?\pL"
)
"""What is somewhere in each of them, for Arrow (RE2)."""

_HOSTING_OR_PRODUCT = r"(server|cloud|data ?center|dc|confluence|jira)"
EXPLANATION = re.compile(
    rf"""[(<\[{{].+[)>\]}}]
    |(e\.?\ ?g\.?|z\.?\ ?b\.?|p\.?\ ?ex\.?|p\.?\ ?ej\.?|ad\ es\.?|bijv\.?|example|sample|beispiel|exemple|ejemplo|esempio|exemplo
        |voorbeeld|例)(\b|(?=[:：]))[:：.]?.*
    |(text|string|number|integer|int|date|datetime|boolean|bool|varchar|char|decimal|float|e-?mail|url|key|name|mail|enum|list
        |dropdown|choice|picklist|lookup|yes/no|y/n|true/false|freitext|zahl|ganzzahl|datum|zeichenkette|ja/nein|texte|nombre|entier
        |oui/non|texto|número|fecha|correo|sí/no|testo|numero|data|sì/no|sim/não|tekst|getal|文字列?|テキスト|数値|整数|日付)(\ ?\(.*\))?
    |(e-?mail|mail)[ -]?(address|adresse|adres)|adresse\ e-?mail|メールアドレス
    |(required|optional|mandatory|pflicht(feld|angabe)?|freiwillig|obligatoire|facultatif|obligatorio|opcional|obbligatorio
        |facoltativo|obrigatório|verplicht|optioneel|必須|任意)(\b.*)?
    |(yyyy|dd|mm|jjjj|tt|aaaa|jj|gg)[-/. ](mm|dd)[-/. ](yyyy|dd|yy|jjjj|tt|aaaa|jj|rrrr)
    |(max\.?|up\ to|at\ most)\ \d+\ (characters|letters|signs|zeichen|chars)\b.*
    |(no\.|number\ of|count\ of)?\ ?(users|editors|seats|days|months|years|pcs|pieces|stück|benutzer|utilisateurs|usuarios|utenti
        |usuários|gebruikers|eur|usd|€|\$)|人|名|ユーザー|年|月|日
    |[x#*]{{2,}}([- ][x#*]+)*|muster\w*|jane\ doe|john\ doe
    |{_HOSTING_OR_PRODUCT}((\ ?[,/|]\ ?|\ (or|oder|ou|o|of)\ |、|または){_HOSTING_OR_PRODUCT})+
    |[^\s@]+@(example|muster|mustermann|domain|company|firma|exemple|ejemplo|esempio)\.\w+""",
    re.IGNORECASE | re.VERBOSE,
)
"""A cell that says what its column holds."""

NOTE = re.compile(
    r"(foot)?notes?\b|source\b|quelle\b|generated\b|exported\b|created (on|by|at)\b|report\b|end of\b|page \d|printed\b|copyright\b"
    r"|©|\(c\)|\*|disclaimer\b|remarks?:|hinweis|erstellt|exportiert|anmerkung|bemerkung:|remarque|généré|exporté|nota\b|fuente\b"
    r"|generado|fonte\b|generato|confidential|\(?\d+ (rows?|records?|licenses?|zeilen|entries|results?)\b|(rows?|records?|count|licenses?):"
    r"|-{3,}|={3,}|_{3,}|注|出典|作成",
    re.IGNORECASE,
)
"""What a note below a table begins with."""
