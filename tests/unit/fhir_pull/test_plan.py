"""What is asked for a type: by the statement, the dialect, and what the clinic's answers taught."""

from types import MappingProxyType

import pytest

from abstractor.fhir.capability import Capability
from abstractor.fhir.dialects.loading import dialect
from abstractor.fhir.failure import Failure, Reason
from abstractor.fhir.plan import Plan

SILENT: dict[str, tuple[str, ...]] = {}
REQUIRED = Failure(Reason.STATUS, status=400, issues=("required",))


def plan(name: str = "plain", types: dict[str, tuple[str, ...]] = SILENT, *, page_size: int = 500) -> Plan:
    listed = MappingProxyType({kind: frozenset(names) for kind, names in types.items()})
    return Plan(Capability(None, "4.0.1", listed), dialect(name), page_size=page_size)


@pytest.mark.parametrize(
    ("name", "types", "kind", "searches"),
    [
        ("plain", SILENT, "Condition", [{"patient": "p1"}]),
        ("plain", SILENT, "AdverseEvent", [{"subject": "Patient/p1"}]),
        ("plain", {"Condition": ("subject",)}, "Condition", [{"subject": "Patient/p1"}]),
        ("plain", SILENT, "Observation", [{"patient": "p1"}]),
        ("oracle", SILENT, "MedicationRequest", [{"patient": "p1"}]),
        (
            "athena",
            SILENT,
            "MedicationRequest",
            [{"patient": "p1", "intent": "order"}, {"patient": "p1", "intent": "plan"}],
        ),
    ],
)
def test_searches(
    name: str, types: dict[str, tuple[str, ...]], kind: str, searches: list[dict[str, str]]
) -> None:
    asking = plan(name, types).asking(kind, "p1")
    assert ([dict(one) for one in asking.searches], asking.why_not) == (searches, None)


@pytest.mark.parametrize(
    ("name", "types", "kind", "why_not"),
    [
        ("plain", {"Patient": ()}, "Condition", "not-listed"),
        ("plain", {"Condition": ("code",)}, "Condition", "no-patient-search"),
        ("epic", SILENT, "MedicationStatement", "not-offered"),
        ("epic", {"Patient": ()}, "MedicationStatement", "not-listed"),
        ("epic", {"MedicationStatement": ("patient",)}, "MedicationStatement", None),
        ("oracle", SILENT, "Medication", "not-offered"),
    ],
)
def test_a_statement_goes_before_the_dialect(
    name: str, types: dict[str, tuple[str, ...]], kind: str, why_not: str | None
) -> None:
    asking = plan(name, types).asking(kind, "p1")
    assert (asking.why_not, asking.searches == ()) == (why_not, why_not is not None)


def test_a_refusal_with_the_code_required_teaches_for_the_rest_of_the_run() -> None:
    learning = plan()
    assert learning.learn("Observation", REQUIRED)
    asking = learning.asking("Observation", "p2")
    assert asking.fanned and asking.beyond == "asked-by-category"
    assert all(set(one) == {"patient", "category"} for one in asking.searches)
    assert not learning.asking("DiagnosticReport", "p2").fanned
    assert not plan().asking("Observation", "p2").fanned, "another run learns for itself"


@pytest.mark.parametrize(
    ("name", "kind", "failure"),
    [
        ("plain", "Observation", None),
        ("plain", "Observation", Failure(Reason.STATUS, status=400, issues=("invalid",))),
        ("plain", "Observation", Failure(Reason.STATUS, status=400)),
        ("plain", "Condition", REQUIRED),
        ("oracle", "CarePlan", None),
    ],
)
def test_nothing_else_teaches(name: str, kind: str, failure: Failure | None) -> None:
    learning = plan(name)
    assert not learning.learn(kind, failure)
    assert not learning.asking(kind, "p1").fanned


def test_where_every_order_has_an_intent_asking_by_intent_leaves_nothing_out() -> None:
    learning = plan()
    learning.learn("MedicationRequest", REQUIRED)
    assert learning.asking("MedicationRequest", "p1").beyond is None
    assert plan("athena").asking("MedicationRequest", "p1").beyond == "asked-by-intent"


