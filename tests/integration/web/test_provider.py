"""Signing in through the hospital's provider, a process of its own: who comes in, as whom; which lies do not
pass.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest
from pydantic import SecretStr

from abstractor.errors import SetupError
from abstractor.settings import Settings
from abstractor.store import accounts
from abstractor.store.values import Role
from abstractor.workflow.accounts import add_account, disable_account, known_accounts
from abstractor.workflow.acting import at_the_machine
from abstractor.workflow.provider import require_provider_settings
from fixtures.provider.people import LIES
from tests.integration.web.site import Site, open_site

ROOT = Path(__file__).parents[3]
BACK = "http://127.0.0.1:8080"
CLIENT, SECRET = "abstractor", "synthetic-secret-of-a-synthetic-client"
BY = at_the_machine()


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    ready = tmp_path_factory.mktemp("provider") / "ready"
    process = subprocess.Popen(
        [sys.executable, "-m", "fixtures.provider", "--ready-file", str(ready)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 60
        while not ready.exists():
            assert process.poll() is None and time.monotonic() < until
            time.sleep(0.02)
        yield ready.read_text().strip()
    finally:
        process.terminate()
        process.wait(10)


def settings_of(issuer: str, **more: object) -> dict[str, object]:
    given = {"oidc_issuer": issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SecretStr(SECRET)}
    return {"public_url": BACK, **given, **more}


@pytest.fixture(scope="module")
def shared(issuer: str) -> Iterator[Site]:
    """Ada has an account that waits for her; the provider must not be able to give it to anybody else."""
    with open_site(**settings_of(issuer)) as site:
        add_account(
            site.services, "Ada", roles=[Role.AUDITOR], sites=None, oidc_name="ada@north.example", by=BY
        )
        yield site


@pytest.fixture
def by_groups(issuer: str) -> Iterator[Site]:
    more = {"oidc_roles": {"auditors": ("auditor", "viewer")}, "oidc_sites": {"auditors": ("*",)}}
    with open_site(**settings_of(issuer, **more)) as site:
        yield site


def way_there(client: httpx.Client, target: str = "/") -> str:
    answer = client.get("/signin/provider", params={"next": target})
    assert answer.status_code == 302
    return answer.headers["location"]


def way_back(there: str, who: str) -> str:
    """Signed in at the provider; the address that the browser is sent to, on this site."""
    answer = httpx.get(f"{there}&login_hint={who}", trust_env=False)
    assert answer.status_code == 303, answer.text
    back = answer.headers["location"]
    assert back.startswith(f"{BACK}/signin/provider/callback?")
    return back.removeprefix(BACK)


def parse_query(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


def come(client: httpx.Client, who: str) -> httpx.Response:
    return client.get(way_back(way_there(client), who))


def test_the_way_there_asks_for_a_code_with_all_that_protects_it(shared: Site) -> None:
    with shared.browser(signed_in=False) as client:
        assert "/signin/provider?next=/" in client.get("/signin").text
        first, second = (parse_qs(urlsplit(way_there(client)).query) for _ in range(2))
    assert first["redirect_uri"] == [f"{BACK}/signin/provider/callback"]
    assert (first["response_type"], first["code_challenge_method"]) == (["code"], ["S256"])
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name][0]) >= 20
        assert first[name] != second[name], "not for two times"


def test_a_person_claims_the_account_that_waits_and_is_known_from_then_on(issuer: str) -> None:
    with open_site(**settings_of(issuer)) as site:
        _, link = add_account(
            site.services, "Ada", roles=[Role.VIEWER], sites=None, oidc_name="ada@NORTH.example", by=BY
        )
        assert link is None
        with site.browser(signed_in=False) as client:
            answer = client.get(way_back(way_there(client, "/clinics"), "ada"))
            assert (answer.status_code, answer.headers["location"]) == (303, "/clinics")
            assert "Signed in as" in client.get("/clinics").text
            assert come(client, "ada").status_code == 303
            assert come(client, "ada-again").status_code == 403, "the name is hers no more"
            disable_account(site.services, "Ada", by=BY)
            assert come(client, "ada").status_code == 403


@pytest.mark.parametrize(("told", "status"), [("https://elsewhere.example", 400), ("", 400), (None, 403)])
def test_an_answer_that_calls_itself_another_provider_is_refused(
    shared: Site, issuer: str, told: str | None, status: int
) -> None:
    with shared.browser(signed_in=False) as client:
        back = way_back(way_there(client), "cleo")
        answer = client.get(back, params={**parse_query(back), "iss": issuer if told is None else told})
    assert answer.status_code == status  # whom it is really about has no account here


@pytest.mark.parametrize("who", ["bob", "cleo"])
def test_whom_no_account_waits_for_stays_outside(shared: Site, who: str) -> None:
    with shared.browser(signed_in=False) as client:
        answer = come(client, who)
        assert (answer.status_code, "no account here is yours" in answer.text) == (403, True)
        assert client.get("/queue").status_code == 303


@pytest.mark.parametrize("who", ["bob", "fay"])
def test_an_e_mail_that_is_not_verified_claims_nothing(shared: Site, who: str) -> None:
    add_account(
        shared.services, who, roles=[Role.VIEWER], sites=None, oidc_name=f"{who}@north.example", by=BY
    )
    with shared.browser(signed_in=False) as client:
        assert come(client, who).status_code == 403


def test_a_local_account_of_the_same_name_is_not_given_away(issuer: str) -> None:
    more = {"oidc_roles": {"auditors": ("auditor",)}, "oidc_name_claim": "preferred_username"}
    with open_site(**settings_of(issuer, **more)) as site:
        add_account(site.services, "ada", roles=Role, sites=None, by=BY)
        with site.browser(signed_in=False) as client:
            assert come(client, "ada").status_code == 403


@pytest.mark.parametrize("lie", sorted(set(LIES) - {"another-subject-in-userinfo"}))
def test_a_lie_of_the_provider_does_not_pass(shared: Site, lie: str) -> None:
    with shared.browser(signed_in=False) as client:
        answer = come(client, f"ada:{lie}")
        assert (answer.status_code, "did not say who you are" in answer.text) == (400, True)
        assert client.get("/queue").status_code == 303


def test_user_information_about_somebody_else_adds_nothing(shared: Site) -> None:
    """Cleo's e-mail stands in the user information alone."""
    add_account(
        shared.services, "Cleo", roles=[Role.VIEWER], sites=None, oidc_name="cleo@north.example", by=BY
    )
    with shared.browser(signed_in=False) as client:
        assert come(client, "cleo:another-subject-in-userinfo").status_code == 403
        assert come(client, "cleo").status_code == 303


