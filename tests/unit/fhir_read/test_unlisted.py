"""Records whose codes no table has: what their name may mean, and when it means something else."""

from datetime import date

import pytest

from abstractor.chart import Standing, Unlisted
from tests.unit.fhir_read.charting import (
    LOINC,
    SNOMED,
    Json,
    chart_of,
    coded,
    observation,
    procedure,
    resource,
)

CPT = "http://www.ama-assn.org/go/cpt"
COUNT = ("blood-count-panel", "haemoglobin", "leukocytes", "neutrophils", "platelets")
LIVER = ("alkaline-phosphatase", "alt", "ast", "bilirubin", "hepatic-panel")


def shown(code: str, display: str, system: str = LOINC) -> Json:
    return {"coding": [{"system": system, "code": code, "display": display}]}


def lab(code: Json, **elements: object) -> Json:
    given = {"valueQuantity": {"value": 4, "unit": "1"}}
    return observation(code, **{**given, **elements})


def found(*records: Json) -> list[tuple[str, ...]]:
    return [each.may_be for each in chart_of(*records).unlisted]


@pytest.mark.parametrize(
    ("name", "may_be"),
    [
        ("ALT", ("alt",)),
        ("Alanine aminotransferase [Enzymatic activity/volume] in Blood", ("alt",)),
        ("Aspartate aminotransferase by No addition of P-5'-P", ("ast",)),
        ("SGOT (AST)", ("ast",)),
        ("Alanine aminotransferase with pyridoxal-5-phosphate", ("alt",)),
        ("Bilirubin, total", ("bilirubin",)),
        ("Bilirubin, total and direct", ("bilirubin",)),
        ("Alk Phos", ("alkaline-phosphatase",)),
        ("Liver function tests", LIVER),
        ("CBC w/ auto diff", COUNT),
        ("CBC without differential", COUNT),
        ("Hgb", ("haemoglobin",)),
        ("Absolute neutrophil count", ("neutrophils",)),
        ("White blood cells", ("leukocytes",)),
        ("PLT", ("platelets",)),
        ("Mean corpuscular volume", ("blood-count-panel",)),
        ("Potassium, whole blood", ("potassium",)),
        ("Phosphorus", ("phosphate",)),
        ("Calcium.ionized [Moles/volume] in Serum", ("calcium",)),
        ("Creatinine", ("creatinine",)),
        ("Q-T interval", ("electrocardiogram", "qtc")),
        ("EF (2D echo)", ("echocardiogram", "lvef")),
        ("Ejection fraction", ("lvef",)),
        ("hCG, urine", ("pregnancy-test",)),
        ("Hepatitis B surface antigen", ("hbsag",)),
        ("Hep B surface antibody", ("anti-hbs",)),
        ("Estrogen receptor, tissue", ("er",)),
    ],
)
def test_a_result_of_an_unlisted_code_may_be_what_it_is_called(name: str, may_be: tuple[str, ...]) -> None:
    for code in (shown("99999-8", name), shown("X1", name, "urn:lab"), {"text": name}):
        assert found(lab(code)) == [may_be]


@pytest.mark.parametrize(
    "name",
    [
        "Hemoglobin A1c/Hemoglobin.total in Blood",
        "Bilirubin.direct [Mass/volume] in Serum or Plasma",
        "Potassium [Moles/volume] in Urine",
        "Leukocyte esterase, urine",
        "Neutrophil cytoplasmic Ab",
        "Platelet aggregation",
        "Albumin/Creatinine [Mass Ratio] in Urine",
        "Right ventricular ejection fraction",
        "Gallbladder ejection fraction",
        "Glucose-6-phosphate dehydrogenase",
        "Calcium oxalate crystals",
        "ECG not done",
        "No ECG",
        "ECG declined by patient",
        "Body weight",
        "Glucose",
    ],
)
def test_a_name_that_says_something_else_is_no_doubt(name: str) -> None:
    for code in (shown("99999-8", name), shown("X1", name, "urn:lab"), {"text": name}):
        assert found(lab(code)) == []


@pytest.mark.parametrize(
    ("code", "may_be"),
    [
        (coded("HGB", "urn:lab"), [("haemoglobin",)]),
        (coded("4711", "urn:lab"), [()]),  # nothing says what it is
        (coded("99999-8", LOINC), []),  # a code of a system that we hold a table for is another result
        (coded("4711", "urn:lab", "Body weight"), []),
        (shown("1742-6", "Hemoglobin"), []),  # its code is known
        ({"text": ""}, [()]),
    ],
)
def test_a_local_code_is_a_name_or_none(code: Json, may_be: list[tuple[str, ...]]) -> None:
    assert found(lab(code)) == may_be


