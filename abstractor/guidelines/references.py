"""What a name in the data must be the name of: which fields hold agents, concepts, editions ...

The table is closed, and a test holds every field of text to stand in it or to be plain text: a new
kind of rule whose names nobody checks cannot slip in.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from abstractor.errors import KnowledgeError
from abstractor.guidelines.shelf import Place
from abstractor.rules.inclusion_policy import Cdk46Cohort, Her2Drugs
from abstractor.rules.kinds import (
    ChosenAgents,
    ChosenComposition,
    ChosenRegimen,
    Her2TherapyAltered,
    MaintenanceAdded,
    ReasonRecorded,
    Received,
    RelapseWithin,
)
from abstractor.rules.library import (
    Edition,
    InclusionPolicy,
    LinePolicy,
    MaintenanceAddition,
    Recommendation,
    Regimen,
)
from abstractor.rules.line_policy import ProgressionEvidence, StopReasons
from abstractor.rules.measures.acted_on_result import ActedOnResult
from abstractor.rules.measures.asking import Asking
from abstractor.rules.measures.care_due import CareDue
from abstractor.rules.measures.check_before_dose import CheckBeforeDose
from abstractor.rules.measures.check_schedule import CheckSchedule
from abstractor.rules.measures.early_stop import EarlyStop, StopCategory, StopPart
from abstractor.rules.measures.growth_factor import GrowthFactor
from abstractor.rules.measures.hold_limits import HoldLimit
from abstractor.rules.measures.holding import Wanted
from abstractor.rules.measures.lung_disease import LungDisease
from abstractor.rules.measures.needs import Excuses, Substitution
from abstractor.rules.measures.occasions import (
    Diagnosed,
    DoseAfterEvent,
    DrugStarted,
    EventOnTreatment,
    FirstDose,
    ProgressedOn,
)
from abstractor.rules.measures.pneumonitis_response import PneumonitisResponse
from abstractor.rules.measures.relapse_or_de_novo import RelapseOrDeNovo
from abstractor.rules.measures.risk_factors import RiskFactors
from abstractor.rules.measures.rolling_check import RollingCheck
from abstractor.rules.measures.screening import Instrument, Screening
from abstractor.rules.measures.tails import ContraceptionTail
from abstractor.rules.measures.vaccination import Vaccination, Vaccine
from abstractor.rules.terms import (
    CancelledOrders,
    CnsTerms,
    Quantity,
    Reason,
    ReceptorTerms,
    SystemicTerms,
    Threshold,
    Trial,
)

__all__ = ["REFERS", "Named", "Naming", "field_names", "names_in", "parts_of", "unknown_names"]


class Naming(StrEnum):
    """The vocabularies that a field's text may have to come from."""

    AGENT = "agent"
    AGENT_KIND = "kind of agent"
    CONCEPT = "concept"
    REGIMEN = "regimen"
    EDITION = "edition"
    VISIT_CLASS = "encounter class"
    REASON = "reason"


def _fields(kind: type, naming: Naming, *names: str) -> dict[tuple[type, str], Naming]:
    return {(kind, name): naming for name in names}


