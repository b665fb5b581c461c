"""An ejection fraction in words, or under a name that no table has: told as a mention, never as a result."""

from base64 import b64encode

import pytest

from abstractor.chart import Standing
from abstractor.fhir.text import ejection_fractions
from tests.unit.fhir_read.caring import document
from tests.unit.fhir_read.charting import Json, chart_of, condition, observation, resource

FORTY = {"value": 40, "unit": "%"}


def told(text: str) -> list[tuple[str | None, str]]:
    return [(each.reading, each.assertion) for each in ejection_fractions(text)]


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("LVEF 38 %", "38"),
        ("LVEF: 38.", "38"),
        ("LVEF: 0.38", "38"),
        ("Left ventricular ejection fraction (LVEF) 38%", "38"),
        ("Left ventricular ejection fraction is estimated at 35-40%.", "35 to 40"),
        ("Global hypokinesis with an EF of 30 to 35 percent", "30 to 35"),
        ("Ejection Fraction (%): 38", "38"),
        ("LVEF | 38 | %", "38"),
        ("LVEF by biplane Simpson's 38 %", "38"),
        ("HFrEF (EF 35%)", "35"),
        ("LVEF 55-\n60%", "55 to 60"),
        ("LVEF <40%", "under 40"),
        ("EF greater than 55%", "over 55"),
        ("LVEF fell from 60% to 38%", "38"),
        ("LVEF dropped to 38% from 60%", "38"),
        ("LVEF was previously 60%, now 38%", "38"),
        ("Normal LV size, LVEF 38%", "38"),
        ("RV EF 35%, LVEF 60%", "60"),
        ("LVEF 62% (normal 55-70%)", "62"),
        ("LVEF decreased from 62% (Dec) to 44% (today)", "44"),
        ("LVEF 62 % in October, 44 % now", "44"),
        ("LVEF 45 % last year, 60 % now.", "60"),
        ("LVEF (55-70 %): 44 %", "44"),
        ("LVEF 58% \u2192 44%", "44"),
        ("LVEF 58% -> 44%", "44"),
        ("LVEF trending: 62%, 55%, 46%", "46"),
        ("LVEF dropped by 12 points to 48 %", "48"),
        ("LVEF dropped to 48 %", "48"),
        ("LVEF improved 10 % to 60 %", "60"),
        ("LVEF 45 +/- 5 %", "45"),
        ("LVEF ca. 40 %", "40"),
        ("LVEF 44,5 %", "44.5"),
        ("LVEF reduced to 0.42", "42"),
        ("LVEF by 3D 44 %", "44"),
        ("30 % ejection fraction", "30"),
        ("LVEF 44%, was 60% last year", "44"),
        ("LVEF 44 % (60 % in 2019)", "44"),
        ("No change, LVEF 44 %", "44"),
        ("No pericardial effusion, LVEF 44 %", "44"),
        ("Patient not well with LVEF <40%", "under 40"),
        ("Father well. LVEF 44 %", "44"),
        ("Her mother was present, LVEF 44 %", "44"),
    ],
)
def test_a_number_is_read_as_it_is_written(text: str, reading: str) -> None:
    assert told(text) == [(reading, "stated")]


@pytest.mark.parametrize(
    "text",
    [
        "Gallbladder ejection fraction 30%",
        "HIDA scan: ejection fraction of 28%",
        "Right ventricular ejection fraction 35%",
        "EF 38",
        "LVEF on 2022-01-03",
        "LVEF 2022",
        "LVEF 3/4/2022",
        "HFpEF",
        "the effect of 30%",
        "LVEF to be measured in 12 weeks",
        "Echo ordered for LVEF",
        "LVEF 20% increase from baseline",
        "LVEF dropped by 10%",
    ],
)
def test_another_number_is_none(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "assertion"),
    [
        ("Hold for LVEF <40%", "conditional"),
        ("Patients with LVEF <40% were excluded", "conditional"),
        ("Normal LVEF 45-70%", "conditional"),
        ("Goal LVEF >50%", "conditional"),
        ("Prior LVEF 38%", "historical"),
        ("Baseline EF 38%", "historical"),
        ("LVEF 38 % last year", "historical"),
        ("LVEF was 38 % previously", "historical"),
        ("No evidence of LVEF < 50 %", "conditional"),
        ("Never had a LVEF below 50 %", "conditional"),
        ("No drop in LVEF to less than 45 %", "conditional"),
        ("Label: LVEF < 40 % interrupt", "conditional"),
        ("Contraindicated with LVEF < 40 %", "conditional"),
        ("LVEF < 50 % occurred in 3.8 %", "conditional"),
        ("Her father has an EF of 25 %", "elsewhere"),
        ("Family history: father EF 25 %", "elsewhere"),
        ("Her mother's LVEF is 60 %.", "elsewhere"),
    ],
)
def test_a_limit_and_what_was_before_are_told_as_such(text: str, assertion: str) -> None:
    assert [each for _, each in told(text)] == [assertion]


NOTE = {"contentType": "text/plain", "data": b64encode(b"Echo today.\nLVEF 40 %.\nPlan: go on.").decode()}


@pytest.mark.parametrize(
    ("record", "quote"),
    [
        (document(content=[{"attachment": NOTE}]), "LVEF 40 %."),
        (resource("DiagnosticReport", status="final", conclusion="LVEF 40 %"), "LVEF 40 %"),
        (condition({"text": "Cardiomyopathy, LVEF 40 %"}), "Cardiomyopathy, LVEF 40 %"),
        (observation({"text": "LV ejection fraction"}, valueQuantity=FORTY), "LV ejection fraction: 40 %"),
        (observation({"text": "EF biplane"}, valueString="40%"), "EF biplane: 40%"),
        (observation({"text": "Echo impression"}, valueString="LVEF 40 %"), "LVEF 40 %"),
        (observation("10230-1", valueString="about 40, LVEF 40 %"), "about 40, LVEF 40 %"),
        (
            observation({"text": "Echo"}, component=[{"code": {"text": "LVEF"}, "valueQuantity": FORTY}]),
            "LVEF: 40 %",
        ),
    ],
)
def test_it_is_a_mention_with_its_words(record: Json, quote: str) -> None:
    chart = chart_of(record)
    (found,) = chart.mentions
    assert (found.about, found.reading, found.assertion, found.quote) == ("lvef", "40", "stated", quote)
    assert found.sources[-1].value == quote
    assert not any(result.number for result in chart.results)


@pytest.mark.parametrize(
    "record",
    [
        observation("10230-1", valueQuantity=FORTY),
        observation({"text": "Ejection fraction"}, valueQuantity={"value": 40, "unit": "mL"}),
        observation({"text": "Gallbladder ejection fraction"}, valueQuantity=FORTY),
        observation({"text": "Ejection fraction"}, valueQuantity=FORTY, status="entered-in-error"),
        observation({"text": "Ejection fraction"}),
    ],
)
def test_a_coded_result_and_a_mistake_are_none(record: Json) -> None:
    assert chart_of(record).mentions == ()


def test_a_status_that_is_missing_leaves_it_open() -> None:
    (found,) = chart_of(observation({"text": "LVEF"}, valueQuantity=FORTY, status=None)).mentions
    assert found.standing is Standing.CONTEXT
