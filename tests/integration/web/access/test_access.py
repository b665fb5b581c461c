"""Every route, asked by every role at its own clinic and at another's, by strangers, by services' tokens; and
docs/access.md, which says what comes of it.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from abstractor.errors import SetupError
from abstractor.store.values import Role
from abstractor.web.access import needs, open_to_all, require_declared
from abstractor.web.app import create_app
from abstractor.web.guard import is_open
from abstractor.web.security import csrf_of
from abstractor.workflow.access import GRANTS, Permission
from tests.integration.web.access.page import PAGE, page
from tests.integration.web.access.table import (
    Answer,
    Asked,
    Whose,
    expected,
    table_of,
    to_a_stranger,
    to_a_token,
)
from tests.integration.web.access.two_clinics import NORTH, SOUTH, TwoClinics, two_clinics

ROLES: dict[str, frozenset[Role]] = {role.value: frozenset({role}) for role in Role}
ROLES |= {"no role": frozenset(), "every role": frozenset(Role)}
REFUSED = "Your account may not do this."
NOTHING = "There is nothing here."


@dataclass(frozen=True, slots=True)
class One:
    """One question: with which headers, of whose clinic, and what should come of it."""

    asked: Asked
    headers: dict[str, str]
    clinic: str
    answer: Answer


@pytest.fixture(scope="module")
def two() -> Iterator[TwoClinics]:
    with two_clinics() as two:
        yield two


def path_of(two: TwoClinics, asked: Asked, clinic: str) -> str:
    given = {"number": 0, "key": "index", "item": "x", "code": "x", "token": "x"} | dict(two.named[clinic])
    path = asked.path.replace(":path}", "}")
    return path.format(**given)


def held(answer: httpx.Response) -> Answer:
    """What came: `YES` is whatever the route itself answers."""
    led_to = answer.headers.get("location", "")
    if answer.status_code == 403 and REFUSED in answer.text:
        return Answer.FORBIDDEN
    if answer.status_code == 404 and NOTHING in answer.text:
        return Answer.NOT_THERE
    if answer.status_code == 401:
        return Answer.UNKNOWN
    # Signing out leads there too, and takes the cookie away.
    if led_to.partition("?")[0] == "/signin" and "set-cookie" not in answer.headers:
        return Answer.SIGN_IN
    return Answer.YES


def routes(two: TwoClinics) -> tuple[Asked, ...]:
    return table_of(two.app)


def cookie(token: str) -> dict[str, str]:
    return {"Cookie": f"abstractor_session={token}", "X-CSRF-Token": csrf_of(token)}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def everybody(two: TwoClinics) -> dict[str, str]:
    """Who may all: where a route has nothing for them either, it is the route that answers so."""
    return cookie(two.session(two.account(frozenset(Role), None)))


def ask_all(two: TwoClinics, questions: Iterable[One]) -> list[str]:
    """What came otherwise than it should, each with its question."""

    async def asking() -> list[str]:
        transport = httpx.ASGITransport(app=two.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return [told for one in questions for told in await _ask(two, client, one)]

    return asyncio.run(asking())


async def _ask(two: TwoClinics, client: httpx.AsyncClient, one: One) -> list[str]:
    """Nothing breaks, and nothing of the other clinic stands in an answer."""
    path, wrong = path_of(two, one.asked, one.clinic), []
    answer = await client.request(one.asked.method, path, headers=one.headers)
    client.cookies.clear()
    came = held(answer)
    if came is Answer.NOT_THERE and one.answer is Answer.YES:
        again = await client.request(one.asked.method, path, headers=everybody(two))
        came = one.answer if again.status_code == 404 else came
        client.cookies.clear()
    if came is not one.answer or answer.status_code >= 500:
        wrong.append(f"{one.asked.named}: {answer.status_code} ({came}) and not {one.answer}")
    if one.clinic == NORTH and SOUTH in answer.text:
        wrong.append(f"{one.asked.named}: tells of the other clinic")
    return wrong


@pytest.mark.parametrize("name", ROLES)
def test_an_account_of_one_clinic_gets_what_its_role_may_there(two: TwoClinics, name: str) -> None:
    """Each question in a session of its own: some of them end it."""
    roles = ROLES[name]
    account = two.account(roles, frozenset({two.clinic(NORTH)}))
    questions = [
        One(asked, cookie(two.session(account)), clinic, expected(asked, roles, whose))
        for asked in routes(two)
        for clinic, whose in ((NORTH, Whose.OWN), (SOUTH, Whose.OTHER))
        if not asked.need.stranger and (asked.places or whose is Whose.OWN)
    ]
    assert ask_all(two, questions) == []


@pytest.mark.parametrize("name", ["viewer", "it-admin", "no role"])
def test_an_account_of_every_clinic_gets_what_its_role_may_in_each(two: TwoClinics, name: str) -> None:
    roles = ROLES[name]
    account = two.account(roles, None)
    questions = [
        One(asked, cookie(two.session(account)), SOUTH, expected(asked, roles, Whose.EVERY))
        for asked in routes(two)
        if asked.method == "GET" and not asked.need.stranger
    ]
    assert ask_all(two, questions) == []


def test_an_account_of_no_clinic_sees_nothing_of_any(two: TwoClinics) -> None:
    account = two.account(frozenset(Role), frozenset())
    for clinic in (NORTH, SOUTH):
        questions = [
            One(asked, cookie(two.session(account)), clinic, Answer.NOT_THERE)
            for asked in routes(two)
            if asked.places and not asked.need.stranger
        ]
        assert questions
        assert ask_all(two, questions) == []


def test_a_stranger_gets_the_open_pages_alone(two: TwoClinics) -> None:
    questions = [One(asked, {}, NORTH, to_a_stranger(asked)) for asked in routes(two)]
    assert ask_all(two, questions) == []


@pytest.mark.parametrize("name", ["viewer", "it-admin", "no role"])
def test_a_token_asks_the_api_as_its_roles_may_and_no_page(two: TwoClinics, name: str) -> None:
    roles = ROLES[name]
    token = two.token(two.account(roles, frozenset({two.clinic(NORTH)})))
    questions = [
        One(asked, bearer(token), clinic, to_a_token(asked, roles, whose))
        for asked in routes(two)
        for clinic, whose in ((NORTH, Whose.OWN), (SOUTH, Whose.OTHER))
        if asked.api or whose is Whose.OWN
    ]
    assert ask_all(two, questions) == []


def test_every_permission_is_of_a_role_and_asked_for_by_a_route_or_a_use_case(two: TwoClinics) -> None:
    granted = {permission for role in Role for permission in GRANTS[role]}
    assert granted == set(Permission)
    assert {one for asked in routes(two) for one in asked.need.permissions} <= granted


def test_the_page_is_in_step_with_the_routes() -> None:
    """`python -m tests.integration.web.access.page` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == page()


