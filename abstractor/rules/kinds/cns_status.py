"""Metastases in the central nervous system on the day of the decision (knowledge base, section 2.7)."""

from dataclasses import dataclass

from abstractor.chart import Standing
from abstractor.dates import Truth
from abstractor.rules.situation import Situation
from abstractor.rules.truth import Decided

__all__ = ["CnsStatus"]


@dataclass(frozen=True, slots=True)
class CnsStatus:
    """`present` false: no CNS metastasis recorded, and Condition was seen whole. `concepts` are its
    sites."""

    present: bool
    concepts: tuple[str, ...]

    def sentence(self) -> str:
        return "with CNS metastases" if self.present else "without CNS metastases"

    def decide(self, situation: Situation) -> Decided:
        found = _recorded(situation, self.concepts)
        if found.truth is Truth.NO and not situation.chart.seen_whole("Condition"):
            found = Decided(
                Truth.UNKNOWN,
                "CNS metastases cannot be ruled out: Condition was not seen whole",
                "cns-status-unknown",
            )
        if self.present or found.truth is Truth.UNKNOWN:
            return found
        reason = "cns-metastases" if found.truth is Truth.YES else None
        return Decided(~found.truth, found.shows, reason, found.sources)


def _recorded(situation: Situation, concepts: tuple[str, ...]) -> Decided:
    """Was such a metastasis recorded on or before the decision?"""
    doubt: Decided | None = None
    for diagnosis in situation.chart.diagnoses:
        if not set(diagnosis.concepts) & set(concepts):
            continue
        if diagnosis.standing not in (Standing.COUNTS, Standing.ASSUMED, Standing.CONTEXT):
            continue
        when = diagnosis.when
        before = Truth.UNKNOWN if when is None else when.on_or_before(situation.decision)
        if before is Truth.YES and diagnosis.standing is not Standing.CONTEXT:
            return Decided(Truth.YES, f"CNS metastasis recorded {when}", None, diagnosis.sources)
        if before is not Truth.NO:
            doubt = Decided(
                Truth.UNKNOWN,
                "a CNS metastasis of doubtful date or status",
                "cns-status-unknown",
                diagnosis.sources,
            )
    return doubt or Decided(Truth.NO, "no CNS metastasis recorded", "no-cns-metastases")