REFERS: Mapping[tuple[type, str], Naming] = {
    **_fields(Regimen, Naming.AGENT, "needs", "allows"),
    **_fields(MaintenanceAddition, Naming.AGENT, "agent", "needs_any", "after_any"),
    **_fields(LinePolicy, Naming.AGENT, "late_partner_days", "joins_maintenance", "equivalent"),
    **_fields(LinePolicy, Naming.AGENT, "equivalent_if_not_tolerated"),
    **_fields(ProgressionEvidence, Naming.CONCEPT, "statuses", "answers", "cns_sites"),
    **_fields(ProgressionEvidence, Naming.CONCEPT, "local_therapies", "cns_local_therapies"),
    **_fields(StopReasons, Naming.CONCEPT, "death", "no_response", "not_tolerated", "refused"),
    **_fields(LinePolicy, Naming.AGENT_KIND, "chemotherapy_kinds"),
    **_fields(Edition, Naming.AGENT, "agents"),
    **_fields(Edition, Naming.EDITION, "companion_of"),
    **_fields(InclusionPolicy, Naming.CONCEPT, "breast_cancer", "distant_metastasis", "ambiguous_metastasis"),
    **_fields(InclusionPolicy, Naming.CONCEPT, "metastasis_in_words"),
    **_fields(InclusionPolicy, Naming.CONCEPT, "other_her2_cancers", "her2_condition_positive"),
    **_fields(InclusionPolicy, Naming.CONCEPT, "other_reasons"),
    **_fields(InclusionPolicy, Naming.CONCEPT, "her2_condition_negative", "no_visit_concepts"),
    **_fields(InclusionPolicy, Naming.CONCEPT, "metastatic_history"),
    **_fields(InclusionPolicy, Naming.AGENT_KIND, "breast_only_kinds"),
    **_fields(Her2Drugs, Naming.AGENT, "exclusive", "shared", "low_labelled"),
    **_fields(Cdk46Cohort, Naming.AGENT_KIND, "agent_kinds"),
    **_fields(InclusionPolicy, Naming.VISIT_CLASS, "visit_classes"),
    **_fields(ChosenRegimen, Naming.REGIMEN, "one_of"),
    **_fields(ChosenAgents, Naming.AGENT, "all_of", "any_of", "none_of"),
    **_fields(ChosenComposition, Naming.AGENT, "her2_among"),
    **_fields(Her2TherapyAltered, Naming.AGENT, "standard"),
    **_fields(MaintenanceAdded, Naming.AGENT, "agents", "beside_any"),
    **_fields(ReasonRecorded, Naming.REASON, "any_of"),
    **_fields(RelapseWithin, Naming.AGENT, "containing"),
    **_fields(Recommendation, Naming.AGENT, "covers"),
    **_fields(CnsTerms, Naming.CONCEPT, "sites", "local_therapy"),
    **_fields(ReceptorTerms, Naming.CONCEPT, "positive", "negative", "er_negative", "pr_negative"),
    **_fields(SystemicTerms, Naming.CONCEPT, "status", "stable"),
    **_fields(Threshold, Naming.CONCEPT, "concept"),
    **_fields(Quantity, Naming.CONCEPT, "concept", "answers"),
    **_fields(CancelledOrders, Naming.CONCEPT, "reasons"),
    **_fields(Reason, Naming.CONCEPT, "concepts"),
    **_fields(Reason, Naming.AGENT, "withheld"),
    **_fields(Trial, Naming.REGIMEN, "regimens"),
    **_fields(Trial, Naming.AGENT, "added"),
    **_fields(Received, Naming.AGENT, "agents"),
    **_fields(Asking, Naming.EDITION, "edition", "shared_by"),
    **_fields(Asking, Naming.AGENT, "agents"),
    **_fields(Wanted, Naming.CONCEPT, "results", "studies", "activities", "visits", "diagnoses", "parts"),
    **_fields(Wanted, Naming.AGENT, "drugs", "possible_drugs"),
    **_fields(FirstDose, Naming.AGENT, "agents", "beside_any", "without"),
    **_fields(FirstDose, Naming.AGENT_KIND, "agent_kinds"),
    **_fields(Diagnosed, Naming.CONCEPT, "concepts"),
    **_fields(DrugStarted, Naming.AGENT, "agents"),
    **_fields(EventOnTreatment, Naming.AGENT, "agents"),
    **_fields(EventOnTreatment, Naming.CONCEPT, "events"),
    **_fields(Excuses, Naming.CONCEPT, "diagnoses", "stop_reasons", "declined"),
    **_fields(Excuses, Naming.AGENT, "said_to_take"),
    **_fields(Excuses, Naming.VISIT_CLASS, "urgent_classes"),
    **_fields(Substitution, Naming.CONCEPT, "diagnoses", "stop_reasons"),
    **_fields(CareDue, Naming.CONCEPT, "hospice", "taken_out_by"),
    **_fields(PneumonitisResponse, Naming.AGENT, "agents"),
    **_fields(PneumonitisResponse, Naming.CONCEPT, "hospice"),
    **_fields(GrowthFactor, Naming.CONCEPT, "stop_reasons", "hospice"),
    **_fields(RiskFactors, Naming.CONCEPT, "diagnoses"),
    **_fields(RiskFactors, Naming.AGENT_KIND, "agent_kinds"),
    **_fields(DoseAfterEvent, Naming.AGENT, "agents"),
    **_fields(DoseAfterEvent, Naming.CONCEPT, "events", "together"),
    **_fields(LungDisease, Naming.CONCEPT, "events", "weak_events", "severities", "grades"),
    **_fields(ActedOnResult, Naming.AGENT, "agents"),
    **_fields(ActedOnResult, Naming.CONCEPT, "concept", "hospice"),
    **_fields(HoldLimit, Naming.AGENT, "agents"),
    **_fields(CheckBeforeDose, Naming.AGENT, "agents"),
    **_fields(CheckBeforeDose, Naming.CONCEPT, "hospice"),
    **_fields(CheckSchedule, Naming.AGENT, "agents", "rest_cycle"),
    **_fields(CheckSchedule, Naming.CONCEPT, "hospice"),
    **_fields(EarlyStop, Naming.AGENT, "agents", "rest_cycle"),
    **_fields(StopCategory, Naming.CONCEPT, "stated", "results", "answers"),
    **_fields(StopPart, Naming.CONCEPT, "events"),
    **_fields(Instrument, Naming.CONCEPT, "concept", "high_answers"),
    **_fields(Screening, Naming.CONCEPT, "hospice", "declined", "taken_out_by"),
    **_fields(ContraceptionTail, Naming.AGENT, "agents"),
    **_fields(Vaccine, Naming.CONCEPT, "concept", "unless"),
    **_fields(Vaccination, Naming.CONCEPT, "hospice"),
    **_fields(ProgressedOn, Naming.AGENT_KIND, "agent_kinds"),
    **_fields(RelapseOrDeNovo, Naming.CONCEPT, "cancers"),
    **_fields(RollingCheck, Naming.AGENT, "agents"),
    **_fields(RollingCheck, Naming.CONCEPT, "hospice"),
}


