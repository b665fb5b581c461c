"""Opening everything from the settings, the first account, and what is asked of the services by the pages."""

import io
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from pydantic import SecretStr

from abstractor.errors import OptionError, QueueError, SetupError, StoreError
from abstractor.fhir.endpoint import Connection, Endpoint
from abstractor.settings import Settings
from abstractor.store import abstracts, cohorts, raw, trail
from abstractor.store.key_file import first_key
from abstractor.store.values import Action, Role
from abstractor.workflow import (
    Question,
    Services,
    WorkKind,
    audit_queue,
    begin_round,
    chart_view,
    create_account,
    cycle_by_id,
    cycle_progress,
    embedded_queue,
    first_account,
    latest_cycle,
    missing,
    open_cycle,
    open_services,
    reconcile,
    register_clinic,
    registered_of,
    session_of,
    sign_in,
    sign_in_wait,
    sign_out,
    stored_source,
    work_through,
)
from abstractor.workflow.abstracting.deciding import decide
from abstractor.workflow.acting import By
from abstractor.workflow.cycles import cycles, write_cycle
from tests.integration.keeping import NOW, PERIOD, after, copy_of
from tests.integration.queue.slow_clinic import open_small_cycle

Make = Callable[..., Services]


@pytest.fixture
def settings(queue_folder: Path) -> Settings:
    return Settings(_env_file=None, data_dir=queue_folder / "data")


@pytest.fixture
def opened(settings: Settings) -> Iterator[Services]:
    services = open_services(settings)
    yield services
    services.close()


def test_embedded_services_need_nothing_but_a_folder(settings: Settings) -> None:
    with embedded_queue(settings):
        services = open_services(settings)
        assert missing(services) == ()
        assert stat.S_IMODE(settings.data_dir.stat().st_mode) == 0o700
        services.close()
    assert missing(services) == ("queue",)
    with pytest.raises(QueueError):
        reconcile(services)


def test_a_queue_that_is_set_is_used_as_it_is(settings: Settings, queue_url: str) -> None:
    with embedded_queue(settings.model_copy(update={"redis_url": SecretStr(queue_url)})) as url:
        assert url == queue_url


def test_a_database_by_url_must_be_in_step(
    settings: Settings, new_postgres: Callable[[], str], tmp_path: Path
) -> None:
    first_key(tmp_path / "keys")
    given = {"database_url": SecretStr(new_postgres()), "data_key_file": tmp_path / "keys"}
    with pytest.raises(StoreError, match=r"python -m abstractor\.store upgrade"):
        open_services(settings.model_copy(update=given))


def test_a_database_by_url_must_be_given_a_key(settings: Settings, new_postgres: Callable[[], str]) -> None:
    with pytest.raises(SetupError, match=r"ABSTRACTOR_DATA_KEY_FILE.*abstractor data new-key"):
        open_services(settings.model_copy(update={"database_url": SecretStr(new_postgres())}))


def test_one_way_to_give_a_key_is_enough(settings: Settings, tmp_path: Path) -> None:
    given = {"data_key": SecretStr("x"), "data_key_file": tmp_path / "keys"}
    with pytest.raises(SetupError, match="not both"):
        open_services(settings.model_copy(update=given))


def test_embedded_mode_makes_its_key_once_and_never_another_for_the_same_database(settings: Settings) -> None:
    services = open_services(settings)
    key = settings.data_dir / "data.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    with services.store.writing() as session:
        clinic = cohorts.register_clinic(session, "a", "https://a.example", group=None, now=NOW)
        raw.keep(session, clinic.id, [copy_of("Condition", "1")], now=NOW)
    services.close()
    open_services(settings).close()
    kept = key.rename(settings.data_dir / "elsewhere")
    with pytest.raises(SetupError, match="put it back"):
        open_services(settings)
    first_key(key)
    with pytest.raises(StoreError, match=r"sealed under the data key [0-9a-f]{16}, which is missing"):
        open_services(settings)
    kept.replace(key)
    open_services(settings).close()


def test_a_key_of_the_secret_opens_what_the_file_sealed(settings: Settings) -> None:
    services = open_services(settings)
    with services.store.writing() as session:
        clinic = cohorts.register_clinic(session, "a", "https://a.example", group=None, now=NOW)
        raw.keep(session, clinic.id, [copy_of("Condition", "1")], now=NOW)
    services.close()
    words = (settings.data_dir / "data.key").read_text().splitlines()[-1]
    (settings.data_dir / "data.key").unlink()
    again = open_services(settings.model_copy(update={"data_key": SecretStr(words)}))
    assert again.store.sealer is not None
    assert again.store.sealer.current == services.store.sealer.current  # type: ignore[union-attr] # it had one
    assert words not in repr(again)
    again.close()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SetupError, match="ABSTRACTOR_DATA_DIR"):
        open_services(Settings(_env_file=None, data_dir=tmp_path / "file" / "data"))


