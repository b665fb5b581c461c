"""Many patients over one connection shared by threads: in order, each once, and bounded."""

import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from abstractor.chart import Seen
from abstractor.errors import ClinicRefused
from abstractor.fhir.cohort import pull_many
from abstractor.fhir.endpoint import connect
from fixtures.clinic.running import running_clinic
from tests.integration.pull.clinics import answer, bundle, quick, record, scripted, write

PATIENTS = [f"Patient/p{n}" for n in range(30)]


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_each_patient_once_and_in_order(tmp_path: Path, threads: int) -> None:
    people = [record("Patient", f"p{n}") for n in range(30)]
    visits = [record("Encounter", f"e{n}-{k}", patient=f"p{n}") for n in range(30) for k in range(n % 4)]
    with (
        running_clinic(write(tmp_path, [*people, *visits])) as url,
        connect(quick(url, page_size=2)) as clinic,
    ):
        pulled = list(pull_many(clinic, PATIENTS, ["Patient", "Encounter"], threads=threads))
    assert [one.patient for one in pulled] == PATIENTS
    assert [answer(one, "Encounter").count for one in pulled] == [n % 4 for n in range(30)]
    bodies = [received.body for one in pulled for received in one.received]
    assert len(bodies) == len(set(bodies)) == len(people) + len(visits)


def test_the_threads_ask_at_the_same_time() -> None:
    together = threading.Barrier(4, timeout=5)

    def meet(_: httpx.Request) -> bytes:
        together.wait()
        return bundle()

    with scripted({"Condition": meet}) as (clinic, _):
        pulled = list(pull_many(clinic, PATIENTS[:8], ["Condition"], threads=4))
    assert {answer(one, "Condition").state for one in pulled} == {Seen.EMPTY}


def test_an_error_of_one_pull_ends_them_all() -> None:
    def third(request: httpx.Request) -> httpx.Response:
        return httpx.Response(401 if request.url.params["patient"] == "p2" else 200, content=bundle())

    with scripted({"Condition": third}) as (clinic, asked):
        pulling = pull_many(clinic, PATIENTS, ["Condition"], threads=1)
        assert [next(pulling).patient, next(pulling).patient] == PATIENTS[:2]
        with pytest.raises(ClinicRefused):
            next(pulling)
    assert len(asked) < 10


def test_a_reader_who_stops_early_stops_the_asking() -> None:
    with scripted({"Condition": bundle()}) as (clinic, asked):
        pulling = pull_many(clinic, PATIENTS, ["Condition"], threads=2)
        next(pulling)
        pulling.close()
    assert len(asked) <= 1 + 5


def test_patients_are_taken_as_they_are_needed() -> None:
    taken: list[str] = []

    def cohort() -> Iterator[str]:
        for patient in PATIENTS:
            taken.append(patient)
            yield patient

    with scripted({"Condition": bundle()}) as (clinic, _):
        pulling = pull_many(clinic, cohort(), ["Condition"], threads=2)
        next(pulling)
        assert len(taken) == 4
        pulling.close()
