"""Names of months and weekdays in English, German, French, Spanish, Italian and Dutch, full and shortened."""

from lib.domain.text import bare_words

_MONTHS = [
    "january januar jänner janvier enero gennaio januari",
    "february februar feber février febrero febbraio februari",
    "march märz mrz mars marzo maart mrt",
    "april avril abril aprile",
    "may mai mayo maggio mei",
    "june juni juin junio giugno",
    "july juli juillet julio luglio",
    "august août agosto augustus",
    "september septembre septiembre setiembre settembre",
    "october oktober octobre octubre ottobre",
    "november novembre noviembre",
    "december dezember décembre diciembre dicembre",
]
_WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag "
    "lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo "
    "lunedì martedì mercoledì giovedì venerdì sabato domenica maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"
)
PARTICLES = frozenset("st nd rd th er re o a of the de del de la le den der il el d".split())


def _beginnings(name: str, shortest: int) -> set[str]:
    """A name's abbreviations: the name cut off anywhere after its first letters."""
    word = bare_words(name)
    return {word[:length] for length in range(min(shortest, len(word)), len(word) + 1)}


def _months_by_name() -> dict[str, int]:
    """Month numbers by full and shortened names; a beginning that two months share (`jui`) names neither."""
    named: dict[str, set[int]] = {}
    for number, names in enumerate(_MONTHS, start=1):
        for name in names.split():
            for beginning in _beginnings(name, 3):
                named.setdefault(beginning, set()).add(number)
    return {beginning: numbers.pop() for beginning, numbers in named.items() if len(numbers) == 1}


MONTH_NUMBERS = _months_by_name()
"""The number of a month by the bare words of its name, or of a beginning that is its own."""

WEEKDAY_NAMES = frozenset(beginning for name in _WEEKDAYS.split() for beginning in _beginnings(name, 2))
"""The bare words of weekdays, and their beginnings from two letters."""