def test_a_site_that_is_no_folder_is_told(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="no folder"):
        open_services(settings.model_copy(update={"site": tmp_path / "nowhere"}))


def test_the_first_account_is_made_once_and_can_be_read_again(opened: Services) -> None:
    first = first_account(opened)
    assert first.password is not None
    assert first_account(opened) == first
    note = opened.settings.data_dir / "sign-in"
    assert stat.S_IMODE(note.stat().st_mode) == 0o600
    assert sign_in(opened, first.name, first.password, NOW) is not None


def test_a_password_that_was_chosen_is_written_nowhere(settings: Settings) -> None:
    services = open_services(settings.model_copy(update={"admin_password": SecretStr("chosen by IT")}))
    assert first_account(services).password is None
    assert sign_in(services, "admin", "chosen by IT", NOW) is not None
    assert not (settings.data_dir / "sign-in").exists()
    services.close()


def test_a_session_lasts_as_long_as_the_settings_say(opened: Services) -> None:
    create_account(opened, "ada", "her password", roles={Role.AUDITOR}, sites=None, now=NOW)
    token = sign_in(opened, "ada", "her password", NOW)
    assert token is not None
    assert session_of(opened, token, after(opened.settings.session_idle - 1)) is not None
    assert session_of(opened, token, after(3 * opened.settings.session_idle)) is None
    assert sign_in_wait(opened, "ada", NOW) == 0
    sign_out(opened, token, NOW)
    assert session_of(opened, token, NOW) is None


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "/etc/passwd"])
def test_an_unknown_time_zone_is_refused(opened: Services, zone: str) -> None:
    clinic = register_clinic(opened, "North", "https://clinic.example/fhir")
    with pytest.raises(OptionError, match="time zone"):
        open_cycle(opened, clinic, Question(PERIOD, PERIOD.end, zone, "A", 180, "0.1.0"))


@pytest.mark.parametrize("cohort", ["her2-mbc", "cdk46"])
def test_a_cycle_asks_every_chart_about_its_cohort(make_services: Make, cohort: str) -> None:
    services = replace(make_services(charts=1), decide=decide)
    clinic = register_clinic(services, "North", "https://clinic.example/fhir")
    question = Question(PERIOD, PERIOD.end, "America/New_York", "A", 180, "0.1.0", cohort)
    number = open_cycle(services, clinic, question)
    kept = cycle_by_id(services, number)
    assert kept is not None
    assert kept.cohort == cohort
    begin_round(services, registered_of(services, clinic.id), cycle_id=number)
    work_through(services, WorkKind.PULL, [1])
    work_through(services, WorkKind.ABSTRACT, [2])
    with services.store.reading() as session:
        assert [each.inclusion.cohort for each in abstracts.in_cycle(session, number)] == [cohort]


@pytest.mark.parametrize(
    "address", ["clinic.example", "ftp://clinic.example/fhir", "https://c.example/fhir?x=1"]
)
def test_an_address_that_cannot_be_asked_is_refused(opened: Services, address: str) -> None:
    with pytest.raises(OptionError, match="address"):
        register_clinic(opened, "North", address)


@pytest.mark.parametrize("group", [None, "g1"])
def test_a_clinic_is_registered_once(make_services: Make, group: str | None) -> None:
    services = make_services(charts=1)
    first = register_clinic(services, "North", "https://one.example/fhir", group=group)
    assert register_clinic(services, "North", "https://one.example/fhir/", group=group) == first


def test_the_same_name_elsewhere_is_another_clinic(make_services: Make) -> None:
    services = make_services(charts=1)
    places = [
        ("https://one.example/fhir", None),
        ("https://two.example/fhir", None),
        ("https://two.example/fhir", "g1"),
    ]
    made = [register_clinic(services, "North", url, group=group) for url, group in places]
    assert [(each.name, each.base_url, each.group) for each in made] == [
        ("North", *place) for place in places
    ]
    assert len({each.id for each in made}) == 3


