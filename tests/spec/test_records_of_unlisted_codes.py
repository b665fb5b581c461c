"""A record whose code no table has is never "not done", where its name may mean what is due; nor "done"."""

from datetime import date, timedelta
from typing import Any

import pytest

from abstractor.abstract import Finding, ReportingPeriod
from abstractor.rules.decide import abstract_chart
from tests.asking import ZONE, chart_of, library

LOINC, SNOMED, ICD = "http://loinc.org", "http://snomed.info/sct", "http://hl7.org/fhir/sid/icd-10-cm"
CPT, LAB = "http://www.ama-assn.org/go/cpt", "urn:oid:1.2.3.4"
FIRST = date(2022, 6, 1)
# In the windows of every check of every drug below.
DAYS = [*range(-7, 0), *range(0, 170, 7), *range(13, 170, 14), *range(14, 170, 14), *range(28, 170, 28)]
Json = dict[str, Any]


def on(days: int) -> str:
    return (FIRST + timedelta(days=days)).isoformat()


def shown(code: str, display: str | None, system: str = LOINC) -> Json:
    return {"coding": [{"system": system, "code": code, **({"display": display} if display else {})}]}


def record(kind: str, code: Json, days: int, **elements: Any) -> Json:
    dated = "performedDateTime" if kind == "Procedure" else "effectiveDateTime"
    status = "completed" if kind == "Procedure" else "final"
    value = {"valueQuantity": {"value": 4, "unit": "1"}} if kind == "Observation" else {}
    given = {"status": status, "code": code, dated: on(days), **value, **elements}
    return {"resourceType": kind, "subject": {"reference": "Patient/1"}, **given}


def asked(rule: str, agents: tuple[str, ...], *records: Json) -> list[Finding]:
    """The findings of one rule on doses of the agents, 21 days apart, and these records."""
    chart: list[Json] = [{"resourceType": "Patient", "gender": "female", "birthDate": "1965-03-02"}]
    for code in ("C50.911", "C78.7"):
        disease = {"code": shown(code, None, ICD), "onsetDateTime": on(-400)}
        chart.append({"resourceType": "Condition", "subject": {"reference": "Patient/1"}, **disease})
    chart.append(record("Observation", shown("29463-7", "Body weight"), -400))
    chart.append(record("DiagnosticReport", shown("24604-1", "Mammogram"), -400))
    for agent in agents:
        for days in range(0, 169, 21):
            drug = {"medicationCodeableConcept": {"text": agent}, "effectiveDateTime": on(days)}
            given = {"resourceType": "MedicationAdministration", "status": "completed", **drug}
            chart.append({**given, "subject": {"reference": "Patient/1"}})
    chart += records
    held = [{**each, "id": str(at or 1)} for at, each in enumerate(chart)]
    known = library()
    told = abstract_chart(
        chart_of(held, "Patient/1"),
        known,
        known.line_policy,
        ReportingPeriod(date(2022, 1, 1), date(2022, 12, 31), ZONE),
        date(2022, 12, 31),
        definition="A",
        program="test",
    )
    found = [each for each in told.findings if each.rule == rule]
    assert found
    return found


def verdicts(rule: str, agent: str, *codes: Json, kind: str = "Observation") -> set[str]:
    """With each of these records on every day on which one may be due."""
    records = [record(kind, code, days) for days in DAYS for code in codes]
    return {str(each.verdict) for each in asked(rule, (agent,), *records)}


LIVER = ("Alanine aminotransferase, P-5'-P", "Aspartate aminotransferase, P-5'-P", "Bilirubin, total")
SALTS = ("Potassium", "Calcium", "Magnesium", "Phosphorus")
NAMED = [
    ("CDK-LFT", "abemaciclib", LIVER),
    ("TDM1-LAB", "ado-trastuzumab emtansine", (*LIVER, "Platelet count")),
    ("TUC-LFT", "tucatinib", ("Liver function panel",)),
    ("CDK-CBC", "palbociclib", ("CBC w/ auto diff",)),
    ("CDK-CBC", "palbociclib", ("Hemoglobin",)),
    ("TDXD-CBC", "fam-trastuzumab deruxtecan", ("CBC", "ANC")),
    ("CDK-LYTES", "ribociclib", SALTS),
    ("CDK-ECG", "ribociclib", ("EKG",)),
    ("LVEF-BASE", "trastuzumab", ("Ejection fraction",)),
    ("LVEF-Q3M", "trastuzumab", ("Left ventricular EF",)),
    ("HBV", "paclitaxel", ("HBsAg", "Hep B core total", "Hep B surface antibody")),
]


