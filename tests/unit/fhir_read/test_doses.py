"""MedicationAdministration, MedicationDispense and J-coded Procedures."""

from typing import Any

import pytest

from abstractor.chart import Standing
from tests.unit.fhir_read.charting import (
    HCPCS,
    ICD,
    chart_of,
    coded,
    condition,
    days,
    dispense,
    dose,
    order,
    procedure,
)


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("completed", Standing.COUNTS),
        ("in-progress", Standing.PARTIAL),
        ("stopped", Standing.PARTIAL),
        ("on-hold", Standing.CONTEXT),
        ("unknown", Standing.CONTEXT),
        (None, Standing.CONTEXT),
        ("not-done", Standing.AGAINST),
    ],
)
def test_the_standing_of_a_dose(status: str | None, standing: Standing) -> None:
    (found,) = chart_of(dose(status=status)).administrations
    assert found.standing is standing
    assert found.kind == "administration"


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("completed", Standing.COUNTS),
        ("in-progress", Standing.CONTEXT),
        ("preparation", Standing.WITHDRAWN),
        ("cancelled", Standing.WITHDRAWN),
        ("declined", Standing.AGAINST),
    ],
)
def test_the_standing_of_a_dispense(status: str, standing: Standing) -> None:
    (found,) = chart_of(dispense(status=status)).dispenses
    assert found.standing is standing


def test_a_dose_that_was_a_mistake_is_none() -> None:
    chart = chart_of(dose(status="entered-in-error"), dispense(status="entered-in-error"))
    assert (chart.administrations, chart.dispenses) == ((), ())


@pytest.mark.parametrize(
    ("elements", "when"),
    [
        ({"effectiveDateTime": "2022-06-14"}, "2022-06-14"),
        (
            {"effectiveDateTime": None, "effectivePeriod": {"start": "2022-06-15", "end": "2022-06-16"}},
            "2022-06-15",
        ),
        ({"effectiveDateTime": None}, None),
    ],
)
def test_a_dose_is_dated_by_its_start(elements: dict[str, Any], when: str | None) -> None:
    (found,) = chart_of(dose(**elements)).administrations
    assert days(found.when) == when


def test_a_dispense_is_dated_by_its_handing_over_else_its_preparation() -> None:
    (handed,) = chart_of(dispense(whenPrepared="2022-06-01")).dispenses
    (prepared,) = chart_of(dispense(whenHandedOver=None, whenPrepared="2022-06-01")).dispenses
    assert (days(handed.when), days(prepared.when)) == ("2022-06-14", "2022-06-01")


@pytest.mark.parametrize(
    ("supply", "found"),
    [
        ({"value": 30, "unit": "days"}, 30),
        ({"value": 4, "code": "wk"}, 28),
        ({"value": 30}, 30),
        ({"value": -1}, None),
    ],
)
def test_the_days_of_a_dispense(supply: dict[str, Any], found: int | None) -> None:
    assert chart_of(dispense(daysSupply=supply)).dispenses[0].days_supply == found


def test_a_dose_and_a_dispense_take_the_reason_of_the_order_they_name() -> None:
    named = {"reference": "MedicationRequest/1"}
    chart = chart_of(
        order(reasonCode=[coded("C16.9", ICD)]),
        dose(request=named),
        dose(id="2", on="2022-08-01", request=named, reasonCode=[coded("C50.911", ICD)]),
        dispense(authorizingPrescription=[named]),
    )
    assert [each.reasons for each in chart.administrations] == [("other-her2-cancer",), ("breast-cancer",)]
    assert chart.dispenses[0].reasons == ("other-her2-cancer",)
    assert chart.dispenses[0].order == chart.administrations[0].order == "MedicationRequest/1"


def test_why_a_dose_was_not_given() -> None:
    (found,) = chart_of(dose(status="not-done", statusReason=[coded("105480006")])).administrations
    assert found.stop_reasons == ("stop-reason:refusal",)


def test_a_completed_procedure_with_a_drug_code_is_a_dose() -> None:
    chart = chart_of(procedure("J9354", HCPCS, encounter={"reference": "Encounter/4"}))
    (found,) = chart.administrations
    assert (found.kind, found.agents, days(found.when)) == (
        "procedure",
        ("ado-trastuzumab emtansine",),
        "2022-06-14",
    )
    assert (found.standing, found.encounter) == (Standing.COUNTS, "Encounter/4")
    assert chart.procedures == ()


def test_a_drug_code_that_was_not_done_is_no_dose() -> None:
    chart = chart_of(procedure("J9354", HCPCS, status="not-done"))
    assert chart.administrations == ()
    assert chart.procedures[0].standing is Standing.AGAINST


@pytest.mark.parametrize(
    ("status", "standing"),
    [("unknown", Standing.CONTEXT), ("stopped", Standing.CONTEXT), ("in-progress", Standing.CONTEXT)],
)
def test_a_drug_code_of_a_status_that_tells_little_is_context(status: str, standing: Standing) -> None:
    chart = chart_of(procedure("J9358", HCPCS, status=status))
    (found,) = chart.administrations
    assert (found.agents, found.standing) == (("fam-trastuzumab deruxtecan",), standing)


def test_a_drug_code_that_was_a_mistake_is_nothing() -> None:
    chart = chart_of(procedure("J9358", HCPCS, status="entered-in-error"))
    assert (chart.administrations, chart.procedures) == ((), ())


@pytest.mark.parametrize("code", ["J9999", "C9399", "J3490", "J3590"])
def test_a_code_for_any_drug_is_a_dose_that_cannot_be_told(code: str) -> None:
    chart = chart_of(procedure(code=coded(code, HCPCS, text="Chemotherapy drug, not listed")))
    (found,) = chart.administrations
    assert (found.agents, found.unmapped) == ((), "Chemotherapy drug, not listed")
    (issue,) = [issue for issue in chart.issues if issue.code == "agent-unmapped"]
    assert [(source.path, source.value) for source in issue.sources] == [
        ("Procedure.code.coding[0].code", code)
    ]


def test_words_beside_a_code_for_any_drug_say_which() -> None:
    (new,) = chart_of(procedure(code=coded("J9999", HCPCS, text="Enhertu 100 mg"))).administrations
    (unsure,) = chart_of(
        procedure(code=coded("J9999", HCPCS, text="trastuzumab duocarmazine"))
    ).administrations
    assert new.agents == ("fam-trastuzumab deruxtecan",)
    assert unsure.agents == ()


def test_a_procedures_words_are_never_read_as_a_drug() -> None:
    echo = coded("40701008", text="trastuzumab")
    chart = chart_of(procedure(code=echo))
    assert chart.administrations == ()
    assert chart.procedures[0].concepts == ("echocardiogram",)


def test_a_reason_that_is_a_condition_of_another_patient_is_not_looked_up() -> None:
    chart = chart_of(
        condition("C16.9", id="theirs", patient="Patient/2"),
        order(reasonReference=[{"reference": "Condition/theirs"}]),
    )
    assert chart.orders[0].reasons == ()
