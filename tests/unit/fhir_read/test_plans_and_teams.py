"""CarePlan and CareTeam to Activity: the whole, and each part that means something."""

import pytest

from abstractor.chart import Standing
from tests.unit.fhir_read.caring import (
    MISTAKE,
    activity,
    meant,
    plan,
    team,
)
from tests.unit.fhir_read.charting import (
    ICD,
    Json,
    chart_of,
    coded,
    days,
)

US_CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/careplan-category"


@pytest.mark.parametrize(
    ("elements", "standing"),
    [
        ({}, Standing.CONTEXT),
        ({"status": "on-hold"}, Standing.CONTEXT),
        ({"status": "completed"}, Standing.CONTEXT),
        ({"status": "unknown"}, Standing.CONTEXT),
        ({"status": "draft"}, Standing.WITHDRAWN),
        ({"status": "revoked"}, Standing.WITHDRAWN),
        ({"status": None}, Standing.CONTEXT),
        ({"intent": "proposal"}, Standing.WITHDRAWN),
        ({"intent": "option"}, Standing.WITHDRAWN),
        ({"intent": None}, Standing.CONTEXT),
    ],
)
def test_a_plan_is_not_an_event(elements: Json, standing: Standing) -> None:
    assert activity(plan(**elements)).standing is standing


@pytest.mark.parametrize(
    ("elements", "when", "ended"),
    [
        ({}, "2022-06-14", None),
        (
            {"created": None, "period": {"start": "2022-07-01", "end": "2022-09-30"}},
            "2022-07-01",
            "2022-09-30",
        ),
        ({"period": {"start": "2022-07-01"}}, "2022-06-14", None),
        ({"created": None}, None, None),
    ],
)
def test_the_days_of_a_plan(elements: Json, when: str | None, ended: str | None) -> None:
    found = activity(plan(**elements))
    assert (days(found.when), days(found.ended)) == (when, ended)


@pytest.mark.parametrize(
    ("detail", "standing"),
    [
        ({"status": "not-started"}, Standing.CONTEXT),
        ({"status": "scheduled"}, Standing.CONTEXT),
        ({"status": "in-progress"}, Standing.CONTEXT),
        ({"status": "on-hold"}, Standing.CONTEXT),
        ({"status": "completed"}, Standing.CONTEXT),
        ({"status": "stopped"}, Standing.CONTEXT),
        ({"status": "unknown"}, Standing.CONTEXT),
        ({"status": "cancelled"}, Standing.WITHDRAWN),
        ({"status": "in-progress", "doNotPerform": True}, Standing.AGAINST),
        ({}, Standing.CONTEXT),
    ],
)
def test_an_activity_of_a_plan(detail: Json, standing: Standing) -> None:
    given = {"detail": {"code": {"text": "Goals of care discussion"}, **detail}}
    found = meant(chart_of(plan(title="Oncology plan", activity=[given])))
    assert (found.concepts, found.standing) == (("goals-of-care",), standing)


def test_an_activity_of_a_plan_has_days_and_reasons_of_its_own() -> None:
    detail = {
        "code": coded("306237005"),
        "status": "cancelled",
        "statusReason": {"text": "Patient refused"},
        "scheduledPeriod": {"start": "2022-08-01", "end": "2022-08-02"},
        "reasonCode": [coded("C79.51", ICD)],
    }
    found = meant(chart_of(plan(title=None, activity=[{"detail": detail}])))
    assert (days(found.when), days(found.ended)) == ("2022-08-01", "2022-08-02")
    assert found.status_reasons == ("stop-reason:refusal",)
    assert "bone-metastasis" in found.reasons


def test_a_mistaken_activity_of_a_plan_leaves_the_plan() -> None:
    detail = {"code": coded("306237005"), "status": MISTAKE}
    assert activity(plan(title="Plan", activity=[{"detail": detail}])).concepts == ()


@pytest.mark.parametrize(
    ("codes", "unread"),
    [
        ([], False),
        ([{"text": "Physiotherapy"}], False),
        ([coded("S9", "urn:local")], True),
        ([coded("385763009")], False),
    ],
)
def test_a_plan_is_unread_where_one_of_its_activities_is(codes: list[Json], unread: bool) -> None:
    category = [coded("assess-plan", US_CATEGORY)]
    activities = [{"detail": {"code": code}} for code in codes]
    chart = chart_of(plan(title="Plan", category=category, activity=activities))
    (whole,) = (each for each in chart.activities if not each.concepts)
    assert whole.unread is unread


@pytest.mark.parametrize(
    ("elements", "standing"),
    [
        ({}, Standing.COUNTS),
        ({"status": "inactive"}, Standing.COUNTS),
        ({"status": "proposed"}, Standing.WITHDRAWN),
        ({"status": "suspended"}, Standing.CONTEXT),
        ({"status": None}, Standing.ASSUMED),
    ],
)
def test_a_team_stands_as_its_status_says(elements: Json, standing: Standing) -> None:
    chart = chart_of(team(**elements))
    assert (meant(chart).standing, meant(chart).concepts) == (standing, ("patient-navigation",))
    assert len(chart.activities) == 2
    assert any(issue.code == "status-assumed" for issue in chart.issues) is (standing is Standing.ASSUMED)


@pytest.mark.parametrize(
    ("member", "when", "ended"),
    [
        ({}, "2022-06-14", None),
        ({"period": {"start": "2022-08-01", "end": "2022-12-31"}}, "2022-08-01", "2022-12-31"),
    ],
)
def test_who_joins_later_was_not_there_before(member: Json, when: str, ended: str | None) -> None:
    found = meant(chart_of(team(participant=[{"role": [{"text": "Navigator"}], **member}])))
    assert (days(found.when), days(found.ended)) == (when, ended)


def test_a_role_by_code_alone_cannot_be_read() -> None:
    roles = [{"role": [coded("207RX0202X", "http://nucc.org/provider-taxonomy")]}]
    assert activity(team(participant=roles)).unread
    roles = [{"role": [coded("207RX0202X", "http://nucc.org/provider-taxonomy", "Medical oncology")]}]
    assert not activity(team(participant=roles)).unread
