"""HER2 and hormone receptors from FHIR: shapes of a report, tissue, what a number is, and the traps."""

from typing import Any

import pytest

from abstractor.chart import Biomarker
from tests.unit.fhir_read.charting import (
    LOINC,
    chart_of,
    coded,
    condition,
    days,
    observation,
)

IHC, ISH, RATIO, COPIES, OVERALL, PANEL = "85319-2", "85318-4", "49683-6", "74860-8", "48676-1", "74885-5"
ER_PERCENT = "85329-1"


def markers(*records: dict[str, Any]) -> list[tuple[str, str, str | None, str | None, float | None]]:
    return [(b.marker, b.method, b.reading, b.quantity, b.number) for b in chart_of(*records).biomarkers]


def the_marker(code: Any = IHC, **elements: Any) -> Biomarker:
    (only,) = chart_of(observation(code, **elements)).biomarkers
    return only


@pytest.mark.parametrize(
    ("code", "value", "quantity", "number"),
    [
        (RATIO, {"valueQuantity": {"value": 2.3}}, "ratio", 2.3),
        (RATIO, {"valueString": "2.3"}, "ratio", 2.3),
        (RATIO, {"valueRatio": {"numerator": {"value": 5.4}, "denominator": {"value": 3}}}, "ratio", 1.8),
        (COPIES, {"valueQuantity": {"value": 3.2}}, "copies", 3.2),
        (COPIES, {"valueInteger": 4}, "copies", 4.0),
        (RATIO, {"valueQuantity": {"value": 2, "comparator": ">"}}, None, None),
        (ISH, {"valueQuantity": {"value": 2.3}}, None, 2.3),  # of what, it does not say
    ],
)
def test_a_ratio_is_told_from_copies(
    code: str, value: dict[str, Any], quantity: str | None, number: float | None
) -> None:
    found = the_marker(code, **value)
    assert (found.quantity, found.number, found.reading) == (quantity, number, None)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"valueString": "IHC 2+, FISH not amplified"}, [("ihc", "2+"), ("ish", "negative")]),
        ({"valueCodeableConcept": {"text": "HER2 positive (3+)"}}, [("ihc", "3+")]),
        ({"valueCodeableConcept": coded("10828004", text="HER2 pos (low)")}, [("overall", "positive")]),
        ({"valueCodeableConcept": {"coding": [{"display": "IHC 3+"}]}}, [("ihc", "3+")]),
        (
            {
                "valueCodeableConcept": {
                    "coding": [*coded("10828004")["coding"], *coded("260349009")["coding"]]
                }
            },
            [("overall", "3+")],
        ),
        ({"valueString": "HER2 pos (low)"}, [("overall", None)]),
    ],
)
def test_words_may_speak_of_two_methods(value: dict[str, Any], found: list[tuple[str, str | None]]) -> None:
    assert [(m, r) for _, m, r, _, _ in markers(observation(OVERALL, **value))] == found


