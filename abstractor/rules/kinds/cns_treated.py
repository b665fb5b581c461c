"""Whether metastases of the central nervous system were treated locally while the line before went on."""

from dataclasses import dataclass

from abstractor.chart import Standing
from abstractor.dates import Truth
from abstractor.rules.situation import Situation
from abstractor.rules.truth import Decided

__all__ = ["CnsTreated"]

_RELIED_ON = (Standing.COUNTS, Standing.ASSUMED)


@dataclass(frozen=True, slots=True)
class CnsTreated:
    """In a later line only: local therapy of the CNS on record since the palliative line before began, by the
    decision. Unlike `cns-status` it does not wait for the result of the therapy.

    It has to be documented: where none is on record it does not hold.
    """

    def sentence(self) -> str:
        return "after local therapy of CNS metastases during the line before"

    def decide(self, situation: Situation) -> Decided:
        before = situation.earlier_palliative()
        if not before:
            return Decided(Truth.NO, "no earlier palliative line", "not-documented")
        start = before[-1].line.start
        doubt: Decided | None = None
        for procedure in situation.chart.procedures:
            wanted = set(procedure.concepts) & set(situation.terms.cns.local_therapy)
            if not wanted or procedure.standing not in _RELIED_ON:
                continue
            when = procedure.when
            during = Truth.UNKNOWN
            if when is not None:
                during = start.on_or_before(when) & when.on_or_before(situation.decision)
            if during is Truth.YES:
                return Decided(Truth.YES, f"local therapy of the CNS {when}", None, procedure.sources)
            if during is Truth.UNKNOWN:
                said = "local therapy of the CNS, of doubtful date"
                doubt = Decided(Truth.UNKNOWN, said, "date-uncertain", procedure.sources)
        return doubt or Decided(
            Truth.NO, "no local therapy of the CNS during the line before", "not-documented"
        )
