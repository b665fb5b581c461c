"""The pages of accounts: made, changed, disabled, let in; links and tokens that are shown once."""

import html
import logging
import re
from collections.abc import Iterator

import httpx
import pytest

from abstractor.store import sign_ins, trail
from abstractor.store.values import Action, Role
from abstractor.web.security import csrf_of
from abstractor.workflow.accounts import account_seen, add_account, known_accounts, tokens_of_services
from abstractor.workflow.acting import at_the_machine
from abstractor.workflow.signin import use_link
from tests.integration.web.site import PASSWORD, Site, csrf_in, open_site

ISSUER = "https://provider.example"
SECRET = "a long enough secret"  # noqa: S105 - of the test's own account
ADMIN = 1


@pytest.fixture(scope="module")
def place() -> Iterator[Site]:
    with open_site(public_url="http://127.0.0.1:8080", oidc_issuer=ISSUER, oidc_client_id="x") as site:
        yield site


@pytest.fixture
def user(place: Site) -> Iterator[httpx.Client]:
    """As if the admin had signed in."""
    with place.services.store.writing() as session:
        token = sign_ins.begin_session(session, ADMIN, now=place.clock())
    with place.browser(signed_in=False) as client:
        client.cookies.set("abstractor_session", token)
        yield client


def send(client: httpx.Client, path: str, **fields: object) -> httpx.Response:
    """As a form of ours sends it, followed to the page that comes next."""
    csrf = csrf_of(client.cookies["abstractor_session"])
    return client.post(path, data={"csrf": csrf, **fields}, follow_redirects=True)