def unknown_names(
    value: Any,
    vocabulary: Mapping[Naming, frozenset[str]],
    place: Place,
    *,
    unions: frozenset[str] = frozenset(),
) -> Iterator[KnowledgeError]:
    """A refusal for each name, anywhere in the value, that its vocabulary does not hold, and for a union of
    concepts where a list of them could not stand."""
    for each in names_in(value, place):
        naming = each.naming
        if each.name not in vocabulary[naming]:
            yield each.place.refusal(f"unknown {naming} {each.name!r}", f"define that {naming} first")
        elif naming is Naming.CONCEPT and each.name in unions and not each.listed:
            yield each.place.refusal(f"{each.name!r} includes others, where one stands", "name one of them")


@dataclass(frozen=True, slots=True)
class Named:
    """A name in the data: of what it is one, and in which value and where it stands."""

    naming: Naming
    name: str
    owner: object
    field: str
    place: Place

    @property
    def listed(self) -> bool:
        return isinstance(getattr(self.owner, self.field), tuple)


def field_names(value: object) -> tuple[str, ...]:
    """Of a dataclass; any other value has none."""
    kind: type = type(value)
    return _names(kind)


@cache
def _names(kind: type) -> tuple[str, ...]:
    """Asked for every value of every entry at each start."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()


def names_in(value: Any, place: Place) -> Iterator[Named]:
    """Every name, anywhere in the value, that must be the name of something."""
    for field in field_names(value):
        held = getattr(value, field)
        naming = REFERS.get((type(value), field))
        if naming is not None:
            for name, at in _texts(held, place.within(field)):
                yield Named(naming, name, value, field, at)
            continue
        listed = isinstance(held, tuple)
        for number, item in enumerate(held if isinstance(held, tuple) else (held,)):
            if field_names(item):
                named = getattr(item, "id", None)
                told = f"{field} {named!r}" if named else field
                yield from names_in(item, place.within(told, field, *([number] if listed else [])))


def parts_of(value: Any, place: Place) -> Iterator[tuple[Any, Place]]:
    """The value and every one that it is made of, each with its place."""
    yield value, place
    for field in field_names(value):
        held = getattr(value, field)
        if field_names(held):
            yield from parts_of(held, place.within(field))
        for number, item in enumerate(held if isinstance(held, tuple) else ()):
            if field_names(item):
                yield from parts_of(item, place.within(field, field, number))


def _texts(held: object, place: Place) -> Iterator[tuple[str, Place]]:
    """Every text in a text, a list, a list of lists, or the keys of a table."""
    if isinstance(held, str):
        yield held, place
    elif isinstance(held, Mapping):
        for key in held:
            yield from _texts(key, place.at(key))
    elif isinstance(held, tuple):
        for number, item in enumerate(held):
            yield from _texts(item, place.at(number))
