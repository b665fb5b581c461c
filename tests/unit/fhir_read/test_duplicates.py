"""One event that several systems recorded is one fact with all their sources."""

from typing import Any

import pytest

from abstractor.chart import Administration, Standing
from tests.unit.fhir_read.charting import (
    HCPCS,
    SNOMED,
    chart_of,
    coded,
    condition,
    days,
    dispense,
    dose,
    observation,
    order,
    procedure,
    visit,
)

TDM1 = "ado-trastuzumab emtansine"


def from_system(name: str) -> dict[str, Any]:
    return {"meta": {"source": name}}


def doses(*records: dict[str, Any]) -> list[Administration]:
    found = chart_of(*records).administrations
    assert found == chart_of(*reversed(records)).administrations
    return list(found)


def resources(fact: Administration) -> set[str]:
    return {source.resource for source in fact.sources}


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [
        (from_system("a"), from_system("b"), 1),
        (from_system("a"), from_system("a"), 2),
        ({}, {}, 2),
        ({}, from_system("a"), 1),
        (from_system("a#request-1"), from_system("a#request-2"), 2),
        (from_system("#request-1"), from_system("#request-2"), 2),
        ({"identifier": [{"system": "urn:a"}]}, {"identifier": [{"system": "urn:b"}]}, 1),
        ({"identifier": [{}, {"assigner": {"display": "a"}}]}, {"identifier": [{"system": "urn:b"}]}, 1),
        (from_system("a") | {"identifier": [{"system": "urn:a"}]}, from_system("a"), 2),
    ],
)
def test_two_days_of_one_dose_need_two_systems(
    first: dict[str, Any], second: dict[str, Any], count: int
) -> None:
    assert len(doses(dose(on="2022-07-11", **first), dose(id="2", on="2022-07-12", **second))) == count


@pytest.mark.parametrize(
    ("other", "count"), [("2022-07-14", 1), ("2022-07-08", 1), ("2022-07-15", 2), ("2022-07", 2)]
)
def test_only_within_three_days(other: str, count: int) -> None:
    found = doses(dose(on="2022-07-11", **from_system("a")), dose(id="2", on=other, **from_system("b")))
    assert len(found) == count


@pytest.mark.parametrize(
    "elements",
    [
        {"medicationCodeableConcept": {"text": "pertuzumab"}},
        {"medicationCodeableConcept": {"text": "Chemo, NOS"}},
        {"status": "not-done"},
        {"dosage": {"route": coded("26643006")}},
        {"dosage": {"route": {"text": "Oral"}}},
    ],
)
def test_another_drug_a_dose_not_given_and_tablets_are_never_merged(elements: dict[str, Any]) -> None:
    one = dose(on="2022-07-11", **from_system("a"))
    other = dose(id="2", on="2022-07-12", **from_system("b")) | elements
    assert len(doses(one, other)) == 2


def test_every_dose_of_a_weekly_schedule_stays() -> None:
    given = [dose("paclitaxel", id=f"a{n}", on=f"2022-07-{n:02d}", **from_system("a")) for n in (1, 8, 15)]
    again = [
        dose("paclitaxel", id=f"b{n}", on=f"2022-07-{n + 1:02d}", **from_system("b")) for n in (1, 8, 15)
    ]
    assert [days(each.when) for each in doses(*given, *again)] == ["2022-07-01", "2022-07-08", "2022-07-15"]


def test_the_completed_row_with_a_full_timestamp_stands() -> None:
    vague = dose(on="2022-07-11", id="1", **from_system("a"))
    exact = dose(on="2022-07-12T15:00:00Z", id="2", **from_system("b"))
    unsure = dose(on="2022-07-11T15:00:00Z", id="3", status="unknown", **from_system("c"))
    (found,) = doses(vague, exact, unsure)
    assert (found.reference, days(found.when)) == ("MedicationAdministration/2", "2022-07-12")
    assert found.standing is Standing.COUNTS
    assert resources(found) == {f"MedicationAdministration/{n}" for n in (1, 2, 3)}
    assert found.sources[0].value == "2022-07-12T15:00:00Z"


