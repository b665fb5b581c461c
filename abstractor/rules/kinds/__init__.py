"""The kinds of sentence that a recommendation may be made of; one file a kind: its fields, decision and
wording.

`KINDS` is the closed vocabulary: the loader refuses any other word, and a test holds every kind to have a
case for each truth value.
"""

from abstractor.rules.kinds.chosen import ChosenAgents, ChosenRegimen
from abstractor.rules.kinds.cns_status import CnsStatus
from abstractor.rules.kinds.exception_recorded import ExceptionRecorded
from abstractor.rules.kinds.line_number import LineNumber
from abstractor.rules.kinds.prior_regimens import PriorHer2Regimens
from abstractor.rules.kinds.received import Received
from abstractor.rules.kinds.relapse import RelapseWithin

__all__ = [
    "KINDS",
    "ChosenAgents",
    "ChosenRegimen",
    "CnsStatus",
    "Condition",
    "ExceptionRecorded",
    "LineNumber",
    "PriorHer2Regimens",
    "Received",
    "RelapseWithin",
]

Condition = (
    LineNumber
    | CnsStatus
    | RelapseWithin
    | ExceptionRecorded
    | Received
    | PriorHer2Regimens
    | ChosenRegimen
    | ChosenAgents
)

KINDS: dict[str, type[Condition]] = {
    "line-number": LineNumber,
    "cns-status": CnsStatus,
    "relapse-within": RelapseWithin,
    "exception-recorded": ExceptionRecorded,
    "received": Received,
    "prior-her2-regimens": PriorHer2Regimens,
    "chosen-regimen": ChosenRegimen,
    "chosen-agents": ChosenAgents,
}
