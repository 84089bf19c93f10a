"""Buttons for files: built from the database that the visit works on, and told as a sample's where they are of one."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from lib.web import connection, sample_files


def show(
    label: str, build: Callable[[], Any], file_name: str, mime: str, *, is_for_import: bool = False, **options: Any
) -> bool:
    """Draw the button of a file that is built on click.

    One `is_for_import` keeps its columns in a sample too.
    """
    if connection.store():
        file_name = f"sample_data_{file_name}"
        if not is_for_import:
            build = partial(sample_files.build_marked, build, mime)
    return st.download_button(label, connection.from_this_store(build), file_name, mime, **options)
