"""An identity provider on this machine: whoever comes is signed in at once, as the person it is set to."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

CLIENT = "license-migration"
SECRET = "only for this test, and long enough to sign with"

SECRETS = """
[auth]
redirect_uri = "http://localhost:{{port}}/oauth2callback"
cookie_secret = "{secret}"
client_id = "{client}"
client_secret = "unused"
server_metadata_url = "{url}/.well-known/openid-configuration"
"""


@dataclass
class Provider:
    """A running provider, and whom it signs in."""

    url: str
    email: str = "eva@example.com"
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    nonces: dict[str, str] = field(default_factory=dict)

    def secrets(self) -> str:
        """The section of secrets.toml that makes this the provider."""
        return SECRETS.format(secret=SECRET, client=CLIENT, url=self.url)

    def metadata(self) -> dict[str, Any]:
        """Where everything is."""
        paths = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
        return {
            "issuer": self.url,
            **{name: f"{self.url}/{path}" for name, path in paths.items()},
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def keys(self) -> dict[str, Any]:
        """The public key that tokens are signed with."""
        numbers = self.key.public_key().public_numbers()
        size = (numbers.n.bit_length() + 7) // 8
        public = {"n": encoded(numbers.n.to_bytes(size, "big")), "e": encoded(numbers.e.to_bytes(3, "big"))}
        return {"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "1", **public}]}

    def token(self, code: str) -> dict[str, Any]:
        """What a code is exchanged for."""
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": f"number of {self.email}",
            "email": self.email,
            "email_verified": True,
            "iat": now,
            "exp": now + 3600,
            "nonce": self.nonces[code],
        }
        header = {"alg": "RS256", "kid": "1", "typ": "JWT"}
        signed = f"{encoded(json.dumps(header).encode())}.{encoded(json.dumps(claims).encode())}"
        signature = self.key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return {"access_token": "a", "token_type": "Bearer", "id_token": f"{signed}.{encoded(signature)}"}


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@contextmanager
def provided() -> Iterator[Provider]:
    """Run a provider as long as the context lasts."""
    server = ThreadingHTTPServer(("localhost", 0), Handler)
    server.provider = Provider(f"http://localhost:{server.server_port}")  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.provider  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Handler(BaseHTTPRequestHandler):
    """Answers what a sign-in asks."""

    def do_GET(self) -> None:
        """Metadata, keys, or a sign-in, which leads straight back."""
        provider: Provider = self.server.provider  # type: ignore[attr-defined]
        address = urlsplit(self.path)
        if address.path == "/authorize":
            fields = {name: values[0] for name, values in parse_qs(address.query).items()}
            code = str(len(provider.nonces) + 1)
            provider.nonces[code] = fields["nonce"]
            self.send_response(302)
            query = urlencode({"code": code, "state": fields["state"]})
            self.send_header("Location", f"{fields['redirect_uri']}?{query}")
            self.end_headers()
        else:
            self.send(provider.keys() if address.path == "/jwks" else provider.metadata())

    def do_POST(self) -> None:
        """A code exchanged for a token."""
        provider: Provider = self.server.provider  # type: ignore[attr-defined]
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.send(provider.token(form["code"][0]))

    def send(self, answer: dict[str, Any]) -> None:
        """Send JSON."""
        content = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""
