"""The walk itself, with the project's own Python: what people do and see once all is installed."""

import asyncio
import json
import pwd
import re
import ssl
import subprocess
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from functools import partial
from http.cookiejar import CookieJar
from pathlib import Path
from time import monotonic, sleep
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import HTTPCookieProcessor, HTTPSHandler, build_opener

from sqlalchemy import func, select
from streamlit.auth_util import encode_provider_token
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect
from websockets.typing import Origin, Subprotocol

from lib.checking.settings import Settings
from lib.importing import imports
from lib.store import database, jobs
from lib.store.activity import imported_rows
from lib.store.job import Job, JobKind, JobRequest, JobState
from lib.store.schema import license_versions
from tests import generate
from tests.actors import ADMIN
from tests.browser.identity_provider import Provider, provided
from tests.operate import units
from tests.operate.install import CONFIGURATION, NAME, PROJECT, as_user, run
from tests.operate.units import Service

PORTS = (8501, 8502)
URL = f"https://{NAME}"
_BACKUPS = Path("/var/lib/migration/backups")
_TLS = ssl.create_default_context(cafile="/etc/ssl/migration/fullchain.pem")


def say(text: str) -> None:
    """Tell which step is done."""
    print(f"✓ {text}", flush=True)


def until(true: Callable[[], bool], what: str, seconds: float = 90) -> None:
    """Wait until something is so; ends the walk if it takes too long."""
    deadline = monotonic() + seconds
    while not true():
        if monotonic() > deadline:
            raise RuntimeError(f"It did not come about: {what}")
        sleep(0.2)


class Visitor:
    """Somebody who keeps cookies, as a browser does."""

    def __init__(self) -> None:
        self._jar = CookieJar()
        self._opener = build_opener(HTTPSHandler(context=_TLS), HTTPCookieProcessor(self._jar))

    def status(self, path: str) -> int:
        """The status of an answer, 0 if there is none."""
        try:
            with self._opener.open(f"{URL}{path}", timeout=10) as answer:
                code: int = answer.status
                return code
        except HTTPError as error:
            return error.code
        except (URLError, OSError):
            return 0

    def cookies(self) -> dict[str, str]:
        """The cookies by name."""
        return {cookie.name: cookie.value or "" for cookie in self._jar}