def text(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def secret_in(page: str) -> str:
    return html.unescape(page.partition('class="secret"')[2].partition("<code>")[2].partition("</code>")[0])


def number_of(place: Site, name: str) -> int:
    return next(one.account.id for one in known_accounts(place.services) if one.account.name == name)


def told(place: Site, action: Action) -> list[tuple[int | None, str | None]]:
    with place.services.store.reading() as session:
        return [(one.account_id, one.detail) for one in trail.newest(session) if one.action == action]


def made(place: Site, name: str, *roles: Role) -> int:
    account, link = add_account(place.services, name, roles=roles, sites=None, by=at_the_machine())
    assert link is not None and use_link(place.services, link, SECRET, place.clock())
    return account.id


def test_a_link_is_shown_once_and_stands_nowhere_else(
    place: Site, user: httpx.Client, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = send(user, "/accounts", name="ada", roles=["viewer", "auditor"], every="yes", way="link")
    link = secret_in(answer.text)
    token = link.rpartition("/")[2]
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert link.startswith("http://127.0.0.1:8080/signin/link/") and token not in str(answer.url)
    page = user.get("/accounts").text
    assert "invited the link is good until 2026-03-05 09:30 UTC" in text(page)
    number = number_of(place, "ada")
    assert not any(token in each for each in (page, user.get(f"/accounts/{number}").text))
    with place.services.store.reading() as session:
        assert not any(token in str(entry) for entry in trail.newest(session))
    written = capfd.readouterr()
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("http")]
    assert token not in "".join(ours) + written.out + written.err
    assert told(place, Action.ACCOUNT_ADDED)[0] == (
        ADMIN,
        f"by=admin account={number} roles=auditor,viewer sites=all named=ada",
    )
    again = send(user, "/accounts", name="Ada", roles=["viewer"], every="yes", way="link")
    assert (again.status_code, secret_in(again.text)) == (409, "")
    assert 'value="Ada"' in again.text, "the form as it was filled in"


def test_a_new_link_takes_the_place_of_the_older(place: Site, user: httpx.Client) -> None:
    number = made(place, "ben", Role.VIEWER)
    first, second = (secret_in(send(user, f"/accounts/{number}/link").text) for _ in range(2))
    with place.browser(signed_in=False) as owner:
        assert owner.get(first.removeprefix("http://127.0.0.1:8080")).status_code == 410
        assert owner.get(second.removeprefix("http://127.0.0.1:8080")).status_code == 200


def test_roles_and_clinics_are_those_that_are_ticked(place: Site, user: httpx.Client) -> None:
    number = made(place, "cleo", Role.VIEWER)
    answer = send(user, f"/accounts/{number}/access", roles=["auditor", "qi-lead"])
    assert "Roles and clinics are set" in answer.text
    seen = account_seen(place.services, number)
    assert seen is not None
    assert (seen.known.account.roles, seen.known.account.sites) == (
        {Role.AUDITOR, Role.QI_LEAD},
        frozenset(),
    )
    assert told(place, Action.ACCOUNT_CHANGED)[0][0] == ADMIN
    for wrong in ({"roles": ["king"]}, {"sites": ["Nowhere"]}):
        assert send(user, f"/accounts/{number}/access", **wrong).status_code == 422


def test_a_disabled_account_is_out_and_comes_back(place: Site, user: httpx.Client) -> None:
    number = made(place, "dora", Role.VIEWER)
    with place.browser(signed_in=False) as dora:
        form = {"csrf": csrf_in(dora.get("/signin").text), "name": "dora", "password": SECRET}
        dora.post("/signin", data=form)
        assert "1 open." in text(user.get(f"/accounts/{number}").text)
        assert "signed in to this account is no longer" in send(user, f"/accounts/{number}/end-sessions").text
        assert dora.get("/queue").status_code == 303
        assert "The account is disabled" in send(user, f"/accounts/{number}/disable").text
        assert dora.post("/signin", data=form).status_code == 401
        refused = send(user, f"/accounts/{number}/link")
        assert (refused.status_code, secret_in(refused.text)) == (422, "")
        assert "may sign in again" in send(user, f"/accounts/{number}/enable").text
        assert dora.post("/signin", data=form).status_code == 303


def test_nobody_disables_the_last_admin_or_themselves_unawares(place: Site, user: httpx.Client) -> None:
    for form in ({"path": "disable"}, {"path": "access", "roles": ["viewer"], "every": "yes"}):
        path = form.pop("path")
        alone = send(user, f"/accounts/{ADMIN}/{path}", sure="yes", **form)
        assert (alone.status_code, "Nobody would be left who" in alone.text) == (422, True)
    other = made(place, "emma", Role.IT_ADMIN)
    unawares = send(user, f"/accounts/{ADMIN}/disable")
    assert (unawares.status_code, "This is your own account" in unawares.text) == (422, True)
    assert send(user, f"/accounts/{ADMIN}/disable", sure="yes").url.path == "/signin"
    with place.browser(signed_in=False) as emma:
        form = {"csrf": csrf_in(emma.get("/signin").text), "name": "emma", "password": SECRET}
        emma.post("/signin", data=form)
        send(emma, f"/accounts/{ADMIN}/enable")
        assert told(place, Action.ACCOUNT_ENABLED)[0][0] == other
    with place.browser() as again:
        assert again.get("/accounts").status_code == 200, f"with the password as before: {len(PASSWORD)}"


def test_who_is_let_in_by_the_provider_is_set_and_shown(place: Site, user: httpx.Client) -> None:
    answer = send(
        user, "/accounts", name="fay", roles=["viewer"], every="yes", way="subject", subject=" s-77 "
    )
    assert "comes in through the provider" in answer.text and secret_in(answer.text) == ""
    assert "Lets in the subject s-77 of https://provider.example" in text(answer.text)
    number = number_of(place, "fay")
    waits = send(user, f"/accounts/{number}/provider", way="name", provider_name="fay@north.example")
    assert "Waits for whom it vouches for as fay@north.example" in text(waits.text)
    assert "its password and links are gone" in waits.text and "make a new link" in waits.text
    for wrong in ({"way": "name"}, {"way": "else"}, {"way": "link"}):
        assert send(user, f"/accounts/{number}/provider", **wrong).status_code == 422
    taken = send(user, "/accounts", name="gus", way="name", provider_name="Fay@north.example")
    assert (taken.status_code, "claimed by that name or subject" in taken.text) == (409, True)
    assert told(place, Action.ACCOUNT_CHANGED)[0][1] == (
        f"by=admin account={number} roles=viewer sites=all let-in-by=name"
    )


def test_a_token_is_shown_once_and_revoked(place: Site, user: httpx.Client) -> None:
    form = {"name": "warehouse", "roles": ["viewer"], "every": "yes", "days": "30", "newest": "0"}
    answer = send(user, "/accounts/tokens", **form)
    token = secret_in(answer.text)
    bearer = {"Authorization": f"Bearer {token}"}
    with place.browser(signed_in=False) as program:
        assert program.get("/api/v1/cycles", headers=bearer).status_code == 200
        again = send(user, "/accounts/tokens", **form)
        assert (again.status_code, secret_in(again.text)) == (409, ""), "a form that is sent again makes none"
        (made_token,) = tokens_of_services(place.services)
        page = user.get("/accounts/tokens").text
        assert "warehouse viewer every clinic 2026-03-02 2026-04-01 2026-03-02 09:30 good" in text(page)
        assert token not in page
        assert "worthless from now on" in send(user, f"/accounts/tokens/{made_token.id}/revoke").text
        assert program.get("/api/v1/cycles", headers=bearer).status_code == 401
    assert send(user, f"/accounts/tokens/{made_token.id}/revoke").status_code == 409
    for days in ("0", "367", "x"):
        assert send(user, "/accounts/tokens", **form | {"name": "other", "days": days}).status_code == 422
    assert send(user, f"/accounts/{made_token.account.id}/link").status_code == 422, (
        "a service has no password"
    )


def test_a_form_from_elsewhere_changes_nothing(place: Site, user: httpx.Client) -> None:
    for path in ("/accounts", "/accounts/1/disable", "/accounts/1/access", "/accounts/tokens"):
        assert user.post(path, data={"csrf": "x", "name": "zoe"}).status_code == 403
    assert "zoe" not in {one.account.name for one in known_accounts(place.services)}
