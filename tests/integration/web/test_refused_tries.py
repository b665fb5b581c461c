"""What the trail says of tries that were refused, and of pages of the queue that were read."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx
import pytest

from abstractor.store import accounts, service_tokens, sign_ins, trail
from abstractor.store.values import Account, Action, Role, TrailEntry
from abstractor.web.security import cookie_name
from abstractor.workflow.signin import use_link
from tests.integration.web.access.two_clinics import NORTH, SOUTH, TwoClinics, two_clinics
from tests.integration.web.site import csrf_in

CHART = "/cycles/{cycle_id}/charts/{patient_id}"
ROUTE = f"route={CHART}"
NOBODYS = 2_000_000


@pytest.fixture(scope="module")
def two() -> Iterator[TwoClinics]:
    with two_clinics() as two:
        yield two


@pytest.fixture
def new(two: TwoClinics) -> "Told":
    return Told(two)


class Told:
    """The entries since it was made, of one action."""

    def __init__(self, two: TwoClinics) -> None:
        self._store = two.site.services.store
        with self._store.reading() as session:
            self._before = trail.newest(session, limit=1)[0].id

    def __call__(self, action: Action) -> list[TrailEntry]:
        with self._store.reading() as session:
            newest = trail.newest(session, limit=500)
        return [one for one in reversed(newest) if one.id > self._before and one.action == action]


@contextmanager
def browser(
    two: TwoClinics, *roles: Role, sites: tuple[str, ...] = ()
) -> Iterator[tuple[httpx.Client, Account]]:
    """Of a new account of those clinics, or of all."""
    numbers = frozenset(two.clinic(name) for name in sites) if sites else None
    account = two.account(frozenset(roles), numbers)
    with httpx.Client(base_url=two.site.url, trust_env=False, timeout=60) as client:
        client.cookies.set(cookie_name(tls=False), two.session(account))
        yield client, account


def test_a_chart_that_a_role_may_not_open_leaves_one_entry(two: TwoClinics, new: Told) -> None:
    there = two.named[NORTH]
    with browser(two, Role.IT_ADMIN) as (client, account):
        assert client.get(CHART.format(**there)).status_code == 403
        assert client.get(f"/api/v1{CHART}/abstract".format(**there)).status_code == 403
    page, api = new(Action.ACCESS_REFUSED)
    assert (page.account_id, page.patient_id, page.cycle_id) == (
        account.id,
        there["patient_id"],
        there["cycle_id"],
    )
    assert page.detail == f"why=permission method=GET {ROUTE}"
    assert api.detail == f"why=permission method=GET route=/api/v1{CHART}/abstract"
    assert new(Action.CHART_OPENED) == []


@pytest.mark.parametrize("of", [CHART, f"/api/v1{CHART}/evidence"])
def test_a_chart_of_another_clinic_leaves_one_entry(two: TwoClinics, new: Told, of: str) -> None:
    with browser(two, Role.VIEWER, sites=(NORTH,)) as (client, account):
        assert client.get(of.format(**two.named[SOUTH])).status_code == 404
        assert client.get(of.format(cycle_id=NOBODYS, patient_id=NOBODYS)).status_code == 404
        assert client.get(of.format(**two.named[NORTH])).status_code == 200
    there, nowhere = new(Action.ACCESS_REFUSED)
    assert (there.account_id, there.patient_id) == (account.id, two.named[SOUTH]["patient_id"])
    assert there.detail == f"why=other-clinic method=GET route={of}"
    assert (nowhere.account_id, nowhere.patient_id, nowhere.cycle_id) == (account.id, None, None)


def test_a_form_from_elsewhere_is_a_refused_try(two: TwoClinics, new: Told) -> None:
    with browser(two, Role.VIEWER) as (client, account):
        assert client.post("/signout", data={"csrf": "made up"}).status_code == 403
    (told,) = new(Action.ACCESS_REFUSED)
    assert (told.account_id, told.detail) == (account.id, "why=refused method=POST route=/signout")


def test_who_tries_for_ever_fills_nothing(two: TwoClinics, new: Told) -> None:
    path = CHART.format(**two.named[NORTH])
    with browser(two, Role.IT_ADMIN) as (client, account), browser(two, Role.IT_ADMIN) as (other, _):
        for _ in range(30):
            assert client.get(path).status_code == 403
        told = new(Action.ACCESS_REFUSED)
        assert len(told) == 20
        assert [entry.detail for entry in told if entry.detail and "last=for-an-hour" in entry.detail] == [
            f"why=permission method=GET {ROUTE} last=for-an-hour"
        ]
        assert other.get(path).status_code == 403
        assert [entry.account_id for entry in new(Action.ACCESS_REFUSED)[20:]] != [account.id]
        two.site.clock.pass_by(30)


def test_a_stranger_is_asked_to_sign_in_and_leaves_none(two: TwoClinics, new: Told) -> None:
    with two.site.browser(signed_in=False) as client:
        assert client.get(CHART.format(**two.named[NORTH])).status_code == 303
        assert client.get("/api/v1/cycles").status_code == 401
    assert new(Action.ACCESS_REFUSED) == []


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/launch?iss=https://elsewhere.example&launch=x", "no-such-clinic"),
        ("/launch/callback", "not-begun-here"),
    ],
)
def test_a_refused_launch_leaves_an_entry(two: TwoClinics, new: Told, path: str, why: str) -> None:
    with two.site.browser(signed_in=False) as client:
        assert client.get(path).status_code in (400, 404)
    (told,) = new(Action.LAUNCH_REFUSED)
    assert (told.account_id, told.detail) == (None, f"why={why}")


def test_the_sign_in_of_a_disabled_account_says_so(two: TwoClinics, new: Told) -> None:
    services, clock = two.site.services, two.site.clock
    with services.store.writing() as session:
        account = accounts.create(
            session, "gone", "a long pass phrase", roles=[Role.VIEWER], sites=None, now=clock()
        )
        accounts.disable(session, account.id, now=clock())
    with two.site.browser(signed_in=False) as client:
        form = {"csrf": csrf_in(client.get("/signin").text), "name": "gone", "password": "a long pass phrase"}
        assert client.post("/signin", data=form).status_code == 401
    (told,) = new(Action.SIGN_IN_REFUSED)
    assert (told.account_id, told.detail) == (account.id, "disabled")


def test_a_token_that_was_revoked_says_whose_it_was(two: TwoClinics, new: Told) -> None:
    service = two.account(frozenset({Role.VIEWER}), None)
    token = two.token(service)
    with two.site.services.store.writing() as session:
        (number,) = [one.id for one in service_tokens.service_tokens(session) if one.account == service]
        service_tokens.revoke_token(session, number, now=two.site.clock())
    with two.site.browser(signed_in=False) as client:
        for given in (token, "abs_made-up"):
            answer = client.get("/api/v1/cycles", headers={"Authorization": f"Bearer {given}"})
            assert answer.status_code == 401
    told = new(Action.SIGN_IN_REFUSED)
    assert [(one.account_id, one.detail) for one in told] == [(service.id, "token"), (None, "token")]


def test_a_link_that_is_worthless_leaves_an_entry(two: TwoClinics, new: Told) -> None:
    assert use_link(two.site.services, "made up", "a long pass phrase", two.site.clock()) is None
    (told,) = new(Action.SIGN_IN_REFUSED)
    assert (told.account_id, told.detail) == (None, "link")


def test_names_that_are_made_up_fill_nothing(two: TwoClinics, new: Told) -> None:
    services = two.site.services
    for number in range(70):
        at = two.site.clock() + timedelta(seconds=number)
        assert sign_ins.sign_in(services.store, f"nobody {number}", "x", now=at) is None
    assert len(new(Action.SIGN_IN_REFUSED)) <= 60


def test_a_page_of_the_queue_is_read_once(two: TwoClinics, new: Told) -> None:
    cycle = two.named[NORTH]["cycle_id"]
    with browser(two, Role.QI_LEAD) as (client, account):
        assert client.get(f"/queue?cycle={cycle}").status_code == 200
        assert client.get(f"/queue?cycle={cycle}&page=7&severity=critical").status_code == 200
        assert client.get(f"/api/v1/cycles/{cycle}/queue?size=2").status_code == 200
        assert client.get(f"/api/v1/cycles/{NOBODYS}/queue").status_code == 404
    told = new(Action.QUEUE_READ)
    assert {(entry.account_id, entry.cycle_id, entry.patient_id) for entry in told} == {
        (account.id, cycle, None)
    }
    assert [entry.detail for entry in told] == [
        "page=1 of=1 charts=1",
        "page=1 of=1 charts=1 severity=critical",
        "page=1 of=1 charts=1",
    ]