@pytest.mark.parametrize(
    ("rule", "agent", "names"), NAMED, ids=lambda each: each if isinstance(each, str) else ""
)
def test_a_result_is_neither_missed_nor_done_by_its_name(
    rule: str, agent: str, names: tuple[str, ...]
) -> None:
    assert verdicts(rule, agent, shown("29463-7", "Body weight")) == {"not-met"}
    by_loinc = [shown("99999-8", name) for name in names]
    by_lab = [shown(name[:3], name, LAB) for name in names]
    by_text: list[Json] = [{"text": name} for name in names]
    for codes in (by_loinc, by_lab, by_text):
        found = asked(rule, (agent,), *(record("Observation", c, days) for days in DAYS for c in codes))
        assert {str(each.verdict) for each in found} == {"unknown"}
        assert all("no table has its code" in each.statement for each in found)
        assert any(f'"{name}"' in found[0].statement for name in names)


@pytest.mark.parametrize(
    ("rule", "agent", "name"),
    [
        ("CDK-ECG", "ribociclib", "EKG study"),
        ("LVEF-BASE", "trastuzumab", "US Heart limited"),
        ("ILD-BASE", "fam-trastuzumab deruxtecan", "CT Chest and Abdomen W contrast IV"),
    ],
)
def test_a_study_is_neither_missed_nor_done_by_its_name(rule: str, agent: str, name: str) -> None:
    for kind in ("DiagnosticReport", "Procedure", "DocumentReference"):
        if kind == "DocumentReference":
            plain = {"resourceType": kind, "subject": {"reference": "Patient/1"}, "status": "current"}
            records = [{**plain, "type": {"text": name}, "date": on(days)} for days in DAYS]
        else:
            records = [record(kind, shown("1", name, SNOMED), days) for days in DAYS]
        found = {str(each.verdict) for each in asked(rule, (agent,), *records)}
        # A procedure named after an ECG is one, by its words; a report's name is no result.
        assert found == ({"met"} if (rule, kind) == ("CDK-ECG", "Procedure") else {"unknown"})


@pytest.mark.parametrize(
    "name", ["Chest X-ray", "CT head", "CT abdomen and pelvis", "Mammogram", "US abdomen", "MRI breast"]
)
def test_another_examination_is_no_doubt(name: str) -> None:
    for code in ({"text": name}, shown("71046", name, CPT), shown("1", name, SNOMED)):
        for kind in ("DiagnosticReport", "Procedure"):
            assert verdicts("ILD-BASE", "fam-trastuzumab deruxtecan", code, kind=kind) == {"not-met"}


@pytest.mark.parametrize(
    ("rule", "agent", "codes"),
    [
        ("CDK-LFT", "abemaciclib", ("1743-4", "30239-8", "14631-6")),
        ("CDK-LFT", "abemaciclib", ("1744-2", "88112-8", "42719-5")),
        ("CDK-CBC", "palbociclib", ("69742-5",)),
        ("CDK-CBC", "palbociclib", ("57782-5",)),
        ("TDXD-CBC", "fam-trastuzumab deruxtecan", ("57022-6",)),
        ("TDM1-LAB", "ado-trastuzumab emtansine", ("1743-4", "30239-8", "1975-2", "26515-7")),
        ("CDK-LYTES", "ribociclib", ("6298-4", "24321-2", "2601-3", "14879-1")),
    ],
)
def test_these_codes_are_the_result(rule: str, agent: str, codes: tuple[str, ...]) -> None:
    assert verdicts(rule, agent, *(shown(code, None) for code in codes)) == {"met"}


