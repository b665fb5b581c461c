"""What an examination finds behind the door: signing in, the statement, each search, pages, changes."""

import pytest

from abstractor.chart import Seen
from abstractor.fhir.capability import decode_capability
from abstractor.fhir.dialects.loading import dialect
from abstractor.fhir.examining.stating import stated
from abstractor.fhir.examining.values import Chosen, Examination, Mark
from abstractor.fhir.plan import Plan
from abstractor.fhir.smart.keys import SigningKey, new_key, public_jwks
from abstractor.fhir.types import TYPES_READ
from fixtures.clinic.bulk.setup import Bulk
from fixtures.clinic.smart.setup import Smart
from tests.integration.doctor.visits import examined, some_clinic, step_of, type_of
from tests.integration.pull.clinics import statement

KEY = new_key("ES384")


def guarded(*, key: SigningKey = KEY, **smart: object) -> Examination:
    with some_clinic(smart=Smart(jwks=public_jwks([KEY]), **smart)) as door:  # type: ignore[arg-type] # by name
        return examined(door.url, key=key)


def test_a_clinic_that_gives_everything() -> None:
    with some_clinic(bulk=Bulk()) as door:
        found = examined(door.url)
    assert not found.stopped
    assert [step.name for step in found.steps if step.mark is not Mark.FINE] == ["types"]
    assert "AdverseEvent" in step_of(found, "types").found
    assert found.bulk_levels == ("group", "patient", "system")
    assert (found.software, found.fhir_version, found.dialect) == (
        "abstractor sample clinic 1",
        "4.0.1",
        "plain",
    )
    assert found.patients == 8
    assert found.asked is not None and found.asked.requests >= 10
    assert "Observation" in found.changes_by


def test_what_the_statement_lists_is_held_against_the_plan() -> None:
    """The dialect of Epic wants categories of results, which this statement does not list."""
    listed = {"Observation": ("patient",), "Condition": ("patient", "category"), "Procedure": ()}
    capability = decode_capability(statement(listed))
    assert capability is not None
    told = {
        step.name: step
        for step in stated(capability, Plan(capability, dialect("epic"), page_size=200), "epic", TYPES_READ)
    }
    assert told["parameters"].found.endswith("Observation (category)")
    assert told["parameters"].mark is Mark.LOOK
    assert "CarePlan" in told["types"].found and "Condition" not in told["types"].found
    assert told["dialect"].found == "asked in the dialect epic, as the setup says"


def test_signing_in_tells_discovery_key_and_scopes() -> None:
    found = guarded()
    assert "smart-configuration: found" in step_of(found, "discovery").found
    assert step_of(found, "sign-in").found == "a token was given: the clinic knows this client and its key"
    assert step_of(found, "scopes").mark is Mark.FINE
    assert found.scopes is not None and found.scopes.asked.startswith("system/AdverseEvent.rs ")
    assert not found.stopped


def test_a_key_that_the_clinic_does_not_know_ends_it() -> None:
    found = guarded(key=new_key("ES384"))
    step = step_of(found, "sign-in")
    assert step.mark is Mark.STOP
    assert "does not take our key or client" in step.found and "JWKS" in step.found
    assert found.types == () and found.dialect is None


def test_a_token_endpoint_that_nobody_tells_ends_it() -> None:
    step = step_of(guarded(discovery="none"), "discovery")
    assert (step.mark, step.mend) == (Mark.STOP, "set token_url, an https address, in the clinic's setup")


def test_scopes_that_were_not_granted_are_named() -> None:
    found = guarded(allowed="system/Patient.rs system/Condition.rs system/Group.rs")
    step = step_of(found, "scopes")
    assert step.mark is Mark.LOOK
    assert "Observation" in step.found and "Condition" not in step.found
    assert found.scopes is not None and "Observation" in found.scopes.not_granted
    assert type_of(found, "Observation").state is Seen.REFUSED
    assert type_of(found, "Condition").state.whole


def test_who_does_not_sign_in_where_one_must_reads_what_to_set() -> None:
    with some_clinic(smart=Smart(jwks=public_jwks([KEY]))) as door:
        found = examined(door.url)
    step = found.steps[-1]
    assert (step.name, step.mark) == ("sign-in", Mark.STOP)
    assert "backend-services" in (step.mend or "")


