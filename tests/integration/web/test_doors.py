"""Nobody passes without a session: every route that there is, and the ones that somebody adds tomorrow."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from abstractor.web.app import create_app
from abstractor.web.guard import is_open
from tests.integration.web.site import Site

OPEN = {
    "/healthz",
    "/readyz",
    "/signin",
    "/signin/link",
    "/signin/link/1",
    "/signin/provider",
    "/signin/provider/callback",
    "/launch",
    "/launch/callback",
    "/.well-known/jwks.json",
}


def routes_of(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Every (method, path), those of included routers too."""
    waiting: list[Any] = list(app.routes)
    while waiting:
        route = waiting.pop()
        included = getattr(route, "original_router", None)
        if included is not None:
            waiting.extend(included.routes)
        else:
            for method in getattr(route, "methods", None) or {"GET"}:
                yield method, route.path


def asked(path: str) -> str:
    return re.sub(r"\{\w+\}", "1", path)


def test_the_walk_finds_what_is_there(site: Site) -> None:
    found = set(routes_of(create_app(site.services)))
    assert {
        ("GET", "/queue"),
        ("GET", "/cycles/{cycle_id}/charts/{patient_id}"),
        ("GET", "/cycles/{cycle_id}/charts/{patient_id}/evidence/{number}"),
        ("GET", "/api/v1/cycles/{cycle_id}/charts/{patient_id}/abstract"),
        ("GET", "/api/v1/openapi.json"),
        ("POST", "/signout"),
        ("GET", "/static"),
    } <= found


def test_only_the_agreed_paths_are_open(site: Site) -> None:
    paths = {asked(path) for _, path in routes_of(create_app(site.services))}
    assert {path for path in paths if is_open(path)} == OPEN


def test_every_other_route_refuses_a_stranger(site: Site) -> None:
    with site.browser(signed_in=False) as stranger:
        for method, path in routes_of(create_app(site.services)):
            if asked(path) in OPEN or path == "/static":
                continue
            answer = stranger.request(method, asked(path))
            where = f"{method} {path}"
            if path == "/metrics":
                assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), where
            elif path.startswith("/api/"):
                assert answer.status_code == 401, where
                assert method == "HEAD" or answer.json()["status"] == 401, where
            else:
                assert (answer.status_code, answer.headers["location"][:7]) == (303, "/signin"), where


@pytest.mark.parametrize(
    "path", ["/nowhere", "/static", "/healthz/", "//healthz", "/signin/x", "/fhir/Patient"]
)
def test_a_path_that_is_nearly_open_is_closed(site: Site, path: str) -> None:
    with site.browser(signed_in=False) as stranger:
        answer = stranger.get(site.url + path)
        assert answer.status_code in (303, 401)


def test_a_route_added_later_is_closed(site: Site) -> None:
    app = create_app(site.services)
    app.get("/tomorrow")(lambda: "open")

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as stranger:
            return await stranger.get("/tomorrow")

    assert asyncio.run(ask()).status_code == 303


def test_a_made_up_token_is_no_session(site: Site) -> None:
    with site.browser(signed_in=False) as stranger:
        stranger.cookies.set("abstractor_session", "0" * 43)
        assert stranger.get("/queue").status_code == 303


def test_an_htmx_request_without_session_leads_the_whole_page_to_the_sign_in(site: Site) -> None:
    with site.browser(signed_in=False) as stranger:
        answer = stranger.get(site.chart_path("critical"), headers={"HX-Request": "true"})
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/signin")


@pytest.mark.parametrize("path", ["/queue/", "/static", "/signin/", "/api/v1/cycles/", "//evil.example/"])
@pytest.mark.parametrize("signed_in", [True, False])
def test_no_redirect_leads_to_the_host_that_a_request_names(site: Site, path: str, signed_in: bool) -> None:
    with site.browser(signed_in=signed_in) as client:
        answer = client.get(site.url + path, headers={"Host": "evil.example"})
    assert answer.status_code == (404 if signed_in else 401 if path.startswith("/api/") else 303)
    assert answer.headers.get("location", "/signin").startswith("/signin")


@pytest.mark.parametrize("host", ["evil.example/static/?", "[", "a b", "x:y"])
def test_a_strange_host_opens_nothing(site: Site, host: str) -> None:
    with site.browser(signed_in=False) as stranger:
        answer = stranger.get("/queue", headers={"Host": host})
    assert (answer.status_code, answer.headers["location"]) == (303, "/signin?next=%2Fqueue")


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/vendor/../../guard.py"]
)
def test_static_files_stay_in_their_folder(site: Site, path: str) -> None:
    with site.browser(signed_in=False) as stranger:
        answer = stranger.send(httpx.Request("GET", httpx.URL(site.url).copy_with(raw_path=path.encode())))
        assert answer.status_code in (303, 404)
        assert "def " not in answer.text
