"""Nobody sees a page without being known, by whatever way and however early they come."""

import socket
import textwrap
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.browser.app import Server, open_page, serving

SECRETS = """
    [auth]
    redirect_uri = "http://localhost:8501/oauth2callback"
    cookie_secret = "only for this test, and long enough to sign with"
    client_id = "license-migration"
    client_secret = "unused"
    server_metadata_url = "http://localhost:9/.well-known/openid-configuration"
"""


def expect_only(page: Page, title: str, text: str, button: str | None) -> None:
    """The page consists of this title, this text and this button; there is no menu and no content."""
    main = page.get_by_test_id("stMain")
    expect(main.get_by_role("heading", level=1)).to_have_text(title)
    expect(main).to_have_text("".join(filter(None, (title, text, button))))
    expect(page.get_by_test_id("stSidebarNavLink")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("path", ["", "licenses"])  # a server each: the first page of all must not stand open
def test_the_first_visit_to_a_fresh_server_is_asked_to_sign_in(page: Page, tmp_path: Path, path: str) -> None:
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(textwrap.dedent(SECRETS))
    database_url = f"sqlite:///{tmp_path / 'licenses.sqlite'}"
    options = ("--secrets.files", str(secrets))
    with serving(database_url, tmp_path / "log", *options, environment={"APP_AUTH_MODE": "oidc"}) as server:
        open_page(page, server, path)
        expect_only(page, "Sign in", "Use your company account to see the license migration.", "Sign in")


def test_a_configured_sign_in_is_used_without_being_asked_for(page: Page, tmp_path: Path) -> None:
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(textwrap.dedent(SECRETS))
    database_url = f"sqlite:///{tmp_path / 'licenses.sqlite'}"
    with serving(database_url, tmp_path / "log", "--secrets.files", str(secrets)) as server:
        open_page(page, server)
        expect_only(page, "Sign in", "Use your company account to see the license migration.", "Sign in")


def test_a_server_that_others_can_reach_shows_nothing_without_a_sign_in(page: Page, tmp_path: Path) -> None:
    database_url = f"sqlite:///{tmp_path / 'licenses.sqlite'}"
    with serving(database_url, tmp_path / "log", "--server.address", "0.0.0.0") as server:
        open_page(page, server)
        expect_only(
            page,
            "No access",
            "This server can be reached from other machines and has no sign-in. "
            "Configure [auth] in .streamlit/secrets.toml, or serve on localhost only.",
            None,
        )


def test_a_visit_passed_on_by_a_proxy_is_not_taken_for_a_local_one(page: Page, empty_server: Server) -> None:
    page.set_extra_http_headers({"X-Forwarded-For": "192.0.2.7"})
    open_page(page, empty_server)
    expect(page.get_by_role("heading", level=1)).to_have_text("No access")


def first_heading(server: Server, host: str) -> str:
    """What a visit under that name sees first, without a browser that would say which site it comes from."""
    port = urlsplit(server.url).port
    with (
        socket.create_connection(("localhost", port)) as direct,
        connect(f"ws://{host}:{port}/_stcore/stream", sock=direct, max_size=None) as stream,
    ):
        stream.send(BackMsg(rerun_script=ClientState()).SerializeToString())
        texts = (ForwardMsg.FromString(message).delta.new_element.heading.body for message in stream)
        return str(next(filter(None, texts)))


def test_a_visit_under_a_public_name_is_not_taken_for_a_local_one(empty_server: Server) -> None:
    assert first_heading(empty_server, "localhost") == "Progress"
    with pytest.raises(InvalidStatus):
        first_heading(empty_server, "dashboard.example.com")
