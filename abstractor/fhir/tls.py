"""Whom this program trusts, and why a connection could not be made: told in words that IT can act on.

Certificates are always checked. A hospital's own authority is named by SSL_CERT_FILE or SSL_CERT_DIR, a proxy
by HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, as for other programs.
"""

import os
import re
import ssl
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from abstractor.errors import SetupError
from abstractor.fhir.address import is_loopback

__all__ = ["advice", "proxy_variable", "trusted"]

# httpx tells of httpcore's error, which tells of the system's; an error may also lead back to itself.
_LAYERS = 8
_HASHED = re.compile(r"[0-9a-f]{8}\.[0-9]+")


def trusted() -> ssl.SSLContext | None:
    """What the two variables name; None where neither is set: then the authorities of the web are trusted."""
    file, folder = os.environ.get("SSL_CERT_FILE") or None, os.environ.get("SSL_CERT_DIR") or None
    if file is None and folder is None:
        return None
    if folder is not None and not _has_hashed_names(Path(folder)):
        raise SetupError(
            f"SSL_CERT_DIR names {folder}, where no certificate is found by its hash: run `openssl rehash` "
            "on that folder, or put all certificates into one file and name it by SSL_CERT_FILE"
        )
    try:
        return ssl.create_default_context(cafile=file, capath=folder)
    except OSError as problem:  # ssl.SSLError is one
        raise SetupError(
            f"SSL_CERT_FILE names {file}, which cannot be used ({problem.strerror or problem.args[0]}): it "
            "must be a readable file of certificates in PEM form"
        ) from None


def advice(failed: BaseException, url: str) -> str:
    """What to check after a connection that failed."""
    refused = _refusal(failed)
    if refused is None:
        return f"check the address{_proxy(url)} and that a firewall lets this machine through"
    match refused.verify_code:
        case 10:
            return "the clinic's certificate has expired, or this machine's clock is wrong"
        case 62 | 63 | 64:
            return "the certificate is for another name: use the address that it was made for"
        case _:
            return (
                f"nobody whom this machine trusts vouches for that certificate. {_trusts()}: name a file "
                "with the authority of your hospital (or of its proxy) by SSL_CERT_FILE"
            )


def _refusal(failed: BaseException) -> ssl.SSLCertVerificationError | None:
    """The refused certificate that made the connection fail, through the layers that told of it."""
    told: BaseException | None = failed
    for _ in range(_LAYERS):
        if told is None or isinstance(told, ssl.SSLCertVerificationError):
            return told
        told = told.__cause__ or told.__context__
    return None


def _trusts() -> str:
    named = [name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(name)]
    if not named:
        return "The web's authorities are trusted now"
    return f"Only the authorities of {' and '.join(named)} are trusted now"


def proxy_variable(url: str) -> str | None:
    """The variable whose proxy is used for that address; not its value, which may hold a password."""
    parts, proxies = urlsplit(url), getproxies()
    host = parts.hostname or ""
    proxied = parts.scheme in proxies or "all" in proxies
    if not proxied or is_loopback(host) or proxy_bypass(host):
        return None
    return f"{(parts.scheme if parts.scheme in proxies else 'all').upper()}_PROXY"


def _proxy(url: str) -> str:
    used = proxy_variable(url)
    return "" if used is None else f", the proxy that {used} names"


def _has_hashed_names(folder: Path) -> bool:
    return folder.is_dir() and any(_HASHED.fullmatch(entry.name) for entry in folder.iterdir())
