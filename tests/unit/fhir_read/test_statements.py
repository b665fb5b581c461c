"""MedicationStatement, and what a Procedure says of radiotherapy."""

from typing import Any

import pytest

from abstractor.chart import Chart, Standing
from tests.unit.fhir_read.charting import (
    HCPCS,
    ICD,
    SNOMED,
    Json,
    chart_of,
    coded,
    condition,
    days,
    order,
    procedure,
    resource,
)


def statement(text: str = "tucatinib", **elements: Any) -> Json:
    held = {
        "status": "active",
        "medicationCodeableConcept": {"text": text},
        "effectiveDateTime": "2022-06-01",
    }
    return resource("MedicationStatement", **{**held, **elements})


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("active", Standing.COUNTS),
        ("completed", Standing.COUNTS),
        ("stopped", Standing.COUNTS),
        ("on-hold", Standing.CONTEXT),
        ("unknown", Standing.CONTEXT),
        (None, Standing.CONTEXT),
        ("intended", Standing.WITHDRAWN),
        ("not-taken", Standing.AGAINST),
    ],
)
def test_the_standing_of_a_statement(status: str | None, standing: Standing) -> None:
    (found,) = chart_of(statement(status=status)).statements
    assert (found.standing, found.agents) == (standing, ("tucatinib",))


def test_a_statement_that_was_a_mistake_is_none() -> None:
    assert chart_of(statement(status="entered-in-error")).statements == ()


@pytest.mark.parametrize(
    ("elements", "when", "ended"),
    [
        ({}, "2022-06-01", None),
        ({"effectiveDateTime": "2022-06"}, "2022-06-01..2022-06-30", None),
        (
            {"effectiveDateTime": None, "effectivePeriod": {"start": "2022-06-01", "end": "2022-09-30"}},
            "2022-06-01",
            "2022-09-30",
        ),
        ({"effectiveDateTime": None, "effectivePeriod": {"start": "2022-06-01"}}, "2022-06-01", None),
        # the day of the report dates what is being taken, not what was
        ({"effectiveDateTime": None, "dateAsserted": "2022-07-01"}, "2022-07-01", None),
        ({"effectiveDateTime": None, "dateAsserted": "2022-07-01", "status": "completed"}, None, None),
        ({"effectiveDateTime": None, "effectivePeriod": {"end": "2022-09-30"}}, None, "2022-09-30"),
    ],
)
def test_when_it_was_taken(elements: dict[str, Any], when: str | None, ended: str | None) -> None:
    (found,) = chart_of(statement(**elements)).statements
    assert (days(found.when), days(found.ended)) == (when, ended)


def test_a_period_that_ends_before_it_starts_has_no_end() -> None:
    period = {"start": "2022-06-01", "end": "2022-05-01"}
    chart = chart_of(statement(effectiveDateTime=None, effectivePeriod=period))
    assert chart.statements[0].ended is None
    assert [issue.code for issue in chart.issues] == ["partial-record"]


def test_it_takes_the_reason_of_the_order_that_it_rests_on() -> None:
    chart = chart_of(
        order(id="1", reasonCode=[coded("C16.9", ICD)]),
        statement(basedOn=[{"reference": "CarePlan/2"}, {"reference": "MedicationRequest/1"}]),
    )
    assert chart.statements[0].order == "MedicationRequest/1"
    assert chart.statements[0].reasons == chart.orders[0].reasons == ("other-her2-cancer",)


def test_why_it_was_stopped() -> None:
    chart = chart_of(statement(status="stopped", statusReason=[coded("407563006")]))
    assert chart.statements[0].stop_reasons == ("stop-reason:not-tolerated",)


def test_the_same_statement_twice_is_one_with_both_sources() -> None:
    chart = chart_of(statement(id="1"), statement(id="2"))
    (found,) = chart.statements
    assert {s.resource for s in found.sources} == {"MedicationStatement/1", "MedicationStatement/2"}


def test_a_statement_of_an_unknown_drug_stays_visible() -> None:
    (found,) = chart_of(statement("something new")).statements
    assert (found.agents, found.unmapped) == ((), "something new")


BRAIN = {"bodySite": [coded("12738006")]}


def therapies(chart: Chart) -> tuple[str, ...]:
    return chart.procedures[0].concepts


@pytest.mark.parametrize(
    ("record", "concepts"),
    [
        (procedure("1217123003"), ("radiotherapy",)),
        (procedure("108290001"), ("radiotherapy",)),
        (procedure("G0339", HCPCS), ("radiotherapy",)),
        (procedure("G0340", HCPCS, **BRAIN), ("cns-local-therapy", "radiotherapy")),
        (procedure("1217123003", **BRAIN), ("cns-local-therapy", "radiotherapy")),
        (procedure("1217123003", bodySite=[coded("10200004")]), ("radiotherapy",)),
        (procedure("8-522", "urn:local", category=coded("1287742003")), ("radiotherapy",)),
        (
            procedure("8-522", "urn:local", category=coded("1287742003"), **BRAIN),
            ("cns-local-therapy", "radiotherapy"),
        ),
        (
            procedure("33195004", reasonCode=[coded("C79.31", ICD)]),
            ("cns-local-therapy", "radiotherapy"),
        ),
        (procedure(code={"text": "Whole brain  radiation therapy"}), ("cns-local-therapy",)),
        (procedure(code={"text": "Gamma Knife"}), ("cns-local-therapy",)),
        (procedure(code={"text": "SBRT"}), ("radiotherapy",)),
        (procedure(code={"text": "planning of radiotherapy declined"}), ()),
        # a picture of the brain is no therapy of it
        (procedure("40701008", SNOMED, **BRAIN), ("echocardiogram",)),
    ],
)
def test_what_a_procedure_says_of_radiotherapy(record: Json, concepts: tuple[str, ...]) -> None:
    assert therapies(chart_of(record)) == concepts


def test_radiotherapy_for_a_brain_metastasis_is_aimed_at_it() -> None:
    chart = chart_of(
        condition("C79.31", id="brain"),
        procedure("1217123003", reasonReference=[{"reference": "Condition/brain"}]),
    )
    assert therapies(chart) == ("cns-local-therapy", "radiotherapy")
