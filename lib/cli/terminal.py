"""Printing to a terminal, which obeys some characters instead of showing them."""

from typing import Any

import click

from lib.domain.text import printable


def echo(text: str, **options: Any) -> None:
    """Print a text, as `click.echo` does, without control characters."""
    # Names and cells are others' texts, and a terminal obeys what stands in them.
    click.echo(printable(text), **options)