def test_an_unfinished_cycle_goes_on_at_its_own_clinic(make_services: Make) -> None:
    """A cycle is broken off; the next one has the same name and another address."""
    services = make_services(charts=2)
    asked: list[str] = []

    @contextmanager
    def connect(endpoint: Endpoint, **_: object) -> Iterator[Connection]:
        asked.append(endpoint.root)
        with services.connect(endpoint) as connection:
            yield connection

    first = open_small_cycle(services)
    second = register_clinic(services, "North", "https://other.example/fhir")
    question = Question(PERIOD, PERIOD.end, "America/New_York", "A", 180, "0.1.0")
    again = open_cycle(services, second, question)
    begin_round(services, registered_of(services, second.id), cycle_id=again)
    for numbers in ([1, 2], [3, 4]):
        work_through(replace(services, connect=connect), WorkKind.PULL, numbers)
    assert asked == ["https://clinic.example/fhir/", "https://other.example/fhir/"]
    assert cycle_progress(services, first).pulls.done == 2
    with services.store.reading() as session:
        assert cohorts.clinic_of_cycle(session, first).base_url == "https://clinic.example/fhir"


def test_a_database_file_that_is_gone_is_missing(opened: Services) -> None:
    with embedded_queue(opened.settings):
        assert missing(opened) == ()
        file = opened.settings.data_dir / "abstractor.db"
        kept = file.read_bytes()
        file.unlink()
        assert missing(opened) == ("database",)
        file.write_bytes(kept)  # the same content, and yet not the file that is open
        assert missing(opened) == ("database",)


def test_a_queue_that_hangs_is_missing_soon(opened: Services) -> None:
    with embedded_queue(opened.settings):
        server = psutil.Process(int(opened.queue.connection.info("server")["process_id"]))
        server.suspend()
        try:
            begun = time.monotonic()
            assert missing(opened) == ("queue",)
            assert time.monotonic() - begun < 3
        finally:
            server.resume()
        assert missing(opened) == ()


def test_whoever_opens_a_chart_or_a_source_is_in_the_audit_trail(make_services: Make) -> None:
    services = make_services(charts=2)
    cycle_id = open_small_cycle(services)
    work_through(services, WorkKind.PULL, [1, 2])
    work_through(services, WorkKind.ABSTRACT, [3, 4])
    ada = create_account(services, "ada", "her password", roles={Role.AUDITOR}, sites=None, now=NOW)
    page = audit_queue(services, cycle_id)
    assert page is not None
    (row,) = page.rows
    opened = chart_view(services, row.patient_id, reader=ada, now=NOW)
    assert opened is not None
    assert (opened.label, opened.item_id, opened.abstract.patient) == (row.label, row.item_id, "Patient/1")
    source = stored_source(services, row.patient_id, "Condition/1", "1", reader=ada, now=after(2))
    assert source is not None
    assert source.body == copy_of("Condition", "1").body
    assert chart_view(services, 99, reader=ada, now=NOW) is None
    assert stored_source(services, row.patient_id, "Condition/0", "1", reader=ada, now=NOW) is None
    with services.store.reading() as session:
        newest, before, *worked = trail.newest(session)
    assert (before.action, before.account_id, before.patient_id) == (Action.CHART_OPENED, 1, 2)
    assert (newest.action, newest.resource, newest.version) == (Action.SOURCE_OPENED, "Condition/1", "1")
    of_chart = [one.action for one in worked if one.patient_id == row.patient_id]
    assert of_chart == [Action.CHART_ABSTRACTED, Action.CHART_PULLED]
    assert write_cycle(services, cycle_id, io.StringIO(), by=By("iris")) == 2
    with services.store.reading() as session:
        (taken,) = trail.newest(session, limit=1)
    assert (taken.action, taken.detail) == (Action.CHARTS_EXPORTED, "by=iris as=abstracts")


def test_cycles_are_listed_the_latest_first(make_services: Make) -> None:
    services = make_services(charts=1)
    assert (latest_cycle(services), audit_queue(services, 1)) == (None, None)
    first, second = open_small_cycle(services), open_small_cycle(services)
    assert [cycle.id for cycle in cycles(services)] == [second, first]
    latest = latest_cycle(services)
    assert latest is not None
    assert latest == cycle_by_id(services, second)


def run_worker(settings: Settings) -> "subprocess.Popen[str]":
    ours = {"ABSTRACTOR_DATA_DIR": str(settings.data_dir), "ABSTRACTOR_WORKERS": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "worker"], env={**os.environ, **ours}, stderr=subprocess.PIPE, text=True
    )


def test_a_worker_without_a_queue_says_so_in_one_line(settings: Settings) -> None:
    with run_worker(settings) as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said.splitlines() == [
        "the queue cannot be reached or refused (ConnectionError): is Redis or Valkey running?"
    ]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_stops_when_it_is_told_to(settings: Settings, number: signal.Signals) -> None:
    with embedded_queue(settings) as url:
        services = open_services(settings)
        with run_worker(settings) as process:
            while not services.queue.connection.scard("rq:workers"):
                assert process.poll() is None
            process.send_signal(number)
            _, said = process.communicate(timeout=30)
        assert (process.returncode, said) == (0, "")
        assert url.startswith("unix://")
        services.close()
