"""Probes: a server that is not ready gets no visitors."""

import pytest
from sqlalchemy import Engine, text
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from lib.web import asgi, connection

CLIENT = TestClient(
    Starlette(routes=[Route("/healthz", asgi.health), Route("/readyz", asgi.readiness)]), raise_server_exceptions=False
)


def statuses() -> tuple[int, int]:
    return CLIENT.get("/healthz").status_code, CLIENT.get("/readyz").status_code


def say_revision(engine: Engine, revision: str) -> None:
    with engine.begin() as transaction:
        transaction.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def test_a_server_is_ready_for_its_own_tables_and_for_later_ones_but_not_for_older(engine: Engine) -> None:
    assert statuses() == (200, 200)
    say_revision(engine, "9999")
    assert statuses() == (200, 200)
    say_revision(engine, "0001")
    assert statuses() == (200, 503)


def test_a_server_whose_database_is_away_is_neither_healthy_nor_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql://nobody@localhost:1/none"
    monkeypatch.setattr(asgi, "engine", lambda: connection.engine(url))
    assert statuses() == (503, 503)
