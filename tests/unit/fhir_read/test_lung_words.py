"""What the words of a Condition say of a lung disease: that it is there, its grade, or a doubt."""

import csv
from importlib.resources import files
from io import StringIO
from typing import Any

import pytest

from abstractor.chart import Bounds, Diagnosis, Standing
from tests.unit.fhir_read.charting import ICD, SNOMED, chart_of, coded, condition, resource

Json = dict[str, Any]
ILD = "ild-pneumonitis"


def of(text: str, *, code: str | None = "J70.4", **elements: Any) -> Diagnosis | None:
    said: Json = {"text": text} if code is None else coded(code, ICD, text)
    found = chart_of(condition(said, onsetDateTime="2022-05-10", **elements)).diagnoses
    return next((each for each in found if ILD in each.concepts), None)


def grades(low: float, high: float | None = None) -> Bounds:
    return Bounds(low, low if high is None else high)


GRADED: list[tuple[str, Bounds | None]] = [
    ("Pneumonitis, grade 2", grades(2)),
    ("G2 pneumonitis", grades(2)),
    ("Gr. 2 pneumonitis", grades(2)),
    ("Grade II pneumonitis", grades(2)),
    ("Pneumonitis (CTCAE v5 grade 3)", grades(3)),
    ("Grade 2-3 pneumonitis", grades(2, 3)),
    ("Pneumonitis, grade 1 or 2", grades(1, 2)),
    ("Drug-induced pneumonitis. Grade 2.", grades(2)),
    ("Pneumonitis; grade 2", grades(2)),
    ("Pneumonitis - grade 3", grades(3)),
    ("Grade 2 pneumonitis, likely drug-related", grades(2)),
    ("Resolved grade 2 pneumonitis", grades(2)),
    ("Pneumonitis, grade 3, resolved", grades(3)),
    ("Grade 2 ILD due to trastuzumab deruxtecan", grades(2)),
    ("Noninfectious pneumonitis, grade 2", grades(2)),
    ("Non-infectious pneumonitis, grade 2", grades(2)),
    ("Lung disease, interstitial, grade 2", grades(2)),
    ("Pulmonary fibrosis, grade 2", grades(2)),
    ("CTCAE grade 2", grades(2)),
    ("Drug toxicity, grade 2", grades(2)),
    ("Pneumonitis, unspecified, grade 2", grades(2)),
    ("Pneumonitis grade 2 without hypoxia", grades(2)),
    ("Grade 2 ILD, rule out infection", grades(2)),
    ("Grade 2 chemotherapy-induced pneumonitis", grades(2)),
    ("Pneumonitis (resolved 2022-06-01), grade 2", grades(2)),
    ("Pneumonitis, at least grade 2", grades(2, 5)),
    ("Pneumonitis, grade 2 or higher", grades(2, 5)),
    ("Pneumonitis grade >=2", grades(2, 5)),
    ("Grade 3+ pneumonitis", grades(3, 5)),
    ("Pneumonitis", None),
    ("Pneumonitis; CTCAE grade 3 neutropenia", None),
    ("Pneumonitis. CTCAE grade 3 neutropenia", None),
    ("Pneumonitis, grade 3 neutropenia", None),
    ("Grade 2 diarrhea with pneumonitis", None),
    ("Grade 3 invasive ductal carcinoma; pneumonitis", None),
    ("Invasive ductal carcinoma, grade 3. Pneumonitis", None),
    ("Nottingham grade 3 breast cancer with lung disease, interstitial", None),
    ("Pneumonitis, not grade 2", grades(1, 5)),
    ("Pneumonitis, grade 1, not grade 2", grades(1)),
    ("Pneumonitis, less than grade 2", grades(1)),
    ("Pneumonitis < grade 2", grades(1)),
    ("Pneumonitis grade <=1", grades(1)),
    ("Pneumonitis (grade \u22641)", grades(1)),
    ("Pneumonitis, up to grade 2", grades(1, 2)),
    ("Pneumonitis, no higher than grade 1", grades(1)),
    ("Pneumonitis, grade 1 or lower", grades(1)),
    ("Pneumonitis, not grade 2 or higher", grades(1)),
    ("Pneumonitis, maximum grade 1", grades(1)),
    ("Grade <= 1", grades(1)),
    ("Pneumonitis grade >1", grades(2, 5)),
    ("Pneumonitis, more than grade 2", grades(3, 5)),
    ("Grade 2 pneumonitis, improved to grade <=1", grades(2)),
    ("Grade 3 pneumonitis, held until grade <= 1", grades(3)),
    ("Pneumonitis improved to grade <=1", None),
    ("Pneumonitis, less than grade 2; grade 3 neutropenia", None),
    ("Neutropenia grade <=2; pneumonitis", None),
    ("Pneumonitis, up to grade 2 neutropenia", None),
    ("Pneumonitis, grade 2 or higher excluded", None),
    ("Neutropenia, grade 3", None),
    ("Grade 3 fatigue", None),
]


@pytest.mark.parametrize(("text", "grade"), GRADED, ids=[row[0] for row in GRADED])
def test_its_own_grade_and_no_other(text: str, grade: Bounds | None) -> None:
    found = of(text)
    assert found is not None
    assert (found.grade, found.unsure, found.standing) == (grade, None, Standing.COUNTS)


