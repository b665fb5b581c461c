"""A clinic on a plain loopback socket that breaks its answers in ways no HTTP server can be asked for."""

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.integration.pull.clinics import bundle, record, statement

__all__ = ["FAULTS", "broken_clinic", "clinic_of_unknown_certificate", "closed_port"]

_FOUND = bundle(record("Encounter", "e1"))
_EMPTY = bundle()


def _http(body: bytes, *headers: str, length: int | None = None) -> bytes:
    lines = [
        "HTTP/1.1 200 OK",
        f"Content-Length: {len(body) if length is None else length}",
        *headers,
        "Connection: close",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _ends_too_early(peer: socket.socket) -> None:
    peer.sendall(_http(_FOUND[:20], length=len(_FOUND)))


def _resets(peer: socket.socket) -> None:
    peer.sendall(_http(_FOUND[:20], length=len(_FOUND)))
    # Linger of zero: closing sends a reset instead of an end.
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def _says_nothing(peer: socket.socket) -> None:
    time.sleep(0.6)


def _drips(peer: socket.socket) -> None:
    peer.sendall(_http(b"", length=1000))
    try:
        for _ in range(30):
            peer.sendall(b" ")
            time.sleep(0.05)
    except OSError:
        return  # the client has had enough, as it should


def _is_no_gzip(peer: socket.socket) -> None:
    peer.sendall(_http(_FOUND, "Content-Encoding: gzip"))


def _is_a_bomb(peer: socket.socket) -> None:
    peer.sendall(_http(gzip.compress(b" " * 5_000_000 + _FOUND), "Content-Encoding: gzip"))


def _is_no_http(peer: socket.socket) -> None:
    peer.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")


FAULTS: dict[str, Callable[[socket.socket], None]] = {
    "ends too early": _ends_too_early,
    "resets": _resets,
    "says nothing": _says_nothing,
    "drips": _drips,
    "is no gzip": _is_no_gzip,
    "is a bomb": _is_a_bomb,
    "is no HTTP": _is_no_http,
}


@contextmanager
def broken_clinic(fault: Callable[[socket.socket], None], *, strikes: int) -> Iterator[str]:
    """Encounter breaks that many times and is then answered; all else is answered at once, with nothing."""
    left = [strikes]

    def serve(peer: socket.socket) -> None:
        with peer:
            asked = peer.recv(65536).split(b" ")[1]
            if asked.startswith(b"/metadata"):
                peer.sendall(_http(statement({})))
            elif not asked.startswith(b"/Encounter"):
                peer.sendall(_http(_EMPTY))
            elif left[0] > 0:
                left[0] -= 1
                fault(peer)
            else:
                peer.sendall(_http(_FOUND))

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_accept, args=(listening, serve), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=5)


def _accept(listening: socket.socket, serve: Callable[[socket.socket], None]) -> None:
    while True:
        try:
            peer, _ = listening.accept()
        except OSError:
            return  # the clinic was closed
        threading.Thread(target=serve, args=(peer,), daemon=True).start()


@contextmanager
def clinic_of_unknown_certificate(folder: Path) -> Iterator[str]:
    """It offers TLS with a certificate for localhost that it has signed itself."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(folder))

    def serve(peer: socket.socket) -> None:
        try:
            context.wrap_socket(peer, server_side=True).close()
        except OSError:
            peer.close()  # the client has seen enough

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_accept, args=(listening, serve), daemon=True).start()
        yield f"https://localhost:{listening.getsockname()[1]}/fhir"
        listening.shutdown(socket.SHUT_RDWR)


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder(
            issuer_name=name, subject_name=name, public_key=key.public_key(), serial_number=1
        )
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "both.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + certificate.public_bytes(pem))
    return file


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
