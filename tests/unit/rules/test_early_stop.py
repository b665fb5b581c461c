"""A CDK4/6 inhibitor that was stopped: how early, why, how the reason is known, and how it was dosed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from fixtures.stories import Story, Tale
from fixtures.stories.dosages import Daily
from tests.unit.rules.cdk46 import answer, finding, patient, with_status

START, STOP = "2022-03-01", "2022-06-01"  # 92 days
LATE = date(2023, 6, 30)
EARLY = "exception (stopped-early)"
NO_REASON = "unknown (stop-reason-unknown)"
UNREAD = "unknown (stop-reason-unread)"


def stopped(*, on: str = STOP, why: str | None = None, drug: str = "palbociclib", as_of: date = LATE) -> Tale:
    return patient(as_of=as_of).order(drug, START, status="stopped", stated=(START, on), stopped_for=why)


CASES: dict[str, tuple[Callable[[], Tale | Story], str | None]] = {
    "nothing said": (lambda: stopped(), NO_REASON),
    "six months and more": (lambda: stopped(on="2022-09-01"), "met"),
    "goes on": (lambda: stopped(on="2023-01-01", as_of=date(2022, 5, 1)), "pending"),
    "no drug of these": (lambda: patient(as_of=LATE).order("letrozole", START), None),
    "of unknown status": (
        lambda: with_status(stopped(), ("MedicationRequest",), START, "unknown"),
        "unknown (status-unknown)",
    ),
    "of which no end is stated": (
        lambda: patient(as_of=LATE).order("palbociclib", START),
        "unknown (exposure-unknown)",
    ),
    "a month of the stop that may be early": (lambda: stopped(on="2022-08"), "unknown (exposure-unknown)"),
    "stated: nausea": (lambda: stopped(why="Nausea"), EARLY),
    "stated: refusal": (lambda: stopped(why="Patient refused"), EARLY),
    "stated in words that nobody reads": (lambda: stopped(why="see note of the clinic"), UNREAD),
    "such words, and progression near it": (
        lambda: stopped(why="see note of the clinic").progression("2022-06-10"),
        UNREAD,
    ),
    "stated on the next order, cancelled": (
        lambda: stopped().order("palbociclib", "2022-06-02", status="cancelled", stopped_for="Progression"),
        EARLY,
    ),
    "progression near it": (lambda: stopped().progression("2022-06-10"), EARLY),
    "neutropenia near it": (lambda: stopped().condition("D70.1", "Neutropenia", "2022-05-28"), EARLY),
    "neutropenia long before": (lambda: stopped().condition("D70.1", "Neutropenia", "2022-04-01"), NO_REASON),
    "neutropenia ruled out": (
        lambda: stopped().condition("D70.1", "Neutropenia", "2022-05-28", verification="refuted"),
        NO_REASON,
    ),
    "neutrophils of grade 3": (lambda: stopped().blood_count("2022-05-30", neutrophils=0.9), EARLY),
    "neutrophils of grade 2": (lambda: stopped().blood_count("2022-05-30", neutrophils=1.0), NO_REASON),
    "QTcF over 480": (lambda: stopped(drug="ribociclib").ecg(481, "2022-05-30"), EARLY),
    "QTcF of 480": (lambda: stopped(drug="ribociclib").ecg(480, "2022-05-30"), NO_REASON),
    "another of the drugs followed": (
        lambda: stopped().order(
            "abemaciclib", "2022-06-08", status="stopped", stated=("2022-06-08", "2023-04-01")
        ),
        EARLY,
    ),
}


@pytest.mark.parametrize("told", CASES)
def test_a_stop(told: str) -> None:
    make, expected = CASES[told]
    assert answer(make(), "CDK-STOP") == expected


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (
            stopped(why="Nausea"),
            'early (92 d, before 6 months), toxicity/GI (stated); the record says "Nausea"',
        ),
        (stopped(on="2022-05-15"), "early (75 d, before 3 months), no reason on record within 14 days"),
        (stopped(on="2022-10-01"), "214 d, before 12 months"),
        (stopped(on="2023-04-01"), "396 d"),
        (
            stopped().condition("D70.1", "Neutropenia", "2022-05-28").progression("2022-06-10"),
            "progression (inferred",
        ),
        (
            stopped().condition("R19.7", "Diarrhea", "2022-05-28"),
            "toxicity/GI (inferred from GI on 2022-05-28)",
        ),
        (
            stopped(why="Nausea").order("letrozole", START, stated=(START, "2023-02-28")),
            "letrozole went on",
        ),
    ],
)
def test_what_it_tells(told: Tale, words: str) -> None:
    found = finding(told, "CDK-STOP")
    assert found is not None
    assert words in found.statement


def test_it_tells_the_first_dose_reductions_and_pauses() -> None:
    told = (
        patient(as_of=LATE)
        .order("palbociclib", START, dosage=Daily(125))
        .order("palbociclib", "2022-04-19", dosage=Daily(100))
        .dispensed("palbociclib", START, days=21)
        .dispensed("palbociclib", "2022-04-19", days=21)
    )
    found = finding(told, "CDK-STOP")
    assert found is not None
    assert "started at 125 mg; reduced to 100 mg on 2022-04-19; held from 2022-03-29 to 2022-04-18" in (
        found.statement
    )


def test_death_ended_it() -> None:
    told = stopped(on="2022-05-20").told()
    dead = tuple(
        {**each, "deceasedDateTime": "2022-05-25"} if each["resourceType"] == "Patient" else each
        for each in told.resources
    )
    assert answer(replace(told, resources=dead), "CDK-STOP") == "excluded (death)"


def test_a_stop_is_never_held_against_anybody() -> None:
    assert all(answer(make(), "CDK-STOP") != "not-met" for make, _ in CASES.values())


STATED = {
    "Disease progression": "progression",
    "Progression of disease": "progression",
    "Progressive disease": "progression",
    "PD": "progression",
    "PD on CT 2022-05-30": "progression",
    "Cancer progression": "progression",
    "Discontinued due to progression in liver": "progression",
    "Grade 4 neutropenia": "toxicity/haematologic",
    "Neutropenia, grade 3": "toxicity/haematologic",
    "Severe diarrhea": "toxicity/GI",
    "Elevated LFTs (G3)": "toxicity/hepatic",
    "Unable to tolerate palbociclib": "toxicity",
    "Hospice": "hospice care",
    "Transitioned to hospice": "hospice care",
    "Lost to follow up": "lost to follow-up",
    "Switched to abemaciclib": "switch to another drug",
    "Switched to another drug": "switch to another drug",
    "Treatment not available": "cost, insurance or access",
    "High copay": "cost, insurance or access",
    "Completion of clinical trial": "planned, complete response or trial",
    "Patient preference": "patient preference or quality of life",
}
UNDERSTOOD_BY_NOBODY = [
    "Discontinued by provider",
    "Drug treatment stopped - medical advice",
    "No progression",
    "No evidence of progression",
    "Possible progression",
    "Progression?",
    "Rule out progression",
    "Progression of dementia",
    "Pseudoprogression",
    "Stopped before progression",
    "Until progression or toxicity",
    "Not due to toxicity",
    "History of neutropenia",
    "PD-L1 negative",
    "Risk of diarrhea",
    "Death of husband",
    "LVEF declined",
    "Reason not available",
    "Neutropenia resolved",
    "Prescription expired",
]


@pytest.mark.parametrize("words", STATED)
def test_a_reason_stated_in_words(words: str) -> None:
    found = finding(stopped(why=words), "CDK-STOP")
    assert found is not None
    assert answer(stopped(why=words), "CDK-STOP") == EARLY
    assert f'before 6 months), {STATED[words]} (stated); the record says "{words}"' in found.statement


@pytest.mark.parametrize("words", UNDERSTOOD_BY_NOBODY)
def test_words_that_are_not_understood_are_quoted(words: str) -> None:
    found = finding(stopped(why=words), "CDK-STOP")
    assert found is not None
    assert answer(stopped(why=words), "CDK-STOP") == UNREAD
    assert f'a reason is on record that is not understood: "{words}"' in found.statement
    assert "no reason on record" not in found.statement
    assert any(each.path == "MedicationRequest.statusReason.text" for each in found.evidence)


def test_a_switch_is_to_another_of_them_where_one_is_on_record() -> None:
    told = stopped(why="Switched to abemaciclib").order("abemaciclib", "2022-06-08")
    found = finding(told, "CDK-STOP")
    assert found is not None
    assert "switch to another CDK4/6 inhibitor (stated" in found.statement


def test_a_reason_that_is_not_understood_is_told_beside_one_that_is() -> None:
    told = stopped(why="Progression").order(
        "palbociclib", "2022-05-30", status="cancelled", stopped_for="See note"
    )
    found = finding(told, "CDK-STOP")
    assert found is not None
    assert (str(found.verdict), 'progression (stated); the record says "Progression"' in found.statement) == (
        "exception",
        True,
    )
    assert 'not understood: "See note"' in found.statement
