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


def on_the_second_line(said: Abstract) -> dict[str, set[str]]:
    """Of each rule, the verdicts on the line that is only told of."""
    verdicts: dict[str, set[str]] = {}
    for found in said.findings:
        if found.line is not None and found.line.number == 2:
            verdicts.setdefault(found.rule, set()).add(str(found.verdict))
    return verdicts


def test_nothing_is_held_against_the_line_of_somebody_who_was_not_seen_here() -> None:
    verdicts = on_the_second_line(abstract({"effectivePeriod": {"start": "2021-09-20"}}))
    assert "acceptable" in verdicts.pop("sequencing")
    assert {"HBV", "LVEF-BASE", "CINV-TDXD", "TDXD-CBC"} <= set(verdicts)
    assert set().union(*verdicts.values()) == {"excluded"}


def test_how_long_a_line_lasted_that_is_only_told_of_is_not_known() -> None:
    said = abstract({"effectivePeriod": {"start": "2021-09-20"}})
    assert not [f for f in said.findings if "(short-line)" in f.statement]


def test_a_list_that_repeats_what_was_given_changes_nothing() -> None:
    listed = abstract({"dateAsserted": "2021-10-01"}, drug="trastuzumab")
    assert listed.lines == abstract(None).lines
