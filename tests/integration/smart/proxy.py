"""A hospital's web proxy on loopback: it passes on what is asked of it, and keeps what it could read."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

__all__ = ["Proxy", "web_proxy"]


@dataclass(slots=True)
class Proxy:
    """`asked` holds the first line of each request, `read` all that came in clear. `refuses` is a status."""

    url: str = ""
    refuses: int | None = None
    tls: ssl.SSLContext | None = None
    asked: list[str] = field(default_factory=list)
    read: bytearray = field(default_factory=bytearray)

    def serve(self, plain: socket.socket) -> None:
        with suppress(OSError):
            opened = plain if self.tls is None else self.tls.wrap_socket(plain, server_side=True)
            with opened as client:
                self._serve(client)

    def _serve(self, client: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            more = client.recv(65536)
            if not more:
                return
            head += more
        self.read += head
        line = head.split(b"\r\n")[0].decode()
        self.asked.append(line)
        method, target, _ = line.split(" ")
        if self.refuses is not None:
            client.sendall(f"HTTP/1.1 {self.refuses} No\r\nContent-Length: 0\r\n\r\n".encode())
        elif method == "CONNECT":
            self._tunnel(client, int(target.rpartition(":")[2]))
        else:
            self._pass_on(client, head, target)

    def _tunnel(self, client: socket.socket, port: int) -> None:
        """Whatever name was asked for, it is on this machine."""
        with socket.create_connection(("127.0.0.1", port)) as server:
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=_copy, args=(server, client), daemon=True)
            back.start()
            _copy(client, server)
            back.join(timeout=5)

    def _pass_on(self, client: socket.socket, head: bytes, target: str) -> None:
        parts = urlsplit(target)
        with socket.create_connection((parts.hostname or "", parts.port or 80)) as server:
            line, _, rest = head.partition(b"\r\n")
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            server.sendall(f"{line.split(b' ')[0].decode()} {path} HTTP/1.0\r\n".encode() + rest)
            _copy(server, client)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while more := source.recv(65536):
            target.sendall(more)
        target.shutdown(socket.SHUT_WR)


@contextmanager
def web_proxy(*, refuses: int | None = None, certificate: Path | None = None) -> Iterator[Proxy]:
    """With a certificate it is itself asked by TLS."""
    proxy = Proxy(refuses=refuses)
    if certificate is not None:
        proxy.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        proxy.tls.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_accept, args=(listening, proxy), daemon=True).start()
        proxy.url = f"127.0.0.1:{listening.getsockname()[1]}"
        yield proxy
        listening.shutdown(socket.SHUT_RDWR)


def _accept(listening: socket.socket, proxy: Proxy) -> None:
    while True:
        try:
            client, _ = listening.accept()
        except OSError:
            return  # the proxy was closed
        threading.Thread(target=proxy.serve, args=(client,), daemon=True).start()
