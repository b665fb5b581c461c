"""Care that the text of a note names: neither evidence of it, nor nothing at all."""

from base64 import b64encode

import pytest

from abstractor.chart import Standing, Unlisted
from abstractor.fhir.facts.care_in_text import care_in_text
from abstractor.fhir.facts.coded import Lexicon
from tests.unit.fhir_read.caring import document
from tests.unit.fhir_read.charting import Json, chart_of, resource, value_sets


def quotes(text: str) -> list[str]:
    return [each.quote for each in care_in_text(Lexicon(value_sets()), text)]


@pytest.mark.parametrize(
    "text",
    [
        "Goals of care were discussed with the patient.",
        "Discussed GOC; she wants comfort.",
        "Long talk about goals-of-care.",
        "We spoke of the goals\nof care.",
        "Code status: Full code",
        "Goals of care: no further chemotherapy",
        "Goals of care: not to be intubated",
        "Patient declined further chemotherapy, goals of care discussed.",
        "She does not want resuscitation and goals of care were set",
        "No change in goals of care.",
        "Patient declined to discuss goals of care.",
        "Will discuss goals of care next visit",
        "Has completed a living will",
        "Not only goals of care but also prognosis were discussed",
        "Her mother was present, goals of care discussed.",
        "Goals of care discussion could be held today",
        "\u0130 goals of care set",
    ],
)
def test_a_sentence_names_it(text: str) -> None:
    assert quotes(text) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "No goals of care discussion today.",
        "We did not discuss goals of care.",
        "The patient doesn't have an advance directive",
        "She has no living will.",
        "Goals of care: deferred.",
        "Goals of care:\nNot discussed today.",
        "Goals of care discussion (deferred to next visit)",
        "Advance directive: None on file",
        "Advance care planning not yet addressed.",
        "Goals of care could not be discussed due to time",
        "Goals of care discussion did not take place",
        "We have yet to discuss goals of care",
        "Advance directives: patient does not have one",
        "Mother's code status DNR",
        "Goal: pain care. Coded today.",
        "",
    ],
)
def test_a_denial_and_other_words_name_nothing(text: str) -> None:
    assert quotes(text) == []


def test_one_sentence_stands_for_all() -> None:
    assert quotes("Goals of care: deferred. Code status is DNR. Full code before.") == ["Code status is DNR."]


def _attached(text: str) -> Json:
    return {"attachment": {"contentType": "text/plain", "data": b64encode(text.encode()).decode()}}


@pytest.mark.parametrize(
    "record",
    [
        document(type=None, content=[_attached("Seen today.\nGoals of care discussed.\nPlan: go on.")]),
        document(type=None, description="Goals of care discussed."),
        resource("DiagnosticReport", status="final", conclusion="Goals of care discussed."),
    ],
)
def test_it_is_left_open_with_its_words(record: Json) -> None:
    (found,) = chart_of(record).unlisted
    told = (found.kind, found.may_be, found.text, found.worded)
    assert told == (record["resourceType"], ("goals-of-care",), "Goals of care discussed.", True)
    assert found.sources[0].value == "Goals of care discussed."


def _named(**elements: str) -> tuple[Unlisted, ...]:
    return chart_of(document(type=None, description="Goals of care discussed.", **elements)).unlisted


def test_a_draft_is_open_and_what_is_taken_back_names_nothing() -> None:
    assert [each.standing for each in _named(docStatus="preliminary")] == [Standing.CONTEXT]
    assert _named(status="entered-in-error") == _named(status="superseded") == ()
