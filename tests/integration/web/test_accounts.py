"""Links, passwords of one's own, tokens of services, disabled accounts: what lets in, what does no more."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import httpx
import pytest

from abstractor.errors import SetupError
from abstractor.store import trail
from abstractor.store.values import Action, Role
from abstractor.workflow import first_account
from abstractor.workflow.accounts import (
    add_account,
    add_service,
    disable_account,
    enable_account,
    known_accounts,
    new_link,
    revoke_service_token,
    set_account_roles,
    set_account_sites,
)
from abstractor.workflow.acting import at_the_machine
from tests.integration.web.site import PASSWORD, Site, csrf_in, open_site

BY = at_the_machine()
SECRET = "a long enough secret"  # noqa: S105 - of the test's own account


@pytest.fixture
def bare() -> Iterator[Site]:
    with open_site() as site:
        yield site


def sign_in(client: httpx.Client, name: str, password: str = SECRET) -> int:
    form = client.get("/signin")
    fields = {"csrf": csrf_in(form.text), "name": name, "password": password}
    return client.post("/signin", data=fields).status_code


def set_by_link(site: Site, link: str, password: str = SECRET, again: str | None = None) -> int:
    with site.browser(signed_in=False) as client:
        client.get(f"/signin/link/{link}")
        fields = {"csrf": csrf_in(client.get("/signin").text), "token": link, "password": password}
        return client.post("/signin/link", data=fields | {"again": again or password}).status_code


def added(site: Site, name: str, *roles: Role, sites: Sequence[str] | None = None) -> str:
    """The link of a new account."""
    _, link = add_account(site.services, name, roles=roles, sites=sites, by=BY)
    assert link is not None
    return link


def test_a_link_sets_the_first_password_once(bare: Site) -> None:
    link = added(bare, "ada", Role.VIEWER)
    with bare.browser(signed_in=False) as client:
        assert sign_in(client, "ada", "") == 401
        assert set_by_link(bare, link) == 303
        assert sign_in(client, "ada") == 303
    assert set_by_link(bare, link, "another long secret") == 410


@pytest.mark.parametrize(
    ("password", "again"),
    [("too short", None), (" \t" * 8, None), ("ada the auditor", None), (SECRET, SECRET + "!")],
)
def test_a_password_that_will_not_do_leaves_the_link_as_it_was(
    bare: Site, password: str, again: str | None
) -> None:
    link = added(bare, "Ada the Auditor", Role.VIEWER)
    assert set_by_link(bare, link, password, again) == 422
    assert set_by_link(bare, link) == 303


def test_a_link_ends_by_time_by_a_newer_one_and_with_the_account(bare: Site) -> None:
    first = added(bare, "ada", Role.VIEWER)
    second = new_link(bare.services, "ada", by=BY)
    assert set_by_link(bare, first) == 410
    bare.clock.pass_by(timedelta(days=3).total_seconds())
    assert set_by_link(bare, second) == 410
    third = new_link(bare.services, "ada", by=BY)
    disable_account(bare.services, "ada", by=BY)
    assert set_by_link(bare, third) == 410


def test_the_first_account_begins_with_a_link_until_it_is_used(bare: Site) -> None:
    services = bare.services
    assert first_account(services, by_link=True).link is None, "it has the password that was set"
    with open_site(password=None) as unset:
        first, again = (first_account(unset.services, by_link=True) for _ in range(2))
        with unset.services.store.reading() as session:
            told = [(one.action, one.detail) for one in reversed(trail.newest(session))]
        given = f"by={BY.name} account=1 roles={','.join(sorted(Role))} sites=all"
        assert told == [(Action.ACCOUNT_ADDED, f"{given} named=admin"), (Action.LINK_MADE, given)]
        assert first.password is None
        assert first.link != again.link
        assert first.link is not None and set_by_link(unset, first.link) == 410
        assert again.link is not None and set_by_link(unset, again.link) == 303
        assert first_account(unset.services, by_link=True).link is None
        with unset.browser(signed_in=False) as client:
            assert sign_in(client, "admin") == 303
            assert client.get("/queue").status_code == 200


def test_accounts_that_were_added_before_it_do_not_take_the_place_of_the_first() -> None:
    """Unless one of them administers every clinic."""
    with open_site(password=None) as unset:
        assert set_by_link(unset, added(unset, "ada", Role.VIEWER)) == 303
        first = first_account(unset.services, by_link=True)
        assert (first.name, first.link is None) == ("admin", False)
        again = first_account(unset.services, by_link=True)
        assert again.link is not None and set_by_link(unset, again.link) == 303
        assert first_account(unset.services, by_link=True).link is None
    with open_site(password=None) as unset:
        added(unset, "ada", Role.VIEWER)
        added(unset, "max", Role.IT_ADMIN)
        assert first_account(unset.services, by_link=True).name == "max"
        assert {one.account.name for one in known_accounts(unset.services)} == {"ada", "max"}


def test_a_password_that_nobody_could_choose_is_not_the_first_one() -> None:
    with pytest.raises(SetupError, match=r"ADMIN_PASSWORD .* 12 char"), open_site(password="short"):  # noqa: S106
        pass


def test_a_new_password_ends_the_other_sessions(bare: Site) -> None:
    with bare.browser() as one, bare.browser() as other:
        fields = {"csrf": csrf_in(one.get("/account").text), "password": SECRET, "again": SECRET}
        wrong = one.post("/account/password", data=fields | {"old": "not it"})
        assert (wrong.status_code, "The present password is wrong" in wrong.text) == (422, True)
        assert other.get("/queue").status_code == 200
        assert one.post("/account/password", data=fields | {"old": PASSWORD}).status_code == 200
        assert one.get("/queue").status_code == 200
        assert other.get("/queue").status_code == 303
        assert sign_in(other, "admin") == 303


def test_guessing_the_present_password_is_slowed_down(bare: Site) -> None:
    with bare.browser() as user:
        fields = {"csrf": csrf_in(user.get("/account").text), "password": SECRET, "again": SECRET}
        given = [user.post("/account/password", data=fields | {"old": f"guess {n}"}) for n in range(6)]
    assert [answer.status_code for answer in given] == [422] * 5 + [429]


def test_a_disabled_account_is_out_at_once(bare: Site) -> None:
    set_by_link(bare, added(bare, "ada", Role.VIEWER))
    with bare.browser(signed_in=False) as client:
        sign_in(client, "ada")
        assert client.get("/queue").status_code == 200
        disable_account(bare.services, "ada", by=BY)
        assert client.get("/queue").status_code == 303
        assert sign_in(client, "ada") == 401
        enable_account(bare.services, "ada", by=BY)
        assert client.get("/queue").status_code == 303, "the old session stays ended"
        assert sign_in(client, "ada") == 303


def test_roles_and_clinics_count_from_the_next_request_on(fresh: Site) -> None:
    set_by_link(fresh, added(fresh, "ada", Role.VIEWER))
    with fresh.browser(signed_in=False) as client:
        sign_in(client, "ada")
        chart = fresh.chart_path("critical")
        assert client.get(chart).status_code == 200
        set_account_sites(fresh.services, "ada", [], by=BY)
        assert client.get(chart).status_code == 404
        set_account_sites(fresh.services, "ada", ["Sample clinic"], by=BY)
        assert client.get(chart).status_code == 200
        set_account_roles(fresh.services, "ada", [Role.IT_ADMIN], by=BY)
        assert client.get(chart).status_code == 403
        assert client.get("/").headers["location"] == "/clinics"


def test_a_token_asks_the_api_and_nothing_else(fresh: Site) -> None:
    made, token = add_service(
        fresh.services, "warehouse", roles=[Role.VIEWER], sites=None, life=timedelta(days=2), by=BY
    )
    bearer = {"Authorization": f"Bearer {token}"}
    with fresh.browser(signed_in=False) as client:
        assert client.get("/api/v1/cycles", headers=bearer).json()["total"] == 1
        assert client.get("/queue", headers=bearer).status_code == 303
        assert client.get("/account", headers=bearer).status_code == 303
        assert sign_in(client, "warehouse", token) == 401
        fresh.clock.pass_by(86_400)
        assert client.get("/api/v1/cycles", headers=bearer).status_code == 200
        revoke_service_token(fresh.services, made.id, by=BY)
        refused = client.get("/api/v1/cycles", headers=bearer)
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")


def test_a_token_ends_by_time_and_is_not_helped_by_a_session(fresh: Site) -> None:
    _, token = add_service(
        fresh.services, "warehouse", roles=[Role.VIEWER], sites=None, life=timedelta(hours=1), by=BY
    )
    with fresh.browser() as user:
        fresh.clock.pass_by(600)
        for bearer in (f"Bearer {token}x", "Bearer", "Bearer abs_"):
            assert user.get("/api/v1/cycles", headers={"Authorization": bearer}).status_code == 401
    fresh.clock.pass_by(3000)
    with fresh.browser(signed_in=False) as client:
        assert client.get("/api/v1/cycles", headers={"Authorization": f"Bearer {token}"}).status_code == 401
