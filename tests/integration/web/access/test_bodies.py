"""Every route that changes something, sent a body that is too large, broken or of another type: whoever sends
it, it is refused or passed over, and never a failure of ours.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping

import httpx
import pytest

from abstractor.store.values import Role
from abstractor.web.guard import MOST_BYTES
from tests.integration.web.access.test_access import cookie, path_of, routes
from tests.integration.web.access.two_clinics import NORTH, TwoClinics, two_clinics

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
LARGE = b"text=" + b"x" * MOST_BYTES
PART = b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n'
FILE = b'--b\r\nContent-Disposition: form-data; name="text"; filename="f"'
BODIES: Mapping[str, tuple[str, bytes]] = {
    "a form too large": (FORM, LARGE),
    "parts too large": (f"{MULTIPART}; boundary=b", PART + LARGE + b"\r\n--b--\r\n"),
    "parts that are none": (f"{MULTIPART}; boundary=b", b"no parts at all"),
    "parts without a boundary": (MULTIPART, PART),
    "parts that break off": (f"{MULTIPART}; boundary=b", PART + b"x"),
    "parts of an unknown charset": (f"{MULTIPART}; boundary=b; charset=none", PART + b"\xff\r\n--b--\r\n"),
    "a file": (f"{MULTIPART}; boundary=b", FILE + b"\r\n\r\nx\r\n--b--\r\n"),
    "too many fields": (FORM, b"a=1&" * 1_001),
    "no text": (FORM, b"text=%ff%fe&to=\xff&csrf=%00"),
    "JSON": ("application/json", b'{"to": [[1]], "text": "\\ud800"}'),
    "broken JSON": ("application/json", b'{"to": '),
    "deep JSON": ("application/json", b"[" * 60_000),
    "another type": ("text/plain; charset=none", b"\xff"),
}


@pytest.fixture(scope="module")
def two() -> Iterator[TwoClinics]:
    with two_clinics() as two:
        yield two


@pytest.mark.parametrize("who", ["a stranger", "who is signed in", "who has the token too"])
def test_no_body_makes_a_route_fail(two: TwoClinics, who: str) -> None:
    account = two.account(frozenset(Role), None)
    asked = [one for one in routes(two) if one.method in UNSAFE]
    assert len(asked) > 40
    questions = []
    for one in asked:
        headers = {} if who == "a stranger" else cookie(two.session(account))
        if who == "who is signed in":
            del headers["X-CSRF-Token"]
        questions += [
            (one.method, path_of(two, one, NORTH), {**headers, "Content-Type": sent}, body, name)
            for name, (sent, body) in BODIES.items()
        ]
    assert failures(two, questions) == []


def failures(two: TwoClinics, questions: Iterable[tuple[str, str, dict[str, str], bytes, str]]) -> list[str]:
    async def asking() -> list[str]:
        transport = httpx.ASGITransport(app=two.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            found = []
            for method, path, headers, body, name in questions:
                answer = await client.request(method, path, headers=headers, content=body)
                client.cookies.clear()
                if answer.status_code >= 500:
                    found.append(f"{method} {path}, {name}: {answer.status_code}")
            return found

    return asyncio.run(asking())


@pytest.mark.parametrize(
    ("path", "content_type", "pieces"),
    [
        ("/signin", FORM, [b"name=ann%00&password=x"]),
        ("/signin", FORM, [b"name=ann%", b"00&password=x"]),
        ("/signin", f"{MULTIPART}; boundary=b", [PART + b"a\0b\r\n--b--\r\n"]),
        ("/api/v1/audits", "application/json", [b'{"name": "\\u0000"}']),
    ],
)
def test_a_character_that_postgresql_cannot_keep_is_refused_at_the_door(
    two: TwoClinics, path: str, content_type: str, pieces: list[bytes]
) -> None:
    """By a stranger, too: the sign-in looks names up."""
    held = cookie(two.session(two.account(frozenset(Role), None)))

    async def sent() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    async def asking() -> list[int]:
        transport = httpx.ASGITransport(app=two.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            headers = {"Content-Type": content_type, **(held if path != "/signin" else {})}
            posted = await client.post(path, headers=headers, content=sent())
            client.cookies.clear()
            addressed = await client.get("/signin?next=%00")
            return [posted.status_code, addressed.status_code, (await client.get("/a%00b")).status_code]

    assert asyncio.run(asking()) == [400, 400, 400]
