"""Imported where servers are forked from: what the application takes so long to import, and nothing that a server changes."""

import streamlit.web.bootstrap
import streamlit.web.cli  # noqa: F401

from lib.web import asgi, gate, widgets  # noqa: F401

asgi.warm_up()
