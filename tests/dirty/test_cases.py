"""Every dirty file beside a sound chart, by `abstractor abstract`: nothing stops it, every record is counted
once, and the abstract says what the case expects, to the last verdict and flag.
"""

from functools import cache

import pytest

from tests.dirty.asking import CASES, PATIENT, Case, Json, Outcome, asked, changes, read_cases

ALL = tuple(read_cases())
ZERO = {"used": 0, "not_used": 0, "quarantined": 0}


@cache
def sound() -> Outcome:
    return asked()


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_what_becomes_of_it(case: Case) -> None:
    found = asked(case.file, without=case.without)
    assert found.code == 0
    before = {what: sound().total(what) for what in ZERO}
    before["used"] -= len(case.without)
    assert {what: found.total(what) - before[what] for what in ZERO} == {**ZERO, **case.read}
    assert found.repaired == case.repaired
    assert found.quarantined == case.quarantined
    assert changes(sound().abstracts[PATIENT], found.abstracts[PATIENT]) == case.changes


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_its_own_laws(case: Case) -> None:
    """What holds of every case: it says why, what is quarantined is missed, what is repaired was used."""
    assert case.why.endswith((".", "?"))
    assert len(case.quarantined) == case.read["quarantined"]
    assert sum(case.repaired.values()) <= case.read["used"]
    for each in case.quarantined:
        kind = each.split()[0]
        if kind in sound().counts:
            assert f"seen {kind}: complete -> partial" in case.changes
    met = [each for each in case.changes if each.endswith("-> met")]
    assert not met or any(each.startswith("flag ") for each in case.changes), met


def test_every_file_is_a_case_and_there_are_enough() -> None:
    files = {f"{file.parent.name}/{file.name.partition('.')[0]}" for file in CASES.glob("*/*")}
    assert files == {case.name for case in ALL}
    assert len(ALL) >= 60
    assert {case.name.partition("/")[0] for case in ALL} == {each.stem for each in CASES.glob("*.toml")}


def test_all_of_them_at_once_are_read_and_strictly_refused() -> None:
    """One folder of everything: nothing is lost however the dirt is mixed."""
    found = asked(*(case.file for case in ALL), strict=True)
    assert found.code == 3
    for what in ZERO:
        assert found.total(what) == sound().total(what) + sum(case.read[what] for case in ALL)
    assert found.total("read") == sum(found.total(what) for what in ZERO)


def test_nothing_of_a_record_is_told_on_the_way() -> None:
    """Types, files, reasons and paths: no value of an element."""
    told = "\n".join(asked(*(case.file for case in ALL)).told)
    for value in ("02-30", "06/14/2022", "HER2", "3+", "tucatinib", "MRN-HOST", "1966", "fulfilled"):
        assert value not in told


def _verdicts(abstract: Json) -> set[str]:
    return {each["verdict"] for each in abstract["findings"]}


def test_the_sound_chart_can_lose_and_gain() -> None:
    """A case says something only because the chart it stands beside says much: met, not met and unknown."""
    assert {"met", "not-met", "unknown", "preferred"} <= _verdicts(sound().abstracts[PATIENT])
    assert sound().abstracts[PATIENT]["inclusion"]["verdict"] == "included"
