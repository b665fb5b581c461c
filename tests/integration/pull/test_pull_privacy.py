"""No patient's id or data in a log line, an error or an answer: seeded canaries, all levels."""

import logging
import traceback
from pathlib import Path

import httpx
import pytest

from abstractor.errors import AbstractorError
from abstractor.fhir.endpoint import connect
from abstractor.fhir.types import TYPES_READ
from fixtures.clinic.quirks import QUIRKS
from fixtures.clinic.running import running_clinic
from tests.integration.pull.broken import FAULTS, broken_clinic
from tests.integration.pull.clinics import BASE, bundle, outcome, quick, record, scripted, write

CANARY = "canary-7741"
PERSON = f"Patient/{CANARY}"


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection", "fhirclient"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    return caplog


def test_nothing_is_logged_of_a_patient_whatever_the_clinic_does(
    tmp_path: Path, lines: pytest.LogCaptureFixture
) -> None:
    folder = write(tmp_path, [record("Patient", CANARY), record("Encounter", "e1", patient=CANARY)])
    for quirk in QUIRKS:
        with running_clinic(folder, quirks=[quirk]) as url, connect(quick(url)) as clinic:
            pulled = clinic.pull(PERSON, TYPES_READ)
        assert CANARY not in repr(pulled.answers)
    assert CANARY not in lines.text


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_is_logged_of_a_patient_when_the_transfer_breaks(
    fault: str, lines: pytest.LogCaptureFixture
) -> None:
    with broken_clinic(FAULTS[fault], strikes=9) as url:
        with connect(quick(url, tries=1, read_timeout=0.2, total_timeout=0.2)) as clinic:
            assert CANARY not in repr(clinic.pull(PERSON, ["Condition", "Encounter"]).answers)
    assert CANARY not in lines.text


@pytest.mark.parametrize(
    "reply",
    [
        httpx.Response(401, content=outcome("login")),
        httpx.Response(503, content=outcome("transient")),
        httpx.Response(503, headers={"Location": f"{BASE}/{PERSON}"}),
        httpx.ConnectError("Connection refused"),
        httpx.ReadTimeout("too slow"),
    ],
    ids=["401", "503", "503-with-address", "refused", "slow"],
)
def test_an_error_names_the_clinic_and_no_patient(reply: object, lines: pytest.LogCaptureFixture) -> None:
    with scripted({"Condition": reply}) as (clinic, _), pytest.raises(AbstractorError) as caught:
        clinic.pull(PERSON, ["Condition"])
    told = "".join(traceback.format_exception(caught.value)) + lines.text
    assert "https://clinic.example" in told
    assert CANARY not in told
    assert "Jane" not in told


def test_a_next_link_to_another_host_is_not_told_on(lines: pytest.LogCaptureFixture) -> None:
    page = bundle(
        record("Condition", "c1", patient=CANARY), following=f"https://evil.example/?patient={CANARY}"
    )
    with scripted({"Condition": page}) as (clinic, _):
        answers = clinic.pull(PERSON, ["Condition"]).answers
    assert CANARY not in repr(answers) + lines.text
