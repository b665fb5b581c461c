"""Encounter to Visit, Procedure and DiagnosticReport to Procedure."""

from typing import Any

import pytest

from abstractor.chart import Standing
from tests.unit.fhir_read.charting import (
    LOINC,
    SNOMED,
    chart_of,
    coded,
    days,
    procedure,
    resource,
    row,
    visit,
)

CPT = "http://www.ama-assn.org/go/cpt"


def part(who: str, *types: str) -> dict[str, Any]:
    return {"individual": {"reference": who}, "type": [{"coding": [{"code": code}]} for code in types]}


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("finished", Standing.COUNTS),
        ("in-progress", Standing.COUNTS),
        ("onleave", Standing.COUNTS),
        ("unknown", Standing.CONTEXT),
        (None, Standing.CONTEXT),
        ("planned", Standing.WITHDRAWN),
        ("cancelled", Standing.WITHDRAWN),
    ],
)
def test_its_standing(status: str | None, standing: Standing) -> None:
    (found,) = chart_of(visit(status=status)).visits
    assert found.standing is standing


def test_its_days_class_and_type() -> None:
    (found,) = chart_of(visit(type=[coded("185317003"), {"text": "Lab only"}])).visits
    assert (days(found.starts), days(found.ends), found.class_code) == ("2022-06-14", "2022-06-15", "AMB")
    assert found.concepts == ("excluded-visit", "telephone-visit")
    assert found.sources[0].path == "Encounter.period.start"


def test_a_visit_entered_in_error_is_none() -> None:
    assert chart_of(visit(status="entered-in-error")).visits == ()


def test_a_visit_that_ends_before_it_starts_is_its_first_day() -> None:
    chart = chart_of(visit(period={"start": "2022-06-14", "end": "2021-06-14"}))
    assert days(chart.visits[0].ends) == "2022-06-14"
    assert [issue.code for issue in chart.issues] == ["partial-record"]


@pytest.mark.parametrize(
    ("participants", "who"),
    [
        ([part("Practitioner/a"), part("Practitioner/b", "ATND")], "Practitioner/b"),
        ([part("Practitioner/a", "PART"), part("Practitioner/b", "SPRF", "PPRF")], "Practitioner/b"),
        ([part("Practitioner/a")], "Practitioner/a"),
        ([part("Practitioner/a"), part("Practitioner/a")], "Practitioner/a"),
        ([part("Practitioner/a"), part("Practitioner/b")], None),
        ([part("RelatedPerson/a", "ATND"), part("PractitionerRole/b")], "Practitioner/of-b"),
        ([{}], None),
        ([], None),
    ],
)
def test_who_attended(participants: list[dict[str, Any]], who: str | None) -> None:
    role = resource("PractitionerRole", "b", None, practitioner={"reference": "Practitioner/of-b"})
    (found,) = chart_of(role, visit(participant=participants)).visits
    assert found.attender == who


@pytest.mark.parametrize(
    ("elements", "site"),
    [
        ({"serviceProvider": {"reference": "Organization/1"}}, "Organization/1"),
        ({"location": [{}, {"location": {"reference": "Location/2"}}]}, "Location/2"),
        ({}, None),
    ],
)
def test_where(elements: dict[str, Any], site: str | None) -> None:
    (found,) = chart_of(visit(**elements)).visits
    assert found.site == site


def test_people_and_places_are_counted_for_the_patient_who_names_them() -> None:
    shared = [
        resource("Practitioner", "a", None),
        resource("Practitioner", "nobody", None),
        resource("Organization", "1", None),
    ]
    named = visit(participant=[part("Practitioner/a")], serviceProvider={"reference": "Organization/1"})
    chart = chart_of(*shared, named)
    counts = {each.type: each.count for each in chart.completeness}
    assert (counts["Practitioner"], counts["Organization"]) == (1, 1)
    assert row(chart, "PractitionerRole").state == "not-asked"


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("completed", Standing.COUNTS),
        ("in-progress", Standing.CONTEXT),
        ("preparation", Standing.WITHDRAWN),
        ("not-done", Standing.AGAINST),
    ],
)
def test_the_standing_of_a_procedure(status: str, standing: Standing) -> None:
    (found,) = chart_of(procedure(status=status, statusReason=coded("105480006"))).procedures
    assert (found.kind, found.concepts, found.standing) == ("procedure", ("echocardiogram",), standing)
    assert found.status_reasons == ("stop-reason:refusal",)


@pytest.mark.parametrize(
    ("code", "unread"),
    [
        (coded("40701008", SNOMED), False),
        (coded("1", SNOMED), False),
        (coded("93306", CPT), True),
        (coded("93306", CPT, "Complete"), True),
        ({"text": "Physiotherapy"}, True),
        ({"text": "ECG: not needed"}, True),
        ({"text": "ECG: declined"}, False),
        # Its name is known: it may be that, or is something else, and is not just anything.
        ({"text": "echocardiogram"}, False),
        (coded("93306", CPT, "Echo 2D complete"), False),
        ({"text": "Chest X-ray"}, False),
        ({"text": "Radiation therapy to the breast"}, False),
        (None, True),
    ],
)
def test_a_code_of_a_system_without_a_table_is_unread(code: dict[str, Any] | None, unread: bool) -> None:
    (found,) = chart_of(procedure(code)).procedures
    assert found.unread is unread


@pytest.mark.parametrize(
    ("elements", "when"),
    [
        (
            {"performedDateTime": None, "performedPeriod": {"start": "2022-06-01", "end": "2022-07-01"}},
            "2022-06-01",
        ),
        ({"performedDateTime": None, "performedString": "in June"}, None),
    ],
)
def test_when_it_was_done(elements: dict[str, Any], when: str | None) -> None:
    (found,) = chart_of(procedure(**elements)).procedures
    assert days(found.when) == when


def test_a_report_is_dated_by_what_it_is_about_else_by_its_issue() -> None:
    echo = coded("34552-0", LOINC)
    chart = chart_of(
        resource("DiagnosticReport", "1", status="final", code=echo, effectiveDateTime="2022-06-01"),
        resource("DiagnosticReport", "2", status="final", code=echo, issued="2022-07-01T12:00:00Z"),
        resource("DiagnosticReport", "3", status="registered", code=echo, effectiveDateTime="2022-08-01"),
        resource("DiagnosticReport", "4", status="entered-in-error", code=echo),
    )
    assert [(p.kind, days(p.when), p.standing) for p in chart.procedures] == [
        ("report", "2022-06-01", Standing.COUNTS),
        ("report", "2022-07-01", Standing.COUNTS),
        ("report", "2022-08-01", Standing.WITHDRAWN),
    ]
