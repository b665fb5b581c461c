"""Every recommendation, on cases that a clinician reads and corrects (`recommendations/*.toml`)."""

import pytest

from abstractor.rules.judging import judge
from tests.asking import library, situation_of
from tests.spec.cases import Case, all_cases, told

CASES = all_cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.edition}: {case.says}")
def test_case(case: Case) -> None:
    edition = library().edition(case.edition)
    situation = situation_of(told(case).told(), len(case.lines), step=case.adds is not None)
    assert edition.in_force(situation.decision.earliest), "the case lies outside the edition's time"
    judged = judge(edition, situation, library())
    assert judged.verdict == case.verdict, judged
    assert judged.edition.id == (case.document or case.edition)
    decisive = [row.id for row in judged.edition.recommendations if row.expected == judged.expected]
    assert decisive == ([case.row] if case.row else [])
