"""A small clinic that wants SMART Backend Services, over real HTTP or TLS, and its authorization server.

It believes nothing: each assertion is checked by the key set that it was given, each token by its own list.
"""

import json
import secrets
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from abstractor.fhir.smart.keys import SigningKey, public_jwks

__all__ = ["CLIENT", "Guarded", "guarded_clinic"]

CLIENT = "client-of-ours"
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(slots=True)
class Guarded:
    """What the clinic knows and does; a test may change it while the clinic runs.

    `stumbles` is how many token requests are answered 503 after the assertion was taken; `bare` says no with
    an empty 400, as Epic does; `endless` says 401 with a body that does not come.
    """

    keys: list[SigningKey]
    clock: Callable[[], float] = time.time
    life: float = 300
    allowed: Iterable[str] | None = None
    capabilities: tuple[str, ...] = ("permission-v2",)
    stumbles: int = 0
    bare: bool = False
    endless: bool = False
    token_url: str | None = None
    url: str = ""
    tokens: dict[str, tuple[float, str]] = field(default_factory=dict)
    assertions: list[str] = field(default_factory=list)
    refused: int = 0
    seen: list[tuple[str, str | None]] = field(default_factory=list)
    _used: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def issue(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        with self._lock:
            assertion = form.get("client_assertion", "")
            self.assertions.append(assertion)
            wrong = self._wrong(form, assertion)
            if self.stumbles > 0:
                self.stumbles -= 1
                return 503, {}
            if wrong is not None:
                return 400, {} if self.bare else {"error": "invalid_client", "error_description": wrong}
            asked = form.get("scope", "").split()
            if any(scope.endswith(".rs") for scope in asked) and "permission-v2" not in self.capabilities:
                return 400, {"error": "invalid_scope"}
            scope = " ".join(asked if self.allowed is None else [one for one in asked if one in self.allowed])
            token = f"canary-{secrets.token_urlsafe(12)}"
            self.tokens[token] = (self.clock() + self.life, scope)
            told = {"access_token": token, "token_type": "Bearer", "expires_in": self.life, "scope": scope}
            return 200, told

    def _wrong(self, form: dict[str, str], assertion: str) -> str | None:
        if form.get("grant_type") != "client_credentials" or form.get("client_assertion_type") != _ASSERTION:
            return "form"
        try:
            keys = KeySet.import_key_set(public_jwks(self.keys))  # type: ignore[arg-type] # plain JSON
            claims = jwt.decode(assertion, keys, algorithms=["RS384", "ES384"]).claims
        except (JoseError, ValueError) as problem:
            return type(problem).__name__
        if not claims["iss"] == claims["sub"] == CLIENT or claims["aud"] != f"{self.url}/token":
            return "names"
        if not 0 < claims["exp"] - self.clock() <= 300:
            return "time"
        if claims["jti"] in self._used:
            return "used before"
        self._used.add(claims["jti"])
        return None

    def answer(self, path: str, bearer: str | None) -> tuple[int, dict[str, Any]]:
        kind, _, identity = path.partition("/")
        expires, scope = self.tokens.get(bearer or "", (0.0, ""))
        if self.clock() >= expires:
            self.refused += 1
            return 401, {}
        granted = {one.removeprefix("system/").partition(".")[0] for one in scope.split()}
        if not {kind, "*"} & granted:
            return 403, {"resourceType": "OperationOutcome", "issue": [{"code": "forbidden"}]}
        if identity:
            return 200, {"resourceType": kind, "id": identity}
        return 200, {"resourceType": "Bundle", "type": "searchset", "total": 0, "entry": []}


class _Desk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    clinic: Guarded

    def do_GET(self) -> None:
        clinic, path = self.clinic, urlsplit(self.path).path
        if path == "/fhir/.well-known/smart-configuration":
            told = {"token_endpoint": clinic.token_url or f"{clinic.url}/token"}
            self._say(200, {**told, "capabilities": clinic.capabilities})
        elif path == "/fhir/metadata":
            self._say(200, {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1"})
        else:
            header = self.headers.get("Authorization")
            bearer = header.removeprefix("Bearer ") if header else None
            clinic.seen.append((path, bearer))
            self._say(*clinic.answer(path.removeprefix("/fhir/"), bearer))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._say(*self.clinic.issue(form))

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date of its answers is by the clinic's own clock."""
        return super().date_time_string(int(self.clinic.clock()))

    def log_message(self, *_: object) -> None:
        """What it is asked holds secrets."""

    def _say(self, status: int, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        endless = self.clinic.endless and status == 401
        self.send_response(status)
        self.send_header("Content-Length", str(10**9 if endless else len(body)))
        self.end_headers()
        self.wfile.write(body)
        if endless:
            self.wfile.flush()
            self.rfile.read(1)  # nothing comes: until the client hangs up
            self.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that refuses the certificate hangs up, as it should."""


@contextmanager
def guarded_clinic(
    clinic: Guarded, *, certificate: Path | None = None, name: str = "127.0.0.1", host: str = "127.0.0.1"
) -> Iterator[str]:
    """Its base address by this name; over TLS where there is a certificate."""
    server = _Server((host, 0), type("Desk", (_Desk,), {"clinic": clinic}))
    scheme = "http"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        scheme = "https"
    clinic.url = f"{scheme}://{name}:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"{clinic.url}/fhir"
    finally:
        server.shutdown()
        thread.join(timeout=5)
        server.server_close()
