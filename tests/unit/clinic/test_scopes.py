"""What is granted of the scopes that a client asks for."""

import pytest

from fixtures.clinic.smart.problems import NotGranted
from fixtures.clinic.smart.scopes import grant, parse_scopes, permits

BOTH = ("v1", "v2")


@pytest.mark.parametrize(
    ("asked", "allowed", "granted"),
    [
        ("system/*.rs", "system/*.rs", "system/*.rs"),
        ("system/*.read", "system/*.rs", "system/*.read"),
        ("system/Patient.rs system/Patient.rs", "system/*.rs", "system/Patient.rs"),
        ("system/*.rs", "system/Patient.rs", "system/Patient.rs"),
        ("system/Patient.cruds", "system/*.rs", "system/Patient.rs"),
        ("system/Patient.*", "system/*.cruds", "system/Patient.*"),
        ("system/Patient.rs", "system/Patient.r", "system/Patient.r"),
    ],
)
def test_granted_is_what_is_both_asked_and_allowed(asked: str, allowed: str, granted: str) -> None:
    assert " ".join(map(str, grant(asked, allowed, BOTH))) == granted


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("patient/Patient.rs", BOTH),
        ("system/Patient.", BOTH),
        ("system/patient.rs", BOTH),
        ("system/Patient.sr", BOTH),
        ("system/Patient.rs system/Condition.read", BOTH),
        ("system/Patient.rs", ("v1",)),
        ("system/Patient.read", ("v2",)),
        ("system/Patient.cud", BOTH),
    ],
)
def test_what_is_refused(asked: str, understood: tuple[str, ...]) -> None:
    with pytest.raises(NotGranted) as refused:
        grant(asked, "system/*.rs", understood)  # type: ignore[arg-type] # a plain tuple of the words
    assert refused.value.error == "invalid_scope"


def test_a_scope_permits_its_type_and_its_letters() -> None:
    scopes = parse_scopes("system/Patient.r system/Condition.read")
    allowed = [(kind, may) for kind in ("Patient", "Condition", "Group") for may in "rs"]
    assert [permits(scopes, kind, may) for kind, may in allowed] == [True, False, True, True, False, False]
