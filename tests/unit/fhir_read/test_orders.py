"""MedicationRequest to Order: its standing, its dates, its supply, who ordered it and why."""

from typing import Any

import pytest

from abstractor.chart import Order, Source, Standing
from tests.unit.fhir_read.charting import ICD, SNOMED, chart_of, coded, condition, days, order, resource


def the_order(**elements: Any) -> Order:
    (only,) = chart_of(order(**elements)).orders
    return only


@pytest.mark.parametrize(
    ("elements", "standing"),
    [
        ({"status": "active"}, Standing.COUNTS),
        ({"status": "completed"}, Standing.COUNTS),
        ({"status": "stopped"}, Standing.COUNTS),
        ({"status": "on-hold"}, Standing.COUNTS),
        ({"intent": "original-order"}, Standing.COUNTS),
        ({"intent": "instance-order"}, Standing.COUNTS),
        ({"status": "unknown"}, Standing.CONTEXT),
        ({"status": "a vendor's own"}, Standing.CONTEXT),
        ({"status": None}, Standing.CONTEXT),
        ({"intent": None}, Standing.CONTEXT),
        ({"status": "draft"}, Standing.WITHDRAWN),
        ({"status": "cancelled"}, Standing.WITHDRAWN),
        ({"intent": "plan"}, Standing.WITHDRAWN),
        ({"intent": "proposal"}, Standing.WITHDRAWN),
        ({"doNotPerform": True}, Standing.AGAINST),
        ({"doNotPerform": True, "status": "draft"}, Standing.AGAINST),
        ({"doNotPerform": False}, Standing.COUNTS),
        ({"status": "unknown", "intent": "plan"}, Standing.WITHDRAWN),
    ],
)
def test_the_weakest_of_status_intent_and_do_not_perform_stands(
    elements: dict[str, Any], standing: Standing
) -> None:
    assert the_order(**elements).standing is standing


def test_a_mistake_is_no_order_at_all() -> None:
    assert chart_of(order(status="entered-in-error")).orders == ()
    assert chart_of(order(status="entered-in-error", doNotPerform=True)).orders == ()


def test_an_absent_status_is_said() -> None:
    (issue,) = chart_of(order(status=None)).issues
    assert issue.code == "status-assumed"
    assert issue.sources == (Source("MedicationRequest/1", "MedicationRequest.status", None, None),)


def test_its_date_comes_first_among_its_sources() -> None:
    found = the_order(meta={"versionId": "7"}, authoredOn="2022-06-14T23:30:00Z")
    assert days(found.when) == "2022-06-14"
    assert found.sources[0] == Source(
        "MedicationRequest/1", "MedicationRequest.authoredOn", "7", "2022-06-14T23:30:00Z"
    )
    assert [source.path for source in found.sources[1:]] == [
        "MedicationRequest.medicationCodeableConcept.text",
        "MedicationRequest.status",
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2022-06-14", "2022-06-14"),
        ("2022-06", "2022-06-01..2022-06-30"),
        ("2022", "2022-01-01..2022-12-31"),
        ("2022-06-15T01:00:00Z", "2022-06-14"),  # still the evening before in New York
        ("2022-06-14T22:30:00", "2022-06-14"),
    ],
)
def test_a_date_means_days_of_the_site(written: str, read: str) -> None:
    assert days(the_order(authoredOn=written).when) == read


def test_a_time_without_a_zone_is_repaired_and_said() -> None:
    (issue,) = chart_of(order(authoredOn="2022-06-14T22:30:00")).issues
    assert (issue.code, issue.detail) == ("date-repaired", "1 times without a zone, read as America/New_York")
    assert [source.value for source in issue.sources] == ["2022-06-14T22:30:00"]


def test_an_order_without_a_date_has_none() -> None:
    assert the_order(authoredOn=None, meta={"lastUpdated": "2022-06-14T00:00:00Z"}).when is None


PERIOD = {"start": "2022-07-01", "end": "2022-09-30"}
BOUNDS = [{"text": "as told"}, {"timing": {"repeat": {"boundsPeriod": {"start": "2022-08-01"}}}}]


def supplied(value: float, unit: str) -> dict[str, Any]:
    return {"expectedSupplyDuration": {"value": value, "unit": unit}}


@pytest.mark.parametrize(
    ("elements", "first", "last"),
    [
        ({"dispenseRequest": {"validityPeriod": PERIOD}}, "2022-07-01", "2022-09-30"),
        ({"dispenseRequest": {"validityPeriod": {"start": "2022-07-01"}}}, "2022-07-01", None),
        ({"dispenseRequest": {"validityPeriod": {"end": "2022-07-01"}}}, "2022-06-14", "2022-07-01"),
        ({"dosageInstruction": BOUNDS}, "2022-08-01", None),
        (
            {"dosageInstruction": BOUNDS, "dispenseRequest": {"validityPeriod": PERIOD}},
            "2022-07-01",
            "2022-09-30",
        ),
        ({"dispenseRequest": supplied(30, "days")}, "2022-06-14", "2022-07-13"),
        ({"dispenseRequest": supplied(2, "wk")}, "2022-06-14", "2022-06-27"),
        ({"dispenseRequest": supplied(1, "mo")}, "2022-06-14", "2022-07-13"),
    ],
)
def test_the_stated_treatment_or_supply_period(
    elements: dict[str, Any], first: str, last: str | None
) -> None:
    found = the_order(**elements)
    assert found.supply is not None
    assert (days(found.supply[0]), days(found.supply[1])) == (first, last)


