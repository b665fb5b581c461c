"""What can be decided where a clinic does not give some types: told by the worked cases, never by a list."""

from functools import cache

import pytest

from abstractor.chart import Seen
from abstractor.guidelines.book.blinding import RuleKind, RuleSight, Sight, sight
from abstractor.rules.library import Library
from tests.asking import library, worked_cases

CRITERIA = {"her2-positive-mbc", "her2-lines", "visit-in-period"} | {
    "hr-positive-her2-negative-mbc",
    "cdk46-started",
}


@cache
def seen_so(*types: str, state: Seen = Seen.REFUSED) -> dict[str, RuleSight]:
    told = sight(library(), worked_cases().measures, dict.fromkeys(types, state))
    return {each.id: each for each in told}


def test_everything_is_told_of_once_and_runs_where_all_is_seen() -> None:
    told = sight(library(), worked_cases().measures, {})
    named = [(each.kind, each.id) for each in told]
    assert len(named) == len(set(named))
    by_kind = {kind: {each.id for each in told if each.kind is kind} for kind in RuleKind}
    assert by_kind[RuleKind.CRITERION] == CRITERIA
    assert by_kind[RuleKind.MEASURE] == {measure.id for measure in library().measures}
    assert by_kind[RuleKind.SEQUENCING] == {*library().sequencing_authorities, "FDA"}
    assert {each.sight for each in told} == {Sight.RUNS}
    assert all(each.cases and each.decided == each.cases and not each.because for each in told)


@pytest.mark.parametrize("state", [Seen.EMPTY, Seen.COMPLETE])
def test_a_type_that_is_seen_whole_hides_nothing(state: Seen) -> None:
    assert {each.sight for each in seen_so("Encounter", state=state).values()} == {Sight.RUNS}


def test_without_visits() -> None:
    told = seen_so("Encounter")
    assert told["visit-in-period"].sight is Sight.BLIND
    assert told["visit-in-period"].never == ("met", "not-met")
    assert told["visit-in-period"].because == ("Encounter",)
    assert told["VACC"].sight is Sight.BLIND
    assert told["her2-lines"].sight is Sight.RUNS
    # A referral that stands as a visit alone is missed: some verdict would be another.
    assert (told["PALL"].sight, told["PALL"].otherwise) == (Sight.IN_PART, 1)


def test_a_type_that_is_seen_in_part_takes_the_verdicts_that_rest_on_silence() -> None:
    told = seen_so("Observation", state=Seen.PARTIAL)
    assert told["LVEF-BASE"].sight is Sight.IN_PART
    assert told["LVEF-BASE"].never == ("not-met",)
    assert told["ILD-ACT"].sight is Sight.RUNS


def test_the_types_that_do_it_are_named() -> None:
    told = seen_so("MedicationAdministration", "Encounter", "Immunization")
    assert told["ILD-ACT"].because == ("MedicationAdministration",)
    assert told["VACC"].because == ("Encounter", "Immunization")
    assert not told["VACC"].together


def test_types_that_hide_it_only_together_are_named_so() -> None:
    told = seen_so("MedicationAdministration", "MedicationDispense", "MedicationRequest")
    assert (told["SCALP"].sight, told["SCALP"].together) == (Sight.BLIND, True)
    assert told["SCALP"].because == ("MedicationAdministration", "MedicationRequest")


def test_a_measure_without_a_worked_case_is_not_said_to_run() -> None:
    held: Library = library()
    told = sight(held, [case for case in worked_cases().measures if case.measure != "VACC"], {})
    assert next(each for each in told if each.id == "VACC").sight is Sight.UNTRIED
