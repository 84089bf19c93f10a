"""Text that a spreadsheet program might run as a formula, made harmless: the one rule for every file we write."""

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet program might run it as a formula."""
    return f"'{text}" if text.lstrip(" \u00a0\u3000").startswith(_STARTS) else text
