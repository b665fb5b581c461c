"""F01 to F20: what goes wrong on the way to the clinic, or with an answer of HTTP."""

import re
import socket
from pathlib import Path

import httpx
import pytest

from abstractor.errors import ClinicUnreachable
from abstractor.store.connection_values import RunState
from fixtures.clinic.running import open_clinic
from tests.clock import Clock
from tests.integration.faults.conftest import NewServices, signed_site
from tests.integration.faults.harness import CHARTS, Round, Site, sample, site_at
from tests.integration.pull.clinics import PATIENT, answer, bundle, record, scripted

UNREACHABLE = (RunState.FAILED, "clinic-unreachable")
INCOMPLETE = (RunState.INCOMPLETE, None)
DONE = (RunState.DONE, None)
DOSES = "MedicationAdministration"
HURRIED = {"connect_timeout": 0.5, "read_timeout": 0.6, "total_timeout": 0.9}


def failed(detail: str) -> dict[str, tuple[str, int, str]]:
    return dict.fromkeys(CHARTS, ("failed", 0, detail))


def nothing_came(faulted: Round, why: str) -> None:
    """No chart, a code, and words that say what to look at; and all three were tried for."""
    assert (faulted.ending, faulted.charts) == (UNREACHABLE, {})
    assert isinstance(faulted.raised, ClinicUnreachable)
    assert re.search(f"after 3 tries .*{why}", str(faulted.raised))
    assert len(faulted.waits) == 2


def test_F01_connection_refused(site: Site) -> None:
    """The round fails as clinic-unreachable after 3 tries and nothing is kept; the next round is whole."""
    nothing_came(site.struck("connection-refused"), "Connection refused")


def test_F01_connection_refused_in_the_middle(site: Site) -> None:
    """A chart fails as clinic-unreachable, or a type of it is told as failed; the next round has it all."""
    faulted = site.struck("connection-refused=Condition@2")
    assert faulted.ending in (UNREACHABLE, INCOMPLETE)
    lost = len(CHARTS) - len(faulted.charts)
    assert faulted.errors == ({"clinic-unreachable": lost} if lost else {})
    assert lost or faulted.doubted()


def test_F02_name_unknown(new_services: NewServices, clean: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    """The round fails as clinic-unreachable and the error names the host's origin alone."""
    with open_clinic(faults=["name-unknown"]) as door:
        assert "clinic.invalid" in door.url
        with monkeypatch.context() as patch:
            # A test asks no DNS: this is what it would say.
            patch.setattr(socket, "getaddrinfo", _no_such_host)
            faulted = site_at(new_services(), door, clean).round()
    nothing_came(faulted, "Name or service not known")


def _no_such_host(*_: object, **__: object) -> object:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def test_F03_tls_wrong(new_services: NewServices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate for another host is refused, whoever signed it: the round fails as clinic-unreachable."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with open_clinic(tls=tmp_path, faults=["tls-wrong"]) as door:
        nothing_came(site_at(new_services(), door, None).round(), "CERTIFICATE_VERIFY_FAILED")
    with open_clinic(tls=tmp_path / "right") as door:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "right" / "ca.pem"))
        door.reset(sample())
        assert set(site_at(new_services(), door, None).round().charts) == set(CHARTS)


def test_F04_connect_timeout(site: Site) -> None:
    """The round fails as clinic-unreachable when nobody takes the connection within the time-out."""
    nothing_came(site.struck("connect-timeout", patience=HURRIED), "timed out")


def test_F05_read_timeout(site: Site) -> None:
    """An answer that stops costs its type: failed with time-out after 3 tries, the others are whole."""
    faulted = site.struck("read-timeout=Observation", patience=HURRIED)
    assert (faulted.ending, faulted.said("Observation")) == (INCOMPLETE, failed("time-out"))
    assert faulted.doubted() == {f"{one} Observation" for one in CHARTS}
    assert len(faulted.waits) == 6


def test_F06_reset_mid_page(site: Site) -> None:
    """A connection that is reset costs its type: failed with broken-transfer, the others are whole."""
    faulted = site.struck("reset-mid-page=Observation")
    assert (faulted.ending, faulted.said("Observation")) == (INCOMPLETE, failed("broken-transfer"))
    assert faulted.doubted() == {f"{one} Observation" for one in CHARTS}


def test_F07_slow_body(site: Site) -> None:
    """A body that drips is given up when the whole answer takes too long: its type failed with time-out."""
    faulted = site.struck("slow-body=Observation", patience=HURRIED)
    assert (faulted.ending, faulted.said("Observation")) == (INCOMPLETE, failed("time-out"))


def test_F08_unauthorised_once(new_services: NewServices) -> None:
    """A new token is asked for once, the request is sent again, and the round is whole."""
    with signed_site(new_services()) as site:
        faulted = site.struck("unauthorised-once=Condition")
        assert (faulted.ending, faulted.doubted()) == (DONE, set())


def test_F08_unauthorised_once_without_signing_in(site: Site) -> None:
    """Where nobody signs in a 401 is final: every chart fails as ClinicRefused; the next round is whole."""
    faulted = site.struck("unauthorised-once=Condition", "unauthorised-always=Observation")
    assert (faulted.ending, faulted.charts) == ((RunState.FAILED, "ClinicRefused"), {})


def test_F09_unauthorised_always(new_services: NewServices) -> None:
    """After one new token the clinic is believed: every chart fails as ClinicRefused, none is kept."""
    with signed_site(new_services()) as site:
        site.door.heard(forget=True)
        faulted = site.struck("unauthorised-always")
        assert (faulted.ending, faulted.charts) == ((RunState.FAILED, "ClinicRefused"), {})


