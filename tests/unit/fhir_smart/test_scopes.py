"""Scopes: in which of the two ways they are asked for, never mixed, and what a grant lets us read."""

import pytest

from abstractor.fhir.smart.scopes import asked_scopes, granted_by, types_needed
from abstractor.fhir.types import TYPES_READ

TYPES = ("Condition", "Medication", "Patient")
V2 = "system/Condition.rs system/Medication.rs system/Patient.rs"
V1 = "system/Condition.read system/Medication.read system/Patient.read"
SOME_V2 = "system/Condition.rs system/Patient.rs"


@pytest.mark.parametrize(
    ("capabilities", "supported", "asked"),
    [
        ((), (), (V1,)),
        (("client-confidential-asymmetric", "permission-v1"), (), (V1,)),
        (("permission-v2",), (), (V2, V1)),
        (("permission-v1", "permission-v2"), ("system/*.read",), (V2, V1)),
        ((), ("openid", "launch", "fhirUser"), (V1,)),
        ((), ("system/*.read",), (V1,)),
        ((), ("system/*.*",), (V1,)),
        ((), ("system/*.rs",), (V2, V1)),
        ((), ("patient/*.cruds",), (V2, V1)),
        (("permission-v2",), ("system/Condition.rs", "system/Patient.rs"), (V2, SOME_V2, V1)),
        (("permission-v2",), ("system/Condition.rs", "system/Patient.r"), (V2, "system/Condition.rs", V1)),
        ((), ("system/Patient.read", "system/Patient.write"), (V1, "system/Patient.read")),
        ((), ("system/Patient.write",), (V1,)),
        ((), ("system/Patient.rs?x=y",), (V2, V1)),
    ],
)
def test_v2_where_it_is_shown_and_else_v1(
    capabilities: tuple[str, ...], supported: tuple[str, ...], asked: tuple[str, ...]
) -> None:
    tried = asked_scopes(TYPES, capabilities=capabilities, supported=supported)
    assert tried == asked
    for scopes in tried:
        assert len({scope.rpartition(".")[2] for scope in scopes.split()}) == 1


def test_every_type_that_we_read_is_asked_for() -> None:
    (asked,) = asked_scopes(types_needed(group=True), capabilities=(), supported=())
    assert asked.split() == [f"system/{name}.read" for name in sorted({*TYPES_READ, "Group"})]
    assert types_needed(group=False) == TYPES_READ


@pytest.mark.parametrize(
    ("scope", "whole", "partly"),
    [
        (V2, TYPES, ()),
        (V1, TYPES, ()),
        ("system/*.rs", TYPES, ()),
        ("system/*.read", TYPES, ()),
        ("system/*.*", TYPES, ()),
        ("system/*.cruds", TYPES, ()),
        ("system/Patient.rs", ("Patient",), ()),
        ("system/Patient.r system/Condition.s", (), ()),
        ("system/Patient.r system/Patient.s", ("Patient",), ()),
        ("system/Medication.r", ("Medication",), ()),
        ("system/Medication.s", (), ()),
        ("system/Condition.rs?category=problem-list-item system/Patient.rs", ("Patient",), ("Condition",)),
        ("system/Condition.rs?category=a system/Condition.rs", ("Condition",), ()),
        ("system/Condition.write", (), ()),
        ("patient/*.read user/*.read launch offline_access", (), ()),
        ("", (), ()),
        ("system/ .rs system/Condition system/Condition.RS x", (), ()),
    ],
)
def test_what_a_grant_lets_us_read(scope: str, whole: tuple[str, ...], partly: tuple[str, ...]) -> None:
    given = granted_by(scope, TYPES)
    assert (given.whole, given.partly) == (whole, partly)
    assert set(given.not_granted) == set(TYPES) - set(whole) - set(partly)
    assert given.scope == scope