def _app(path: str, declare: Callable[[Callable[[], str]], Callable[[], str]]) -> FastAPI:
    router = APIRouter()
    router.get(path)(declare(lambda: "open"))
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.include_router(router)
    return app


@pytest.mark.parametrize(
    ("path", "declare", "told"),
    [
        ("/tomorrow", lambda endpoint: endpoint, "GET /tomorrow says not what it needs"),
        ("/tomorrow", open_to_all, "GET /tomorrow is open at the route or in guard.OPEN"),
        ("/healthz", needs(Permission.SEE_QUEUE), "GET /healthz is open at the route or in guard.OPEN"),
        ("/wards/{ward_id}", needs(Permission.SEE_QUEUE), "names {ward_id}, which stands neither in PLACES"),
    ],
)
def test_a_route_that_does_not_say_who_may_ask_it_stops_the_start(
    path: str, declare: Callable[[Callable[[], str]], Callable[[], str]], told: str
) -> None:
    with pytest.raises(SetupError) as refused:
        require_declared(_app(path, declare), is_open)
    assert told in str(refused.value)


def test_a_route_added_after_the_start_is_for_nobody(two: TwoClinics) -> None:
    app = create_app(two.site.services)
    app.get("/tomorrow")(lambda: "open")

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get("/tomorrow", headers=everybody(two))

    answer = asyncio.run(ask())
    assert answer.status_code == 403
    assert "nobody may" in answer.text
