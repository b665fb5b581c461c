"""Records of interstitial lung disease in a chart: since when, of which grade, how sure, and whether new on a
drug.

The grade (knowledge base, section 2.7) is that of the record's severity, of its words, or of a graded
result that names it. The words of a report say one and confirm none.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from abstractor.chart import Bounds, Diagnosis, Result, Source, Standing
from abstractor.dates import DateInterval, Truth
from abstractor.rules.measures.context import MeasureContext

__all__ = ["Episode", "LungDisease", "new_on"]

_RELIED_ON = (Standing.COUNTS, Standing.ASSUMED)
_MAY = (*_RELIED_ON, Standing.CONTEXT)


@dataclass(frozen=True, slots=True)
class Episode:
    """One record of the disease: `when` it began (null: no date), `documented` the day by which it and a
    grade that matters were surely written down, `resolved` its end, `firm` where it is confirmed and no
    unspecific code, `quote` where report text alone tells it. `codes`: what two records of one disease share.
    """

    when: DateInterval | None
    documented: DateInterval | None
    resolved: DateInterval | None
    grade: Bounds | None
    firm: bool
    sources: tuple[Source, ...]
    codes: frozenset[str] = frozenset()
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class LungDisease:
    """`events` are the diagnoses, `weak_events` those too unspecific to be sure; `mention` is what report
    text calls it. `severities` and `grades` (results that name the diagnosis) say the grade; records that
    begin at most `same_within` days apart tell of one episode. `other_causes`: words by which a record names
    another cause than the drug.
    """

    name: str
    events: tuple[str, ...]
    weak_events: tuple[str, ...]
    mention: str
    severities: Mapping[str, float]
    grades: tuple[str, ...]
    same_within: int
    other_causes: tuple[str, ...] = ()

    def episodes(self, context: MeasureContext, serious: int) -> tuple[Episode, ...]:
        """By day, those without one last. A record that says less than one of the same days is left out, and
        report text where a record stands. `serious`: the grade whose day of writing counts."""
        records = sorted(self._diagnosed(context, serious), key=_by_day)
        if not any(each.firm for each in records):
            records = sorted([*records, *self._mentioned(context)], key=_by_day)
        return tuple(
            replace(each, resolved=each.resolved or self._end(each, records))
            for each in records
            if not any(self._told_by(each, other) for other in records)
        )

    def any(self, context: MeasureContext) -> bool:
        held = context.holdings.diagnoses
        coded = any(name in held for name in (*self.events, *self.weak_events))
        return coded or any(m.about == self.mention for m in context.chart.mentions)

    def quotes(self, context: MeasureContext) -> Iterator[Episode]:
        """What report text says of a grade."""
        return (each for each in self._mentioned(context) if each.grade is not None)

    def _told_by(self, less: Episode, more: Episode) -> bool:
        """Of the same days a graded record tells more than one without a grade, a firm one than another."""
        if less is more or not self._one_episode(less, more) or not more.firm:
            return False
        return not less.firm or (less.grade is None and more.grade is not None)

    def _one_episode(self, one: Episode, other: Episode) -> bool:
        if one.when is None or other.when is None:
            return False
        apart = max(one.when.earliest, other.when.earliest) - min(one.when.latest, other.when.latest)
        return apart.days <= self.same_within

    def _end(self, each: Episode, records: list[Episode]) -> DateInterval | None:
        """The end that another record of the same episode says."""
        ends = [r.resolved for r in records if r.resolved is not None and self._one_episode(each, r)]
        return max(ends, key=lambda end: (end.latest, end.earliest), default=None)

    def _diagnosed(self, context: MeasureContext, serious: int) -> Iterator[Episode]:
        names = {*self.events, *self.weak_events}
        held = [d for d in context.chart.diagnoses if names & set(d.concepts) and _standing(d) in _MAY]
        graded = [r for name in self.grades for r in context.holdings.results.get(name, ())]
        for diagnosis in held:
            own = [r for r in graded if r.standing in _RELIED_ON and _names(r, diagnosis, held)]
            yield self._of(diagnosis, own, serious)

    def _of(self, diagnosis: Diagnosis, results: list[Result], serious: int) -> Episode:
        written = _later(diagnosis.when, diagnosis.recorded)
        said = [] if diagnosis.grade is None else [(diagnosis.grade, written)]
        by_severity = self.severities.get(diagnosis.severity or "")
        if by_severity is not None:
            said.append((Bounds.exactly(by_severity), written))
        for result in results:
            grade = result.between or (Bounds.exactly(result.number) if result.number else None)
            if grade is not None and result.when is not None:
                said.append((grade, _later(written, result.when)))
            elif grade is not None:
                # Which of several records it is about, and when it was written, cannot be told.
                said.append((replace(grade, low=0), written))
        days = [day for grade, day in said if (grade.low or 0) >= serious]
        sure = _standing(diagnosis) in _RELIED_ON and bool(set(self.events) & set(diagnosis.concepts))
        words = (diagnosis.text or "").lower()
        firm = sure and not any(cause in words for cause in self.other_causes)
        return Episode(
            diagnosis.when,
            min(days, key=_end_of) if days else written,
            diagnosis.ended,
            _range(said),
            firm,
            (*diagnosis.sources, *(source for result in results for source in result.sources)),
            frozenset(f"{coding.system} {coding.code}" for coding in diagnosis.codings),
        )

    def _mentioned(self, context: MeasureContext) -> Iterator[Episode]:
        for each in context.chart.mentions:
            stated = each.about == self.mention and each.assertion == "stated" and each.standing in _MAY
            if stated and each.reading is not None and each.reading != "absent":
                grade = next((float(word) for word in each.reading.split() if word.isdecimal()), None)
                bounds = None if grade is None else Bounds.exactly(grade)
                yield Episode(
                    each.when, each.when, None, bounds, False, each.sources, frozenset(), each.quote
                )


def new_on(each: Episode, first: DateInterval, records: tuple[Episode, ...]) -> Truth:
    """Did it surely begin after the first dose? Open where its day is, or where the same code stood on record
    before and was not over by then."""
    if each.when is None:
        return Truth.UNKNOWN
    if each.when.before(first) is Truth.YES:
        return Truth.NO
    before = (r for r in records if r.when is not None and r.when.before(first) is Truth.YES)
    if any(r.codes & each.codes and not _over(r, each.when) for r in before):
        return Truth.UNKNOWN
    return Truth.YES if first.before(each.when) is Truth.YES else Truth.UNKNOWN


def _over(each: Episode, by: DateInterval) -> bool:
    return each.resolved is not None and each.resolved.on_or_before(by) is Truth.YES


def _standing(diagnosis: Diagnosis) -> Standing:
    return diagnosis.verified or diagnosis.standing


def _names(result: Result, diagnosis: Diagnosis, held: list[Diagnosis]) -> bool:
    """A graded result is about the latest record that had begun by its day."""
    if not set(result.about) & set(diagnosis.concepts):
        return False
    if result.when is None or diagnosis.when is None:
        return True
    begun = [d.when.earliest for d in held if d.when is not None and d.when.earliest <= result.when.latest]
    return diagnosis.when.earliest == max(begun, default=None)


def _later(one: DateInterval | None, other: DateInterval | None) -> DateInterval | None:
    if one is None or other is None:
        return one or other
    return DateInterval(max(one.earliest, other.earliest), max(one.latest, other.latest))


def _range(said: list[tuple[Bounds, DateInterval | None]]) -> Bounds | None:
    """The highest grade that is said, as a range."""
    if not said:
        return None
    return Bounds(max(grade.low or 0 for grade, _ in said), max(grade.high or 0 for grade, _ in said))


def _end_of(day: DateInterval | None) -> date:
    return date.max if day is None else day.latest


def _by_day(each: Episode) -> tuple[date, date, bool]:
    if each.when is None:
        return (date.max, date.max, each.firm)
    return (each.when.earliest, each.when.latest, not each.firm)
