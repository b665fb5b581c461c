"""Unsafe requests come from our own forms and are small; every answer carries the headers that protect it."""

import socket

import httpx
import pytest

from abstractor.web.server import listening
from tests.integration.web.site import NAME, PASSWORD, Site, csrf_in, sign_in

PATHS = [
    "/queue",
    "/nowhere",
    "/api/v1/cycles",
    "/api/v1/nowhere",
    "/healthz",
    "/readyz",
    "/signin",
    "/static/base.css",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("signed_in", [True, False])
def test_every_answer_carries_the_headers(site: Site, path: str, signed_in: bool) -> None:
    with site.browser(signed_in=signed_in) as client:
        headers = client.get(path).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == ("no-cache" if path.startswith("/static/") else "no-store")
    assert "server" not in headers


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        ({}, {}),
        ({}, {"csrf": ""}),
        ({}, {"csrf": "0" * 64}),
        ({"X-CSRF-Token": "0" * 64}, {}),
    ],
)
def test_a_post_without_our_token_changes_nothing(
    fresh: Site, headers: dict[str, str], fields: dict[str, str]
) -> None:
    with fresh.browser() as user:
        assert user.post("/signout", data=fields, headers=headers).status_code == 403
        assert user.get("/queue").status_code == 200
    with fresh.browser(signed_in=False) as stranger:
        answer = stranger.post("/signin", data=fields | {"name": NAME, "password": PASSWORD}, headers=headers)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


def test_another_sessions_token_is_refused(fresh: Site) -> None:
    with fresh.browser() as one, fresh.browser() as other:
        theirs = csrf_in(other.get("/queue").text)
        assert one.post("/signout", data={"csrf": theirs}).status_code == 403


def test_a_token_in_a_header_is_as_good_as_one_in_the_form(fresh: Site) -> None:
    with fresh.browser() as user:
        mine = csrf_in(user.get("/queue").text)
        assert user.post("/signout", headers={"X-CSRF-Token": mine}).status_code == 303


def test_a_request_from_another_site_is_refused_even_with_the_token(fresh: Site) -> None:
    with fresh.browser() as user:
        mine = csrf_in(user.get("/queue").text)
        foreign = {"X-CSRF-Token": mine, "Sec-Fetch-Site": "cross-site"}
        assert user.post("/signout", headers=foreign).status_code == 403


@pytest.mark.parametrize("chunked", [True, False])
def test_a_large_body_is_refused(site: Site, chunked: bool) -> None:
    body = b"name=" + b"x" * 200_000
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    with site.browser(signed_in=False) as stranger:
        answer = stranger.post("/signin", content=iter([body]) if chunked else body, headers=headers)
    assert answer.status_code == 413


def test_two_tabs_of_the_sign_in_page_do_not_fight(site: Site) -> None:
    with site.browser(signed_in=False) as client:
        first = csrf_in(client.get("/signin").text)
        client.get("/signin")
        answer = client.post("/signin", data={"csrf": first, "name": NAME, "password": PASSWORD})
        assert answer.status_code == 303
        assert client.get("/signin").headers["location"] == "/"


def test_methods_that_are_not_offered_are_refused(user: httpx.Client) -> None:
    token = csrf_in(user.get("/queue").text)
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert user.request(method, "/queue", headers={"X-CSRF-Token": token}).status_code == 405


def test_signing_in_answers_a_browser_that_holds_an_old_cookie(site: Site) -> None:
    with site.browser(signed_in=False) as client:
        client.cookies.set("abstractor_session", "left over from last week")
        assert sign_in(client).status_code == 303


def test_an_answer_is_sent_at_once(site: Site) -> None:
    """On a kept connection an answer in two packets would wait 40 ms for the first to be acknowledged."""
    with listening(site.services.settings) as listener:
        assert listener.proto == socket.IPPROTO_TCP
