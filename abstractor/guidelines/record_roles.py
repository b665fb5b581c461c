"""What a concept is asked as (a diagnosis, a result, a visit), and by what the reader of such records finds
one: code systems, lists of words, and, of a SNOMED CT code, what its name ends with ("(disorder)").
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from abstractor.codes import SYSTEMS
from abstractor.guidelines.tables import WRITTEN
from abstractor.rules.measures.acted_on_result import ActedOnResult
from abstractor.rules.measures.early_stop import StopCategory, StopPart
from abstractor.rules.measures.growth_factor import GrowthFactor
from abstractor.rules.measures.holding import Wanted
from abstractor.rules.measures.lung_disease import LungDisease
from abstractor.rules.measures.needs import Excuses, Substitution
from abstractor.rules.measures.occasions import Diagnosed, DoseAfterEvent, EventOnTreatment
from abstractor.rules.measures.risk_factors import RiskFactors
from abstractor.rules.measures.screening import Instrument, Screening
from abstractor.rules.measures.vaccination import Vaccine
from abstractor.rules.terms import Threshold

__all__ = ["DIAGNOSIS", "ROLES", "STOP_REASON", "Role"]

_ICD, _LOINC, _SNOMED, _HCPCS, _CPT, _NDC, _ACT = (
    SYSTEMS[name] for name in ("icd10cm", "loinc", "snomed", "hcpcs", "cpt", "ndc", "act-code")
)
_DONE = frozenset({_SNOMED, _HCPCS, _CPT})
_THINGS = frozenset(
    {"body structure", "substance", "product", "medicinal product", "organism", "physical object", "specimen"}
    | {"environment", "occupation", "qualifier value"}
)
_ACTS = frozenset({"procedure", "regime/therapy"})
_DISEASES = frozenset({"disorder", "event", "morphologic abnormality"})


@dataclass(frozen=True, slots=True)
class Role:
    """`found_by`: the systems and lists of words that its reader asks; `never`: how no SNOMED CT name of one
    ends. `told_by` are the systems that say what it is instead: `others`."""

    says: str
    found_by: frozenset[str]
    never: frozenset[str]
    told_by: frozenset[str] = frozenset()
    others: str = ""
    of_visits: bool = True


DIAGNOSIS = Role(
    "diagnosis",
    frozenset({_ICD, _SNOMED, "words:diagnosis", "words:breast-cancer"}),
    _THINGS | _ACTS | {"observable entity"},
    frozenset({_LOINC, _HCPCS, _CPT, _ACT, WRITTEN}),
    "results, studies or care",
    of_visits=False,
)
_RESULT = Role(
    "result or study",
    _DONE | {_LOINC, "words:result", "words:gene"},
    _THINGS | _DISEASES | {"regime/therapy"},
    frozenset({_ICD}),
    "diagnoses",
    of_visits=False,
)
_STUDY = Role(
    "result or study",
    _DONE | {_LOINC, WRITTEN, "words:activity", "words:result", "words:gene", "words:procedure"},
    _THINGS | _DISEASES,
    frozenset({_ICD}),
    "diagnoses",
)
_CARE = Role(
    "order, plan or note",
    _DONE | {_LOINC, "words:activity", "words:vaccine"},
    _THINGS | _DISEASES | {"observable entity"},
    frozenset({_ICD}),
    "diagnoses",
)
# Only a shipped concept is read from the reason of a visit; another diagnosis says why, and not what, it was.
_VISIT = Role(
    "reason of a visit",
    _DONE | {_ACT, WRITTEN, "words:activity"},
    _THINGS | _DISEASES | {"observable entity"},
    frozenset({_LOINC}),
    "results",
)
_VACCINE = Role(
    "vaccine",
    _DONE | {_NDC, "words:vaccine"},
    _DISEASES | {"finding", "situation", "observable entity", "qualifier value"},
    of_visits=False,
)
STOP_REASON = Role(
    "reason why a drug was stopped",
    frozenset({_ICD, _SNOMED, WRITTEN, "words:diagnosis", "words:stop-reason"}),
    (_THINGS - {"qualifier value"}) | _ACTS | {"observable entity"},
    frozenset({_LOINC, _HCPCS, _CPT, _ACT}),
    "results, studies or care",
    of_visits=False,
)

ROLES: Mapping[tuple[type, str], Role] = MappingProxyType(
    {
        (Wanted, "results"): _RESULT,
        (Wanted, "parts"): _RESULT,
        (Wanted, "studies"): _STUDY,
        (Wanted, "activities"): _CARE,
        (Wanted, "visits"): _VISIT,
        (Wanted, "diagnoses"): DIAGNOSIS,
        (ActedOnResult, "concept"): _RESULT,
        (Instrument, "concept"): _RESULT,
        (Threshold, "concept"): _RESULT,
        (StopCategory, "results"): _RESULT,
        (Excuses, "diagnoses"): DIAGNOSIS,
        (Substitution, "diagnoses"): DIAGNOSIS,
        (RiskFactors, "diagnoses"): DIAGNOSIS,
        (Diagnosed, "concepts"): DIAGNOSIS,
        (EventOnTreatment, "events"): DIAGNOSIS,
        (DoseAfterEvent, "events"): DIAGNOSIS,
        (DoseAfterEvent, "together"): DIAGNOSIS,
        (StopPart, "events"): DIAGNOSIS,
        (LungDisease, "events"): DIAGNOSIS,
        (LungDisease, "weak_events"): DIAGNOSIS,
        (Vaccine, "unless"): DIAGNOSIS,
        (Screening, "taken_out_by"): DIAGNOSIS,
        (Vaccine, "concept"): _VACCINE,
        (Excuses, "stop_reasons"): STOP_REASON,
        (Substitution, "stop_reasons"): STOP_REASON,
        (GrowthFactor, "stop_reasons"): STOP_REASON,
        (StopCategory, "stated"): STOP_REASON,
    }
)