@pytest.mark.parametrize(
    ("elements", "counts"),
    [
        ({}, True),
        ({"status": "preliminary"}, True),
        ({"status": "entered-in-error"}, False),
        ({"status": "cancelled"}, False),
        ({"valueQuantity": None}, False),
        ({"valueQuantity": {"value": 0}}, True),
        ({"valueQuantity": {"unit": "g/dL"}}, False),
        ({"valueQuantity": None, "valueString": "12.1 g/dL"}, True),
        ({"valueQuantity": None, "valueString": "not done"}, False),
        ({"valueQuantity": None, "dataAbsentReason": coded("error", "x")}, False),
        ({"valueQuantity": None, "hasMember": [{"reference": "Observation/9"}]}, True),
    ],
)
def test_only_a_record_that_may_hold_a_result_leaves_it_open(elements: Json, counts: bool) -> None:
    assert bool(found(lab({"text": "Hemoglobin"}, **elements))) is counts


def test_a_component_is_told_apart_from_its_panel() -> None:
    components = [
        {"code": coded("751-8", LOINC), "valueQuantity": {"value": 2.1}},
        {"code": shown("X1", "Platelet count", "urn:lab"), "valueQuantity": {"value": 210}},
    ]
    chart = chart_of(observation({"text": "Blood gases"}, component=components))
    assert [each.concepts for each in chart.results] == [("neutrophils",)]
    (held,) = chart.unlisted
    assert (held.kind, held.may_be, held.text) == ("Observation", ("platelets",), "Platelet count")
    assert {each.path for each in held.sources} >= {"Observation.component[1].code.coding[0].code"}


@pytest.mark.parametrize(
    ("name", "may_be"),
    [
        ("EKG study", ("electrocardiogram",)),
        ("12-lead electrocardiogram", ("electrocardiogram",)),
        ("Transthoracic echocardiography (procedure)", ("echocardiogram",)),
        ("US Heart limited", ("echocardiogram",)),
        ("CT Chest and Abdomen W contrast IV", ("chest-ct",)),
        ("CT abdomen, pelvis & thorax", ("chest-ct",)),
        ("CT w contrast", ("chest-ct",)),
        ("HRCT", ("chest-ct",)),
        ("PET/CT skull base to mid-thigh", ("pet-ct",)),
        ("CT head and MRI brain", ("brain-mri", "head-ct")),
        ("Nuclear blood pool, gated", ("muga",)),
        ("Cardiac MRI", ("cardiac-mri",)),
    ],
)
def test_a_study_of_an_unlisted_code_may_be_what_it_is_called(name: str, may_be: tuple[str, ...]) -> None:
    for code in (shown("1", name, SNOMED), shown("71999", name, CPT), {"text": name}):
        report = resource("DiagnosticReport", status="final", code=code)
        document = resource("DocumentReference", status="current", type=code)
        for record in (procedure(code), report, document):
            chart = chart_of(record)
            studies = {concept for each in chart.procedures for concept in each.concepts}
            care = {concept for each in chart.activities for concept in each.concepts}
            assert studies | care | {c for each in chart.unlisted for c in each.may_be} == set(may_be)


@pytest.mark.parametrize(
    "name",
    [
        "Chest X-ray",
        "XR chest 2 views",
        "CT head",
        "CT abdomen and pelvis",
        "MRI breast",
        "US abdomen",
        "EEG",
    ],
)
def test_another_examination_is_no_chest_ct(name: str) -> None:
    for kind in ("Procedure", "DiagnosticReport"):
        chart = chart_of(
            resource(kind, status="completed" if kind == "Procedure" else "final", code={"text": name})
        )
        assert not any("chest-ct" in each.may_be for each in chart.unlisted)
        assert [each.unread for each in chart.procedures] == [False]


def test_what_its_name_says_already_is_not_told_twice() -> None:
    (held,) = chart_of(procedure({"text": "Echocardiogram and EKG"})).unlisted
    assert held.may_be == ("echocardiogram",)


def test_it_keeps_its_day_its_status_and_where_it_stood() -> None:
    (held,) = chart_of(lab(shown("99999-8", "ALT"), status="preliminary")).unlisted
    assert isinstance(held, Unlisted)
    assert (str(held.when), held.standing) == ("2022-06-14", Standing.CONTEXT)
    assert [(each.path, each.value) for each in held.sources] == [
        ("Observation.effectiveDateTime", "2022-06-14"),
        ("Observation.code.coding[0].code", "99999-8"),
    ]


def test_a_long_name_is_told_in_part() -> None:
    (held,) = chart_of(lab({"text": "ALT " + "x" * 500})).unlisted
    assert held.text is not None
    assert len(held.text) < 130


def test_a_record_of_another_day_is_not_known_yet() -> None:
    chart = chart_of(lab({"text": "ALT"}))
    assert chart.unlisted
    assert chart.as_of(date(2022, 6, 14)).unlisted == chart.unlisted
    assert chart.as_of(date(2022, 6, 13)).unlisted == ()


@pytest.mark.parametrize(
    "title", ["Axillary lymph node biopsy", "Biopsy, axillary", "Lymph node core biopsy"]
)
def test_a_biopsy_of_a_node_is_not_just_any_report(title: str) -> None:
    (report,) = chart_of(resource("DiagnosticReport", status="final", code={"text": title})).procedures
    assert not report.unread
