"""nginx with the site of deploy/, before servers of a test."""

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.rooms import ROOT

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin:/opt/homebrew/bin")


def write_certificate(folder: Path) -> None:
    """Write a certificate for a day, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "licenses.example.com")])
    day = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(day - timedelta(1)).not_valid_after(day + timedelta(1))
    (folder / "fullchain.pem").write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "privkey.pem").write_bytes(secret)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    """Wait until something listens on a port."""
    deadline = monotonic() + 20
    while monotonic() < deadline:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        sleep(0.02)


@contextmanager
def proxy(folder: Path, ports: Sequence[int], tls: int = 0) -> Iterator[int]:
    """The TLS port of nginx with our site before servers on these ports."""
    write_certificate(folder)
    plain, tls = free_port(), tls or free_port()
    site = (ROOT / "deploy" / "nginx.conf").read_text()
    for old, new in {"8501": str(ports[0]), "8502": str(ports[1]), "/etc/ssl/migration": str(folder)}.items():
        assert old in site
        site = site.replace(old, new)
    site = re.sub(r"\n +listen \[::\].*", "", site)
    site = site.replace("listen 80;", f"listen 127.0.0.1:{plain};").replace("listen 443 ", f"listen 127.0.0.1:{tls} ")
    folders = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config = folder / "nginx.conf"
    config.write_text(
        f"pid {folder}/pid;\nerror_log {folder}/error.log;\ndaemon off;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{folders}{site}}}\n"
    )
    command = [NGINX or "", "-c", str(config), "-e", str(folder / "error.log"), "-g", ""]
    check = subprocess.run([*command, "-t"], capture_output=True, text=True, timeout=60, check=False)
    assert (check.returncode, "[warn]" in check.stderr) == (0, False), check.stderr
    with subprocess.Popen(command) as process:
        try:
            wait_for(tls)
            yield tls
        finally:
            process.terminate()
