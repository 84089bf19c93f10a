"""The server. `streamlit run app.py` finds `app` here.

The script that Streamlit runs lives in lib/web, away from pages/: a folder of that name beside the script would be
served by Streamlit's own page finder without running the script first.
"""

import logging
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from lib.monitoring import logs
from lib.web import asgi, failures, first_page, sample_world
from lib.web.gate import Gate
from lib.web.long_downloads import SentInPieces
from lib.web.request_log import RequestLog

logs.configure(logging.WARNING)

app = st.App(
    Path(__file__).parent / "lib" / "web" / "shell.py",
    lifespan=asgi.lifespan,
    routes=[
        Route("/healthz", asgi.health),
        Route("/readyz", asgi.readiness),
        Route(sample_world.BEGIN, sample_world.begin),
        Route(sample_world.END, sample_world.end),
        *first_page.routes(),
    ],
    middleware=[Middleware(RequestLog), Middleware(asgi.SecurityHeaders), Middleware(Gate), Middleware(SentInPieces)],
    on_script_error=failures.show,
)
