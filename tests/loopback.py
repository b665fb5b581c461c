"""A guard on the sockets of the test process: what leaves this machine is refused and remembered.

Unix sockets and the loopback addresses pass. Names are refused before they are looked up. Refusing alone is
not enough, since the code under test may well survive a failed connection: the attempts are kept as well, so
that the test fails.
"""

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

__all__ = ["Guard", "OutsideConnection", "guarded", "is_local"]


class OutsideConnection(Exception):
    """A test tried to leave this machine. No OSError: code that lives through those must not through this."""


@dataclass(slots=True)
class Guard:
    """What was tried since the last look, as `host:port`."""

    attempts: list[str] = field(default_factory=list)

    def refuse(self, host: object, port: object) -> None:
        if not is_local(host):
            self.attempts.append(f"{host}:{port}")
            raise OutsideConnection(
                f"a test tried to reach {host}:{port}; only this machine's loopback is allowed"
            )

    def take(self) -> list[str]:
        taken, self.attempts = self.attempts, []
        return taken


def is_local(host: object) -> bool:
    """No host at all means this machine; any other name than `localhost` means somebody else's."""
    name = host.decode() if isinstance(host, bytes) else host
    if name is None or name == "" or name == "localhost":
        return True
    try:
        address = ipaddress.ip_address(str(name).partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


@contextmanager
def guarded() -> Iterator[Guard]:
    """Every socket of this process, and of those forked from it, is under guard until the end."""
    guard = Guard()
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def check(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            guard.refuse(address[0], address[1])

    def guarded_connect(self: socket.socket, address: Any) -> None:
        check(self, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        check(self, address)
        return connect_ex(self, address)

    def guarded_look_up(host: Any, port: Any, *rest: Any, **named: Any) -> Any:
        guard.refuse(host, port)
        return look_up(host, port, *rest, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield guard
