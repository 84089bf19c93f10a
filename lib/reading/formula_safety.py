"""Text that a spreadsheet program might run as a formula, made harmless: the one rule for every file we write."""

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


_START = r"('*[ \x{A0}\x{3000}]*[=+\-@\t\r\n＝＋－＠])"
FORMULA_PATTERN = f"^{_START}"
"""What `harmless` looks for, as a regular expression (RE2), apostrophes before it included: `'\\1` makes such a text
harmless in a way that can be taken back."""

ESCAPED_FORMULA_PATTERN = f"^'{_START}"
"""The texts that were so made harmless; `\\1` takes it back."""


def escape_formula(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet program might run it as a formula."""
    return f"'{text}" if text.lstrip(" \u00a0\u3000").startswith(_STARTS) else text
