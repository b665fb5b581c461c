"""The comment on a HER2 result: it makes the value exact, or contradicts it, and never answers alone."""

from typing import Any

import pytest

from abstractor.chart import Biomarker
from abstractor.rules.her2.status import her2_status
from tests.asking import library
from tests.unit.fhir_read.charting import LOINC, chart_of, coded, observation

IHC, ISH, RATIO, OVERALL = "85319-2", "85318-4", "49683-6", "48676-1"


def commented(code: str, value: str | None, *comments: str | None) -> tuple[Biomarker, ...]:
    notes = [{} if text is None else {"text": text} for text in comments]
    said: dict[str, Any] = {"note": notes, "valueString": value}
    return chart_of(observation(code, **said)).biomarkers


def readings(code: str, value: str | None, *comments: str | None) -> list[str | None]:
    found = commented(code, value, *comments)
    return [b.reading if b.number is None else f"{b.quantity} {b.number}" for b in found]


@pytest.mark.parametrize(
    ("code", "value", "comment", "read"),
    [
        (IHC, "Positive", "IHC score 3+", ["3+"]),
        (IHC, "Equivocal", "IHC score 2+", ["2+"]),
        (IHC, "Negative", "score 0", ["0"]),
        (IHC, "Negative", "1+", ["1+"]),
        (IHC, "3+", "positive", ["3+"]),
        (IHC, "3+", "IHC 3+", ["3+"]),
        (ISH, "Positive", "amplified", ["positive"]),
        (ISH, "Negative", "ratio 1.2, copies 2.4", ["negative", "copies 2.4", "ratio 1.2"]),
        (RATIO, "1.2", "ratio 1.2", ["ratio 1.2"]),
    ],
)
def test_a_comment_that_agrees_makes_the_value_exact(
    code: str, value: str, comment: str, read: list[str]
) -> None:
    assert sorted(str(reading) for reading in readings(code, value, comment)) == sorted(read)


@pytest.mark.parametrize(
    ("code", "value", "comment", "against"),
    [
        (IHC, "Positive", "IHC score 1+", "1+"),
        (IHC, "Positive", "IHC score 2+", "2+"),
        (IHC, "Negative", "IHC score 3+", "3+"),
        (IHC, "Equivocal", "3+", "3+"),
        (ISH, "Positive", "FISH not amplified", "negative"),
        (RATIO, "2.4", "ratio 1.4", "ratio 1.4"),
    ],
)
def test_a_comment_that_contradicts_stands_beside_the_value(
    code: str, value: str, comment: str, against: str
) -> None:
    alone = readings(code, value)
    assert readings(code, value, comment) == [*alone, against]


@pytest.mark.parametrize(
    ("code", "value", "comment"),
    [
        (IHC, None, "IHC score 3+"),
        (IHC, "see comment", "IHC score 3+"),
        (IHC, "Equivocal", "FISH amplified"),
        (ISH, "Equivocal", "IHC 3+"),
        (OVERALL, "Negative", "IHC 3+"),
        (OVERALL, "IHC 2+, FISH not amplified", "FISH amplified"),
        (IHC, "Negative", "3+ is positive; 2+ is equivocal"),
        (IHC, "Negative", "discussed: formerly 3+"),
        (IHC, "Negative", None),
    ],
)
def test_a_comment_never_answers_for_the_value(code: str, value: str | None, comment: str | None) -> None:
    assert readings(code, value, comment) == readings(code, value)


def test_what_was_read_from_a_comment_is_cited() -> None:
    exact, *others = commented(IHC, "Positive", None, "IHC score 3+")
    assert others == []
    assert ("Observation.note[1].text", "IHC score 3+") in [(s.path, s.value) for s in exact.sources]
    value, against = commented(IHC, "Positive", "IHC score 1+")
    assert not any("note" in source.path for source in value.sources)
    assert any(source.path == "Observation.note[0].text" for source in against.sources)


def test_hormone_receptors_take_no_comment() -> None:
    receptor = observation("85337-4", valueCodeableConcept=coded("10828004"), note=[{"text": "negative"}])
    assert [b.reading for b in chart_of(receptor).biomarkers] == ["positive"]


def test_a_comment_on_a_panel_says_nothing_of_its_components() -> None:
    component = {"code": coded(ISH, LOINC), "valueString": "Negative"}
    panel = observation("74885-5", component=[component], note=[{"text": "positive"}])
    assert [b.reading for b in chart_of(panel).biomarkers] == ["negative"]


@pytest.mark.parametrize(
    ("value", "comment", "fish", "status"),
    [
        ("Positive", "IHC score 3+", None, "positive"),
        ("Positive", "IHC score 2+", None, "unknown her2-equivocal"),
        ("Positive", "IHC score 2+", "Positive", "positive"),
        ("Positive", "IHC score 2+", "Negative", "unknown her2-discordant"),
        ("Positive", "IHC score 1+", None, "unknown her2-discordant"),
        ("Negative", "IHC score 3+", None, "unknown her2-discordant"),
        ("Equivocal", "IHC score 3+", "Negative", "unknown her2-discordant"),
        ("Equivocal", "IHC score 1+", "Negative", "negative"),
        ("Negative", "IHC score 2+", "Negative", "negative"),
    ],
)
def test_a_score_that_contradicts_its_result_is_for_a_person(
    value: str, comment: str, fish: str | None, status: str
) -> None:
    records = [observation(IHC, valueString=value, note=[{"text": comment}])]
    if fish is not None:
        records.append(observation(ISH, id="2", valueString=fish))
    found = her2_status(chart_of(*records), library().inclusion)
    assert " ".join(filter(None, (found.status, found.reason))) == status
