"""Care that is due in another way where the cancer was metastatic from the start than where it came back."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from abstractor.abstract import Verdict, merged
from abstractor.dates import DateInterval, Truth
from abstractor.rules.found import Found
from abstractor.rules.measures.care_due import CareDue
from abstractor.rules.measures.context import MeasureContext
from abstractor.rules.measures.holding import TumourMarker, Wanted
from abstractor.rules.truth import Decided

__all__ = ["RelapseOrDeNovo"]


@dataclass(frozen=True, slots=True)
class RelapseOrDeNovo:
    """`relapse` is asked where the cancer (one of `cancers`, one of its `markers`, or treatment for cure) was
    surely on record more than `apart_days` before its metastasis; `de_novo` where it surely was not. Where
    that is open both must agree.
    """

    relapse: CareDue
    de_novo: CareDue
    apart_days: int
    cancers: tuple[str, ...]
    markers: tuple[TumourMarker, ...]

    def editions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.relapse.editions(), *self.de_novo.editions())))

    def verdicts(self) -> frozenset[Verdict]:
        """Every verdict that it can give."""
        return self.relapse.verdicts() | self.de_novo.verdicts()

    def sentence(self) -> str:
        told = (self.relapse.sentence(), self.de_novo.sentence())
        first, other = (f"{each[:1].lower()}{each[1:]}" for each in told)
        return f"After an earlier cancer: {first} Where it was metastatic from the start: {other}"

    def findings(self, context: MeasureContext) -> Iterator[Found]:
        came_back = self._came_back(context)
        match came_back.truth:
            case Truth.YES:
                yield from self.relapse.findings(context)
            case Truth.NO:
                yield from self.de_novo.findings(context)
            case _:
                both = zip(self.relapse.findings(context), self.de_novo.findings(context), strict=False)
                yield from (_agreed(one, other, came_back.shows) for one, other in both)

    def _came_back(self, context: MeasureContext) -> Decided:
        """A cancer without a date, or with one on both sides of the limit, leaves it open; so does a chart
        that names none."""
        when = context.anchor.when
        open_ = "it is open whether the cancer came back or was metastatic from the start"
        if when is None:
            return Decided(Truth.UNKNOWN, open_, "date-uncertain", ())
        limit = when.shift(-self.apart_days)
        days = self._days(context)
        if any(day is not None and day.before(limit) is Truth.YES for day in (*days, *self._others(context))):
            return Decided(Truth.YES, "an earlier cancer", None, ())
        if not days or any(day is None or day.before(limit) is not Truth.NO for day in days):
            return Decided(Truth.UNKNOWN, open_, "date-uncertain", ())
        return Decided(Truth.NO, "metastatic from the start", None, ())

    def _days(self, context: MeasureContext) -> list[DateInterval | None]:
        held = context.holdings.of(Wanted("the cancer", diagnoses=self.cancers))
        return [each.when for each in held if each.doubt is None]

    def _others(self, context: MeasureContext) -> list[DateInterval | None]:
        """What tells of the cancer besides its diagnosis."""
        held = context.holdings.of(Wanted("a marker", markers=self.markers))
        curative = [each.line.start for each in context.therapy.lines if each.line.setting == "curative"]
        return [*(each.when for each in held if each.doubt is None), *curative]


def _agreed(one: Found, other: Found, shows: str) -> Found:
    if one.finding.verdict is other.finding.verdict:
        return one
    verdicts = f"{one.finding.verdict} after a relapse, {other.finding.verdict} otherwise"
    statement = f"{one.finding.statement} But {shows} (relapse-uncertain): {verdicts} (relapse-uncertain)."
    evidence = merged((*one.finding.evidence, *other.finding.evidence))
    finding = replace(one.finding, verdict=Verdict.UNKNOWN, statement=statement, evidence=evidence)
    return Found(finding, "relapse-uncertain")
