"""A line that stands on a medication statement alone, through the same doors as the program."""

from typing import Any

from abstractor.abstract import Abstract
from fixtures.stories import TDXD, tale
from tests.asking import abstract_told


def abstract(statement: dict[str, Any] | None, *, drug: str = TDXD[0]) -> Abstract:
    told = tale("q").her2_positive_mbc("2019-01-10", "liver").visit("2022-05-05")
    told = told.thp("2020-02-01", through="2021-08-30")
    if statement is not None:
        told = told.raw(
            {
                "resourceType": "MedicationStatement",
                "id": "said",
                "status": "active",
                "subject": told.subject,
                "medicationCodeableConcept": {"text": drug},
                **statement,
            }
        )
    return abstract_told(told.told())


def test_it_counts_as_a_prescription_elsewhere_and_is_flagged() -> None:
    assert abstract(None).inclusion.verdict == "excluded"
    said = abstract({"effectivePeriod": {"start": "2021-09-20", "end": "2022-03-20"}})
    assert said.inclusion.verdict == "included"
    line = said.lines[1]
    assert (line.regimen, str(line.start), str(line.end)) == ("TDXD", "2021-09-20", "2022-03-20")
    (flag,) = [flag for flag in said.flags if flag.code == "component-from-statement"]
    assert flag.severity == "review" and said.flagged
    assert {e.resource for e in flag.evidence} == {"MedicationStatement/said"}


def test_it_is_judged_and_asked_for_no_test_before_a_first_dose() -> None:
    said = abstract({"effectivePeriod": {"start": "2021-09-20"}})
    rules = {f.rule for f in said.findings if f.line is not None and f.line.number == 2}
    assert rules == {"sequencing"}


def test_a_list_that_repeats_what_was_given_changes_nothing() -> None:
    listed = abstract({"dateAsserted": "2021-10-01"}, drug="trastuzumab")
    assert listed.lines == abstract(None).lines