@pytest.mark.parametrize(
    "elements",
    [
        {},
        {"dispenseRequest": {"validityPeriod": {}}},
        {"dispenseRequest": supplied(30, "tablets")},
        {"dispenseRequest": supplied(0, "d")},
        {"dispenseRequest": supplied(1e300, "d")},
        {"dispenseRequest": supplied(30, "d"), "authoredOn": None},
    ],
)
def test_a_supply_that_makes_no_sense_is_none(elements: dict[str, Any]) -> None:
    assert the_order(**elements).supply is None


def test_a_period_that_ends_before_it_starts_is_one_day_and_said() -> None:
    chart = chart_of(order(dispenseRequest={"validityPeriod": {"start": "2022-07-01", "end": "2022-01-01"}}))
    (found,) = chart.orders
    assert found.supply is not None
    assert days(found.supply[1]) == "2022-07-01"
    assert [issue.code for issue in chart.issues] == ["partial-record"]


def test_its_reasons_are_codes_and_the_conditions_it_names() -> None:
    chart = chart_of(
        condition("C16.9", id="stomach"),
        order(
            reasonCode=[coded("C50.911", ICD)],
            reasonReference=[{"reference": "Condition/stomach"}, {"reference": "Condition/nowhere"}],
        ),
    )
    assert chart.orders[0].reasons == ("breast-cancer", "other-her2-cancer")


@pytest.mark.parametrize(
    ("why", "concept"),
    [(coded("407563006"), "stop-reason:not-tolerated"), ({"text": "Patient refused"}, "stop-reason:refusal")],
)
def test_why_it_was_stopped(why: dict[str, Any], concept: str) -> None:
    assert the_order(status="stopped", statusReason=why).stop_reasons == (concept,)


@pytest.mark.parametrize(
    ("requester", "who"),
    [
        ("Practitioner/9", "Practitioner/9"),
        ("https://clinic.example/fhir/Practitioner/9/_history/2", "Practitioner/9"),
        ("PractitionerRole/of-nine", "Practitioner/9"),
        ("PractitionerRole/not-held", "PractitionerRole/not-held"),
        ("PractitionerRole/nobody", "PractitionerRole/nobody"),
        ("PractitionerRole/itself", "PractitionerRole/itself"),
        ("Organization/1", None),
        ("#inside", None),
    ],
)
def test_who_ordered_it(requester: str, who: str | None) -> None:
    roles = [
        resource("PractitionerRole", "of-nine", None, practitioner={"reference": "Practitioner/9"}),
        resource("PractitionerRole", "nobody", None),
        resource("PractitionerRole", "itself", None, practitioner={"reference": "PractitionerRole/itself"}),
    ]
    (found,) = chart_of(*roles, order(requester={"reference": requester})).orders
    assert found.requester == who


def test_the_visit_at_which_it_was_ordered() -> None:
    assert the_order(encounter={"reference": "Encounter/5"}).encounter == "Encounter/5"


def test_what_is_coded_keeps_its_code_as_source() -> None:
    concept = {
        "coding": [
            {"system": SNOMED, "code": "1"},
            {"system": "urn:oid:2.16.840.1.113883.6.88", "code": "224905"},
        ]
    }
    found = the_order(medicationCodeableConcept=concept)
    assert found.agents == ("trastuzumab",)
    assert found.sources[1].path == "MedicationRequest.medicationCodeableConcept.coding[1].code"
    assert found.sources[1].value == "224905"


HL7_REASONS = "http://terminology.hl7.org/CodeSystem/medicationrequest-status-reason"


@pytest.mark.parametrize(
    ("code", "reasons"),
    [
        ("sintol", ("stop-reason:not-tolerated",)),
        ("salg", ("stop-reason:not-tolerated",)),
        # A duplicate, an interaction, a pregnancy, an operation: no reason that a rule of ours asks for.
        *((code, ()) for code in ("sdupther", "sddi", "preg", "surg", "washout", "drughigh", "hospadm")),
        *((code, ()) for code in ("altchoice", "clarif", "labint", "non-avail")),
    ],
)
def test_hl7s_reasons_for_a_status(code: str, reasons: tuple[str, ...]) -> None:
    (found,) = chart_of(order(status="stopped", statusReason=coded(code, HL7_REASONS))).orders
    assert found.stop_reasons == reasons


@pytest.mark.parametrize("said", ["Suspected intolerance", "Allergy", "Adverse reaction", "side effects"])
def test_the_reason_for_a_status_in_words(said: str) -> None:
    in_text = {"text": said}
    displayed = {"coding": [{"system": "urn:oid:1.2.36.146", "code": "17", "display": said}]}
    for reason in (in_text, displayed):
        (found,) = chart_of(order(status="stopped", statusReason=reason)).orders
        assert found.stop_reasons == ("stop-reason:not-tolerated",)