SHAPES = {
    "components": [
        observation(
            PANEL,
            component=[
                {"code": coded(RATIO, LOINC), "valueQuantity": {"value": 2.3}},
                {"code": coded(COPIES, LOINC), "valueQuantity": {"value": 3.2}},
            ],
        )
    ],
    "members": [
        observation(PANEL, id="panel", hasMember=[{"reference": f"Observation/{n}"} for n in "12"]),
        observation(RATIO, id="1", valueQuantity={"value": 2.3}, effectiveDateTime=None),
        observation(COPIES, id="2", valueQuantity={"value": 3.2}, effectiveDateTime=None),
    ],
    "apart": [
        observation(RATIO, id="1", valueQuantity={"value": 2.3}),
        observation(COPIES, id="2", valueQuantity={"value": 3.2}),
    ],
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_report_has_three_shapes(shape: str) -> None:
    found = chart_of(*SHAPES[shape]).biomarkers
    assert sorted((b.quantity, b.number) for b in found) == [("copies", 3.2), ("ratio", 2.3)]
    assert {days(b.when) for b in found} == {"2022-06-14"}
    reports = {b.report for b in found}
    assert reports == {None} if shape == "apart" else len(reports) == 1 and None not in reports


def test_a_member_takes_the_tissue_of_its_panel() -> None:
    panel = observation(
        PANEL, id="panel", hasMember=[{"reference": "Observation/1"}], bodySite={"text": "Liver"}
    )
    own = observation(RATIO, id="1", valueQuantity={"value": 2.3})
    assert [b.tissue for b in chart_of(panel, own).biomarkers] == ["Liver"]
    said = observation(RATIO, id="1", valueQuantity={"value": 2.3}, bodySite={"text": "Breast"})
    assert [b.tissue for b in chart_of(panel, said).biomarkers] == ["Breast"]


@pytest.mark.parametrize(
    ("elements", "tissue"),
    [
        ({"bodySite": {"text": "Breast"}}, "Breast"),
        ({"bodySite": {"coding": [{"code": "1", "display": "Liver structure"}]}}, "Liver structure"),
        ({"specimen": {"display": "Liver biopsy"}}, "Liver biopsy"),
        ({"method": {"text": "IHC on bone biopsy"}}, "IHC on bone biopsy"),
        (
            {"bodySite": {"text": "Breast"}, "specimen": {"display": "Core"}, "method": {"text": "IHC"}},
            "Breast; Core; IHC",
        ),
        ({}, None),
    ],
)
def test_where_a_tissue_was_taken(elements: dict[str, Any], tissue: str | None) -> None:
    assert the_marker(valueString="3+", **elements).tissue == tissue


LIVER = {"text": "Liver structure"}
SPECIMEN = {"resourceType": "Specimen", "id": "s", "collection": {"bodySite": LIVER}}


@pytest.mark.parametrize(
    ("specimen", "named", "tissue"),
    [
        (SPECIMEN, "#s", "Liver structure"),
        ({**SPECIMEN, "type": {"text": "Core needle biopsy"}}, "#s", "Core needle biopsy; Liver structure"),
        ({"resourceType": "Specimen", "id": "s", "type": {"coding": [{"display": "Pleural fluid"}]}}, "#s",
         "Pleural fluid"),
        ({**SPECIMEN, "collection": {"bodySite": {"coding": [{"code": "1"}]}}}, "#s", None),
        (SPECIMEN, "#t", None),
        (SPECIMEN, "Specimen/s", None),
        ({**SPECIMEN, "type": ["of another shape"]}, "#s", None),
        ({"resourceType": "Encounter", "id": "s", "type": [LIVER]}, "#s", None),
    ],
)  # fmt: skip
def test_a_specimen_inside_a_result_says_its_tissue(
    specimen: dict[str, Any], named: str, tissue: str | None
) -> None:
    held = {"contained": [{"resourceType": "Device", "id": "d"}, specimen], "specimen": {"reference": named}}
    assert the_marker(valueString="3+", **held).tissue == tissue


def about(url: str, reference: str) -> dict[str, Any]:
    return {"extension": [{"url": url, "valueReference": {"reference": reference}}]}


RELATED = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-related-condition"


@pytest.mark.parametrize(
    ("elements", "concepts"),
    [
        ({"focus": [{"reference": "Condition/c"}]}, ("other-her2-cancer",)),
        (about(RELATED, "Condition/c"), ("other-her2-cancer",)),
        (
            {"extension": [{"url": RELATED, "valueCodeableConcept": coded("C50.911", "http://hl7.org/fhir/sid/icd-10-cm")}]},
            ("breast-cancer",),
        ),
        (about("http://example.org/something-else", "Condition/c"), ()),
        ({}, ()),
    ],
)  # fmt: skip
def test_which_condition_a_result_names(elements: dict[str, Any], concepts: tuple[str, ...]) -> None:
    chart = chart_of(condition("C16.9", id="c"), observation(IHC, id="o", valueString="3+", **elements))
    assert chart.biomarkers[0].about == concepts


@pytest.mark.parametrize(
    ("value", "reading", "quantity"),
    [
        ({"valueQuantity": {"value": 1, "unit": "%"}}, "positive", "percent"),
        ({"valueQuantity": {"value": 0.5, "unit": "%"}}, "negative", "percent"),
        ({"valueQuantity": {"value": 95}}, None, None),  # of what, it does not say
        ({"valueQuantity": {"value": 1, "unit": "%", "comparator": "<"}}, "negative", None),
        ({"valueQuantity": {"value": 10, "unit": "%", "comparator": "<"}}, None, None),
        ({"valueString": "positive (95%)"}, "positive", None),
        ({"valueString": "Positive"}, "positive", None),
        ({"valueCodeableConcept": coded("LA6577-6", LOINC)}, "negative", None),
    ],
)
def test_a_hormone_receptor(value: dict[str, Any], reading: str | None, quantity: str | None) -> None:
    found = the_marker(ER_PERCENT, **value)
    assert (found.marker, found.reading, found.quantity) == ("er", reading, quantity)


def uncoded(words: str, **elements: Any) -> dict[str, Any]:
    return observation({"text": words}, **elements)


VARIANT = observation(
    {"text": "Genetic variant assessment"},
    component=[
        {"code": {"text": "Gene studied"}, "valueCodeableConcept": {"text": "ERBB2"}},
        {"code": {"text": "Change type"}, "valueCodeableConcept": {"text": "Amplification"}},
    ],
)
MUTATION = observation(
    {"text": "Genetic variant assessment"},
    component=[{"code": {"text": "Gene studied"}, "valueCodeableConcept": {"text": "ERBB2"}}],
)


@pytest.mark.parametrize(
    ("record", "marker", "reading"),
    [
        (observation("32996-1", valueString="Positive"), "her2-serum", "positive"),
        (uncoded("HER2 extracellular domain, serum", valueString="Positive"), "her2-serum", None),
        (uncoded("ERBB2 mutation by NGS", valueString="Detected"), "her2-gene", None),
        (uncoded("ERBB2 by sequencing", valueString="Amplified"), "her2-gene", "amplified"),
        (uncoded("ERBB2 by sequencing", valueString="not amplified"), "her2-gene", None),
        (VARIANT, "her2-gene", "amplified"),
        (MUTATION, "her2-gene", None),
    ],
)
def test_what_is_no_tissue_result_has_a_marker_of_its_own(
    record: dict[str, Any], marker: str, reading: str | None
) -> None:
    (found,) = chart_of(record).biomarkers
    assert (found.marker, found.reading) == (marker, reading)


def test_a_result_without_a_code_is_words() -> None:
    chart = chart_of(uncoded("HER2 status", valueString="Positive"))
    (found,) = chart.mentions
    assert (found.about, found.reading, found.quote) == ("her2", "positive", "HER2 status: Positive")
    assert ("Observation.valueString", "Positive") in {(s.path, s.value) for s in found.sources}
    assert chart.biomarkers == ()


def test_the_name_of_a_local_code_is_words_too() -> None:
    local = observation({"coding": [{"code": "H2", "display": "HER2 IHC"}]}, valueString="3+")
    assert [m.reading for m in chart_of(local).mentions] == ["3+"]


@pytest.mark.parametrize(
    "record",
    [
        uncoded("Potassium", valueString="HER2 positive"),  # the code does not ask for it
        uncoded("HER20 channel", valueString="Positive"),
        observation({"text": "HER2 status"}, status="entered-in-error", valueString="Positive"),
    ],
)
def test_what_names_no_her2_is_no_marker(record: dict[str, Any]) -> None:
    assert chart_of(record).biomarkers == () and chart_of(record).mentions == ()


def test_a_diagnosis_of_a_visit() -> None:
    category = {"coding": [{"code": "encounter-diagnosis"}]}
    (found,) = chart_of(
        condition(
            "C78.7",
            encounter={"reference": "Encounter/5"},
            recordedDate="2022-03-01",
            onsetDateTime="2022-01-01",
            category=[category],
            bodySite=[{"text": "Liver"}],
        )
    ).diagnoses
    assert (found.encounter, days(found.recorded), days(found.when)) == (
        "Encounter/5",
        "2022-03-01",
        "2022-01-01",
    )
    assert found.in_encounter and found.site == "Liver"


def test_the_primary_of_a_metastasis() -> None:
    url = "http://hl7.org/fhir/StructureDefinition/condition-related"
    chart = chart_of(condition("C16.9", id="c"), condition("C78.7", id="m", **about(url, "Condition/c")))
    assert [d.primary for d in chart.diagnoses] == [(), ("other-her2-cancer",)]
