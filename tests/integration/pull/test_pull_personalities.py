"""Each vendor's endpoint, pulled by its dialect: what can be seen is seen, the ledger says what cannot."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from abstractor.chart import Seen
from abstractor.fhir.about import about
from abstractor.fhir.endpoint import Pulled, connect
from abstractor.fhir.ledger import Said
from abstractor.fhir.search_codes import codes_of_results
from abstractor.fhir.types import TYPES_READ
from abstractor.guidelines import load_value_sets
from fixtures.clinic.door import Door
from fixtures.clinic.personalities.loading import PERSONALITIES
from fixtures.clinic.running import open_clinic
from tests.integration.pull.clinics import PATIENT, quick, record

LABS = 7  # more than a page of the tests, which holds three
NEVER = {"Organization", "Practitioner", "PractitionerRole"}


def of(category: str) -> dict[str, Any]:
    return {"category": [{"coding": [{"code": category}]}]}


def chart(patient: str) -> list[dict[str, Any]]:
    """A record of every type that is pulled by patient, some of which a vendor cannot be asked for."""
    plain = ("AdverseEvent", "Condition", "DocumentReference", "Encounter", "MedicationAdministration")
    more = ("MedicationDispense", "MedicationStatement", "Procedure", "ServiceRequest")
    told = [
        *(("Observation", f"lab{n}", of("laboratory")) for n in range(LABS)),
        *(("Observation", f"smoking{n}", of("social-history")) for n in range(4)),
        ("Observation", "therapy", of("therapy")),
        ("Observation", "bare", {}),
        ("DiagnosticReport", "pathology", of("PAT")),
        ("CarePlan", "plan", of("assess-plan")),
        ("CarePlan", "other", of("longitudinal")),
        ("CareTeam", "team", {"status": "active"}),
        ("MedicationRequest", "order", {"intent": "order", **DRUG}),
        ("MedicationRequest", "proposal", {"intent": "proposal"}),
        *((kind, "one", {}) for kind in (*plain, *more)),
    ]
    shot = {"resourceType": "Immunization", "id": f"{patient}-shot"}
    return [
        record("Patient", patient),
        shot | {"patient": {"reference": f"Patient/{patient}"}},
        *(record(kind, f"{patient}-{name}", patient=patient, **rest) for kind, name, rest in told),
    ]


DRUG = {"medicationReference": {"reference": "Medication/drug"}}
RECORDS = [
    *chart("p1"),
    *chart("p2"),
    record("Medication", "drug", patient=None, code={"text": "letrozole"}),
]
MISSED = {
    "plain": set(),
    "epic": {
        "AdverseEvent/p1-one",
        "CarePlan/p1-other",
        "MedicationStatement/p1-one",
        "Observation/p1-bare",
        "Observation/p1-therapy",
    },
    "oracle": {"AdverseEvent/p1-one", "MedicationStatement/p1-one"},
    "athena": {
        "AdverseEvent/p1-one",
        "MedicationAdministration/p1-one",
        "MedicationDispense/p1-one",
        "MedicationRequest/p1-proposal",
        "MedicationStatement/p1-one",
    },
}
NOT_LISTED = (Said.NOT_ASKED, "not-listed")
DOUBTED: dict[str, set[tuple[str, Said, str]]] = {
    "plain": set(),
    "epic": {
        ("AdverseEvent", *NOT_LISTED),
        ("MedicationStatement", *NOT_LISTED),
        ("CarePlan", Said.NOT_ASKED, "asked-by-category"),
        ("DiagnosticReport", Said.NOT_ASKED, "asked-by-category"),
        ("Observation", Said.NOT_ASKED, "asked-by-category"),
        ("CareTeam", Said.PARTLY_AUTHORISED, "outcome:processing; notice:4119"),
        ("Immunization", Said.PARTLY_AUTHORISED, "outcome:suppressed; notice:59204"),
    },
    "oracle": {("AdverseEvent", *NOT_LISTED), ("MedicationStatement", *NOT_LISTED)},
    "athena": {
        ("AdverseEvent", *NOT_LISTED),
        ("MedicationAdministration", *NOT_LISTED),
        ("MedicationDispense", *NOT_LISTED),
        ("MedicationStatement", *NOT_LISTED),
        ("MedicationRequest", Said.NOT_ASKED, "asked-by-intent"),
        ("Medication", Said.TRUNCATED, "orders-not-whole"),
    },
}


@pytest.fixture(scope="module")
def doors() -> Iterator[dict[str, Door]]:
    with ExitStack() as stack:
        opened = {name: stack.enter_context(open_clinic(personality=name)) for name in PERSONALITIES}
        for door in opened.values():
            door.reset(RECORDS)
        yield opened


def pulled_from(door: Door, **more: Any) -> Pulled:
    with connect(quick(door.url, page_size=3), **more) as clinic:
        return clinic.pull(PATIENT, TYPES_READ)


def named(pulled: Pulled) -> list[str]:
    known = [about(one.body) for one in pulled.received]
    return [f"{one.resourceType}/{one.id}" for one in known if one is not None]


@pytest.mark.parametrize("name", PERSONALITIES)
def test_all_that_can_be_seen_is_seen_once(doors: dict[str, Door], name: str) -> None:
    found = named(pulled_from(doors[name]))
    held = set(doors[name].live("p1")) - ({"Medication/drug"} if name == "oracle" else set())
    assert len(found) == len(set(found))
    assert held - set(found) == MISSED[name]
    assert set(found) <= held | {"Medication/drug"}


@pytest.mark.parametrize("name", PERSONALITIES)
def test_the_ledger_says_exactly_what_cannot_be_seen(doors: dict[str, Door], name: str) -> None:
    pulled = pulled_from(doors[name])
    doubted = {(row.type, row.said, row.detail) for row in pulled.rows if row.detail is not None}
    assert doubted == DOUBTED[name]
    unasked = {row.type for row in pulled.rows if row.said is Said.NOT_ASKED and row.detail is None}
    assert unasked == NEVER


@pytest.mark.parametrize("name", PERSONALITIES)
def test_what_is_called_whole_misses_nothing(doors: dict[str, Door], name: str) -> None:
    pulled = pulled_from(doors[name])
    whole = {one.type for one in pulled.answers if one.state.whole}
    assert not {one.partition("/")[0] for one in MISSED[name]} & whole
    assert {one.type for one in pulled.answers} == set(TYPES_READ)
    assert whole == set(TYPES_READ) - NEVER - {kind for kind, _, _ in DOUBTED[name]}


HER2 = {"code": {"coding": [{"system": "http://loinc.org", "code": "85319-2"}]}}
EJECTION = {"code": {"coding": [{"system": "http://loinc.org", "code": "10230-1"}]}}


def test_epic_gives_a_needed_result_without_a_category_when_asked_by_its_code() -> None:
    codes = codes_of_results(load_value_sets())
    with open_clinic(personality="epic") as door:
        door.reset(RECORDS)
        door.add(record("Observation", "her2", **HER2))
        door.add(record("Observation", "lvef", **EJECTION, **of("laboratory")))
        door.add(record("Observation", "other-her2", patient="p2", **HER2))
        without, pulled = pulled_from(door), pulled_from(door, codes=codes)
    assert set(named(pulled)) - set(named(without)) == {"Observation/her2"}
    assert len(named(pulled)) == len(set(named(pulled))) and pulled.foreign == 0
    rows = [row for row in pulled.rows if row.type == "Observation"]
    assert (rows[-1].said, rows[-1].detail) == (Said.NOT_ASKED, "asked-by-category-and-code")
    by_code = [row for row in rows if row.asked is not None and "+code=" in row.asked]
    assert sum(row.count for row in by_code) == 2
    assert all(row.asked and row.asked.endswith("more") for row in by_code)


def test_epic_gives_whole_by_category_what_the_clinic_has_confirmed() -> None:
    with open_clinic(personality="epic") as door:
        door.reset(RECORDS)
        confirmed = pulled_from(door, categorised=["Observation"])
    states = {one.type: one.state for one in confirmed.answers}
    assert states["Observation"].whole and not states["CarePlan"].whole


@pytest.mark.parametrize("name", PERSONALITIES)
def test_rows_count_what_came_against_what_the_clinic_says_there_is(
    doors: dict[str, Door], name: str
) -> None:
    rows = [row for row in pulled_from(doors[name]).rows if row.type == "Observation" and row.asked]
    laboratory = [row for row in rows if row.asked in ("patient", "patient+category=laboratory")]
    everything = LABS + 4 + 2
    expected = (LABS, LABS) if name == "epic" else (everything, everything)
    assert [(row.count, row.total, row.said) for row in laboratory] == [(*expected, Said.ANSWERED)]


@pytest.mark.parametrize(
    ("name", "kind"), [("epic", "Observation"), ("epic", "CarePlan"), ("athena", "MedicationRequest")]
)
def test_asked_as_plain_the_answers_teach_the_same(doors: dict[str, Door], name: str, kind: str) -> None:
    """What the dialect's file does not say is learned from the refusals, at the price of a request."""
    own, learned = pulled_from(doors[name]), pulled_from(doors[name], dialect="plain")
    of_type = [one for one in named(own) if one.startswith(f"{kind}/")]
    assert set(of_type) <= set(named(learned))
    assert next(one for one in learned.answers if one.type == kind).state is Seen.PARTIAL


@pytest.mark.parametrize(
    ("name", "detail"),
    [
        ("plain", "patient-merged"),
        ("epic", "patient-redirect-301"),
        ("oracle", "patient-merged"),
        ("athena", "patient-http-404:not-found"),
    ],
)
def test_nothing_of_a_patient_merged_into_another_is_called_whole(name: str, detail: str) -> None:
    with open_clinic(personality=name) as door:
        door.reset(RECORDS)
        door.merge("p1", "p2")
        pulled = pulled_from(door)
    assert {one.type for one in pulled.answers if one.state.whole} <= {"Patient"}
    answered = [one for one in pulled.answers if one.state is Seen.PARTIAL]
    assert answered and all(detail in (one.detail or "").split("; ") for one in answered)
    assert not any(b"Patient/p2" in one.body for one in pulled.received if b"replaced-by" not in one.body)
