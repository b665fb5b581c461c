"""Faults by name: the table, how one is asked for, and when it strikes."""

import re
from pathlib import Path

import pytest

from fixtures.clinic.faults.armed import Faults, parse_fault
from fixtures.clinic.faults.table import FAULTS, Fault

SHOWN = sorted((Path(__file__).parents[2] / "integration" / "clinic").glob("test_clinic_*faults.py"))


def test_the_table_counts_as_the_list_does() -> None:
    numbered = [fault for fault in FAULTS if re.fullmatch(r"F\d\d", fault.id)]
    assert [fault.id for fault in numbered] == [f"F{number:02}" for number in range(1, 55)]
    groups = [fault.group for fault in numbered]
    assert [groups.count(group) for group in dict.fromkeys(groups)] == [20, 20, 6, 8]
    assert len({fault.name for fault in FAULTS}) == len({fault.id for fault in FAULTS}) == len(FAULTS)


def test_a_fault_may_be_limited_and_begin_later() -> None:
    armed = parse_fault("throttled-seconds=Encounter@3")
    assert (armed.fault.id, armed.only, armed.first) == ("F13", "Encounter", 3)
    faults = Faults([armed])
    struck = [faults.strikes("throttled-seconds", "Encounter") for _ in range(5)]
    assert struck == [False, False, True, False, False]
    assert not faults.strikes("throttled-seconds", "Condition")


@pytest.mark.parametrize("words", ["sulk", "throttled-seconds@0", "throttled-seconds=", "=Patient", ""])
def test_what_is_no_fault(words: str) -> None:
    with pytest.raises(ValueError, match=r"no fault is called .*; there are: connection-refused"):
        parse_fault(words)


def test_a_fault_strikes_as_often_as_it_says_for_every_type() -> None:
    faults = Faults([parse_fault("error-500-twice"), parse_fault("unavailable-always")])
    for kind in ("Condition", "Encounter"):
        assert [faults.strikes("error-500-twice", kind) for _ in range(3)] == [True, True, False]
        assert all(faults.strikes("unavailable-always", kind) for _ in range(5))


def test_patients_and_the_group_are_spared_unless_named() -> None:
    faults = Faults([parse_fault("unavailable-always")])
    assert not any(faults.strikes("unavailable-always", one) for one in ("Patient", "Group", "metadata"))
    assert Faults([parse_fault("unavailable-always=Patient")]).strikes("unavailable-always", "Patient")
    assert Faults([parse_fault("forbidden-type")]).strikes("forbidden-type", "MedicationAdministration")


def test_a_fault_armed_again_counts_anew() -> None:
    faults = Faults()
    for _ in range(2):
        faults.arm(parse_fault("unauthorised-once"))
        assert [faults.strikes("unauthorised-once", "Condition") for _ in range(2)] == [True, False]
    faults.disarm("unauthorised-once")
    assert not faults.strikes("unauthorised-once", "Condition")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault.id))
def test_every_fault_is_shown_by_a_test_of_the_clinic(fault: Fault) -> None:
    shown = [path for path in SHOWN if re.search(rf'"{fault.name}["@=]', path.read_text(encoding="utf-8"))]
    assert shown, f"{fault.id} {fault.name}"
