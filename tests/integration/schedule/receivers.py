"""Receivers on this machine: a web server that keeps what is posted, and a mail server that keeps mail."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

__all__ = ["Hook", "Post", "dripping", "hook", "post_office"]


@dataclass(slots=True)
class Hook:
    """`status` is what it answers; with a `location` it sends people elsewhere."""

    url: str = ""
    status: int = 204
    location: str | None = None
    posts: list[dict[str, Any]] = field(default_factory=list)
    asked: int = 0


@contextmanager
def hook(tls: Path | None = None) -> Iterator[Hook]:
    """`tls`: a file with a private key and its certificate."""
    told = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.asked += 1
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if told.status < 300:
                told.posts.append(json.loads(body))
            self.send_response(told.status)
            if told.location is not None:
                self.send_header("Location", told.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            """Nothing on stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    told.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()


@dataclass(slots=True)
class Post:
    """`refuses`: what the server says in the stead of taking a message."""

    port: int
    refuses: str | None = None
    mail: list[EmailMessage] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)


@contextmanager
def post_office(tls: Path | None = None, *, password: str | None = None) -> Iterator[Post]:
    """`tls`: a file with key and certificate, for STARTTLS; with a `password`, nobody else is served."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        kept = Post(free.getsockname()[1])

    class Keeper:
        async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
            if kept.refuses is not None:
                return kept.refuses
            content = envelope.original_content or b""
            kept.mail.append(message_from_bytes(content, policy=policy.default))
            return "250 kept"

    def knows(_server: SMTP, _session: Session, _envelope: Envelope, _way: str, given: object) -> AuthResult:
        assert isinstance(given, LoginPassword)
        right = password is not None and given.password == password.encode()
        if right:
            kept.signed_in.append(given.login.decode())
        return AuthResult(success=right)

    context = None
    if tls is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls)
    controller = Controller(
        Keeper(),
        hostname="127.0.0.1",
        port=kept.port,
        tls_context=context,
        require_starttls=context is not None,
        authenticator=knows,
        auth_required=password is not None,
        auth_require_tls=context is not None,
    )
    controller.start()
    try:
        yield kept
    finally:
        controller.stop()


@contextmanager
def dripping(drops: list[bytes], *, every: float) -> Iterator[tuple[int, list[float]]]:
    """A port, and when it was called: it answers one drop at a time, the last of them for ever."""
    called: list[float] = []
    over = threading.Event()

    def drip(line: socket.socket) -> None:
        with line, suppress(OSError):
            for drop in chain(drops, repeat(drops[-1])):
                line.sendall(drop)
                if over.wait(every):
                    return

    def serve() -> None:
        with suppress(OSError):
            while True:
                line, _ = server.accept()
                called.append(time.monotonic())
                threading.Thread(target=drip, args=(line,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, daemon=True).start()
        try:
            yield server.getsockname()[1], called
        finally:
            over.set()
            server.shutdown(socket.SHUT_RDWR)
