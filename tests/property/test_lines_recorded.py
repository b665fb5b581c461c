"""Generated timelines as FHIR records: what changes the records, and not the treatment, changes no line
(knowledge base, section 8)."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from abstractor.chart import Administration, Chart, Dispense, Statement
from abstractor.rules.anchor import metastatic_anchor
from abstractor.rules.therapy.deriving import derive
from tests.asking import chart_of, library
from tests.builders import told
from tests.property import changing
from tests.property.timelines import ORIGIN, timeline

Resources = tuple[dict[str, Any], ...]
SEED = 20261121
TIMELINES = 30
PATIENT = "Patient/1"
BRANDS = {
    "trastuzumab": "Ogivri",
    "pertuzumab": "Perjeta",
    "ado-trastuzumab emtansine": "Kadcyla",
    "fam-trastuzumab deruxtecan": "Enhertu",
    "tucatinib": "Tukysa",
    "palbociclib": "Ibrance",
}
LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"


def coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def recorded(chart: Chart) -> Resources:
    """The facts of a told chart as an EHR would send them, one record an agent."""
    found = [*_drugs(chart.administrations, _dose), *_drugs(chart.dispenses, _fill)]
    found += _drugs(chart.statements, _statement)
    found += [
        _record("Observation", at, effectiveDateTime=_day(r.when), status="final",
                code=coded(LOINC, "97509-4"), valueCodeableConcept=coded(SNOMED, "271299001"))
        for at, r in enumerate(chart.results)
    ]  # fmt: skip
    found += [
        _record("Condition", at, onsetDateTime=_day(d.when), verificationStatus=coded("x", "confirmed"),
                code=coded("http://hl7.org/fhir/sid/icd-10-cm", "C78.7"))
        for at, d in enumerate(chart.diagnoses)
    ]  # fmt: skip
    return ({"resourceType": "Patient", "id": "1"}, *found)


def _day(when: Any) -> str:
    return str(when.earliest)


def _record(kind: str, at: int, agent: str = "", **elements: Any) -> dict[str, Any]:
    named = f"{at}-{agent.replace(' ', '-')}" if agent else str(at)
    drug = {"medicationCodeableConcept": {"text": agent}} if agent else {}
    subject = {"reference": PATIENT}
    return {"resourceType": kind, "id": f"{kind}-{named}", "subject": subject, **drug, **elements}


def _drugs(facts: Iterable[Any], made: Callable[[Any, int, str], dict[str, Any]]) -> list[dict[str, Any]]:
    return [made(fact, at, agent) for at, fact in enumerate(facts) for agent in fact.agents]


def _dose(dose: Administration, at: int, agent: str) -> dict[str, Any]:
    stopped = {"statusReason": [coded(SNOMED, "407563006")]} if dose.stop_reasons else {}
    when = {"effectiveDateTime": _day(dose.when), "status": dose.status}
    return _record("MedicationAdministration", at, agent, **when, **stopped)


def _fill(fill: Dispense, at: int, agent: str) -> dict[str, Any]:
    supply = {"daysSupply": {"value": fill.days_supply, "unit": "d"}} if fill.days_supply else {}
    when = {"whenHandedOver": _day(fill.when), "status": "completed"}
    return _record("MedicationDispense", at, agent, **when, **supply)


def _statement(said: Statement, at: int, agent: str) -> dict[str, Any]:
    end = {"end": _day(said.ended)} if said.ended is not None else {}
    period = {"effectivePeriod": {"start": _day(said.when), **end}, "status": "active"}
    return _record("MedicationStatement", at, agent, **period)


def lines(resources: Resources, as_of: date) -> list[Any]:
    """All that is public about the lines but where it was read."""
    known = chart_of(resources, PATIENT).as_of(as_of)
    anchor = metastatic_anchor(known, library().inclusion)
    therapy = derive(known, anchor, library(), library().line_policy, as_of)
    said = [
        (x.line.setting, x.line.number, x.line.agents, x.line.regimen, x.line.start, x.line.end,
         x.line.end_reason, x.line.opened_because, x.line.phases, x.decision)
        for x in therapy.lines
    ]  # fmt: skip
    return [said, [(flag.code, flag.statement) for flag in therapy.flags]]


def branded(resources: Resources) -> Resources:
    return tuple(
        {**r, "medicationCodeableConcept": {"text": BRANDS.get(name, name)}}
        if (name := r.get("medicationCodeableConcept", {}).get("text"))
        else r
        for r in resources
    )


def from_another_system(resources: Resources) -> Resources:
    """Another system that repeats every record, under ids of its own."""
    here = tuple({**r, "meta": {"source": "urn:here"}} for r in resources)
    copies = ({**r, "id": f"{r['id']}-hie", "meta": {"source": "urn:hie"}} for r in resources[1:])
    return (*here, *copies)


def claimed_later(resources: Resources) -> Resources:
    """A claim, dated up to three days later, for each dose that has no other dose of its drug near it."""
    here = tuple({**r, "meta": {"source": "urn:here"}} for r in resources)
    doses = [r for r in resources if r["resourceType"] == "MedicationAdministration"]
    claims = []
    for at, dose in enumerate(d for d in doses if d["status"] == "completed"):
        day = date.fromisoformat(dose["effectiveDateTime"]) + timedelta(days=at % 4)
        moved = {"effectiveDateTime": day.isoformat(), "meta": {"source": "urn:claims"}}
        claims.append({**dose, "id": f"{dose['id']}-claim", **moved})
    return (*here, *claims)


def listed(resources: Resources) -> Resources:
    """A medication list that names each drug that was given on the day of its dose."""
    given = [r for r in resources if r["resourceType"] in ("MedicationAdministration", "MedicationDispense")]
    lists = [
        _record("MedicationStatement", 900 + at, r["medicationCodeableConcept"]["text"], status="active",
                effectiveDateTime=r.get("effectiveDateTime") or r["whenHandedOver"])
        for at, r in enumerate(given)
        if r["status"] == "completed"
    ]  # fmt: skip
    return (*resources, *lists)


def mixed(resources: Resources) -> Resources:
    return changing.shuffled(resources, 7)


def twice(resources: Resources) -> Resources:
    return (*resources, *resources)


def with_unrelated(resources: Resources) -> Resources:
    return (*resources, *changing.unrelated(resources, PATIENT))


CHANGES = (mixed, twice, branded, changing.copied_in_error, with_unrelated, from_another_system, listed)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_other_records_of_the_same_treatment_give_the_same_lines(
    change: Callable[[Resources], Resources],
) -> None:
    chance = Random(SEED)
    for _ in range(TIMELINES):
        story, number = timeline(chance)
        as_of = ORIGIN + timedelta(days=number)
        resources = recorded(told(story))
        assert lines(change(resources), as_of) == lines(resources, as_of), story


@pytest.mark.parametrize("days", [-400, 1, 29, 366])
def test_other_dates_of_the_same_treatment_move_the_lines(days: int) -> None:
    chance = Random(SEED + days)
    for _ in range(TIMELINES // 3):
        story, number = timeline(chance)
        as_of = ORIGIN + timedelta(days=number)
        resources = recorded(told(story))
        plain, _ = lines(resources, as_of)
        later, _ = lines(changing.moved(resources, days), as_of + timedelta(days=days))
        assert [line[:4] for line in later] == [line[:4] for line in plain], story
        assert [line[4] for line in later] == [line[4].shift(days) for line in plain], story
        assert [line[5] and line[5].shift(-days) for line in later] == [line[5] for line in plain], story


def test_claims_of_the_same_doses_add_no_line() -> None:
    """A claim may be dated later than its dose, so that a last day may move by as much, and nothing else."""
    chance = Random(SEED)
    for _ in range(TIMELINES):
        story, number = timeline(chance)
        as_of = ORIGIN + timedelta(days=number + 10)
        resources = recorded(told(story))
        plain, claimed = (lines(each, as_of)[0] for each in (resources, claimed_later(resources)))
        assert [line[:5] for line in claimed] == [line[:5] for line in plain], story