@pytest.mark.parametrize(
    ("fault", "kind", "state", "said", "detail"),
    [
        ("forbidden-type=Observation", "Observation", Seen.REFUSED, "refused", "http-403:forbidden"),
        ("unavailable-always=Procedure", "Procedure", Seen.REFUSED, "failed", "http-503"),
        ("html-login=Encounter", "Encounter", Seen.REFUSED, "failed", "not-fhir-json"),
        ("foreign-patient=Condition", "Condition", Seen.PARTIAL, "ignored", "foreign-patient"),
        ("outcome-entry-4119=Condition", "Condition", Seen.PARTIAL, "partly-authorised", "notice:4119"),
    ],
)
def test_each_search_is_tried_and_what_it_said_is_told(
    fault: str, kind: str, state: Seen, said: str, detail: str
) -> None:
    with some_clinic(faults=[fault]) as door:
        tried = type_of(examined(door.url), kind)
    assert (tried.state, tried.said) == (state, said)
    assert any(one.startswith(detail) for one in tried.details), tried.details


def test_records_of_others_that_came_along_are_told() -> None:
    with some_clinic(faults=["foreign-patient=Condition"]) as door:
        found = examined(door.url)
    step = step_of(found, "patient")
    assert step.mark is Mark.LOOK and "of other patients came along" in step.found


def test_pages_that_go_round_in_a_circle_are_found_by_small_pages() -> None:
    with some_clinic(faults=["next-loop"]) as door:
        found = examined(door.url)
    step = step_of(found, "paging")
    assert step.mark is Mark.LOOK and "page-loop" in step.found


def test_pages_that_lose_records_leave_no_searched_type_whole() -> None:
    with some_clinic(faults=["missing-next"]) as door:
        found = examined(door.url)
    searched = [one for one in found.types if one.asked != ("read",)]
    assert searched and not [one.type for one in searched if one.state.whole]
    assert {one.said for one in searched if one.state is Seen.PARTIAL} == {"truncated"}
    assert all("total-larger" in one.details for one in searched if one.state is Seen.PARTIAL)
    assert type_of(found, "Patient").state is Seen.COMPLETE
    assert found.changes_by  # what changed is still tried


def test_paging_is_tried_on_two_types_where_it_works() -> None:
    with some_clinic() as door:
        step = step_of(examined(door.url), "paging")
    assert step.mark is Mark.FINE and step.found.count("in pages of") == 2
    assert len({part.split(" in pages")[0] for part in step.found.split("; ")}) == 2


def test_a_cohort_that_may_be_short_is_told() -> None:
    with some_clinic() as door:
        patient = examined(door.url, choose=lambda _: Chosen("Patient/alone", 1, gap="counts 3, lists 1"))
    step = step_of(patient, "cohort")
    assert (step.mark, step.found) == (Mark.LOOK, "counts 3, lists 1")


def test_a_patient_with_little_on_record_cannot_try_pages() -> None:
    with some_clinic() as door:
        door.reset([{"resourceType": "Patient", "id": "alone"}])
        found = examined(door.url, choose=lambda _: Chosen("Patient/alone", 1))
    assert "not tried" in step_of(found, "paging").found


def test_an_endpoint_that_passes_over_the_time_of_a_change_is_noticed() -> None:
    with some_clinic("oracle") as door:
        found = examined(door.url, dialect="plain")
    step = step_of(found, "changes")
    assert step.found.startswith("what changed can be asked for of")


def test_an_empty_cohort_ends_it() -> None:
    with some_clinic() as door:
        found = examined(door.url, choose=lambda _: Chosen(None, 0))
    assert (found.steps[-1].name, found.steps[-1].mark) == ("cohort", Mark.STOP)


def test_everybody_is_counted_by_the_clinic() -> None:
    with some_clinic() as door:
        found = examined(
            door.url, choose=lambda it: Chosen(next(iter(it.references())), None, everybody=True)
        )
    assert found.patients == 8


def test_what_is_no_fhir_endpoint_ends_it() -> None:
    with some_clinic(faults=["html-login=metadata"]) as door:
        found = examined(door.url)
    assert (found.steps[-1].name, found.steps[-1].mark) == ("statement", Mark.STOP)


def test_conformance_tells_elements_and_counts_and_no_value() -> None:
    patient = {"resourceType": "Patient", "id": "p1", "gender": "canary-gender", "birthDate": "canary"}
    ill = [
        {
            "resourceType": "Condition",
            "id": f"c{n}",
            "subject": {"reference": "Patient/p1"},
            "onsetDateTime": "canary",
        }
        for n in range(12)
    ]
    with some_clinic() as door:
        door.reset([patient, *ill])
        found = examined(door.url, choose=lambda _: Chosen("Patient/p1", 1))
    told = {each.type: each for each in found.conformance}
    assert (told["Condition"].checked, told["Condition"].failing) == (10, 10)
    assert dict(told["Condition"].at) == {"Condition.onsetDateTime: value_error": 10}
    assert told["Patient"].failing == 1
    assert step_of(found, "conformance").mark is Mark.LOOK
    assert "canary" not in str(found)
