"""Customers: licenses of one organisation, whatever its name's spelling (design: one line per customer)."""

from lib.words import words_of

_LEGAL_FORMS = frozenset(
    "inc incorporated corp corporation co company ltd limited llc llp lp plc pty pte gmbh mbh ag kg ug ohg gbr ev se sa sas sarl sasu srl "
    "spa sl bv nv vof cv as asa ab aps oy oyj kk zrt kft doo sro spzoo sp zoo".split()
)
_SPACED_FORMS = (
    "g m b h",
    "gmb h",
    "s a r l",
    "s p a",
    "s r l",
    "s a s",
    "s a",
    "a g",
    "b v",
    "n v",
    "l l c",
    "k k",
    "s l",
    "e v",
)


def organisation(name: str) -> str:
    """The key that licenses of one organisation share: its name's bare words without legal forms at the end.

    Empty if the name has no words.
    """
    return _without_legal_form(words_of(name)) if name else ""


def _without_legal_form(words: str) -> str:
    kept = words
    while (shorter := _one_form_less(kept)) and shorter != kept:
        kept = shorter
    return kept


def _one_form_less(words: str) -> str:
    for form in _SPACED_FORMS:
        if words.endswith(f" {form}"):
            return words.removesuffix(form).rstrip()
    first, _, last = words.rpartition(" ")
    return first if last in _LEGAL_FORMS else words
