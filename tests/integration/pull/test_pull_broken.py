"""Transfers that break on real sockets: tried again, and where they stay broken they cost their type only."""

from pathlib import Path

import pytest

from abstractor.chart import Seen
from abstractor.errors import ClinicUnreachable
from abstractor.fhir.endpoint import connect
from tests.integration.pull.broken import FAULTS, broken_clinic, clinic_of_unknown_certificate, closed_port
from tests.integration.pull.clinics import PATIENT, answer, quick

SHORT = {"read_timeout": 0.3, "total_timeout": 0.4, "max_body": 1_000_000}
TYPES = ["Condition", "Encounter"]
DETAILS = {
    "ends too early": "broken-transfer",
    "resets": "broken-transfer",
    "says nothing": "time-out",
    "drips": "time-out",
    "is no gzip": "broken-transfer",
    "is a bomb": "body-too-large",
    "is no HTTP": "broken-transfer",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_transfer_that_stays_broken_costs_its_type_only(fault: str) -> None:
    with broken_clinic(FAULTS[fault], strikes=9) as url, connect(quick(url, tries=2, **SHORT)) as clinic:
        pulled = clinic.pull(PATIENT, TYPES)
    given = answer(pulled, "Encounter")
    assert (given.state, given.count, given.detail) == (Seen.REFUSED, 0, DETAILS[fault])
    assert answer(pulled, "Condition").state is Seen.EMPTY


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - {"is a bomb"}))
def test_a_transfer_that_breaks_once_is_had_the_second_time(fault: str) -> None:
    with broken_clinic(FAULTS[fault], strikes=1) as url, connect(quick(url, tries=2, **SHORT)) as clinic:
        given = answer(clinic.pull(PATIENT, TYPES), "Encounter")
    assert (given.state, given.count) == (Seen.COMPLETE, 1)


def test_nobody_listens() -> None:
    waits: list[float] = []
    address = f"http://127.0.0.1:{closed_port()}/fhir"
    with connect(quick(address, backoff=1.0), sleep=waits.append) as clinic:
        with pytest.raises(ClinicUnreachable, match="after 3 tries"):
            clinic.capability()
    assert len(waits) == 2


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    with clinic_of_unknown_certificate(tmp_path) as url, connect(quick(url, tries=1)) as clinic:
        with pytest.raises(ClinicUnreachable, match="CERTIFICATE_VERIFY_FAILED"):
            clinic.capability()


def test_a_clinic_on_this_machine_is_asked_without_the_hospitals_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with broken_clinic(FAULTS["resets"], strikes=0) as url, connect(quick(url)) as clinic:
        assert clinic.capability().is_r4
    with connect(quick("http://clinic.example/fhir", tries=1)) as clinic:
        with pytest.raises(ClinicUnreachable, match="Connection refused"):
            clinic.capability()
