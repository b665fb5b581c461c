"""Which search asks for each type, and what is asked where the endpoint wants it otherwise."""

import httpx
import pytest

from abstractor.chart import Seen
from abstractor.fhir.dialects.loading import dialect
from abstractor.fhir.types import TYPES_READ
from tests.integration.pull.clinics import PATIENT, answer, bundle, outcome, record, scripted, statement

SEARCHED = [kind for kind, ways in dialect("plain").types.items() if ways.parameter]
NEVER_ASKED = {"Organization", "Practitioner", "PractitionerRole"}
REQUIRED = httpx.Response(400, content=outcome("required"))


def test_each_type_read_is_asked_or_said_not_to_be() -> None:
    assert {"Patient", "Medication", *SEARCHED, *NEVER_ASKED} == set(TYPES_READ)
    with scripted(dict.fromkeys(SEARCHED, bundle())) as (clinic, asked):
        pulled = clinic.pull(PATIENT, TYPES_READ)
    assert [one.type for one in pulled.answers] == list(TYPES_READ)
    assert {one.type for one in pulled.answers if one.state is Seen.NOT_ASKED} == NEVER_ASKED
    searches = {one.url.path.split("/")[-1]: dict(one.url.params) for one in asked if one.url.params}
    expected = {kind: {"patient": "p1", "_count": "200"} for kind in SEARCHED}
    # AdverseEvent has no search parameter `patient` in R4.
    assert searches == {**expected, "AdverseEvent": {"subject": "Patient/p1", "_count": "200"}}


@pytest.mark.parametrize(
    ("listed", "asked_by"),
    [
        ({}, "patient"),
        ({"Condition": ()}, "patient"),
        ({"Condition": ("code", "patient", "subject")}, "patient"),
        ({"Condition": ("subject",)}, "subject"),
    ],
)
def test_the_capability_statement_chooses_the_parameter(
    listed: dict[str, tuple[str, ...]], asked_by: str
) -> None:
    with scripted({"metadata": statement(listed), "Condition": bundle()}) as (clinic, asked):
        assert answer(clinic.pull(PATIENT, ["Condition"]), "Condition").state is Seen.EMPTY
    assert asked_by in asked[-1].url.params


@pytest.mark.parametrize(
    ("listed", "detail"),
    [({"Patient": ()}, "not-listed"), ({"Condition": ("_id", "code")}, "no-patient-search")],
)
def test_what_the_endpoint_cannot_answer_is_not_asked(
    listed: dict[str, tuple[str, ...]], detail: str
) -> None:
    with scripted({"metadata": statement(listed)}) as (clinic, asked):
        given = answer(clinic.pull(PATIENT, ["Condition"]), "Condition")
    assert (given.state, given.detail, len(asked)) == (Seen.REFUSED, detail, 1)


def by_category(request: httpx.Request) -> httpx.Response:
    """As Epic does: no Observation without a category, and not every category known."""
    match request.url.params.get("category"):
        case None:
            return REQUIRED
        case "laboratory":
            labs = (record("Observation", f"lab{n}") for n in range(3))
            return httpx.Response(200, content=bundle(*labs, total=3))
        case "exam":
            return httpx.Response(
                200, content=bundle(record("Observation", "lab1"), record("Observation", "e1"))
            )
        case "therapy":
            return httpx.Response(400, content=outcome("not-supported"))
        case _:
            return httpx.Response(200, content=bundle())


def test_observations_refused_for_want_of_a_category_are_asked_by_category() -> None:
    with scripted({"Observation": by_category}) as (clinic, asked):
        pulled = clinic.pull(PATIENT, ["Observation"])
    given = answer(pulled, "Observation")
    # An Observation without any of these categories is not seen, so this is never called complete.
    assert (given.state, given.count) == (Seen.PARTIAL, 4)
    assert given.detail == "http-400:not-supported; asked-by-category"
    fan_out = dialect("plain").ways("Observation").fan_out
    assert fan_out is not None and len(asked) == 1 + 1 + len(fan_out.values)


