"""Buttons for files: built from the database that the visit works on, and named as a sample's where they are of one."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from lib.web import connection


def show(label: str, build: Callable[[], Any], file_name: str, mime: str, **options: Any) -> bool:
    """Draw the button of a file that is built on click."""
    if connection.store():
        file_name = f"sample_data_{file_name}"
    return st.download_button(label, connection.from_this_store(build), file_name, mime, **options)
