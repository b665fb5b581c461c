"""Signing in through the hospital's OpenID provider: there and back, and what it says on the way.

Authlib does the protocol (authorization code, PKCE, state, nonce, ID token). What it has to remember
between the two requests goes sealed into a cookie of this browser. What it leaves to its caller is asked
here: that the provider is the one that was set, that the token is for us and signed by a key pair.
"""

from typing import Annotated, Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth
from fastapi import APIRouter, HTTPException, Query, Request
from joserfc.errors import JoseError
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from abstractor.web.access import open_to_all
from abstractor.web.parts import services_of
from abstractor.web.problems import answer
from abstractor.web.remembering import WayThere
from abstractor.web.security import LONGEST_TARGET, PROVIDER, keep_session, ours
from abstractor.workflow import Options
from abstractor.workflow.provider import Person, sign_in_by_provider

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
PATH, CALLBACK = PROVIDER
WAY = WayThere("abstractor_provider", PATH, b"abstractor sign-in by provider")
# Never "none", and no shared secret: whoever can check a token must not be able to make one.
SIGNED_BY = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
)
FAILED = (AuthlibBaseError, JoseError, httpx2.HTTPError, ValueError, KeyError, TypeError, RuntimeError)
UNREACHABLE = "Your hospital's sign-in cannot be reached, or is not set up as it should be. Tell IT."
REFUSED = "Your hospital's sign-in did not say who you are. Go back and try again."
UNKNOWN = "You are signed in at your hospital, but no account here is yours. Ask whoever gives out accounts."


@router.get(PATH)
@open_to_all
async def go_there(
    request: Request, target: Annotated[str, Query(alias="next", max_length=LONGEST_TARGET)] = "/"
) -> Response:
    """On to the provider, which sends the browser back here."""
    services = services_of(request)
    request.scope["session"] = {}
    try:
        client = await _client(request)
        response: Response = await client.authorize_redirect(request, services.settings.pages_url + CALLBACK)
    except FAILED:
        return answer(request, 502, UNREACHABLE)
    WAY.remember(request, response, {"session": request.scope["session"], "next": ours(target)})
    return response


@router.get(CALLBACK)
@open_to_all
async def come_back(request: Request) -> Response:
    """A session for the account that this person has here."""
    services = services_of(request)
    held = WAY.remembered(request)
    if held is None:
        return WAY.refused(request, 400, REFUSED)
    request.scope["session"] = held["session"]
    try:
        person = await _person(request)
    except httpx2.HTTPError:
        return WAY.refused(request, 502, UNREACHABLE)
    except FAILED:
        return WAY.refused(request, 400, REFUSED)
    token = await run_in_threadpool(sign_in_by_provider, services, person, services.clock())
    if token is None:
        return WAY.refused(request, 403, UNKNOWN)
    response = RedirectResponse(ours(held["next"]), status_code=303)
    keep_session(response, token, tls=services.settings.behind_tls)
    WAY.forget(response)
    return response


async def _client(request: Request) -> Any:
    """Authlib's client, once for this application; its provider is asked what it can do at the first use."""
    state, settings = request.app.state, services_of(request).settings
    if not settings.oidc_issuer:
        raise HTTPException(404)
    if not hasattr(state, "provider"):
        state.provider = _registered(settings)
    client = state.provider
    metadata = await client.load_server_metadata()
    if metadata.get("issuer") != settings.oidc_issuer:
        raise ValueError("the provider calls itself otherwise than it is set")
    offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    metadata["id_token_signing_alg_values_supported"] = sorted(SIGNED_BY.intersection(offered)) or ["RS256"]
    return client


def _registered(settings: Options) -> Any:
    secret = settings.oidc_client_secret.get_secret_value()
    return OAuth().register(
        "provider",
        client_id=settings.oidc_client_id,
        client_secret=secret or None,
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": settings.oidc_scope,
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "client_secret_basic" if secret else "none",
            "timeout": settings.http_connect_timeout,
        },
    )


async def _person(request: Request) -> Person:
    """Who the checked ID token is about, with what the provider's user information adds."""
    settings = services_of(request).settings
    client = await _client(request)
    _require_sender(request, client.server_metadata, settings.oidc_issuer)
    token = await client.authorize_access_token(
        request,
        claims_options={
            "iss": {"essential": True, "value": settings.oidc_issuer},
            "aud": {"essential": True, "value": settings.oidc_client_id},
            "sub": {"essential": True},
            "exp": {"essential": True},
        },
    )
    claims: dict[str, Any] = dict(token["userinfo"])
    wanted = {settings.oidc_name_claim, *([settings.oidc_groups_claim] if settings.oidc_roles else [])}
    if not wanted <= claims.keys() and "userinfo_endpoint" in client.server_metadata:
        more = await client.userinfo(token=token)
        if more.get("sub") == claims["sub"]:  # OpenID Connect Core, section 5.3.2
            claims = {**more, **claims}
    return Person(
        settings.oidc_issuer,
        str(claims["sub"]),
        name=_name(claims, settings.oidc_name_claim),
        groups=_texts(claims.get(settings.oidc_groups_claim)),
    )


def _require_sender(request: Request, metadata: dict[str, Any], issuer: str) -> None:
    """That the answer comes from the provider that was asked, where it says so: RFC 9207."""
    said = request.query_params.getlist("iss")
    says_always = metadata.get("authorization_response_iss_parameter_supported") is True
    if (said or says_always) and said != [issuer]:
        raise ValueError("the answer is of another provider")


def _name(claims: dict[str, Any], claim: str) -> str | None:
    """An e-mail counts where the provider has verified that it is theirs."""
    verified = claims.get("email_verified")
    if claim == "email" and verified is not True and verified != "true":
        return None
    name = claims.get(claim)
    return name if isinstance(name, str) and name.strip() and name.isprintable() else None


def _texts(given: object) -> tuple[str, ...]:
    found = given if isinstance(given, list) else [given]
    return tuple(one for one in found if isinstance(one, str))