@pytest.mark.parametrize(
    ("rule", "agent", "kind", "code"),
    [
        ("CDK-ECG", "ribociclib", "DiagnosticReport", shown("11524-6", None)),
        ("CDK-ECG", "ribociclib", "Observation", shown("11524-6", None)),
        ("CDK-ECG", "ribociclib", "Procedure", shown("29303009", None, SNOMED)),
        ("CDK-ECG", "ribociclib", "Procedure", shown("268400002", None, SNOMED)),
        ("LVEF-BASE", "trastuzumab", "DiagnosticReport", shown("59281-6", None)),
        ("LVEF-BASE", "trastuzumab", "Observation", shown("34552-0", None)),
        ("LVEF-BASE", "trastuzumab", "Procedure", shown("433236007", None, SNOMED)),
        ("ILD-BASE", "fam-trastuzumab deruxtecan", "DiagnosticReport", shown("72254-6", None)),
        ("ILD-BASE", "fam-trastuzumab deruxtecan", "Procedure", shown("169069000", None, SNOMED)),
    ],
)
def test_these_codes_are_the_study(rule: str, agent: str, kind: str, code: Json) -> None:
    assert verdicts(rule, agent, code, kind=kind) == {"met"}


def test_haemoglobin_alone_is_a_part_of_a_blood_count() -> None:
    (found,) = asked(
        "CDK-CBC", ("palbociclib",), *(record("Observation", shown("718-7", None), d) for d in DAYS)
    )
    assert str(found.verdict) == "unknown"
    assert "a part of the blood count" in found.statement


def test_a_record_outside_of_the_window_changes_nothing() -> None:
    before = record("Observation", {"text": "Ejection fraction"}, -91)
    (found,) = asked("LVEF-BASE", ("trastuzumab",), before)
    assert str(found.verdict) == "not-met"


def test_a_result_of_a_known_code_stands_before_a_name() -> None:
    codes = (shown("10230-1", None), {"text": "Ejection fraction"})
    assert verdicts("LVEF-BASE", "trastuzumab", *codes) == {"met"}


@pytest.mark.parametrize(
    "text", ["Nurse visit - chemotherapy teaching", "RN visit", "Oral chemotherapy teaching"]
)
def test_a_visit_to_a_nurse_is_education(text: str) -> None:
    visit = {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"code": "AMB"},
        "type": [{"text": text}],
    }
    held = {**visit, "subject": {"reference": "Patient/1"}, "period": {"start": on(0), "end": on(0)}}
    assert {str(each.verdict) for each in asked("CDK-EDU", ("palbociclib",), held)} == {"met"}


KINDS = ("Observation", "Procedure", "DiagnosticReport")
MAY_BECOME = {("not-met", "unknown"), ("pending", "unknown")}


def test_a_name_alone_never_makes_anything_done() -> None:
    """Whatever is recorded under unlisted codes, beside a chart with and without the care itself."""
    names = (
        "CBC",
        "LFT",
        "Electrolytes",
        "EKG",
        "Echo, EF 55 %",
        "CT",
        "HBsAg",
        "hCG",
        "BRCA1",
        "PHQ",
        "Pain score",
    )
    named = [record(kind, {"text": name}, d) for name in names for kind in KINDS for d in DAYS]
    for codes in ((), ("57021-8", "24323-8"), ("10230-1",)):
        known = [record("Observation", shown(code, None), d) for code in codes for d in DAYS]
        for rule in ("LVEF-BASE", "LVEF-Q3M", "TDXD-CBC", "ILD-BASE", "ILD-MON", "HBV"):
            agents = ("fam-trastuzumab deruxtecan",)
            before, after = asked(rule, agents, *known), asked(rule, agents, *known, *named)
            assert len(before) == len(after)
            changes = {(str(a.verdict), str(b.verdict)) for a, b in zip(before, after, strict=True)}
            assert all(one == other or (one, other) in MAY_BECOME for one, other in changes)
