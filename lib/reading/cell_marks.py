"""Marks that programs put around a cell's text: `="0123"`, and an apostrophe that keeps a spreadsheet from changing it."""

from lib.domain.text import clean
from lib.reading.formula_safety import TEXT_FORMULA, escape_formula

_APOSTROPHE = "'"


def unwrap_text_formula(text: str) -> str:
    """The text inside `="…"`; any other text as it is."""
    # The plain comparison spares nearly every cell the pattern.
    if not text.startswith('="'):
        return text
    formula = TEXT_FORMULA.fullmatch(text)
    return formula[1].strip() if formula else text


def unescape_formula(text: str) -> str:
    """The text before `escape_formula` put an apostrophe there; any other text as it is."""
    if text.startswith(_APOSTROPHE) and escape_formula(text[1:]) != text[1:]:
        return text[1:].strip()
    return text


def without_apostrophe(text: str) -> str:
    """A text that no apostrophe can begin, without the one that marks it; one between apostrophes stays as it is."""
    if text.startswith(_APOSTROPHE) and not text.endswith(_APOSTROPHE):
        return text[1:].strip()
    return unescape_formula(text)


def bare_value(text: str) -> str:
    """The cleaned text of a number, a date or a name from a list, without the marks of programs."""
    return without_apostrophe(unwrap_text_formula(clean(text)))
