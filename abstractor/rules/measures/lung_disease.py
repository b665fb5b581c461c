"""Records of interstitial lung disease in a chart: since when, of which grade, how sure, and whether new on a
drug.

The grade (knowledge base, section 2.7) is that of the record's severity, of its words, or of a graded
result that names it. The words of a report say one and confirm none.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import inf

from abstractor.chart import Bounds, Diagnosis, Mention, Result, Source, Standing
from abstractor.dates import DateInterval, Truth
from abstractor.rules.measures.context import MeasureContext

__all__ = ["Episode", "LungDisease", "new_on"]

_RELIED_ON = (Standing.COUNTS, Standing.ASSUMED)
_MAY = (*_RELIED_ON, Standing.CONTEXT)
_SAYS = {
    "stated": "stands in report text alone",
    "conditional": "is only possible, and stands in report text alone",
    "historical": "stands in report text alone, as known before",
}
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
# "Radiation pneumonitis 2015.": nothing but its year stands behind the name.
_NAMED_BY_YEAR = re.compile(
    r"\b(?:pneumonitis|ild|disease),? (?:in )?\(?((?:19|20)\d\d)\)?\.?$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Episode:
    """One record of the disease: `when` it began (null: no date), `documented` the day by which it and a
    grade that matters were surely written down, `resolved` its end, `firm` where it is confirmed and no
    unspecific code, `quote` where report text alone tells it. `codes`: what two records of one disease share.
    `first_told`: the first day of the records that it stands for.

    `doubt` says why it is not firm, or how report text tells it; `ungraded` what was written of a grade that
    cannot be read; `conflict` which of its grades contradict each other, and `on_both_sides` of the one that
    matters.
    """

    when: DateInterval | None
    documented: DateInterval | None
    resolved: DateInterval | None
    grade: Bounds | None
    firm: bool
    sources: tuple[Source, ...]
    codes: frozenset[str] = frozenset()
    quote: str | None = None
    doubt: str | None = None
    ungraded: str | None = None
    conflict: str | None = None
    on_both_sides: bool = False
    first_told: date | None = None

    def agrees(self, other: "Episode") -> bool:
        """Can both tell of one grade?"""
        return self.grade is None or other.grade is None or not _apart(self.grade, other.grade)

    def restarts(self, serious: int) -> bool:
        """Is it of a grade after which the drug may be given again?"""
        return self.grade is not None and self.grade.high is not None and self.grade.high < serious


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
        records = sorted([*records, *self._only_mentioned(context, records)], key=_by_day)
        return tuple(
            replace(
                each,
                resolved=each.resolved or self._end(each, records),
                first_told=self._first_told(each, records),
            )
            for each in records
            if not any(self._told_by(each, other) for other in records)
        )

    def _first_told(self, each: Episode, records: list[Episode]) -> date | None:
        own = (r.when for r in records if r is each or self._told_by(r, each))
        return min((when.earliest for when in own if when is not None), default=None)

    def any(self, context: MeasureContext) -> bool:
        held = context.holdings.diagnoses
        coded = any(name in held for name in (*self.events, *self.weak_events))
        return coded or any(m.about == self.mention for m in context.chart.mentions)

    def quotes(self, context: MeasureContext, of: Episode) -> Iterator[Episode]:
        """What report text says of its grade, in its days."""
        for mention, each in self._mentioned(context):
            own_words = any(source.path.startswith("Condition.") for source in mention.sources)
            if each.grade is not None and not own_words and self._in_days(each, of):
                yield each

    def _in_days(self, each: Episode, of: Episode) -> bool:
        if each.when is None or of.when is None:
            return True
        around = timedelta(days=self.same_within)
        if each.when.latest < of.when.earliest - around:
            return False
        return of.resolved is None or each.when.earliest <= of.resolved.latest + around

    def _only_mentioned(self, context: MeasureContext, records: list[Episode]) -> Iterator[Episode]:
        """What report text tells and no sure record does. Beside sure records only what a report states."""
        firm = [each for each in records if each.firm]
        for mention, each in self._mentioned(context):
            stated = mention.assertion == "stated"
            if not firm or (stated and not any(self._tells(record, each) for record in firm)):
                yield each

    def _tells(self, record: Episode, mentioned: Episode) -> bool:
        """Is the mention of the disease of that record: of its days, or before its end?"""
        if record.when is None or mentioned.when is None or self._one_episode(record, mentioned):
            return True
        begun = record.when.on_or_before(mentioned.when) is Truth.YES
        return begun and not _over(record, mentioned.when)

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
        by_words, by_severity = diagnosis.grade, self._severity(diagnosis.severity)
        said = [(grade, written) for grade in (by_words, by_severity) if grade is not None]
        unread = [diagnosis.text or ""] if by_words is None and _speaks_of_grade(diagnosis.text) else []
        for result in results:
            grade = self._grade_of(result)
            if grade is None:
                unread.append(result.text or "")
            elif result.when is not None:
                said.append((grade, _later(written, result.when)))
            else:
                # Which of several records it is about, and when it was written, cannot be told.
                said.append((replace(grade, low=0), written))
        days = [day for grade, day in said if (grade.low or 0) >= serious]
        doubt = self._doubt(diagnosis)
        conflict = by_words and by_severity and _apart(by_words, by_severity)
        return Episode(
            diagnosis.when,
            min(days, key=_end_of) if days else written,
            diagnosis.ended,
            _range(said),
            doubt is None,
            (*diagnosis.sources, *(source for result in results for source in result.sources)),
            frozenset(f"{coding.system} {coding.code}" for coding in diagnosis.codings),
            doubt=doubt,
            ungraded=next(iter(unread), None),
            conflict=f"its severity says grade {by_severity}, its words grade {by_words}"
            if conflict
            else None,
            on_both_sides=len({(each.low or 0) >= serious for each in (by_words, by_severity) if each}) > 1,
        )

    def _doubt(self, diagnosis: Diagnosis) -> str | None:
        """Why the disease, or the drug as its cause, is not sure by this record."""
        if diagnosis.unsure is not None:
            return f"its own words do not establish the disease: \u201c{diagnosis.unsure}\u201d"
        words = (diagnosis.text or "").lower()
        if any(_names_cause(words, cause) for cause in self.other_causes):
            return f"its words name another cause: \u201c{diagnosis.text}\u201d"
        if _standing(diagnosis) not in _RELIED_ON:
            return "the disease is not confirmed"
        specific = bool(set(self.events) & set(diagnosis.concepts))
        return None if specific else "its code is too unspecific"

    def _severity(self, severity: str | None) -> Bounds | None:
        grade = self.severities.get(severity or "")
        return None if grade is None else Bounds.exactly(grade)

    def _grade_of(self, result: Result) -> Bounds | None:
        if result.between is not None or result.number:
            return result.between or Bounds.exactly(result.number or 0)
        return next((grade for each in result.value_concepts if (grade := self._severity(each))), None)

    def _mentioned(self, context: MeasureContext) -> Iterator[tuple[Mention, Episode]]:
        for each in context.chart.mentions:
            of_patient = each.about == self.mention and each.assertion in _SAYS and each.standing in _MAY
            if of_patient and each.reading is not None and each.reading != "absent":
                grade = next((float(word) for word in each.reading.split() if word.isdecimal()), None)
                bounds = None if grade is None else Bounds.exactly(grade)
                when = _meant(each)
                doubt = f"the disease {_SAYS[each.assertion]}"
                told = Episode(when, when, None, bounds, False, each.sources, quote=each.quote, doubt=doubt)
                yield each, told


def new_on(each: Episode, first: DateInterval, records: tuple[Episode, ...]) -> Truth:
    """Did it surely begin after the first dose? Open where its day is, or where the same code stood on record
    before and was not over by then."""
    if each.when is None:
        return Truth.UNKNOWN
    before = (r for r in records if r.when is not None and r.when.before(first) is Truth.YES)
    if any(r.codes & each.codes and not _over(r, each.when) for r in before):
        return Truth.UNKNOWN
    return Truth.YES if first.before(each.when) is Truth.YES else Truth.UNKNOWN


def _over(each: Episode, by: DateInterval) -> bool:
    return each.resolved is not None and each.resolved.on_or_before(by) is Truth.YES


def _meant(mention: Mention) -> DateInterval | None:
    """Its day; of what is told as known before, or by its year, the years named, if they were earlier."""
    when = mention.when
    if when is None or mention.assertion not in ("historical", "stated"):
        return when
    told = _YEAR if mention.assertion == "historical" else _NAMED_BY_YEAR
    years = [int(year) for year in told.findall(mention.quote)]
    if not years or max(years) >= when.earliest.year:
        return when
    return DateInterval(date(min(years), 1, 1), date(max(years), 12, 31))


def _speaks_of_grade(words: str | None) -> bool:
    return words is not None and ("grade" in words.lower() or "ctcae" in words.lower())


def _names_cause(words: str, cause: str) -> bool:
    before, found, _ = words.partition(cause)
    return bool(found) and not before.rstrip(" -").endswith(("non", "not", "no", "without"))


def _apart(one: Bounds, other: Bounds) -> bool:
    return _ends(one)[1] < _ends(other)[0] or _ends(other)[1] < _ends(one)[0]


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
    """The highest grade that is said, as a range; without an upper end where one of them has none."""
    if not said:
        return None
    low, high = (max(ends) for ends in zip(*(_ends(grade) for grade, _ in said), strict=True))
    return Bounds(low, None if high == inf else high)


def _ends(grade: Bounds) -> tuple[float, float]:
    """No grade is below 0; one that is "2 or more" has no upper end."""
    return (grade.low or 0, inf if grade.high is None else grade.high)


def _end_of(day: DateInterval | None) -> date:
    return date.max if day is None else day.latest


def _by_day(each: Episode) -> tuple[date, date, bool]:
    if each.when is None:
        return (date.max, date.max, each.firm)
    return (each.when.earliest, each.when.latest, not each.firm)