@pytest.mark.parametrize(
    ("name", "page_size", "expected"), [("oracle", 500, 200), ("oracle", 50, 50), ("epic", 500, 500)]
)
def test_pages_are_as_small_as_the_endpoint_gives_them(name: str, page_size: int, expected: int) -> None:
    assert plan(name, page_size=page_size).asking("Observation", "p1").page_size == expected


def test_several_patients_in_one_search_where_the_dialect_takes_them() -> None:
    assert plan().takes_lists("Condition", 10) and not plan().takes_lists("Condition", 11)
    assert not any(plan(name).takes_lists("Condition", 2) for name in ("epic", "oracle", "athena"))
    (asked,) = plan().asking_together("AdverseEvent", ["p1", "p2"]).searches
    assert asked == {"subject": "Patient/p1,Patient/p2"}
    (asked,) = plan().asking_together("Patient", ["p1", "p2"]).searches
    assert asked == {"_id": "p1,p2"}


def test_no_lists_where_each_is_asked_for_otherwise() -> None:
    learning = plan()
    learning.learn("Observation", REQUIRED)
    assert not learning.takes_lists("Observation", 2) and learning.takes_lists("Procedure", 2)
    assert not plan(types={"Patient": ("identifier",)}).takes_lists("Patient", 2)
    assert plan(types={"Patient": ("_id",)}).takes_lists("Patient", 2)
    assert not plan(types={"Patient": ("_id",)}).takes_lists("Condition", 2)
    assert not plan().takes_lists("Medication", 2) and not plan().takes_lists("Organization", 2)


CODES = [f"http://loinc.org|{n}" for n in range(50)]


def test_needed_codes_are_asked_for_where_categories_leave_something_out() -> None:
    listed = Capability(None, "4.0.1", MappingProxyType({}))
    coded = Plan(listed, dialect("epic"), page_size=200, codes={"Observation": CODES})
    asking = coded.asking("Observation", "p1")
    by_code = [one["code"].split(",") for one in asking.searches if "code" in one]
    assert [code for some in by_code for code in some] == CODES and len(by_code) == 2
    assert {"laboratory", "vital-signs"} <= {one.get("category") for one in asking.searches}
    assert asking.beyond == "asked-by-category-and-code"
    assert all("code" not in one for one in coded.asking("MedicationRequest", "p1").searches)


def test_what_the_clinic_has_confirmed_to_be_categorised_is_seen_whole_by_category() -> None:
    listed = Capability(None, "4.0.1", MappingProxyType({}))
    for name, told in (("epic", "Observation"), ("athena", "MedicationRequest")):
        spoken = dialect(name).with_categorised([told])
        asking = Plan(listed, spoken, page_size=200, codes={told: CODES}).asking(told, "p1")
        by_category = name == "epic"  # a second parameter of another kind is not what was confirmed
        assert (asking.beyond is None) is by_category
        assert asking.fanned and not (by_category and any("code" in one for one in asking.searches))
    confirmed = Plan(listed, dialect("epic").with_categorised(["Observation"]), page_size=200)
    confirmed.learn("DiagnosticReport", REQUIRED)
    assert confirmed.asking("DiagnosticReport", "p1").beyond == "asked-by-category"


@pytest.mark.parametrize(
    ("name", "parameters"), [("plain", ("patient", "code")), ("epic", ("patient", "category"))]
)
def test_no_codes_where_all_is_given_or_they_are_not_taken(name: str, parameters: tuple[str, ...]) -> None:
    listed = Capability(None, "4.0.1", MappingProxyType({"Observation": frozenset(parameters)}))
    asking = Plan(listed, dialect(name), page_size=200, codes={"Observation": CODES}).asking(
        "Observation", "p1"
    )
    assert not any("code" in one for one in asking.searches)


def test_by_code_over_all_patients_where_dialect_and_statement_allow_it() -> None:
    assert plan().finds_by_code("Condition")
    assert plan(types={"Condition": ("patient", "code")}).finds_by_code("Condition")
    assert not plan(types={"Condition": ("patient",)}).finds_by_code("Condition")
    assert not plan(types={"Patient": ()}).finds_by_code("Condition")
    assert not any(plan(name).finds_by_code("Condition") for name in ("epic", "oracle", "athena"))
