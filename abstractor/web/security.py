"""What every answer carries and every unsafe request must carry.

The session's token stands in one cookie that no script can read. The CSRF token is made from it: nothing more
is kept. On the sign-in page, where nobody has a session yet, it is made from a cookie of the form's own.
"""

import hmac
import secrets
from collections.abc import Mapping

from fastapi import HTTPException, Request
from starlette.responses import Response

from abstractor.workflow.clinic.keys import CACHED

__all__ = [
    "CSRF_FIELD",
    "CSRF_HEADER",
    "KEY_SET",
    "LAUNCH",
    "LINKS",
    "LONGEST_TARGET",
    "METRICS_PATH",
    "PROVIDER",
    "FormExpired",
    "check_csrf",
    "cookie_name",
    "csrf_of",
    "drop_session",
    "form_seed",
    "headers_for",
    "keep_form",
    "keep_session",
    "ours",
    "session_token",
]

CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF-Token"
# Where the public keys are served. Whoever checks our signatures may keep them for a short time,
# so that a new key is known soon.
KEY_SET = "/.well-known/jwks.json"
_KEY_SET_CACHING = f"public, max-age={CACHED.seconds}"
# Where a monitoring system asks, which has a token and no session.
METRICS_PATH = "/metrics"
# Under which a one-time link opens the form for a first or a forgotten password.
LINKS = "/signin/link"
# There, and back: the provider of OpenID Connect.
PROVIDER = ("/signin/provider", "/signin/provider/callback")
# There, and back: an EHR that opens this program from a chart.
LAUNCH = ("/launch", "/launch/callback")
# The longest address that signing in leads on to; ours are far shorter.
LONGEST_TARGET = 400
FORM_COOKIE = "abstractor_form"
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def headers_for(path: str, *, tls: bool) -> dict[str, str]:
    """The headers of an answer; a browser may keep static files only, and asks whether they changed. Anybody
    may keep the public keys for a while.
    """
    if path == KEY_SET:
        caching = _KEY_SET_CACHING
    else:
        caching = "no-cache" if path.startswith("/static/") else "no-store"
    strict = {"Strict-Transport-Security": "max-age=31536000"} if tls else {}
    return {**_HEADERS, **strict, "Cache-Control": caching}


def cookie_name(*, tls: bool) -> str:
    """Behind TLS the name itself makes browsers insist on Secure, on the path and on this very host."""
    return "__Host-abstractor" if tls else "abstractor_session"


def session_token(request: Request) -> str | None:
    return request.cookies.get(cookie_name(tls=_tls(request)))


def keep_session(response: Response, token: str, *, tls: bool) -> None:
    response.set_cookie(cookie_name(tls=tls), token, httponly=True, secure=tls, samesite="lax", path="/")


def drop_session(response: Response, *, tls: bool) -> None:
    response.delete_cookie(cookie_name(tls=tls), path="/", httponly=True, secure=tls, samesite="lax")


def form_seed(request: Request) -> str:
    """The seed of the sign-in form: the one that this browser holds, so that two tabs do not fight."""
    return request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(32)


def keep_form(response: Response, seed: str, *, tls: bool) -> None:
    response.set_cookie(FORM_COOKIE, seed, httponly=True, secure=tls, samesite="strict", path="/signin")


def ours(target: str) -> str:
    """A path of this service; what is too long, or what a browser could take for another host, leads home."""
    plain = target.startswith("/") and not target.startswith("//") and "\\" not in target
    return target if plain and len(target) <= LONGEST_TARGET and target.isprintable() else "/"


def csrf_of(seed: str) -> str:
    return hmac.new(seed.encode(), b"abstractor csrf", "sha256").hexdigest()


class FormExpired(HTTPException):
    """The form was made for another session than the one that it comes with."""

    def __init__(self) -> None:
        super().__init__(403, "The form has expired. Go back, load the page again and repeat.")


async def check_csrf(request: Request) -> None:
    """Refuse an unsafe request that does not come from a form of ours. A service's token is in no browser,
    which could be made to send it.
    """
    if request.method in SAFE or getattr(request.state, "by_token", False):
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403, "This request came from another site.")
    before = request.scope["path"].startswith("/signin")  # nobody has a session there yet
    seed = request.cookies.get(FORM_COOKIE) if before else session_token(request)
    given = request.headers.get(CSRF_HEADER)
    if given is None:
        field = (await request.form()).get(CSRF_FIELD)
        given = field if isinstance(field, str) else ""
    if not seed or not hmac.compare_digest(csrf_of(seed).encode(), given.encode()):
        raise FormExpired


def _tls(request: Request) -> bool:
    return bool(request.app.state.services.settings.behind_tls)