async def see(visitor: Visitor, page: str = "") -> str:
    """The texts of a page, through the proxy and with the visitor's cookies."""
    message = BackMsg()
    message.rerun_script.page_name = page
    texts: list[str] = []
    # As a browser does; these have to answer, and give it the token that says that it is a page of ours that asks.
    for path in ("/_stcore/health", "/_stcore/host-config"):
        if visitor.status(path) != 200:
            return f"{path} does not answer"
    cookies = visitor.cookies()
    protocols = ["streamlit", *filter(None, [cookies.get("_streamlit_xsrf")])]
    async with connect(
        f"wss://{NAME}/_stcore/stream",
        ssl=_TLS,
        subprotocols=[Subprotocol(protocol) for protocol in protocols],
        additional_headers={"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())},
        origin=Origin(URL),
        max_size=None,
    ) as socket:
        await socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg.FromString(await socket.recv(decode=False))
            if answer.WhichOneof("type") == "delta":
                texts.append(str(answer.delta.new_element))
            if answer.WhichOneof("type") == "script_finished":
                return "\n".join(texts)


def page_has(visitor: Visitor, text: str, page: str = "") -> bool:
    """Whether a page can be seen and has that text."""
    with suppress(Exception):
        return text in asyncio.run(asyncio.wait_for(see(visitor, page), 30))
    return False


def url_of(name: str) -> str:
    """The database's address in an environment file."""
    (url,) = re.findall(r"^DATABASE_URL=(.*)$", (CONFIGURATION / name).read_text(), re.MULTILINE)
    return str(url)


def sign_in(visitor: Visitor) -> None:
    """Sign in with the identity provider, and come back."""
    if visitor.status(f"/auth/login?provider={quote(encode_provider_token('default'))}") != 200:
        raise RuntimeError("The sign-in does not lead back.")


def is_ready(port: int) -> bool:
    """Whether a server says that visitors may come."""
    return text_of(f"http://127.0.0.1:{port}/readyz") == "ok"


def has_numbers(port: int) -> bool:
    """Whether Prometheus would be answered there."""
    return "migration_database_up 1.0" in text_of(f"http://127.0.0.1:{port}/metrics")


def has_started(service: Service, count: int) -> bool:
    """Whether a service was started more than so many times."""
    return service.starts > count


def check_probes(visitor: Visitor) -> None:
    """Probes answer, numbers are served, and what is not for visitors is not there."""
    for port in PORTS:
        until(partial(is_ready, port), f"server {port} ready")
    for path in ("/healthz", "/readyz", "/metrics", "/_stcore/metrics"):
        if visitor.status(path) != 403:
            raise RuntimeError(f"Everybody can see {path}.")
    for port in (18500, *(10_000 + port for port in PORTS)):
        until(partial(has_numbers, port), f"numbers on {port}")


def text_of(address: str) -> str:
    """What is answered at an address, empty if nothing is."""
    try:
        with build_opener().open(address, timeout=10) as answer:
            return str(answer.read(), "utf-8")
    except (URLError, OSError):
        return ""


def import_sample() -> None:
    """Import the sample by the command line, and have the worker undo and redo it."""
    environment = f"DATABASE_URL={url_of('migration.env')}"
    command = (".venv/bin/python", "-B", "-m", "lib.cli", "import", "tests/data/sample_legacy_licenses.csv")
    as_user("migration", "env", environment, *command)
    for kind in (JobKind.UNDO, JobKind.REDO):
        number = submit(kind)
        until(partial(is_done, number), f"{kind} by the worker")


def submit(kind: JobKind, batch: int = 1) -> int:
    """Request work on a file, by default the first; returns the job's number."""
    engine = database.connect(url_of("migration.env"))
    with database.writing_briefly(engine) as connection:
        number = jobs.submit(connection, batch, kind, JobRequest(reason="a walk"), ADMIN)
    engine.dispose()
    return number


def is_done(number: int) -> bool:
    """Whether a job was done."""
    return job_of(number).state is JobState.DONE


def job_of(number: int) -> Job:
    """A job as it stands."""
    engine = database.connect(url_of("migration.env"))
    with database.reading(engine) as connection:
        job = jobs.job(connection, number)
    engine.dispose()
    return job


def kill_worker_at_import(worker: Service) -> None:
    """Kill the worker in the middle of an import; the next one does it again, and nothing is lost or doubled."""
    engine = database.connect(url_of("migration.env"))
    batch = imports.add_file(engine, "large.csv", generate.content(60_000), Settings(), ADMIN)
    number = submit(JobKind.IMPORT, batch)
    until(partial(is_at_work, number), "an import under way")
    worker.kill()
    until(partial(is_done, number), "the import by the next worker")
    versions = license_versions.c
    current = select(func.count(), func.count(versions.license_key.distinct())).where(versions.until.is_(None))
    with database.reading(engine) as connection:
        licenses, keys = connection.execute(current).one()
        rows = imported_rows(connection)
        tries = jobs.job(connection, number).tries
    engine.dispose()
    if not licenses == keys == rows["new"] or tries != 1:
        raise RuntimeError(
            f"{licenses} licenses of {keys} keys are there, {rows['new']} came in, in {tries + 1} tries."
        )


def is_at_work(number: int) -> bool:
    """Whether a job is under way and has come to its first step."""
    job = job_of(number)
    return job.state is JobState.RUNNING and job.step != ""


def rows_in(url: str) -> int:
    """How many rows came in to a store as new licenses."""
    engine = database.connect(url)
    with database.reading(engine) as connection:
        count = imported_rows(connection)["new"]
    engine.dispose()
    return count


def back_up_and_restore() -> None:
    """Run the backup's unit, and fill a new database from its file."""
    units.run_once("migration-backup")
    (backup,) = _BACKUPS.glob("*.dump")
    if backup.stat().st_mode & 0o077 or backup.owner() != pwd.getpwnam("migration").pw_name:
        raise RuntimeError("Others can read the backup.")
    as_user("postgres", "createdb", "--owner=migration_owner", "restored")
    restored = url_of("owner.env").removesuffix("/migration") + "/restored"
    as_user("migration", PROJECT / ".venv/bin/python", "-B", "-m", "lib.cli", "restore", backup, "--database", restored)
    if not rows_in(restored) == rows_in(url_of("migration.env")) == 11:
        raise RuntimeError("The restored store is another.")
    backup.unlink()


def check_logs(services: Iterable[Service]) -> None:
    """Every line of the logs is an object, and those of a page that Ada saw name the request and the user."""
    events = [json.loads(line) for service in services for line in service.log.read_text().splitlines()]
    pages = [event for event in events if event.get("page") == "licenses"]
    if not pages or not all("request" in event and "user" in event for event in pages):
        raise RuntimeError("The logs do not say whose requests these are.")


def bring_in_new_version(services: dict[str, Service], visitor: Visitor) -> None:
    """Back up, upgrade, and restart one after the other, while somebody always sees a page."""
    units.run_once("migration-upgrade")
    for service in services.values():
        starts = service.starts
        service.restart()
        until(partial(has_started, service, starts), "started again")
        until(lambda: page_has(visitor, "Licenses", "licenses"), "a page while a server restarts")
    for port in PORTS:
        until(partial(is_ready, port), f"server {port} is back")


def configure_sign_in(provider: Provider) -> None:
    """Let people sign in with that provider."""
    secrets = PROJECT / ".streamlit/secrets.toml"
    secrets.write_text(provider.secrets().replace("http://localhost:{port}", URL))
    run("chown", "root:migration", secrets)
    secrets.chmod(0o640)


def start_all(stack: ExitStack) -> dict[str, Service]:
    """The services by unit, behind nginx, stopped with the stack."""
    services = {}
    for unit in (*(f"migration-web@{port}" for port in PORTS), "migration-worker"):
        services[unit] = Service(unit)
        stack.callback(services[unit].stop)
    run("nginx")
    stack.callback(run, "nginx", "-s", "quit")
    return services


def kill_each_server(services: dict[str, Service], visitor: Visitor) -> None:
    """Kill one server after the other, while somebody always sees a page."""
    for port in PORTS:
        service = services[f"migration-web@{port}"]
        starts = service.starts
        service.kill()
        until(lambda: page_has(visitor, "Licenses", "licenses"), "a page after a server was killed")
        until(partial(has_started, service, starts), "started again")


def main() -> None:
    """Walk from the first start to a new version."""
    with ExitStack() as stack:
        provider = stack.enter_context(provided())
        provider.email = "ada@example.com"
        configure_sign_in(provider)
        units.run_once("migration-upgrade")
        say("the owner made the tables")
        services, visitor = start_all(stack), Visitor()
        check_probes(visitor)
        say("two servers and a worker run behind nginx, with probes and numbers")
        until(lambda: page_has(visitor, "Use your company account"), "a stranger is asked to sign in")
        sign_in(visitor)
        until(lambda: page_has(visitor, "Sign out"), "signed in")
        say("Ada signed in")
        import_sample()
        say("a file was imported, and the worker undid and redid that")
        back_up_and_restore()
        say("backed up and restored")
        kill_each_server(services, visitor)
        say("each server was killed, and the other went on")
        kill_worker_at_import(services["migration-worker"])
        say("the worker was killed in the middle of an import, and the next one did it once")
        bring_in_new_version(services, visitor)
        say("a new version came in, server by server")
        check_logs(services.values())
        say("the logs are JSON, with request and user")
    subprocess.run(["pg_ctlcluster", "15", "main", "stop"], check=False)
    print("README's *Operate it* works on a clean Debian.")


if __name__ == "__main__":
    main()
