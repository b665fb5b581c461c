"""The worked cases of the recommendations, and the story that each one is as FHIR records."""

from datetime import timedelta
from functools import cache

from abstractor.guidelines.book.cases import Case
from fixtures.stories import Tale, tale
from tests.asking import worked_cases

__all__ = ["Case", "all_cases", "told"]


@cache
def all_cases() -> tuple[Case, ...]:
    cases = worked_cases().editions
    assert cases, "no case is told"
    return cases


def told(case: Case) -> Tale:
    """The patient of the case: HER2-positive with a liver metastasis, treated as told."""
    assert case.metastatic is not None
    assert not case.facts, "a fact that the story below does not tell"
    first = case.adjuvant.start if case.adjuvant else case.metastatic
    end = (case.adds or case.lines[-1]).start + timedelta(days=120)
    patient = tale("someone", as_of=end)
    patient.her2_positive_mbc(
        (first - timedelta(days=21)).isoformat(), "liver", metastatic=case.metastatic.isoformat()
    )
    if case.adjuvant and case.adjuvant.until:
        patient.course(
            list(case.adjuvant.drugs), case.adjuvant.start.isoformat(), until=case.adjuvant.until.isoformat()
        )
    for number, line in enumerate(case.lines):
        last = case.lines[number + 1].start if number + 1 < len(case.lines) else end
        through = (last - timedelta(days=7)).isoformat()
        patient.course(list(line.drugs), line.start.isoformat(), through=through)
    if case.adds:
        patient.course(list(case.adds.drugs), case.adds.start.isoformat(), through=end.isoformat())
    _on_record(case, patient, case.metastatic.isoformat())
    return patient


def _on_record(case: Case, patient: Tale, metastatic: str) -> None:
    """What else the chart holds."""
    if case.receptors and case.metastatic:
        on = case.metastatic - timedelta(days=3)
        patient.hormone_receptors("positive" if case.receptors == "positive" else "negative", on.isoformat())
    if "Procedure" not in case.unseen:
        patient.procedure("Insertion of a venous access port", metastatic)
    if case.brain:
        patient.metastasis("brain", case.brain.isoformat())
    if case.brain_treated:
        on_that_day = case.brain_treated.isoformat()
        patient.procedure("Stereotactic radiosurgery of brain metastasis", on_that_day)
    if case.lung:
        patient.condition("J84.10", "Pulmonary fibrosis, unspecified", case.lung.isoformat())
    if case.heart:
        patient.condition("I50.9", "Heart failure, unspecified", case.heart.isoformat())
    if case.stable:
        patient.disease("stable", case.stable.isoformat())
    if case.lvef:
        patient.lvef(case.lvef.value, case.lvef.on.isoformat())
    if case.ecog:
        patient.performance(int(case.ecog.value), case.ecog.on.isoformat())
    if case.refused:
        patient.given(
            case.refused.drug, case.refused.on.isoformat(), status="not-done", why_not="Patient refused"
        )
