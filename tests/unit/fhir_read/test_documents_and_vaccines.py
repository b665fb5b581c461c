"""DocumentReference and Immunization to Activity, by type and by name."""

import pytest

from abstractor.chart import Standing
from tests.unit.fhir_read.caring import (
    CVX,
    WORDS,
    activity,
    document,
    vaccine,
)
from tests.unit.fhir_read.charting import (
    LOINC,
    Json,
    coded,
    days,
)


@pytest.mark.parametrize(
    ("elements", "standing"),
    [
        ({}, Standing.COUNTS),
        ({"docStatus": "final"}, Standing.COUNTS),
        ({"docStatus": "amended"}, Standing.COUNTS),
        ({"docStatus": "preliminary"}, Standing.CONTEXT),
        ({"status": "superseded"}, Standing.WITHDRAWN),
        ({"status": None}, Standing.CONTEXT),
    ],
)
def test_a_document_stands_as_its_status_says(elements: Json, standing: Standing) -> None:
    found = activity(document(**elements))
    assert (found.standing, found.concepts, days(found.when)) == (standing, ("tumour-board",), "2022-06-14")


@pytest.mark.parametrize(
    ("kind", "concepts"),
    [
        ({"text": "Advance Care Planning note"}, ("goals-of-care",)),
        ({"text": "Family meeting: goals of care"}, ("goals-of-care",)),
        (coded("42348-3", LOINC), ("goals-of-care",)),
        ({"text": "Chemotherapy teaching"}, ("drug-education",)),
        ({"text": "Consent for chemotherapy"}, ("treatment-consent",)),
        ({"text": "Progress note"}, ()),
        (coded("11506-3", LOINC), ()),
    ],
)
def test_a_document_is_known_by_its_type(kind: Json, concepts: tuple[str, ...]) -> None:
    found = activity(document(type=kind))
    assert (found.concepts, found.unread) == (concepts, False)


def test_the_category_of_a_document_tells_too() -> None:
    assert activity(document(type=None, category=[WORDS])).concepts == ("palliative-care-encounter",)


@pytest.mark.parametrize(
    ("elements", "standing", "why"),
    [
        ({}, Standing.COUNTS, ()),
        ({"status": "not-done"}, Standing.AGAINST, ()),
        (
            {"status": "not-done", "statusReason": {"text": "Patient objection"}},
            Standing.AGAINST,
            ("stop-reason:refusal",),
        ),
        (
            {"status": "not-done", "statusReason": {"text": "Medical precaution"}},
            Standing.AGAINST,
            ("stop-reason:contraindicated",),
        ),
        (
            {"status": "not-done", "statusReason": {"text": "Immunity"}},
            Standing.AGAINST,
            ("stop-reason:immune",),
        ),
        ({"status": None}, Standing.CONTEXT, ()),
    ],
)
def test_a_vaccine_given_or_not(elements: Json, standing: Standing, why: tuple[str, ...]) -> None:
    found = activity(vaccine(**elements))
    assert (found.standing, found.status_reasons) == (standing, why)
    assert found.concepts == ("influenza-vaccine",)


@pytest.mark.parametrize(
    ("elements", "when"),
    [
        ({}, "2022-10-14"),
        ({"occurrenceDateTime": "2022"}, "2022-01-01..2022-12-31"),
        ({"occurrenceDateTime": None, "recorded": "2022-11-02"}, "2022-11-02"),
        ({"occurrenceDateTime": None, "occurrenceString": "as a child", "recorded": "2022-11-02"}, None),
    ],
)
def test_the_day_of_a_vaccine(elements: Json, when: str | None) -> None:
    assert days(activity(vaccine(**elements)).when) == when


@pytest.mark.parametrize(
    ("name", "concepts"),
    [
        ("COVID-19, mRNA, LNP-S, PF, 30 mcg/0.3 mL dose", ("covid-19-vaccine",)),
        (
            "Pneumococcal conjugate PCV20, polysaccharide CRM197 conjugate, adjuvant, PF",
            ("pneumococcal-vaccine",),
        ),
        ("RSV, bivalent, protein subunit RSVpreF, diluent reconstituted, 0.5 mL, PF", ("rsv-vaccine",)),
        ("zoster recombinant", ("zoster-vaccine",)),
        ("zoster live", ()),
        ("Hep B, adult", ("hepatitis-b-vaccine",)),
        ("Hepatitis B immune globulin", ()),
        ("RSV, mAb, nirsevimab-alip, 0.5 mL", ()),
        ("Hib (PRP-T)", ()),
        ("Haemophilus influenza type b vaccine", ()),
        ("Hemophilus Influenza B (ActHIB)", ()),
        ("H. influenza type b", ()),
        ("Influenza type b, conjugate", ()),
        ("Hib (influenza type b), Hep B", ("hepatitis-b-vaccine",)),
        ("Influenza, types A and B, inactivated", ("influenza-vaccine",)),
        ("Influenza A (H1N1) and influenza B, live, intranasal", ("influenza-vaccine",)),
        ("Tdap", ()),
    ],
)
def test_a_vaccine_is_known_by_its_name(name: str, concepts: tuple[str, ...]) -> None:
    shown = {"coding": [{"system": CVX, "code": "150", "display": name}]}
    found = activity(vaccine(vaccineCode=shown))
    assert (found.concepts, found.unread) == (concepts, False)


def test_a_vaccine_by_code_alone_cannot_be_read() -> None:
    found = activity(vaccine(vaccineCode=coded("150", CVX)))
    assert (found.concepts, found.unread) == ((), True)
