"""Troubles told once to a real web server and a real mail server, and once more when they are over."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from abstractor.store import alerts, runs, signing_keys
from abstractor.store.connection_values import KeyRole, PullKind, PullWay, RunState
from abstractor.workflow.clinic.clinics import remove_clinic
from abstractor.workflow.watching.alerts import CODES, SCHEMA
from abstractor.workflow.watching.watched import KEY_DAYS, look_after, notices, watched
from tests.architecture.sources import ROOT
from tests.integration.schedule.house import House
from tests.integration.schedule.receivers import Hook, hook, post_office
from tests.integration.smart.certificates import Authority

FAILED = RunState.FAILED
SHARED = "of the mail server"


@pytest.fixture
def told() -> Iterator[Hook]:
    with hook() as receiver:
        yield receiver


def codes(hook: Hook) -> list[tuple[str, str]]:
    return [(post["code"], post["state"]) for post in hook.posts]


def test_a_failed_pull_is_told_once_and_once_when_it_is_over(house: House, told: Hook) -> None:
    north = house.add(tell=told.url)
    assert look_after(house.services) == 0
    run_id = house.round(north, FAILED, error="clinic-unreachable")
    assert look_after(house.services) == 1
    house.wait(minutes=5)
    house.round(north, FAILED, error="clinic-unreachable")
    assert look_after(house.services) == 0
    house.wait(minutes=5)
    house.round(north)
    assert look_after(house.services) == 1
    assert look_after(house.services) == 0
    began, over = told.posts
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert began.keys() == json.loads(page.partition("```json")[2].partition("```")[0]).keys()
    assert began == {
        "schema": SCHEMA,
        "clinic": "north",
        "run": run_id,
        "code": "pull-failed",
        "state": "began",
        "since": "2026-03-02T12:00:00Z",
        "over": None,
        "told": "2026-03-02T12:00:00Z",
        "what": "the last pull failed as a whole (clinic-unreachable)",
        "todo": CODES["pull-failed"][1],
        "text": "abstractor, north: the last pull failed as a whole (clinic-unreachable)",
    }
    assert (over["state"], over["over"], over["run"]) == ("over", "2026-03-02T12:10:00Z", run_id)


def test_a_refused_token_has_a_code_of_its_own(house: House, told: Hook) -> None:
    house.round(house.add(tell=told.url), FAILED, error="ClinicRefused")
    look_after(house.services)
    assert codes(told) == [("clinic-refused", "began")]


def test_a_pull_is_overdue_when_nothing_has_succeeded_and_the_grace_is_over(house: House, told: Hook) -> None:
    house.settings(pull_grace=3600)
    north = house.add(tell=told.url)
    house.at = datetime(2026, 3, 3, 8, 29, tzinfo=UTC)  # due at 7:30
    assert look_after(house.services) == 0
    house.wait(minutes=1)
    assert look_after(house.services) == 1
    house.round(north, RunState.INCOMPLETE)
    assert look_after(house.services) == 1
    assert codes(told) == [("pull-overdue", "began"), ("pull-overdue", "over")]
    house.at = datetime(2026, 3, 4, 8, 29, tzinfo=UTC)
    assert look_after(house.services) == 0, "last night's success counts until tonight's grace ends"


def test_a_round_that_runs_for_too_long_is_overdue(house: House, told: Hook) -> None:
    north = house.add(tell=told.url)
    house.at = datetime(2026, 3, 3, 7, 30, tzinfo=UTC)
    house.round(north, None)
    house.wait(hours=6)
    look_after(house.services)
    assert codes(told) == [("pull-overdue", "began")]


def test_a_list_that_is_not_whole_is_told(house: House, told: Hook) -> None:
    north = house.add(tell=told.url)
    with house.services.store.writing() as session:
        run_id = runs.open_run(session, north, kind=PullKind.FULL, way=PullWay.SEARCH, now=house.at)
        assert runs.hold(session, run_id, owner="w", until=house.at, now=house.at)
        runs.note_listing(
            session, run_id, owner="w", patients=3, unlisted=0, gap="missing-next", now=house.at
        )
        runs.end_run(session, run_id, RunState.INCOMPLETE, now=house.at)
    look_after(house.services)
    assert codes(told) == [("listing-incomplete", "began")]


def test_an_old_key_is_told_only_where_one_signs_in(house: House, told: Hook) -> None:
    with house.services.store.writing() as session:
        signing_keys.keep_signing_key(
            session,
            "k1",
            algorithm="RS384",
            private_jwk="p",
            public_jwk="q",
            role=KeyRole.CURRENT,
            now=house.at,
        )
    house.add("open", tell=told.url, nightly=None)
    signs = {"auth": "backend-services", "client_id": "c", "base_url": "https://b.example/fhir"}
    house.add("signs", tell=told.url, nightly=None, **signs)
    house.wait(days=KEY_DAYS)
    assert look_after(house.services) == 0
    house.wait(days=1)
    assert look_after(house.services) == 1
    assert [(post["clinic"], post["code"]) for post in told.posts] == [("signs", "key-old")]


def test_a_receiver_that_is_down_is_tried_again_more_and_more_seldom(house: House, told: Hook) -> None:
    house.round(house.add(tell=told.url), FAILED)
    told.status = 503
    tried = []
    for minute in range(200):
        before = told.asked
        look_after(house.services)
        tried += [minute] if told.asked > before else []
        house.wait(minutes=1)
    assert tried == [0, 1, 3, 7, 15, 31, 63, 123, 183]
    told.status = 200
    house.wait(hours=1)
    assert look_after(house.services) == 1
    assert codes(told) == [("pull-failed", "began")]


def test_no_redirect_is_followed(house: House, told: Hook) -> None:
    with hook() as elsewhere:
        told.status, told.location = 307, elsewhere.url
        house.round(house.add(tell=told.url), FAILED)
        assert look_after(house.services) == 0
        assert (told.asked, elsewhere.asked) == (1, 0)


def test_a_certificate_is_checked(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    authority = Authority(tmp_path / "ca")
    with hook(authority.vouches_for("127.0.0.1")) as receiver:
        house.round(house.add(tell=receiver.url), FAILED)
        assert look_after(house.services) == 0
        assert "could not tell of pull-failed: certificate-refused" in caplog.text
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
        house.wait(hours=1)
        assert look_after(house.services) == 1


def test_what_is_over_before_it_could_be_told_is_not_told(house: House, told: Hook) -> None:
    north = house.add(tell=told.url)
    told.status = 500
    house.round(north, FAILED)
    look_after(house.services)
    told.status = 200
    house.round(north)
    house.wait(hours=2)
    assert look_after(house.services) == 0
    assert told.posts == []


def test_without_a_receiver_troubles_are_kept_and_told_when_there_is_one(house: House, told: Hook) -> None:
    north = house.add()
    house.round(north, FAILED)
    assert look_after(house.services) == 0
    assert notices(house.services, watched(house.services))[0] == f"clinic {north}: pull-failed"
    house.add(tell=told.url)
    assert look_after(house.services) == 1


def test_a_clinic_that_is_removed_has_no_troubles(house: House, told: Hook) -> None:
    house.round(house.add(tell=told.url), FAILED)
    look_after(house.services)
    remove_clinic(house.services, "north")
    assert watched(house.services) == ()
    look_after(house.services)
    with house.services.store.reading() as session:
        assert alerts.not_over(session) == ()


def mailed(house: House, port: int, **settings: object) -> int:
    house.settings(smtp_host="127.0.0.1", smtp_port=port, smtp_from="abstractor@site.example", **settings)
    house.round(house.add(tell="mailto:it@site.example"), FAILED, error="clinic-unreachable")
    return look_after(house.services)


def test_a_trouble_is_told_by_mail(house: House) -> None:
    with post_office() as post:
        assert mailed(house, post.port, smtp_tls="none") == 1
    (mail,) = post.mail
    assert (mail["To"], mail["From"]) == ("it@site.example", "abstractor@site.example")
    assert mail["Subject"] == "abstractor, north: pull-failed"
    text = mail.get_content()
    assert "The last pull failed as a whole (clinic-unreachable)." in text
    assert f"What to do: {CODES['pull-failed'][1]}." in text
    assert "Since: 2026-03-02T12:00:00Z" in text


def test_mail_goes_over_starttls_with_a_password(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path / "ca")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    with post_office(authority.vouches_for("127.0.0.1"), password=SHARED) as post:
        given = {"smtp_user": "mailer", "smtp_password": SecretStr(SHARED)}
        assert mailed(house, post.port, smtp_tls="starttls", **given) == 1
    assert post.signed_in == ["mailer"]
    assert len(post.mail) == 1


@pytest.mark.parametrize(
    ("problem", "refuses", "settings"),
    [
        ("smtp-451", "451 come back later", {"smtp_tls": "none"}),
        ("mail-SMTPNotSupportedError", None, {"smtp_tls": "starttls"}),
        ("no-mail-server", None, {"smtp_host": ""}),
        ("password-without-tls", None, {"smtp_host": "mail.example", "smtp_tls": "none"}),
    ],
)
def test_mail_that_does_not_go_is_tried_again(
    house: House,
    caplog: pytest.LogCaptureFixture,
    problem: str,
    refuses: str | None,
    settings: dict[str, str],
) -> None:
    with post_office() as post:
        post.refuses = refuses
        secret = {"smtp_password": SecretStr("s")} if problem == "password-without-tls" else {}
        house.settings(smtp_port=post.port, smtp_from="a@site.example", smtp_host="127.0.0.1")
        house.settings(**settings, **secret)
        house.round(house.add(tell="mailto:it@site.example"), FAILED)
        assert look_after(house.services) == 0
        assert f"could not tell of pull-failed: {problem}" in caplog.text
        post.refuses = None
        house.wait(hours=1)
        house.settings(smtp_tls="none", smtp_host="127.0.0.1", smtp_password=SecretStr(""))
        assert look_after(house.services) == 1
        assert len(post.mail) == 1


def test_every_code_has_its_words() -> None:
    assert all(what and todo for what, todo in CODES.values())


def test_nobody_is_told_twice_by_two_machines(house: House, told: Hook) -> None:
    house.round(house.add(tell=told.url), FAILED)
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: look_after(house.services), range(8))) == 1
    assert codes(told) == [("pull-failed", "began")]
