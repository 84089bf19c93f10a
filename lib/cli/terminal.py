"""Printing to a terminal, which obeys some characters instead of showing them."""

from typing import Any

import click

from lib.domain.text import printable


def echo(text: str, **options: Any) -> None:
    """Print a text, as `click.echo` does, without what a terminal would obey: names and cells are others' texts."""
    click.echo(printable(text), **options)
