"""Opened from a chart in the EHR, the sample clinic over real HTTP: the right chart, for whom it is meant."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import SecretStr

from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.store.values import Role
from abstractor.workflow import add_clinic
from abstractor.workflow.accounts import add_account, disable_account
from abstractor.workflow.acting import at_the_machine
from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from fixtures.clinic.smart.launching import App
from fixtures.clinic.smart.setup import Smart
from tests.integration.web.charts import critical
from tests.integration.web.site import Clock, Site, keep, open_site
from tests.integration.web.told import Told

BACK = "http://127.0.0.1:8080"
APP, SECRET = "abstractor-app", "synthetic-secret-of-a-synthetic-app"
NAME = "North Hospital"


@contextmanager
def launched_site(
    app: App, *, secret: str = "", back: str = BACK, told: Told | None = None, **more: Any
) -> Iterator[tuple[Site, Door]]:
    """One chart of the clinic, pulled and abstracted; `drx` is known there, and waited for here."""
    settings = {"launch_client_id": APP, "launch_client_secret": SecretStr(secret), "public_url": back} | more
    with open_clinic(smart=Smart(app=app), clock=Clock().at) as door, open_site(**settings) as site:
        keep(site, {"critical": told or critical(1)}, clinic=NAME, at=door.url)
        add_clinic(site.services, ClinicSetup(NAME, door.url))
        user = f"{door.url}/Practitioner/drx"
        add_account(
            site.services, "drx", roles=[Role.VIEWER], sites=[NAME], oidc_name=user, by=at_the_machine()
        )
        yield site, door


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[Site, Door]]:
    with launched_site(App()) as both:
        yield both


def press(door: Door, patient: str = "told1", user: str = "drx") -> dict[str, str]:
    """The EHR's button in that chart."""
    asked = {"patient": patient, "user": user}
    return dict(httpx.get(f"{door.url}/auth/launch", params=asked, trust_env=False).json())


