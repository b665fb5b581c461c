"""The kinds of sentence that a recommendation may be made of; one file a kind: its fields, decision and
wording.

`KINDS` is the closed vocabulary: the loader refuses any other word, and a test holds every kind to have a
case for each truth value. `Findable` are those that rest on something a reader could still find.
"""

from abstractor.rules.kinds.chosen import ChosenAgents, ChosenRegimen
from abstractor.rules.kinds.chosen_composition import ChosenComposition
from abstractor.rules.kinds.cns_status import CnsStatus
from abstractor.rules.kinds.cns_treated import CnsTreated
from abstractor.rules.kinds.her2_therapy_altered import Her2TherapyAltered
from abstractor.rules.kinds.line_number import LineNumber
from abstractor.rules.kinds.maintenance_added import MaintenanceAdded
from abstractor.rules.kinds.prior_regimens import PriorHer2Regimens
from abstractor.rules.kinds.reason_recorded import ReasonRecorded
from abstractor.rules.kinds.received import Received
from abstractor.rules.kinds.receptor_status import ReceptorStatus
from abstractor.rules.kinds.relapse import RelapseWithin
from abstractor.rules.kinds.systemic_stable import SystemicStable

__all__ = [
    "KINDS",
    "ChosenAgents",
    "ChosenComposition",
    "ChosenRegimen",
    "CnsStatus",
    "CnsTreated",
    "Condition",
    "Findable",
    "Her2TherapyAltered",
    "LineNumber",
    "MaintenanceAdded",
    "PriorHer2Regimens",
    "ReasonRecorded",
    "Received",
    "ReceptorStatus",
    "RelapseWithin",
    "SystemicStable",
]

Findable = (
    CnsStatus
    | RelapseWithin
    | ReasonRecorded
    | Received
    | PriorHer2Regimens
    | ReceptorStatus
    | SystemicStable
)
Condition = (
    Findable
    | LineNumber
    | CnsTreated
    | Her2TherapyAltered
    | MaintenanceAdded
    | ChosenRegimen
    | ChosenAgents
    | ChosenComposition
)

KINDS: dict[str, type[Condition]] = {
    "line-number": LineNumber,
    "cns-status": CnsStatus,
    "cns-treated": CnsTreated,
    "relapse-within": RelapseWithin,
    "reason-recorded": ReasonRecorded,
    "received": Received,
    "prior-her2-regimens": PriorHer2Regimens,
    "receptor-status": ReceptorStatus,
    "systemic-stable": SystemicStable,
    "her2-therapy-altered": Her2TherapyAltered,
    "maintenance-added": MaintenanceAdded,
    "chosen-regimen": ChosenRegimen,
    "chosen-agents": ChosenAgents,
    "chosen-composition": ChosenComposition,
}