def test_a_way_back_is_for_one_browser_once_and_not_for_long(shared: Site) -> None:
    with shared.browser(signed_in=False) as client, shared.browser(signed_in=False) as other:
        back = way_back(way_there(client), "ada")
        assert other.get(back).status_code == 400, "another browser"
        way_there(other)
        assert other.get(back).status_code == 400, "another browser with a way of its own"
        assert client.get(back.replace("state=", "state=x")).status_code == 400
        late = way_back(way_there(client), "ada")
        shared.clock.pass_by(601)
        assert client.get(late).status_code == 400, "too late"
        again = way_back(way_there(client), "ada")
        kept = client.cookies["abstractor_provider"]
        assert client.get(again).status_code == 303
        client.cookies.set("abstractor_provider", kept, path="/signin/provider")
        assert client.get(again).status_code == 400, "the code was used"


@pytest.mark.parametrize("cookie", ["", "x", "AAAA", "é", "QUJD" * 50])
def test_a_made_up_memory_of_the_way_is_none(shared: Site, cookie: str) -> None:
    with shared.browser(signed_in=False) as client:
        headers = {"Cookie": f"abstractor_provider={cookie}".encode()}
        answer = client.get("/signin/provider/callback?code=x&state=y", headers=headers)
    assert answer.status_code == 400


def test_groups_make_an_account_and_go_on_saying_what_it_may(by_groups: Site) -> None:
    services = by_groups.services
    with by_groups.browser(signed_in=False) as client:
        assert come(client, "ada").status_code == 303
        made = next(one for one in known_accounts(services) if one.account.name == "ada@north.example")
        assert (made.account.roles, made.account.sites) == ({Role.AUDITOR, Role.VIEWER}, None)
        with services.store.writing() as session:
            accounts.set_roles(session, made.account.id, [Role.IT_ADMIN])
        assert come(client, "ada").status_code == 303
        again = next(one for one in known_accounts(services) if one.account.id == made.account.id)
        assert again.account.roles == {Role.AUDITOR, Role.VIEWER}
        assert come(client, "bob").status_code == 403, "of no group that has a role"


def test_where_no_provider_is_set_there_is_no_way(site: Site) -> None:
    with site.browser(signed_in=False) as client:
        assert "/signin/provider" not in client.get("/signin").text
        assert client.get("/signin/provider").status_code == 404
        assert client.get("/signin/provider/callback?code=x&state=y").status_code in (400, 404)


@pytest.mark.parametrize("issuer_set", ["http://127.0.0.1:9", "{}/"])
def test_a_provider_that_cannot_be_reached_or_is_another_is_told(issuer: str, issuer_set: str) -> None:
    with (
        open_site(**settings_of(issuer_set.format(issuer))) as site,
        site.browser(signed_in=False) as client,
    ):
        assert client.get("/signin/provider").status_code == 502
        assert client.get("/signin").status_code == 200


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"oidc_client_id": ""}, "OIDC_CLIENT_ID"),
        ({"oidc_issuer": "http://north.example"}, "OIDC_ISSUER"),
        ({"public_url": "http://north.example"}, "PUBLIC_URL"),
        ({"oidc_roles": {"auditors": ("boss",)}}, "no such role: boss"),
    ],
)
def test_settings_that_make_no_sense_stop_the_start(given: dict[str, object], told: str) -> None:
    held = settings_of("https://provider.example", **given)
    with pytest.raises(SetupError, match=told):
        require_provider_settings(Settings(_env_file=None, **held))  # type: ignore[arg-type] # by name