def way_back(client: httpx.Client, pressed: dict[str, str]) -> str:
    there = client.get("/launch", params=pressed)
    assert there.status_code == 303, there.text
    answer = httpx.get(there.headers["location"], trust_env=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix(BACK)


def come(client: httpx.Client, door: Door, patient: str = "told1", user: str = "drx") -> httpx.Response:
    return client.get(way_back(client, press(door, patient, user)))


@contextmanager
def shared_workstation(*, first: bool) -> Iterator[tuple[Site, Door, httpx.Client]]:
    """A browser in which admin is signed in; unless it is the `first` time drx was here before, elsewhere."""
    with launched_site(App()) as (site, door), site.browser() as user:
        if not first:
            with site.browser(signed_in=False) as client:
                come(client, door)
        yield site, door, user


def test_the_way_there_asks_with_all_that_protects_it(both: tuple[Site, Door]) -> None:
    site, door = both
    with site.browser(signed_in=False) as client:
        pressed = press(door)
        url = client.get("/launch", params=pressed).headers["location"]
    asked = parse_qs(urlsplit(url).query)
    assert url.startswith(f"{door.url}/auth/authorize?")
    assert (asked["aud"], asked["launch"]) == ([door.url], [pressed["launch"]])
    assert (asked["code_challenge_method"], asked["redirect_uri"]) == (["S256"], [f"{BACK}/launch/callback"])
    assert len(asked["state"][0]) > 20
    assert set(asked["scope"][0].split()) == {"launch", "openid", "fhirUser"}


@pytest.mark.parametrize("secret", ["", SECRET])
def test_a_known_user_comes_to_the_chart(secret: str) -> None:
    with (
        launched_site(App(secret=secret or None), secret=secret) as (site, door),
        site.browser(signed_in=False) as client,
    ):
        for _ in range(2):
            answer = come(client, door)
            assert (answer.status_code, answer.headers["location"]) == (303, site.chart_path("critical"))
            assert client.get(answer.headers["location"]).status_code == 200
            client.cookies.clear()


def test_somebody_unknown_signs_in_first_and_is_led_on(both: tuple[Site, Door]) -> None:
    site, door = both
    with site.browser(signed_in=False) as client:
        answer = come(client, door, user="somebody")
        path = site.chart_path("critical").replace("/", "%2F")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/signin?next={path}")
        assert client.get("/queue").status_code == 303


def test_who_is_signed_in_already_stays_who_they_are(both: tuple[Site, Door]) -> None:
    site, door = both
    with site.browser() as user:
        assert come(user, door, user="somebody").headers["location"] == site.chart_path("critical")
        assert "<strong>admin</strong>" in user.get("/account").text


@pytest.mark.parametrize("first", [True, False], ids=["first-time", "known"])
def test_the_owner_of_another_account_is_signed_in_instead(first: bool) -> None:
    """A workstation that people share: what drx opens is told of drx, and the former session is over."""
    with shared_workstation(first=first) as (site, door, user):
        before = dict(user.cookies)
        answer = come(user, door)
        assert (answer.status_code, answer.headers["location"]) == (303, site.chart_path("critical"))
        assert "<strong>drx</strong>" in user.get("/account").text
        session = dict(user.cookies)
        assert session != before
        assert come(user, door).status_code == 303
        assert dict(user.cookies) == session, "once"
        with site.browser(signed_in=False) as former:
            former.cookies.update(before)
            assert former.get("/queue").status_code == 303


@pytest.mark.parametrize("first", [True, False], ids=["first-time", "known"])
def test_the_owner_of_a_disabled_account_opens_nothing_as_another(first: bool) -> None:
    with shared_workstation(first=first) as (site, door, user):
        disable_account(site.services, "drx", by=at_the_machine())
        answer = come(user, door)
        assert (answer.status_code, "Somebody else is signed in here" in answer.text) == (403, True)
        assert "<strong>admin</strong>" in user.get("/account").text


def test_a_chart_that_is_not_here_is_told(both: tuple[Site, Door]) -> None:
    site, door = both
    with site.browser() as user:
        answer = come(user, door, patient="nobody")
    assert (answer.status_code, "in no cycle here" in answer.text) == (404, True)
    assert "nobody" not in answer.text


@pytest.mark.parametrize("iss", ["", "https://elsewhere.example/fhir", "{}/x", "file:///etc/passwd"])
def test_an_address_that_is_no_clinic_of_ours_is_not_asked(both: tuple[Site, Door], iss: str) -> None:
    site, door = both
    with site.browser(signed_in=False) as client:
        assert client.get("/launch", params={"iss": iss.format(door.url), "launch": "x"}).status_code == 404


def test_without_a_registered_app_there_is_no_way(site: Site) -> None:
    with site.browser(signed_in=False) as client:
        assert (
            client.get("/launch", params={"iss": "http://127.0.0.1:9/fhir", "launch": "x"}).status_code == 404
        )


def test_a_way_back_is_for_one_browser_and_once(both: tuple[Site, Door]) -> None:
    site, door = both
    with site.browser(signed_in=False) as client, site.browser(signed_in=False) as other:
        back = way_back(client, press(door))
        assert other.get(back).status_code == 400
        assert client.get(back.replace("state=", "state=x")).status_code == 400
        refused = way_back(client, press(door)).partition("?")[0] + "?error=access_denied"
        assert client.get(refused).status_code == 400
        late = way_back(client, press(door))
        kept = client.cookies["abstractor_launch"]
        assert client.get(late).status_code == 303
        client.cookies.set("abstractor_launch", kept, path="/launch")
        client.cookies.delete("abstractor_session")
        assert client.get(late).status_code == 400, "the code was used"


@pytest.mark.parametrize(
    "lie",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another-app"},
        {"exp": 1_000_000_000},
        {"sub": None},
    ],
    ids=["issuer", "audience", "expired", "subject"],
)
def test_an_id_token_that_lies_opens_nothing(lie: dict[str, object]) -> None:
    with launched_site(App(lie=lie)) as (site, door), site.browser(signed_in=False) as client:
        assert come(client, door).status_code == 400
        assert client.get("/queue").status_code == 303


@contextmanager
def neighbour(site: Site, app: App) -> Iterator[Door]:
    """The EHR of another clinic, which was added here too."""
    with open_clinic(smart=Smart(app=app), clock=Clock().at) as door:
        add_clinic(site.services, ClinicSetup("South Hospital", door.url))
        yield door


def test_an_ehr_names_nobody_of_another_clinic() -> None:
    with launched_site(App()) as (site, north), site.browser(signed_in=False) as client:
        record = {"fhirUser": f"{north.url}/Practitioner/drx"}
        with neighbour(site, App(lie=record)) as south:
            come(client, south)
            assert client.get("/queue").status_code == 303, "an account that waits for another EHR's person"
        come(client, north)
        assert client.get("/queue").status_code == 200
        client.cookies.clear()
        with neighbour(site, App(issuer=north.url)) as south:
            come(client, south)
            assert client.get("/queue").status_code == 303, "an account that another EHR's person has"


def test_a_record_may_be_told_relative_to_the_ehr() -> None:
    with (
        launched_site(App(lie={"fhirUser": "Practitioner/drx"})) as (site, door),
        site.browser(signed_in=False) as client,
    ):
        assert come(client, door).headers["location"] == site.chart_path("critical")
