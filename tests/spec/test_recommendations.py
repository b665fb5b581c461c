"""Every recommendation, on cases that a clinician reads and corrects (`guidelines/cases/editions/*.toml`):
through the reader of FHIR records, and as the book works them.
"""

import pytest

from abstractor.guidelines.book.working import worked
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


@pytest.mark.parametrize("edition", sorted({case.edition for case in CASES}))
def test_the_book_gives_the_same(edition: str) -> None:
    cases = [case for case in CASES if case.edition == edition]
    done = list(worked(library().edition(edition), cases, library()))
    assert len(done) == len(cases)
    assert [(each.case.says, each.verdict, each.problem) for each in done if not each.agrees] == []
