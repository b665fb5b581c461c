"""Every declared repair from both sides: what it mends, and what lies beside it and is left or refused."""

from collections import Counter

import pytest

from abstractor.fhir.quarantine import Defect
from abstractor.fhir.repairs import REPAIRS, Declared, Repair, as_status
from abstractor.web.wording import FLAGS
from abstractor.web.wording import REPAIRS as IN_WORDS
from tests.dirty.asking import Case, read_cases
from tests.unit.fhir_read.charting import (
    Json,
    condition,
    dose,
    observation,
    order,
    record_set,
    resource,
    visit,
)

WHEN = "2022-06-14"
MENDED: list[tuple[Json, Repair]] = [
    (dose(on="2022-06-14T22:30:00"), Repair.ZONE_ASSUMED),
    (dose(on="2022-06-14T22:30"), Repair.ZONE_ASSUMED),
    (visit(period={"start": WHEN, "end": "2022-06-14T22:30:00.5"}), Repair.ZONE_ASSUMED),
    (dose(on=f" {WHEN}"), Repair.DATE_SPELLING),
    (dose(on="2022-06-14T22:30:00Z "), Repair.DATE_SPELLING),
    (dose(on="2022-06-14T22:30Z"), Repair.DATE_SPELLING),
    (dose(on="2022-06-14T22:30:60Z"), Repair.DATE_SPELLING),
    (dose(on="1900-01-01"), Repair.DATE_PLACEHOLDER),
    (dose(on="1900-01-01T00:00:00"), Repair.DATE_PLACEHOLDER),
    (dose(on="1900-01-01T05:00:00Z"), Repair.DATE_PLACEHOLDER),
    (resource("Patient", birthDate="1899-12-30"), Repair.DATE_PLACEHOLDER),
    (condition(onsetDateTime="1970-01-01T00:00:00.000Z"), Repair.DATE_PLACEHOLDER),
    (condition(onsetDateTime="1970-01-01T00:00:00+00:00"), Repair.DATE_PLACEHOLDER),
    (dose(status="Completed"), Repair.STATUS_SPELLING),
    (dose(status="NOT_DONE"), Repair.STATUS_SPELLING),
    (dose(status=" entered in error "), Repair.STATUS_SPELLING),
    (order(intent="Original Order"), Repair.STATUS_SPELLING),
    (condition(verificationStatus={"coding": [{"code": "Confirmed"}]}), Repair.STATUS_SPELLING),
    (observation(id="a_1"), Repair.ID_SHAPE),
    (observation(id="a" * 65), Repair.ID_SHAPE),
    (observation(id="a" * 128), Repair.ID_SHAPE),
]
LEFT_AS_IT_IS: list[Json] = [
    dose(on="2022-06-14T22:30:00-04:00"),
    dose(on="2022-06-14T22:30:00.1234567Z"),
    dose(on="2022"),
    dose(on="1900-01-02"),
    dose(on="1900"),
    dose(on="1970-01-01"),
    dose(on="1970-01-01T00:00:01Z"),
    dose(on="9999-12-31"),
    dose(status="completed"),
    dose(status="fulfilled"),
    dose(status=None),
    condition(verificationStatus={"text": "Confirmed"}),
    observation(id="a-1.B"),
    observation(id="a" * 64),
    observation(valueString="Final", note=[{"text": "2022-06-14T22:30:00"}]),
]
REFUSED: list[tuple[Json, Defect]] = [
    (dose(on="2022-06-14T24:00"), Defect.IMPOSSIBLE_DATE),
    (dose(on="2022-06-14 22:30:00"), Defect.IMPOSSIBLE_DATE),
    (dose(on="2022-06-14T22:30:61Z"), Defect.IMPOSSIBLE_DATE),
    (dose(on="1753-01-01"), Defect.IMPOSSIBLE_DATE),
    (dose(on=""), Defect.IMPOSSIBLE_DATE),
    (dose(status=["completed"]), Defect.WRONG_TYPE),
    (observation(id="a" * 129), Defect.WRONG_TYPE),
    (observation(id="a/1"), Defect.WRONG_TYPE),
    (observation(id="a\u00001"), Defect.WRONG_TYPE),
]


@pytest.mark.parametrize(("record", "repair"), MENDED)
def test_what_is_mended_is_used_and_counted_once(record: Json, repair: Repair) -> None:
    held = record_set(record)
    kind = record["resourceType"]
    assert held.quarantined() == ()
    assert held.counts()[kind].used == held.repaired()[kind].records == 1
    assert held.repaired()[kind].by_repair == {repair: 1}


@pytest.mark.parametrize("record", LEFT_AS_IT_IS)
def test_what_lies_beside_it_is_read_as_it_stands(record: Json) -> None:
    held = record_set(record)
    assert (held.quarantined(), held.repaired()) == ((), {})


@pytest.mark.parametrize(("record", "reason"), REFUSED)
def test_what_lies_beyond_it_is_refused(record: Json, reason: Defect) -> None:
    held = record_set(record)
    assert [each.reason for each in held.quarantined()] == [reason]
    assert held.repaired() == {}


def test_a_record_of_several_repairs_is_one_record() -> None:
    record = dose(on="2022-06-14T22:30:00", status="Completed", id="a_1")
    (found,) = record_set(record).repaired().values()
    assert (found.records, set(found.by_repair.values())) == (1, {1})
    assert set(found.by_repair) == {Repair.ZONE_ASSUMED, Repair.STATUS_SPELLING, Repair.ID_SHAPE}


def test_a_refused_record_leaves_no_repair_to_the_next() -> None:
    held = record_set(dose(on="2022-06-14T22:30:00", status=5), dose(id="2"))
    assert held.repaired() == {}


@pytest.mark.parametrize("declared", REPAIRS, ids=lambda each: each.repair)
def test_each_is_declared_once_has_cases_and_words(declared: Declared) -> None:
    assert [each.repair for each in REPAIRS].count(declared.repair) == 1
    cases = Counter(name for case in read_cases() for name in case.repaired)
    assert cases[declared.repair] >= 1
    assert declared.repair in {repair for _, repair in MENDED}
    assert set(IN_WORDS) == set(Repair) == {each.repair for each in REPAIRS}
    assert declared.flag is None or declared.flag in FLAGS


@pytest.mark.parametrize("case", [c for c in read_cases() if c.repaired], ids=lambda case: case.name)
def test_a_flag_is_raised_where_one_is_declared(case: Case) -> None:
    """But where the record is none at all after its repair, as what was entered in error."""
    flags = {each.repair: each.flag for each in REPAIRS}
    raised = {each.split()[1].rstrip(":") for each in case.changes if each.startswith("flag ")}
    wanted = {flags[Repair(name)] for name in case.repaired} - {None}
    assert wanted <= raised or case.name == "fhir/error-in-words"


@pytest.mark.parametrize(
    ("written", "read"),
    [("Entered in Error", "entered-in-error"), ("NOT_DONE", "not-done"), (" final", "final"), ("x1", "x1")],
)
def test_the_spelling_of_a_status(written: str, read: str) -> None:
    assert as_status(written) == read
    assert as_status(read) == read
