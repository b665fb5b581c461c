"""What a first pull is said to take, against what it took; and in which words."""

import pytest

from abstractor.cli.doctor_text import report_text
from abstractor.fhir.address import Endpoint
from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.fhir.endpoint import connect
from abstractor.fhir.examining.values import Asked, Examination
from abstractor.fhir.held import Wanted
from abstractor.fhir.types import TYPES_READ
from abstractor.workflow.clinic.doctor_report import DoctorReport, Estimate
from abstractor.workflow.clinic.estimating import estimate
from fixtures.clinic.running import open_clinic
from fixtures.stories import all_stories
from tests.integration.doctor.visits import examined

PER_JOB = 200


def setup(**more: int) -> ClinicSetup:
    return ClinicSetup("North", "https://fhir.north.example", at_once=16, **more)


@pytest.mark.parametrize("personality", ["plain", "epic", "oracle", "athena"])
def test_the_first_pull_of_the_sample_patients_takes_what_was_said(personality: str) -> None:
    """In lists of several at the plain clinic, each alone at the others."""
    with open_clinic(all_stories(), personality=personality) as door:
        said = estimate(examined(door.url), setup(), per_job=PER_JOB)
        with connect(Endpoint(door.url, tries=1)) as connection:
            cohort = [Wanted(one) for one in connection.references(group="all")]
            door.heard(forget=True)
            pulled = sum(1 for _ in connection.pull_each(cohort, TYPES_READ))
            took = len(door.heard())
    assert said is not None and said.requests is not None and said.requests_least is not None
    assert pulled == said.patients == len(cohort)
    assert said.requests_least <= took <= said.requests
    # The least is near: what lists prove, and further pages, come on top.
    assert took < 1.5 * said.requests_least
    assert said.requests == pulled * said.requests_each


@pytest.mark.parametrize(
    ("asked", "patients", "least", "most"),
    [
        (Asked(16, 3, 13, 10, 0.2), 1, 13, 16),
        (Asked(16, 3, 13, 10, 0.2), 8, 8 * 13, 8 * 16),  # one patient a thread: no lists
        (Asked(16, 3, 13, 10, 0.2), 85, 15 * 13, 85 * 16),  # six at a time
        (Asked(16, 3, 13, 10, 0.2), 1000, 100 * 13, 1000 * 16),
        (Asked(16, 3, 12, 10, 0.2), 1000, 1000 + 100 * 12, 1000 * 16),  # one type takes no list
        (Asked(17, 3, 0, 1, 0.2), 85, 85 * 14, 85 * 17),
        (Asked(14, 0, 0, 1, 0.2), 85, 85 * 14, 85 * 14),
        (Asked(14, 0, 0, 1, 0.2), 0, 0, 0),
    ],
)
def test_the_least_and_the_most(asked: Asked, patients: int, least: int, most: int) -> None:
    said = estimate(Examination((), patients=patients, asked=asked), setup(), per_job=PER_JOB)
    assert said is not None
    assert (said.requests_least, said.requests) == (least, most)


def test_a_ceiling_of_the_clinic_slows_both_down() -> None:
    found = Examination((), patients=1000, asked=Asked(17, 3, 0, 1, 0.2))
    said = estimate(found, setup(requests_per_second=10), per_job=PER_JOB)
    assert said is not None and said.minutes is not None and said.minutes_least is not None
    assert said.minutes == pytest.approx(17_000 / 10 / 60, abs=0.1)
    assert said.minutes_least == pytest.approx(14_000 / 10 / 60, abs=0.1)
    assert said.takes == "23 to 28 minutes"


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (None, None, None),
        (0.1, 0.9, "less than a minute"),
        (0.2, 12.0, "at most 12 minutes"),
        (3.4, 16.8, "3 to 17 minutes"),
        (11.8, 12.2, "about 12 minutes"),
        (90.0, 300.0, "1.5 to 5.0 hours"),
        (118.0, 121.0, "about 2.0 hours"),
        (None, 12.0, "at most 12 minutes"),  # of a report that an older version kept
    ],
)
def test_the_words(least: float | None, most: float | None, words: str | None) -> None:
    assert Estimate(85, 17, 1445, 12, most, 1190, least).takes == words


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (
            Estimate(85, 17, 1445, 12, 0.4, 1190, 0.3),
            "85 patients by search, 1190 to 1445 requests if they are like the one tried "
            "(17 requests, answered in 12 ms each): less than a minute.",
        ),
        (
            Estimate(85, 14, 1190, 12, 0.4, 1190, 0.4),
            "85 patients by search, 1190 requests if they are like the one tried "
            "(14 requests, answered in 12 ms each): less than a minute.",
        ),
        (
            Estimate(None, 14, None, 12, None),
            "By search, of each patient who is like the one tried "
            "(14 requests, answered in 12 ms each); how many there are is not known.",
        ),
    ],
)
def test_what_a_terminal_shows(of: Estimate, said: str) -> None:
    assert said in " ".join(report_text(report_with(of)).split())


def report_with(of: Estimate) -> DoctorReport:
    return DoctorReport(
        schema="abstractor.doctor/1",
        program="0.0.0",
        made_at="2025-01-01T00:00:00+00:00",
        clinic="North",
        base_url="https://fhir.north.example",
        outcome="ready",
        steps=(),
        software=None,
        fhir_version=None,
        dialect=None,
        scopes=None,
        types=(),
        rules=(),
        conformance=(),
        bulk_levels=(),
        changes_by=(),
        estimate=of,
        ticket="",
    )
