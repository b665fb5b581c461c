"""Vaccines that are due in patients seen in the period: of the season, or so many doses ever."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from abstractor.abstract import Verdict
from abstractor.dates import DateInterval, Truth
from abstractor.rules.found import Found
from abstractor.rules.measures.asking import Asking, Decision, found_on
from abstractor.rules.measures.context import MeasureContext, Outcome
from abstractor.rules.measures.holding import Held, Wanted
from abstractor.rules.measures.listing import listed
from abstractor.rules.measures.occasions import VisitsInPeriod
from abstractor.rules.measures.outcomes import care_ended, queried, unless_ended
from abstractor.rules.measures.patients import age_holds
from abstractor.rules.measures.searching import Search, doubt_in
from abstractor.rules.measures.windows import Window

__all__ = ["Vaccination", "Vaccine"]

_KINDS = ("Immunization",)
_OF_THE_SEASON = "of the season"


@dataclass(frozen=True, slots=True)
class Vaccine:
    """One vaccine: due from `age_from` to `age_to` whole years, each season or (`seasonal` false) `doses` of
    it ever, `apart` days or more between them. `unless`: a diagnosis by the visit for which it is not due."""

    concept: str
    name: str
    seasonal: bool = False
    age_from: int = 0
    age_to: int | None = None
    doses: int = 1
    apart: int = 1
    unless: tuple[str, ...] = ()

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.name, activities=(self.concept,), kinds=_KINDS)

    def due_in(self, window: Window) -> str:
        """As `sentence`, with the days of the season that is asked for."""
        if not self.seasonal:
            return self.sentence
        first, last = window.possible
        return self.sentence.replace(_OF_THE_SEASON, f"{_OF_THE_SEASON} from {first} to {last}")

    @property
    def sentence(self) -> str:
        ages = f", from age {self.age_from}" if self.age_from else ""
        ages += "" if self.age_to is None else f" to {self.age_to}"
        ever = "ever" if self.doses == 1 else f"{self.doses} doses ever"
        return f"{self.name} ({_OF_THE_SEASON if self.seasonal else ever}{ages})"


@dataclass(frozen=True, slots=True)
class _Sought:
    """A vaccine, whether it is due, its days, and what was found."""

    vaccine: Vaccine
    due: Truth
    window: Window
    found: Search


@dataclass(frozen=True, slots=True)
class Vaccination:
    """Met where every vaccine that is due to the patient was given by the end of the period, that of a season
    (from day one of `season_month` for a year) in the season of the first visit of the period."""

    asked: tuple[Asking, ...]
    vaccines: tuple[Vaccine, ...]
    season_month: int
    first_type: str
    hospice: tuple[str, ...]

    def editions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(asking.edition for asking in self.asked))

    def verdicts(self) -> frozenset[Verdict]:
        can = {Verdict.MET, Verdict.NOT_MET, Verdict.EXCLUDED, Verdict.EXCEPTION}
        return frozenset(can | {Verdict.PENDING, Verdict.UNKNOWN})

    def sentence(self) -> str:
        """What is due, as a clinician reads it."""
        return f"In patients seen in the abstraction period: {listed(v.sentence for v in self.vaccines)}."

    def findings(self, context: MeasureContext) -> Iterator[Found]:
        """One for a patient with a visit in the period."""
        for occasion in VisitsInPeriod().occasions(context):
            found = found_on(context, occasion, self.asked, partial(self._decide, context))
            if found is not None:
                yield found

    def _decide(self, context: MeasureContext, _: Asking, when: DateInterval) -> Decision:
        sought = [self._sought(context, vaccine, when) for vaccine in self.vaccines]
        sought = [each for each in sought if each.due is not Truth.NO]
        expected = listed([each.vaccine.due_in(each.window) for each in sought] or ["no vaccine at this age"])
        closes = max((each.window.closes for each in sought), default=context.period.end)
        return Decision(self._outcome(context, sought, closes), closes, expected)

    def _sought(self, context: MeasureContext, vaccine: Vaccine, when: DateInterval) -> _Sought:
        due = age_holds(context.chart.patient, when, vaccine.age_from, vaccine.age_to)
        window = self._season(when) if vaccine.seasonal else _ever(context.period.end)
        if due is not Truth.NO and _known(context, vaccine.unless, when):
            due = Truth.NO
        return _Sought(vaccine, due, window, _search(context, vaccine, window, first_type=self.first_type))

    def _season(self, when: DateInterval) -> Window:
        """The season of the visit; where its date lies on both sides of a change, what both share is sure."""
        first, last = (_season_of(day, self.season_month) for day in (when.earliest, when.latest))
        return Window((last[0], first[1]), (first[0], last[1]))

    def _outcome(self, context: MeasureContext, sought: list[_Sought], closes: date) -> Outcome:
        lacking = [each for each in sought if each.found.truth is not Truth.YES]
        sources = tuple(source for each in sought for source in each.found.sources)
        shows = "; ".join(each.found.shows for each in sought)
        if not sought:
            return Outcome(Verdict.EXCLUDED, "no vaccine of these is due", "not-required", (), ())
        if not lacking:
            return Outcome(Verdict.MET, shows, None, (), sources)
        out = care_ended(context.chart, self.hospice, min(closes, context.as_of))
        if out is not None:
            return out
        unexcused: list[_Sought] = []
        refused: list[Held] = []
        for each in lacking:
            reason = _not_done(context, each)
            unexcused += [each] if reason is None else []
            refused += [] if reason is None else [reason]
        if not unexcused:
            said = "; ".join(dict.fromkeys(each.said for each in refused))
            why = tuple(source for each in refused for source in each.sources)
            return Outcome(Verdict.EXCEPTION, said, "reason-recorded", (), (*why, *sources))
        against = self._missing(context, unexcused, Outcome(Verdict.NOT_MET, shows, None, (), sources))
        return unless_ended(context, against, self.hospice, closes)

    def _missing(self, context: MeasureContext, lacking: list[_Sought], against: Outcome) -> Outcome:
        """Not met where one that is surely due surely lacks, its days are over, and the chart has shown a
        vaccine before: pharmacies and registries keep many that no clinic is sent."""
        clear = tuple(f"{each.vaccine.name} dated {each.window}" for each in lacking)
        clear += ("a vaccine that was not done, with its reason",)
        closed = [each for each in lacking if each.window.closes <= context.as_of]
        sure = [each for each in closed if each.found.truth is Truth.NO and each.due is Truth.YES]
        if sure and not self._ever_recorded(context):
            shows = f"{against.shows}, and never a vaccine on record: they may be kept where we do not read"
            return Outcome(Verdict.UNKNOWN, shows, "never-recorded", clear, against.sources)
        if sure:
            shows = f"{against.shows} (searched: {queried(context.chart, self.first_type)})"
            return Outcome(Verdict.NOT_MET, shows, None, clear, against.sources)
        for each in lacking:
            if each.found.truth is Truth.UNKNOWN:
                found = each.found
                told = (*found.sources, *against.sources)
                return Outcome(Verdict.UNKNOWN, found.shows, found.reason, clear, told)
        if closed:
            name = closed[0].vaccine.name
            shows = f"{against.shows}; the date of birth does not tell whether {name} is due"
            return Outcome(Verdict.UNKNOWN, shows, "patient-unknown", clear, against.sources)
        shows = f"{against.shows} by {context.as_of}; it may still be given"
        return Outcome(Verdict.PENDING, shows, None, clear, against.sources)

    def _ever_recorded(self, context: MeasureContext) -> bool:
        concepts = tuple(vaccine.concept for vaccine in self.vaccines)
        held = context.holdings.of(Wanted("a vaccine", activities=concepts, kinds=_KINDS))
        return bool(held or context.holdings.refused(concepts))


def _search(context: MeasureContext, vaccine: Vaccine, window: Window, *, first_type: str) -> Search:
    """Doses that surely lie in the window and surely so far apart: a dose told twice is one."""
    held = context.holdings.of(vaccine.wanted)
    given = [each for each in held if each.doubt is None and window.holds(each.when) is Truth.YES]
    apart: list[Held] = []
    for each in given:
        last = apart[-1].when if apart else None
        if last is None or (each.when and each.when.earliest >= last.latest + timedelta(days=vaccine.apart)):
            apart.append(each)
    sources = tuple(source for each in apart for source in each.sources)
    if len(apart) >= vaccine.doses:
        return Search(Truth.YES, apart[-1].said, None, sources)
    doubt = doubt_in(context, vaccine.wanted, window, first_type=first_type)
    if doubt is not None:
        return doubt
    if len(given) >= vaccine.doses and not all(each.when and each.when.is_exact for each in given):
        shows = f"{vaccine.name}: {len(given)} on record, their days not known well enough"
        return Search(Truth.UNKNOWN, shows, "date-uncertain", sources)
    shows = f"{vaccine.name}: {f'{len(apart)} of {vaccine.doses} doses' if apart else 'none'}"
    return Search(Truth.NO, shows, None, sources)


def _not_done(context: MeasureContext, sought: _Sought) -> Held | None:
    """The vaccine recorded as not done, with a reason, by the end of its days and not before them."""
    for fact in context.holdings.refused((sought.vaccine.concept,)):
        reasoned = fact.status_reasons and sought.window.holds(fact.when) is Truth.YES
        if reasoned:
            said = f"{sought.vaccine.name} not done on {fact.when}, with its reason"
            return Held(fact.when, said, fact.sources)
    return None


def _known(context: MeasureContext, diagnoses: tuple[str, ...], when: DateInterval) -> bool:
    for held in context.holdings.of(Wanted("a diagnosis for which it is not due", diagnoses=diagnoses)):
        if held.doubt is None and (held.when is None or held.when.on_or_before(when) is not Truth.NO):
            return True
    return False


def _ever(until: date) -> Window:
    return Window((date.min, until), (date.min, until))


def _season_of(day: date, month: int) -> tuple[date, date]:
    year = day.year if day.month >= month else day.year - 1
    return date(year, month, 1), date(year + 1, month, 1) - timedelta(days=1)