UNSURE = [
    "Possible grade 2 pneumonitis",
    "Possible drug-induced ILD",
    "Suspected pneumonitis",
    "Pneumonitis vs infection",
    "Pneumonitis versus infection",
    "Presumed drug-induced pneumonitis",
    "Likely pneumonitis",
    "Cannot exclude pneumonitis",
    "? pneumonitis",
    "Pneumonitis?",
    "Pneumonitis without grade 3 toxicity",
    "History of pneumonitis",
    "History of grade 2 pneumonitis",
    "History of drug-induced ILD, resolved 2015",
    "Hx of ILD",
    "Pneumonitis 2015",
    "Known pneumonitis",
    "Pneumonitis, grade 0",
    "Pneumonitis, grade < 1",
]
DENIED = [
    "No pneumonitis",
    "No grade 2 pneumonitis",
    "Ruled out ILD",
    "Pneumonitis ruled out",
    "Rule out pneumonitis",
    "R/O ILD",
    "Family history of grade 3 pneumonitis",
    "Family hx ILD",
    "Mother has ILD",
    "At risk for pneumonitis",
    "Screening for ILD",
    "Pneumonitis screening",
    "ILD work-up",
    "Education about pneumonitis",
    "Encounter for monitoring of pneumonitis",
    "Monitoring for ILD",
    "Aspiration pneumonitis",
    "Viral pneumonitis",
]


@pytest.mark.parametrize("text", [*UNSURE, *DENIED])
def test_a_code_whose_own_words_doubt_it_is_not_relied_on(text: str) -> None:
    found = of(text)
    assert found is not None
    assert found.unsure == text


@pytest.mark.parametrize("text", UNSURE)
def test_words_alone_that_leave_it_open_are_a_reason_to_look(text: str) -> None:
    found = of(text, code=None)
    assert found is not None
    assert (found.unsure, found.standing) == (text, Standing.CONTEXT)


@pytest.mark.parametrize("text", DENIED)
def test_words_alone_that_deny_it_are_no_diagnosis(text: str) -> None:
    assert of(text, code=None) is None


@pytest.mark.parametrize(
    "text",
    [
        "Pneumonitis",
        "ILD",
        "Interstitial lung disease",
        "Lung disease, interstitial",
        "Drug-induced interstitial lung disorders",
        "Organizing pneumonia",
        "Interstitial lung disease, grade 2, likely related",
        "Resolved pneumonitis",
        "Side effects of Enhertu: ILD",
        "Radiation pneumonitis",
        "Hypersensitivity pneumonitis",
    ],
)
def test_words_alone_name_it(text: str) -> None:
    found = of(text, code=None)
    assert found is not None
    assert (found.unsure, found.standing, found.verified) == (None, Standing.CONTEXT, Standing.COUNTS)


def test_history_still_counts_where_history_is_asked() -> None:
    """A drug chosen because of an earlier disease: its words say earlier, its code that it was there."""
    found, denied = of("History of pneumonitis"), of("No pneumonitis")
    assert found is not None and denied is not None
    assert (found.standing, denied.standing) == (Standing.COUNTS, Standing.CONTEXT)


def test_every_display_of_the_tables_stands() -> None:
    for table in ("care_icd10cm.csv", "diagnoses_icd10cm.csv"):
        said = files("abstractor.guidelines").joinpath("value_sets", table).read_text(encoding="utf-8")
        for row in csv.DictReader(StringIO(said)):
            if row["concept"] == ILD:
                found = of(row["display"], code=row["code"])
                assert found is not None and (found.unsure, found.standing) == (None, Standing.COUNTS), row


SEVERITIES: list[tuple[Json, Bounds | None]] = [
    ({"text": "Grade 2"}, grades(2)),
    ({"text": "CTCAE Grade 3"}, grades(3)),
    ({"text": "Moderate (grade 2)"}, grades(2)),
    ({"text": "Grade 1: asymptomatic; intervention not indicated"}, grades(1)),
    ({"text": "Grade 1-2"}, grades(1, 2)),
    ({"text": "G3"}, grades(3)),
    ({"text": "Possible grade 2"}, None),
    ({"text": "Not grade 2"}, None),
    ({"text": "Less than grade 2"}, None),
    ({"text": "Grade 2 or higher"}, None),
    ({"text": "Neutropenia grade 4"}, None),
    (coded("6736007", SNOMED), None),
]


@pytest.mark.parametrize(("severity", "grade"), SEVERITIES, ids=[str(row[0]) for row in SEVERITIES])
def test_a_severity_in_words_is_its_grade(severity: Json, grade: Bounds | None) -> None:
    found = of("Pneumonitis", severity=severity)
    assert found is not None and found.grade == grade


@pytest.mark.parametrize(
    ("text", "display"), [("Ruled out", "Pneumonitis"), ("Pneumonitis", "No pneumonitis")]
)
def test_words_that_contradict_each_other_leave_it_open(text: str, display: str) -> None:
    code = {"coding": [{"system": "urn:local", "code": "1", "display": display}], "text": text}
    (found,) = chart_of(condition(code, onsetDateTime="2022-05-10")).diagnoses
    assert found.concepts == (ILD,) and found.unsure is not None


def test_an_adverse_event_is_read_alike() -> None:
    def event(text: str) -> Diagnosis | None:
        told = resource("AdverseEvent", actuality="actual", event={"text": text}, date="2022-05-10")
        return next((each for each in chart_of(told).diagnoses if ILD in each.concepts), None)

    graded, possible = event("Grade 3 pneumonitis"), event("Possible grade 3 pneumonitis")
    assert graded is not None and (graded.grade, graded.unsure) == (grades(3), None)
    assert possible is not None and possible.unsure == "Possible grade 3 pneumonitis"
    assert event("No pneumonitis") is None
