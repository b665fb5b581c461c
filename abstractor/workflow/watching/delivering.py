"""Carrying a message out of the house: an HTTPS POST to the configured address, or an e-mail.

Nothing else is ever addressed: no redirect is followed, no answer read. What went wrong is told as a code.
Whoever answers drop by drop is waited for no longer than `IN_ALL`, and not sent anything more meanwhile.
"""

import http.client
import smtplib
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import EmailMessage
from queue import Empty, SimpleQueue
from typing import IO
from urllib.parse import urlsplit

from abstractor.errors import SetupError
from abstractor.fhir.address import is_loopback, travels_safely
from abstractor.fhir.tls import trusted
from abstractor.workflow.options import Options

__all__ = ["IN_ALL", "mail", "post"]

IN_ALL = 15.0  # seconds for a delivery from its beginning to its end
_SECONDS = 10.0  # for each answer of a socket
_MAILTO = "mailto:"
# By place: the last delivery to it which nobody waits for any more.
_left: dict[str, threading.Thread] = {}


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: object, fp: IO[bytes], code: int, msg: str, headers: object, newurl: str
    ) -> None:
        """Another address than the configured one is nobody's wish: the answer stays the refusal it is."""


def post(address: str, body: bytes) -> str | None:
    """None where it was taken, else why it was not."""
    if not travels_safely(address):
        return "unsafe-address"
    return _in_time(address, lambda: _post(address, body))


def _post(address: str, body: bytes) -> str | None:
    try:
        opener = urllib.request.build_opener(*_openers(address))
        request = urllib.request.Request(  # noqa: S310 - https, or this machine, by `travels_safely`
            address, data=body, headers={"Content-Type": "application/json", "User-Agent": "abstractor"}
        )
        with opener.open(request, timeout=_SECONDS):
            return None
    except SetupError:
        return "certificates-unusable"
    except urllib.error.HTTPError as refused:
        refused.close()
        return f"http-{refused.code}"
    except urllib.error.URLError as failed:
        return _why(failed.reason)
    except (OSError, http.client.HTTPException, ValueError) as failed:
        return _why(failed)


def mail(settings: Options, address: str, *, subject: str, text: str) -> str | None:
    """None where the server took it, else why it did not. A password goes over TLS only."""
    sender = settings.smtp_from or settings.smtp_user
    if not settings.smtp_host or "@" not in sender:
        return "no-mail-server"
    password = settings.smtp_password.get_secret_value()
    if password and settings.smtp_tls == "none" and not is_loopback(settings.smtp_host):
        return "password-without-tls"
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, _recipient(address), subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return _in_time(f"{settings.smtp_host}:{settings.smtp_port}", lambda: _mail(settings, message))


def _mail(settings: Options, message: EmailMessage) -> str | None:
    password = settings.smtp_password.get_secret_value()
    try:
        with _server(settings) as server:
            if password:
                server.login(settings.smtp_user, password)
            server.send_message(message)
            return None
    except SetupError:
        return "certificates-unusable"
    except smtplib.SMTPResponseException as refused:
        return f"smtp-{refused.smtp_code}"
    except smtplib.SMTPRecipientsRefused:
        return "recipient-refused"
    except smtplib.SMTPException as failed:
        return f"mail-{type(failed).__name__}"
    except (OSError, ValueError) as failed:
        return _why(failed)


def _in_time(place: str, deliver: Callable[[], str | None]) -> str | None:
    """What came of it, or that it took too long: the time of a socket is for each read, and begins anew with
    every byte. A thread left behind ends with the connection, and there is one for each place at most.
    """
    left = _left.get(place)
    if left is not None and left.is_alive():
        return "time-out"
    answers: SimpleQueue[str | None] = SimpleQueue()
    thread = threading.Thread(target=lambda: answers.put(deliver()), name="delivery", daemon=True)
    thread.start()
    try:
        return answers.get(timeout=IN_ALL)
    except Empty:
        _left[place] = thread
        return "time-out"


def _openers(address: str) -> tuple[urllib.request.BaseHandler, ...]:
    """A hospital's proxy is for the outside; this machine is asked directly."""
    direct = is_loopback(urlsplit(address).hostname or "")
    proxies = urllib.request.ProxyHandler({} if direct else None)
    return proxies, urllib.request.HTTPSHandler(context=_context()), _NoRedirect()


def _server(settings: Options) -> smtplib.SMTP:
    place = (settings.smtp_host, settings.smtp_port)
    if settings.smtp_tls == "tls":
        return smtplib.SMTP_SSL(*place, timeout=_SECONDS, context=_context())
    server = smtplib.SMTP(*place, timeout=_SECONDS)
    if settings.smtp_tls == "starttls":
        try:
            server.starttls(context=_context())
        except BaseException:
            server.close()
            raise
    return server


def _recipient(address: str) -> str:
    return address.removeprefix(_MAILTO).partition("?")[0]


def _context() -> ssl.SSLContext:
    return trusted() or ssl.create_default_context()


def _why(failed: object) -> str:
    """A kind, never a message: that may quote what came from outside."""
    match failed:
        case ssl.SSLCertVerificationError():
            return "certificate-refused"
        case ssl.SSLError():
            return "tls-failed"
        case TimeoutError():
            return "time-out"
        case OSError():
            return "unreachable"
        case _:
            return "answer-unusable"
