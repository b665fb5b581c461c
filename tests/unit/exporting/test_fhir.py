"""What leaves as FHIR: valid, resolved within itself, answers as the form has them, an origin for each."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from abstractor.abstract import Abstract, Flag, Severity
from abstractor.errors import AbstractorError
from abstractor.export.fhir_files import FHIR_TYPES, FhirFiles
from abstractor.export.resources.building import line_of
from abstractor.export.resources.flagged import issues, task
from abstractor.export.resources.form import questionnaire
from abstractor.export.subjects import Subject
from abstractor.workflow.exporting.exporting import REASONS
from tests.unit.exporting.charts import CLINIC, LOCKED, REVIEWED, disclosure, subject_of, subjects

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
Plain = dict[str, Any]
Export = dict[str, list[Plain]]


def exported(folder: Path, every: list[Subject], *, identified: bool) -> Export:
    with FhirFiles(folder, disclosure(identified=identified), "0.1.0", REASONS, "not signed", NOW) as files:
        files.add(every)
    told = {
        name.partition(".")[0]: [json.loads(line) for line in (folder / name).read_text("utf-8").splitlines()]
        for name in files.files()
    }
    assert {name.partition(".")[0]: rows for name, rows in files.files().items()} == {
        kind: len(resources) for kind, resources in told.items()
    }
    return told


@pytest.fixture(params=[False, True], ids=["de-identified", "identified"])
def told(request: pytest.FixtureRequest, tmp_path: Path) -> Export:
    every = [*subjects(3), replace(subject_of("reviewed"), reviews=REVIEWED)]
    return exported(tmp_path, every, identified=request.param)


def all_of(told: Export) -> Iterator[Plain]:
    for resources in told.values():
        yield from resources


def references(value: object) -> Iterator[str]:
    match value:
        case dict():
            for name, held in value.items():
                yield from [held] if name == "reference" else references(held)
        case list():
            for held in value:
                yield from references(held)


def test_every_resource_is_valid_and_of_its_file(told: Export) -> None:
    assert tuple(told) == FHIR_TYPES
    for kind, resources in told.items():
        for resource in resources:
            assert resource["resourceType"] == kind
            get_fhir_model_class(kind).model_validate(resource)


def test_flagged_charts_leave_and_others_do_not(told: Export) -> None:
    counted = {kind: len(resources) for kind, resources in told.items()}
    assert counted == {
        "Device": 1,
        "Questionnaire": 1,
        "PractitionerRole": 2,
        "Patient": 3,
        "Task": 3,
        "DetectedIssue": 6,
        "QuestionnaireResponse": 2,
        "Provenance": 11,
    }


def test_every_reference_leads_somewhere(told: Export) -> None:
    ids = Counter(f"{each['resourceType']}/{each['id']}" for each in all_of(told))
    assert set(ids.values()) == {1}
    elsewhere = {each for each in references(list(all_of(told))) if each not in ids}
    identified = told["Task"][0]["meta"]["security"][0]["code"] == "R"
    assert all(each.startswith(f"{CLINIC}/") for each in elsewhere)
    assert bool(elsewhere) == identified
    assert (f"{CLINIC}/Condition/canary-7/_history/canary-3" in elsewhere) == identified


def test_each_task_flag_and_review_has_an_origin(told: Export) -> None:
    """The program made it, of these sources; of a review also the reader, by role."""
    origins = {each["target"][0]["reference"]: each for each in told["Provenance"]}
    made = [*told["Task"], *told["DetectedIssue"], *told["QuestionnaireResponse"]]
    assert set(origins) == {f"{each['resourceType']}/{each['id']}" for each in made}
    for target, origin in origins.items():
        assert origin["recorded"] == "2026-01-02T03:04:05Z"
        assert [each["role"] for each in origin["entity"]] == ["source"]
        kinds = [agent["type"]["coding"][0]["code"] for agent in origin["agent"]]
        assert kinds == (["assembler", "author"] if target.startswith("Questionnaire") else ["assembler"])
    roles = [
        origin["agent"][1]["role"][0]["coding"][0]["code"]
        for target, origin in origins.items()
        if target.startswith("Questionnaire")
    ]
    assert sorted(roles) == ["adjudicator", "reviewer"]


def test_one_source_has_one_code_wherever_it_is_named(tmp_path: Path) -> None:
    told = exported(tmp_path, list(subjects(2)), identified=False)
    codes = {
        entity["what"]["identifier"]["value"] for each in told["Provenance"] for entity in each["entity"]
    }
    evidence = {
        detail["identifier"]["value"]
        for each in told["DetectedIssue"]
        for one in each["evidence"]
        for detail in one["detail"]
    }
    assert codes == evidence
    assert len(codes) == 1


def test_answers_are_answers_of_the_form(told: Export) -> None:
    (form,) = told["Questionnaire"]
    items = {child["linkId"]: child for group in form["item"] for child in group["item"]}
    groups = {group["linkId"] for group in form["item"]}
    for response in told["QuestionnaireResponse"]:
        assert response["questionnaire"] == f"{form['url']}|{form['version']}"
        for group in response["item"]:
            assert group["linkId"] in groups
            asked = {link for link, item in items.items() if item.get("required")}
            given = {child["linkId"] for child in group["item"]}
            assert {link for link in asked if link.startswith(f"{group['linkId']}.")} <= given
            for child in group["item"]:
                _fits(items[child["linkId"]], child["answer"])


def _fits(item: Plain, answers: list[Plain]) -> None:
    assert len(answers) == 1 or item.get("repeats")
    for answer in answers:
        if item["type"] == "string":
            assert list(answer) == ["valueString"]
        else:
            options = [option["valueCoding"] for option in item["answerOption"]]
            assert {name: answer["valueCoding"][name] for name in ("system", "code")} in [
                {name: option[name] for name in ("system", "code")} for option in options
            ]


def test_a_review_is_told_item_by_item(told: Export) -> None:
    review = next(each for each in told["QuestionnaireResponse"] if each["id"].endswith("-1"))
    rows = [
        [
            value if isinstance(value, str) else value["code"]
            for child in group["item"]
            for answer in child["answer"]
            for value in answer.values()
        ]
        for group in review["item"]
    ]
    assert rows == [
        ["criterion:her2-lines", "her2-lines", "met", "agree", "met"],
        ["line:palliative:1", "line-of-therapy", "right", "overrule", "wrong", "start", "agents"],
        ["finding:ILD-ACT:-:-:-:ASCO", "ILD-ACT", "unknown", "cannot-tell", "note"],
        ["missed:1", "BMA", "palliative line 1", "own", "not-met", "record-not-used"],
    ]
    identified = review["meta"]["security"][0]["code"] == "R"
    assert (review.get("authored") == LOCKED.isoformat().replace("+00:00", "Z")) == identified


def _flagged(*severities: Severity) -> Subject:
    subject = subject_of("1")
    flags = tuple(Flag("a-flag", severity, "A sentence.", ()) for severity in severities)
    abstract: Abstract = replace(subject.abstract, flags=flags)
    return replace(subject, abstract=abstract)


def test_severities_are_those_of_fhir() -> None:
    found = [each["severity"] for each in issues(_flagged(*Severity), disclosure(), signed=True)]
    assert found == ["high", "moderate", "low", "low"]


@pytest.mark.parametrize(
    ("severities", "responses", "priority", "status"),
    [
        ((Severity.CRITICAL, Severity.REVIEW), (), "urgent", "requested"),
        ((Severity.DISCORDANT,), ("S1-review-1",), "routine", "completed"),
        ((), (), "routine", "requested"),
    ],
)
def test_a_task(
    severities: tuple[Severity, ...], responses: tuple[str, ...], priority: str, status: str
) -> None:
    asked = task(_flagged(*severities), disclosure(), responses=responses)
    line_of(asked)
    assert (asked["priority"], asked["status"]) == (priority, status)
    assert asked["focus"]["reference"].partition("/")[0] == ("DetectedIssue" if severities else "Patient")
    assert len(asked["input"]) == 1 + len(severities)
    assert len(asked.get("output", ())) == len(responses)


@pytest.mark.parametrize(("signed", "status"), [(True, "final"), (False, "preliminary")])
def test_a_verdict_that_nobody_signed_is_preliminary(signed: bool, status: str) -> None:
    (issue,) = issues(_flagged(Severity.REVIEW), disclosure(), signed=signed)
    assert issue["status"] == status
    form = questionnaire(version="1", reasons=REASONS, notice=None if signed else "not signed: nothing")
    assert form.get("description") == (None if signed else "Not signed: nothing.")


@pytest.mark.parametrize(
    ("resource", "named"),
    [
        ({"resourceType": "Task", "status": "secret", "intent": "order"}, "Task.status"),
        ({"resourceType": "Task", "intent": "order"}, "status"),
        ({"resourceType": "Task", "status": "requested", "intent": "order", "focus": "secret"}, "focus"),
        (
            {"resourceType": "DetectedIssue", "status": "final", "severity": "secret"},
            "DetectedIssue.severity",
        ),
        ({"resourceType": "Patient", "id": "secret one"}, "id"),
    ],
)
def test_what_is_not_valid_is_refused_by_element_without_its_value(resource: Plain, named: str) -> None:
    with pytest.raises(AbstractorError, match=named) as refused:
        line_of(resource)
    assert "secret" not in str(refused.value)
    assert refused.value.__context__ is None
