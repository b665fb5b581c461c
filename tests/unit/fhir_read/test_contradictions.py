"""A tumour marker whose code and own words, or interpretation, say two things: neither is believed."""

from typing import Any

import pytest

from tests.unit.fhir_read.charting import LOINC, chart_of, coded, observation

IHC, ISH, OVERALL, ER = "85319-2", "85318-4", "48676-1", "85337-4"


def read(code: str, **value: Any) -> list[tuple[str, str | None]]:
    return [(b.method, b.reading) for b in chart_of(observation(code, **value)).biomarkers]


NEG, POS = (
    coded(code, "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation")
    for code in ("NEG", "POS")
)
THREE_PLUS, NEGATIVE = "LA11843-2", "LA6577-6"


def answered(code: str, text: str | None = None, display: str | None = None) -> dict[str, Any]:
    said = {"system": LOINC, "code": code, **({"display": display} if display else {})}
    return {"valueCodeableConcept": {"coding": [said], **({"text": text} if text else {})}}


@pytest.mark.parametrize(
    ("code", "value", "found"),
    [
        (IHC, answered(THREE_PLUS, text="Negative (1+)"), {("ihc", "3+"), ("ihc", "1+")}),
        (IHC, answered(THREE_PLUS, display="1+"), {("ihc", "3+"), ("ihc", "1+")}),
        (IHC, answered(THREE_PLUS, text="1+ on second reading"), {("ihc", "3+"), ("ihc", "1+")}),
        (ISH, answered(NEGATIVE, text="Amplified"), {("ish", "negative"), ("ish", "positive")}),
        (ISH, answered(NEGATIVE, text="IHC 3+"), {("ish", "negative"), ("ihc", "3+")}),
        (IHC, answered(THREE_PLUS) | {"interpretation": [NEG]}, {("ihc", "3+"), ("ihc", "negative")}),
        (IHC, answered("LA11841-6") | {"interpretation": [POS]}, {("ihc", "1+"), ("ihc", "positive")}),
        (IHC, {"valueString": "3+", "interpretation": [NEG]}, {("ihc", "3+"), ("ihc", "negative")}),
        # What agrees, or is open, or cannot be read says nothing against it.
        (IHC, answered(THREE_PLUS, text="Positive (3+)") | {"interpretation": [POS]}, {("ihc", "3+")}),
        (IHC, answered("LA11842-4", text="Equivocal") | {"interpretation": [NEG]}, {("ihc", "2+")}),
        (ISH, answered(NEGATIVE, text="IHC 2+, FISH not amplified"), {("ish", "negative")}),
        (OVERALL, answered(NEGATIVE, text="IHC 2+, FISH not amplified"), {("overall", "negative")}),
        (IHC, answered(THREE_PLUS, text="3+ on a scale of 0 to 3+, 0 is negative"), {("ihc", "3+")}),
        (IHC, answered(THREE_PLUS, text="see report"), {("ihc", "3+")}),
    ],
)
def test_what_contradicts_the_code_stands_beside_it(
    code: str, value: dict[str, Any], found: set[tuple[str, str]]
) -> None:
    assert set(read(code, **value)) == found


@pytest.mark.parametrize("code", ["260347006", "260348001", "260349009"])
def test_the_scale_of_a_score_is_no_score(code: str) -> None:
    pluses = {"260347006": "+", "260348001": "++", "260349009": "+++"}[code]
    value = coded(code, text=f"Present {pluses} out of ++++")
    assert len(read(IHC, valueCodeableConcept=value)) == 1


@pytest.mark.parametrize(
    ("value", "reading"),
    [
        (answered(NEGATIVE, text="Positive (90%)"), None),
        (answered(NEGATIVE, display="positive"), None),
        (answered(NEGATIVE) | {"interpretation": [POS]}, None),
        (answered(NEGATIVE, text="<1%") | {"interpretation": [NEG]}, "negative"),
    ],
)
def test_a_hormone_receptor_that_contradicts_itself_is_not_told(
    value: dict[str, Any], reading: str | None
) -> None:
    assert read(ER, **value) == [("ihc", reading)]
