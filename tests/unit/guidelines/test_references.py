"""No name in the data goes unchecked: every text field is looked up, or known as plain text."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

from abstractor.guidelines.references import REFERS
from abstractor.rules.her2.criteria import Her2Criteria, Her2Edition, IshCell
from abstractor.rules.inclusion_policy import Cdk46Cohort, Her2Drugs, TissueWords
from abstractor.rules.kinds import KINDS
from abstractor.rules.library import (
    Agent,
    Edition,
    InclusionPolicy,
    LinePolicy,
    Measure,
    Recommendation,
    Regimen,
)
from abstractor.rules.line_policy import ProgressionEvidence
from abstractor.rules.measures import MEASURE_KINDS, TRIGGER_KINDS
from abstractor.rules.measures.asking import Asking
from abstractor.rules.measures.check_schedule import Step
from abstractor.rules.measures.early_stop import Mark, StopCategory, StopPart
from abstractor.rules.measures.growth_factor import Prophylaxis
from abstractor.rules.measures.holding import Wanted
from abstractor.rules.measures.lung_disease import LungDisease
from abstractor.rules.measures.needs import Excuses, LeftOpen, Need, Substitution
from abstractor.rules.measures.patients import Who
from abstractor.rules.measures.pneumonitis_response import AlsoExpected
from abstractor.rules.measures.risk_factors import RiskFactors
from abstractor.rules.measures.screening import HighScore, Instrument, Screening
from abstractor.rules.measures.tails import ContraceptionTail
from abstractor.rules.measures.vaccination import Vaccine
from abstractor.rules.terms import ClinicalTerms, Quantity, Reason, Threshold, Trial

# Plain text: words for a reader, ids of its own, and words that the engine compares with what a chart says.
PLAIN = {
    (Agent, "name"), (Agent, "kind"), (Agent, "route"),
    (Regimen, "id"), (Regimen, "title"), (Regimen, "source"),
    (LinePolicy, "id"), (LinePolicy, "source"), (ProgressionEvidence, "recurrent"),
    (Recommendation, "id"), (Recommendation, "expected"), (Recommendation, "section"),
    (Recommendation, "grade"),
    (Edition, "id"), (Edition, "authority"), (Edition, "title"), (Edition, "citation"), (Edition, "url"),
    (Edition, "encoded_by"), (Edition, "checked_by"), (Edition, "topic"),
    (Measure, "id"), (Measure, "title"), (Measure, "source"),
    (InclusionPolicy, "id"), (InclusionPolicy, "source"), (InclusionPolicy, "metastatic_stages"),
    (InclusionPolicy, "definitions"),
    (Cdk46Cohort, "source"),
    (Her2Drugs, "source"), *((TissueWords, name) for name in TissueWords.__dataclass_fields__),
    (Her2Criteria, "id"), (Her2Criteria, "source"), (Her2Criteria, "concurrent_source"),
    (Her2Edition, "id"), (Her2Edition, "citation"), (Her2Edition, "source"), (Her2Edition, "confidence"),
    (Her2Edition, "ihc"), (IshCell, "name"), (IshCell, "by_ihc"), (IshCell, "notes"),
    (KINDS["cns-status"], "one_of"),
    (ClinicalTerms, "source"),
    (Reason, "id"), (Reason, "names"), (Reason, "source"), (Reason, "diagnosis"),
    (Threshold, "unit"),
    (Quantity, "names"), (Quantity, "unit"), (Quantity, "units"), (Quantity, "source"),
    (Trial, "id"), (Trial, "citation"), (Trial, "source"),
    *((kind, "first_type") for kind in MEASURE_KINDS.values() if "first_type" in kind.__dataclass_fields__),
    *((kind, "settings") for kind in MEASURE_KINDS.values() if "settings" in kind.__dataclass_fields__),
    *((kind, "name") for kind in TRIGGER_KINDS.values() if "name" in kind.__dataclass_fields__),
    (TRIGGER_KINDS["first-dose"], "settings"), (MEASURE_KINDS["acted-on-result"], "dose_type"),
    (Wanted, "name"), (Wanted, "kinds"), (Need, "id"),
    (Asking, "needs"),
    (LeftOpen, "reason"), (LeftOpen, "because"),
    (Excuses, "diagnoses_named"), (Substitution, "need"), (Substitution, "why"),
    (Step, "id"), (Mark, "name"), (StopCategory, "name"), (StopCategory, "otherwise"), (StopPart, "name"),
    (MEASURE_KINDS["early-stop"], "taken_until"), (Vaccine, "name"), (Instrument, "name"),
    (Screening, "name"), (HighScore, "first_type"), (Who, "gender"), (ContraceptionTail, "gender"),
    (Prophylaxis, "name"), (RiskFactors, "diagnoses_named"),
    (Vaccine, "name"),
    (LungDisease, "name"), (LungDisease, "mention"), (LungDisease, "other_causes"),
    (AlsoExpected, "first_type"),
}  # fmt: skip
LOADED = (Agent, Regimen, LinePolicy, InclusionPolicy, ClinicalTerms, Edition, Measure)


def text_fields(kind: type, seen: set[type]) -> Iterator[tuple[type, str]]:
    if kind in seen:
        return
    seen.add(kind)
    for name, hint in get_type_hints(kind).items():
        if not any(field.name == name for field in fields(kind)):
            continue
        inner = set(leaves(hint))
        if str in inner:
            yield kind, name
        for each in inner:
            if is_dataclass(each):
                yield from text_fields(each, seen)  # type: ignore[arg-type]  # a class, not an instance


def leaves(hint: Any) -> Iterator[Any]:
    parts = get_args(hint)
    if not parts:
        yield hint
        return
    for part in parts:
        yield from leaves(part)


def test_every_text_is_looked_up_or_plain() -> None:
    seen: set[type] = set()
    found = {pair for kind in LOADED for pair in text_fields(kind, seen)}
    assert found - REFERS.keys() - PLAIN == set(), "say in REFERS what these must be the names of"
    assert (REFERS.keys() | PLAIN) - found == set(), "fields that no type has any more"
    assert REFERS.keys() & PLAIN == set()


def test_every_kind_was_looked_at() -> None:
    seen: set[type] = set()
    for kind in LOADED:
        list(text_fields(kind, seen))
    assert {*KINDS.values(), *MEASURE_KINDS.values()} <= seen