def test_F10_forbidden_type(site: Site) -> None:
    """403 for one type costs that type alone: refused, asked for once, and never called empty."""
    faulted = site.struck("forbidden-type")
    assert faulted.ending == INCOMPLETE
    assert faulted.said(DOSES) == dict.fromkeys(CHARTS, ("refused", 0, "http-403:forbidden"))
    # Drugs that only a dose refers to would be missing too, so Medication is doubted with it.
    assert {one.split()[1] for one in faulted.doubted()} == {DOSES, "Medication"}
    assert faulted.waits == ()


def test_F11_missing_type(site: Site) -> None:
    """404 for one type costs that type alone: refused, never called empty."""
    faulted = site.struck("missing-type")
    assert faulted.said(DOSES) == dict.fromkeys(CHARTS, ("refused", 0, "http-404:not-supported"))
    assert {one.split()[1] for one in faulted.doubted()} == {DOSES, "Medication"}


def test_F12_page_expired(site: Site) -> None:
    """The first page is kept and the type is truncated, with the page and the status that ended it."""
    faulted = site.struck("page-expired")
    assert faulted.said("Procedure")["rosa"] == ("truncated", 4, "page 2: http-410:not-found")
    assert faulted.said("Encounter")["fatima"] == ("truncated", 4, "page 2: http-410:not-found")
    assert "rosa Condition" not in faulted.doubted()


def test_F13_throttled_seconds(site: Site) -> None:
    """The client rests for the seconds that it is told to and the round is whole."""
    faulted = site.struck("throttled-seconds=Observation")
    assert (faulted.ending, faulted.doubted()) == (DONE, set())
    assert faulted.waits
    assert all(0 < one <= 1 for one in faulted.waits)


def test_F14_throttled_date(site: Site) -> None:
    """The client rests until the date that it is told and the round is whole."""
    faulted = site.struck("throttled-date=Observation")
    assert (faulted.ending, faulted.doubted()) == (DONE, set())
    assert faulted.waits
    assert all(0 <= one <= 1 for one in faulted.waits)


@pytest.mark.parametrize(
    ("told", "rests"),
    [("7", 7.0), ("Wed, 15 Nov 2023 00:00:00 GMT", None), ("18000", 300.0)],
    ids=["seconds", "a date gone by", "hours"],
)
def test_F13_F14_F15_retry_after_by_a_fake_clock(told: str, rests: float | None) -> None:
    """Retry-After is slept through to the second, and for no longer than its cap."""
    clock = Clock()
    replies = [httpx.Response(429, headers={"Retry-After": told}), bundle(record("Condition", "c1"))]
    with scripted({"Condition": replies}, sleep=clock.sleep, retry_after_cap=300) as (clinic, _):
        assert answer(clinic.pull(PATIENT, ["Condition"]), "Condition").count == 1
    assert (clock.slept[0] == rests) if rests is not None else (sum(clock.slept) < 1)


def test_F15_throttled_hours(site: Site) -> None:
    """5 hours are capped at the setting: 3 tries, then failed with http-429; nothing waits for hours."""
    faulted = site.struck("throttled-hours=Observation")
    assert (faulted.ending, faulted.said("Observation")) == (INCOMPLETE, failed("http-429:throttled"))
    assert max(faulted.waits) <= 1


def test_F16_error_500_twice(site: Site) -> None:
    """The third try has it, with a wait before each: the round is whole."""
    faulted = site.struck("error-500-twice=Observation")
    assert (faulted.ending, faulted.doubted(), len(faulted.waits)) == (DONE, set(), 2)


def test_F17_unavailable_always(site: Site) -> None:
    """503 without end costs every type it touches: failed after 3 tries each, what came is kept."""
    faulted = site.struck("unavailable-always")
    assert (faulted.ending, faulted.said("Condition")) == (INCOMPLETE, failed("http-503:transient"))
    assert faulted.said("Patient")["tess"] == ("answered", 1, None)


def test_F17_unavailable_always_for_the_patient_too(site: Site) -> None:
    """A clinic that fails every request is down: no chart is kept, each pull fails as clinic-unreachable."""
    faulted = site.struck("unavailable-always", "reset-mid-page=Patient")
    assert (faulted.ending, faulted.charts) == (UNREACHABLE, {})
    assert faulted.errors == {"clinic-unreachable": 3}


def test_F18_html_login(site: Site) -> None:
    """A sign-in page with status 200 is no answer: the type failed with not-fhir-json after 3 tries."""
    faulted = site.struck("html-login=Condition")
    assert (faulted.ending, faulted.said("Condition")) == (INCOMPLETE, failed("not-fhir-json"))


def test_F19_outcome_as_200(site: Site) -> None:
    """An OperationOutcome in place of a Bundle is no empty answer: the type failed with its code."""
    faulted = site.struck("outcome-as-200=Condition")
    assert faulted.said("Condition") == failed("operation-outcome:exception")


@pytest.mark.parametrize(
    ("fault", "detail"),
    [
        pytest.param("truncated-json", "not-fhir-json", id="F20"),
        pytest.param("truncated-gzip", "not-fhir-json", id="F20b"),
        pytest.param("garbled-gzip", "broken-transfer", id="F20c"),
    ],
)
def test_F20_F20b_F20c_half_an_answer(site: Site, fault: str, detail: str) -> None:
    """Half of an answer is none, as JSON or packed: tried again, then its type failed."""
    faulted = site.struck(f"{fault}=Condition")
    assert (faulted.ending, faulted.said("Condition")) == (INCOMPLETE, failed(detail))
    assert len(faulted.waits) == 6