def test_what_the_clinic_wants_is_learned_once_for_all_its_patients() -> None:
    replies = {"Observation": by_category, "Patient/p2": b'{"resourceType":"Patient","id":"p2"}'}
    with scripted(replies) as (clinic, asked):
        clinic.pull(PATIENT, ["Observation"])
        first = len(asked)
        clinic.pull("Patient/p2", ["Observation"])
    assert [one for one in asked[first:] if "category" not in one.url.params] == []
    assert len(asked) - first == first - 2


def test_orders_asked_by_every_intent_there_is_are_whole() -> None:
    def by_intent(request: httpx.Request) -> httpx.Response:
        intent = request.url.params.get("intent")
        orders = [record("MedicationRequest", f"m-{intent}", intent=intent)]
        return REQUIRED if intent is None else httpx.Response(200, content=bundle(*orders))

    with scripted({"MedicationRequest": by_intent}) as (clinic, _):
        given = answer(clinic.pull(PATIENT, ["MedicationRequest"]), "MedicationRequest")
    assert (given.state, given.count, given.detail) == (Seen.COMPLETE, 8, None)


@pytest.mark.parametrize(
    ("kind", "reply"),
    [("Observation", httpx.Response(400, content=outcome("invalid"))), ("Condition", REQUIRED)],
)
def test_other_refusals_are_taken_as_they_are(kind: str, reply: httpx.Response) -> None:
    with scripted({kind: reply}) as (clinic, asked):
        assert answer(clinic.pull(PATIENT, [kind]), kind).state is Seen.REFUSED
    assert len(asked) == 2


@pytest.mark.parametrize("status", [404, 410])
def test_where_the_patient_is_gone_silence_proves_nothing(status: int) -> None:
    replies = {
        PATIENT: httpx.Response(status),
        "Condition": bundle(record("Condition", "c1")),
        "Encounter": bundle(),
    }
    with scripted(replies) as (clinic, _):
        pulled = clinic.pull(PATIENT, ["Patient", "Condition", "Encounter"])
    assert answer(pulled, "Patient").state is Seen.REFUSED
    assert [one.state for one in pulled.answers[1:]] == [Seen.PARTIAL, Seen.PARTIAL]
    assert {one.detail for one in pulled.answers[1:]} == {f"patient-http-{status}"}
    assert len(pulled.received) == 1


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"resourceType":"Patient","id":"p1"}', (Seen.COMPLETE, None, 1)),
        (b'{"resourceType":"Patient","id":"p2"}', (Seen.PARTIAL, "foreign-patient; another-patient", 0)),
        (b'{"resourceType":"Patient","id":7}', (Seen.PARTIAL, "unreadable-resource", 1)),
        (b'{"resourceType":"Bundle","type":"searchset"}', (Seen.REFUSED, "not-a-patient", 0)),
    ],
)
def test_the_patient_is_read_by_its_id(body: bytes, expected: tuple[Seen, str | None, int]) -> None:
    with scripted({PATIENT: body}) as (clinic, _):
        pulled = clinic.pull(PATIENT, ["Patient"])
    given = answer(pulled, "Patient")
    assert (given.state, given.detail, len(pulled.received)) == expected


@pytest.mark.parametrize(
    "patient", ["Patient/..", "Patient/a/b", "Patient/a?b", "Patient/", "Group/1", "p1", "Patient/a,b"]
)
def test_an_id_that_could_lead_elsewhere_is_never_asked_for(patient: str) -> None:
    with scripted({}) as (clinic, asked):
        pulled = clinic.pull(patient, ["Patient", "Condition"])
    assert {one.state for one in pulled.answers} == {Seen.REFUSED}
    assert [one.url.path for one in asked] == ["/fhir/metadata"]
