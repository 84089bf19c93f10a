"""The part of the walk for which Debian's own Python is enough: accounts, packages, PostgreSQL and the files of deploy/."""

import os
import re
import secrets
import shutil
import subprocess
from pathlib import Path

PROJECT = Path("/srv/migration")
DEPLOY = PROJECT / "deploy"
CONFIGURATION = Path("/etc/migration")
NAME = "licenses.example.com"


def run(*command: str | Path) -> None:
    """Run a command, and end with it if it fails."""
    print("+", *command, flush=True)
    subprocess.run([str(part) for part in command], check=True)


def as_user(name: str, *command: str | Path) -> None:
    """Run a command as somebody else."""
    run("runuser", "-u", name, "--", *command)


def make_account() -> None:
    """The account `migration`, which owns nothing but what servers write."""
    if subprocess.run(["id", "migration"], capture_output=True, check=False).returncode:
        run("useradd", "--system", "--user-group", "--home-dir", "/var/lib/migration", "migration")


def install_packages() -> None:
    """The project's environment, by requirements.lock."""
    if not (PROJECT / ".venv").exists():
        run("python3", "-m", "venv", PROJECT / ".venv")
    install = (
        PROJECT / ".venv/bin/python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-index",
        "--find-links",
        "/packages",
    )
    run(*install, "--require-hashes", "-r", PROJECT / "requirements.lock")


def start_postgresql(passwords: dict[str, str]) -> None:
    """Debian's PostgreSQL with an empty cluster, and the three accounts."""
    subprocess.run(["pg_dropcluster", "--stop", "15", "main"], check=False, capture_output=True)
    run("pg_createcluster", "15", "main", "--start")
    variables = [f"--set={role}_password={password}" for role, password in passwords.items()]
    psql = ("psql", "--dbname=postgres", "--quiet", "--set=ON_ERROR_STOP=1", *variables)
    as_user("postgres", *psql, "--file", DEPLOY / "postgresql.sql")


def fill_in(name: str, password: str, others: dict[str, str]) -> None:
    """An environment file with its password and other values."""
    text = (DEPLOY / name).read_text().replace("PASSWORD", password)
    for old, new in others.items():
        text = re.sub(rf"^{old}=.*$", f"{old}={new}", text, flags=re.MULTILINE)
    target = CONFIGURATION / name
    target.write_text(text)
    target.chmod(0o600)


def configure(passwords: dict[str, str]) -> None:
    """The environment files, the units, and nginx's site with a certificate made here."""
    CONFIGURATION.mkdir(exist_ok=True)
    fill_in("migration.env", passwords["app"], {})
    fill_in("owner.env", passwords["owner"], {})
    for unit in DEPLOY.glob("migration*.*"):
        if unit.suffix in (".service", ".timer", ".target"):
            shutil.copy(unit, "/etc/systemd/system")
    certificates = Path("/etc/ssl/migration")
    certificates.mkdir(exist_ok=True)
    names = ("-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}")
    files = ("-keyout", certificates / "privkey.pem", "-out", certificates / "fullchain.pem")
    run("openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-days", "2", *names, *files)
    shutil.copy(DEPLOY / "nginx.conf", "/etc/nginx/sites-enabled")
    Path("/etc/nginx/sites-enabled/default").unlink(missing_ok=True)
    Path("/etc/hosts").write_text(f"127.0.0.1 localhost\n192.0.2.10 {NAME}\n")
    run("nginx", "-t")


def main() -> None:
    """Install all, then walk on with the project's own Python."""
    passwords = {role: secrets.token_urlsafe(18) for role in ("owner", "app", "reader")}
    make_account()
    install_packages()
    start_postgresql(passwords)
    configure(passwords)
    os.chdir(PROJECT)
    python = str(PROJECT / ".venv/bin/python")
    os.execv(python, [python, "-B", "-m", "tests.operate.walk"])


if __name__ == "__main__":
    main()