def test_a_dose_its_claim_and_a_copy_of_the_claim_are_one_dose() -> None:
    """Vignette V33: an order here, the dose there, the claim for it, and an exchange's copy of the claim."""
    chart = chart_of(
        order(TDM1, authoredOn="2021-06-01", **from_system("a")),
        dose(TDM1, on="2021-06-03", request={"reference": "MedicationRequest/1"}, **from_system("b")),
        procedure("J9354", HCPCS, performedDateTime="2021-06-03", **from_system("claims")),
        procedure("J9354", HCPCS, id="copy", performedDateTime="2021-06-03", **from_system("exchange")),
    )
    (given,) = chart.administrations
    assert (given.kind, given.order) == ("administration", "MedicationRequest/1")
    assert resources(given) == {"MedicationAdministration/1", "Procedure/1", "Procedure/copy"}
    assert len(chart.orders) == 1


def test_a_dose_and_its_claim_in_one_system_are_one_on_the_same_day_only() -> None:
    claim = procedure("J9354", HCPCS, performedDateTime="2021-06-03")
    assert len(doses(dose(TDM1, on="2021-06-03"), claim)) == 1
    assert len(doses(dose(TDM1, on="2021-06-02"), claim)) == 2


def test_what_the_kept_row_leaves_open_the_other_may_tell() -> None:
    timed = dose(on="2022-07-11T15:00:00Z", **from_system("a"))
    linked = dose(
        id="2",
        on="2022-07-11",
        request={"reference": "MedicationRequest/7"},
        context={"reference": "Encounter/7"},
    )
    (found,) = doses(timed, linked)
    assert (found.reference, found.order, found.encounter) == (
        "MedicationAdministration/1",
        "MedicationRequest/7",
        "Encounter/7",
    )


@pytest.mark.parametrize(
    "record",
    [
        condition(onsetDateTime="2020-01-01"),
        observation(valueString="3+"),
        observation("8806-2", valueQuantity={"value": 60}),
        observation("21901-4", valueString="M1"),
        order(),
        dose(),
        dispense(),
        visit(),
        procedure(),
    ],
    ids=lambda record: str(record["resourceType"]),
)
def test_what_says_the_same_in_all_but_its_id_is_one(record: dict[str, Any]) -> None:
    copy = record | {"id": "copy"}
    chart, plain = chart_of(record, copy), chart_of(record)
    for name in (
        "diagnoses",
        "stages",
        "biomarkers",
        "results",
        "orders",
        "administrations",
        "dispenses",
        "visits",
    ):
        assert len(getattr(chart, name)) == len(getattr(plain, name))
    assert len(chart.procedures) == len(plain.procedures)
    assert f"{record['resourceType']}/copy" in repr(chart)


def test_who_names_a_copy_is_led_to_the_one_that_stands() -> None:
    chart = chart_of(
        visit(id="a"),
        visit(id="b"),
        order(id="a", encounter={"reference": "Encounter/b"}),
        order(id="b", encounter={"reference": "Encounter/a"}, **from_system("elsewhere")),
        dose(request={"reference": "MedicationRequest/b"}, context={"reference": "Encounter/b"}),
    )
    assert (chart.visits[0].reference, chart.orders[0].reference) == ("Encounter/a", "MedicationRequest/a")
    assert (chart.orders[0].encounter, chart.administrations[0].encounter) == ("Encounter/a", "Encounter/a")
    assert chart.administrations[0].order == "MedicationRequest/a"


def test_one_order_in_two_systems_is_one_and_two_in_one_system_are_two() -> None:
    ours = order(requester={"reference": "Practitioner/1"}, **from_system("a"))
    theirs = order(id="2", status="completed", **from_system("b"))
    (found,) = chart_of(theirs, ours).orders
    assert (found.requester, len({s.resource for s in found.sources})) == ("Practitioner/1", 2)
    again = order(id="2", status="completed", **from_system("a"))
    assert len(chart_of(ours, again).orders) == 2


def test_one_dispense_in_two_systems_is_one() -> None:
    ours = dispense(whenHandedOver="2022-06-14T10:00:00Z", **from_system("a"))
    theirs = dispense(id="2", whenHandedOver="2022-06-15", daysSupply={"value": 30}, **from_system("b"))
    (found,) = chart_of(theirs, ours).dispenses
    assert (days(found.when), found.days_supply) == ("2022-06-14", 30)


def test_facts_stand_by_date_and_those_without_a_date_come_last() -> None:
    chart = chart_of(
        condition(id="a"),
        condition(id="b", onsetDateTime="2021-05-05"),
        condition(id="c", onsetDateTime="2021"),
        condition(id="d", code=coded("94381002", SNOMED), onsetDateTime="2020-05-05"),
    )
    assert [each.sources[0].resource[-1] for each in chart.diagnoses] == ["d", "c", "b", "a"]
