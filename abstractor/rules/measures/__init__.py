"""The kinds of measure; one file a kind: its fields, decision and wording.

`MEASURE_KINDS` is the closed vocabulary that the loader knows, `TRIGGER_KINDS` that of what makes them due.
Every kind has `findings(context)`, `editions()` (those that ask), `verdicts()` (those that it can give) and
`sentence()` (what is due, in words).
"""

from dataclasses import fields, is_dataclass

from abstractor.rules.measures.acted_on_result import ActedOnResult
from abstractor.rules.measures.care_due import CareDue
from abstractor.rules.measures.check_before_dose import CheckBeforeDose
from abstractor.rules.measures.check_schedule import CheckSchedule
from abstractor.rules.measures.early_stop import EarlyStop
from abstractor.rules.measures.growth_factor import GrowthFactor
from abstractor.rules.measures.her2_negative_only import Her2NegativeOnly
from abstractor.rules.measures.occasions import TRIGGER_KINDS, VisitsInPeriod
from abstractor.rules.measures.pneumonitis_response import PneumonitisResponse
from abstractor.rules.measures.relapse_or_de_novo import RelapseOrDeNovo
from abstractor.rules.measures.rolling_check import RollingCheck
from abstractor.rules.measures.screening import Screening
from abstractor.rules.measures.start_and_doses import StartAndDoses
from abstractor.rules.measures.vaccination import Vaccination

__all__ = [
    "MEASURE_KINDS",
    "TRIGGER_KINDS",
    "ActedOnResult",
    "CareDue",
    "CheckBeforeDose",
    "CheckSchedule",
    "EarlyStop",
    "GrowthFactor",
    "Her2NegativeOnly",
    "MeasureRule",
    "PneumonitisResponse",
    "RelapseOrDeNovo",
    "RollingCheck",
    "Screening",
    "StartAndDoses",
    "Vaccination",
    "asked_of_the_period",
]

MeasureRule = (
    ActedOnResult
    | CareDue
    | CheckBeforeDose
    | CheckSchedule
    | EarlyStop
    | GrowthFactor
    | Her2NegativeOnly
    | PneumonitisResponse
    | RelapseOrDeNovo
    | RollingCheck
    | Screening
    | Vaccination
    | StartAndDoses
)

MEASURE_KINDS: dict[str, type[MeasureRule]] = {
    "acted-on-result": ActedOnResult,
    "care-due": CareDue,
    "check-before-dose": CheckBeforeDose,
    "check-schedule": CheckSchedule,
    "early-stop": EarlyStop,
    "growth-factor": GrowthFactor,
    "her2-negative-only": Her2NegativeOnly,
    "pneumonitis-response": PneumonitisResponse,
    "relapse-or-de-novo": RelapseOrDeNovo,
    "rolling-check": RollingCheck,
    "screening": Screening,
    "vaccination": Vaccination,
    "start-and-doses": StartAndDoses,
}


def asked_of_the_period(rule: MeasureRule) -> bool:
    """The abstraction period alone makes it due: who hears from when on hears when the period is."""
    return isinstance(rule, Screening | Vaccination) or _due_by_visits(rule)


def _due_by_visits(part: object) -> bool:
    if isinstance(part, tuple):
        return any(map(_due_by_visits, part))
    if isinstance(part, VisitsInPeriod) or not is_dataclass(part):
        return isinstance(part, VisitsInPeriod)
    return any(_due_by_visits(getattr(part, field.name)) for field in fields(part))
