"""The web application behind a real socket: on loopback, or on any address behind a proxy that ends TLS.

There is no access log: who looked at which chart stands in the audit trail, and there alone.
"""

import ipaddress
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from abstractor.errors import OptionError, SetupError
from abstractor.web.app import create_app
from abstractor.workflow import Options, Services

__all__ = ["listening", "serve", "serving"]

_START_SECONDS = 30.0
_STOP_SECONDS = 5


def serve(services: Services, listener: socket.socket) -> None:
    """Serve until the process is told to stop."""
    _server(services).run(sockets=[listener])


@contextmanager
def serving(services: Services) -> Iterator[str]:
    """Serve in a thread of this process; gives the address, stops at the end."""
    with listening(services.settings) as listener:
        host, port = listener.getsockname()[:2]
        server = _server(services)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="web", daemon=True)
        thread.start()
        try:
            _wait_for(server, thread)
            yield f"http://{f'[{host}]' if ':' in host else host}:{port}"
        finally:
            server.should_exit = True
            thread.join(_STOP_SECONDS * 2)


def _server(services: Services) -> uvicorn.Server:
    config = uvicorn.Config(
        create_app(services),
        access_log=False,
        log_config=None,
        lifespan="off",
        server_header=False,
        proxy_headers=services.settings.behind_tls,
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
    # uvicorn writes one as soon as anybody hangs a handler on its logger, whatever `access_log` says.
    logging.getLogger("uvicorn.access").disabled = True
    return uvicorn.Server(config)


def _wait_for(server: uvicorn.Server, thread: threading.Thread) -> None:
    waited = threading.Event()
    for _ in range(int(_START_SECONDS / 0.02)):
        if server.started:
            return
        if not thread.is_alive():
            break
        waited.wait(0.02)
    raise SetupError("the web service did not start; the lines above say why")


@contextmanager
def listening(settings: Options) -> Iterator[socket.socket]:
    """A bound socket. The embedded sign-in over plain HTTP stays on this machine."""
    host, port = settings.host, settings.port
    address = _address(host)
    if not settings.behind_tls and not address.is_loopback:
        raise OptionError(
            f"the host {host!r} can be reached from outside: put a proxy with TLS in front of it and set "
            "ABSTRACTOR_BEHIND_TLS=true, or listen on 127.0.0.1"
        )
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    # By its protocol the event loop knows TCP and sends at once: else a browser waits 40 ms for each answer.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((str(address), port))
        except OSError as refused:
            raise SetupError(
                f"port {port} of {host} cannot be used ({refused.strerror}); set ABSTRACTOR_PORT"
            ) from None
        yield listener


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The address itself, or what the name stands for here."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        raise OptionError(f"the host {host!r} cannot be resolved; set ABSTRACTOR_HOST") from None
    return ipaddress.ip_address(str(found[0][4][0]).partition("%")[0])
