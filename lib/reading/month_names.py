"""Names of months and weekdays in six languages, full and shortened, from Unicode's own tables."""

from babel import Locale

from lib.domain.text import bare_words

_LOCALES = ("en", "de", "de_AT", "fr", "es", "es_PE", "it", "nl")
"""Austria and Peru have names of their own for January and September."""

# Spellings that Unicode's tables leave out: Austria's spoken February, and German Windows' short March.
_OTHER_MONTHS = {"feber": 2, "mrz": 3}

_OTHER_WEEKDAYS = ("sonnabend",)

PARTICLES = frozenset("st nd rd th er re o a of the de del de la le den der il el d".split())
"""Words that may stand in a date and add nothing to it: `2nd of March`, `2 de marzo`."""


def beginnings(name: str, shortest: int) -> set[str]:
    """A name's abbreviations: cut off anywhere after the first letters."""
    word = bare_words(name)
    lengths = range(min(shortest, len(word)), len(word) + 1)
    return {word[:length] for length in lengths}


def names_with_numbers() -> list[tuple[str, int]]:
    """The months' names in all languages, each with the month's number."""
    pairs = list(_OTHER_MONTHS.items())
    for locale in map(Locale.parse, _LOCALES):
        widths = locale.months["format"]
        # Some short names are not the beginning of the long one, such as the Dutch `mrt` for `maart`.
        for names in (widths["wide"], widths["abbreviated"]):
            pairs += [(name, number) for number, name in names.items()]
    return pairs


def months_by_beginning() -> dict[str, int]:
    """Month numbers by beginnings of three letters or more; one that two months share (`jui`) names neither."""
    months: dict[str, set[int]] = {}
    for name, number in names_with_numbers():
        for beginning in beginnings(name, 3):
            months.setdefault(beginning, set()).add(number)
    return {beginning: numbers.pop() for beginning, numbers in months.items() if len(numbers) == 1}


def weekdays_by_beginning() -> frozenset[str]:
    """Every beginning of two letters or more of a weekday's name."""
    names = list(_OTHER_WEEKDAYS)
    for locale in map(Locale.parse, _LOCALES):
        names += locale.days["format"]["wide"].values()
    return frozenset().union(*(beginnings(name, 2) for name in names))


MONTH_NUMBERS = months_by_beginning()
"""The number of a month by the bare words of its name, or of a beginning that is its own."""

WEEKDAY_NAMES = weekdays_by_beginning()
"""The bare words of weekdays, and their beginnings from two letters."""
