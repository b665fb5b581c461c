"""Checks that are due before each dose of a drug: met by their share of the doses (blood count)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from abstractor.abstract import Verdict
from abstractor.chart import Source, Statement
from abstractor.dates import DateInterval, Truth
from abstractor.rules.found import Found
from abstractor.rules.measures.asking import Asking, Decision, found_on, one_for_the_patient
from abstractor.rules.measures.context import MeasureContext, Outcome
from abstractor.rules.measures.exposed import doses
from abstractor.rules.measures.holding import Held, Wanted
from abstractor.rules.measures.listing import either, listed, share_of
from abstractor.rules.measures.needs import Need
from abstractor.rules.measures.occasions import Occasion, Trigger
from abstractor.rules.measures.outcomes import excluded, queried, unless_ended
from abstractor.rules.measures.searching import Search, search
from abstractor.rules.measures.windows import Window, around

__all__ = ["CheckBeforeDose"]

# What was found for needs of which the chart holds nothing, by their ids: the same for every dose.
_Silent = dict[str, Search]


@dataclass(frozen=True, slots=True)
class _Dose:
    when: DateInterval
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class _Checked:
    """What was found for one dose, need by need; `truth`: were all of them there?"""

    dose: _Dose
    found: tuple[Search, ...]
    open: bool = False  # a window of it has not closed

    @property
    def truth(self) -> Truth:
        truths = [each.truth for each in self.found]
        if Truth.NO in truths:
            return Truth.UNKNOWN if self.open else Truth.NO
        return Truth.UNKNOWN if Truth.UNKNOWN in truths else Truth.YES


@dataclass(frozen=True, slots=True)
class CheckBeforeDose:
    """Met where at least `share` of the doses of `agents` (1 is all) had all `needs`, each in its window
    round the dose, and where all of `once` lie round the first.

    The doses are those of the line of the `trigger`, or of the chart where it is no drug of a line; each day
    counts once. `least_days`: a line that ended sooner is excluded.
    """

    trigger: Trigger
    agents: tuple[str, ...]
    asked: tuple[Asking, ...]
    needs: tuple[Need, ...]
    share: float
    first_type: str
    hospice: tuple[str, ...]
    once: tuple[Need, ...] = ()
    least_days: int | None = None

    def editions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(asking.edition for asking in self.asked))

    def verdicts(self) -> frozenset[Verdict]:
        """Every verdict that it can give; a window that closes with its dose is never open."""
        can = {Verdict.MET, Verdict.NOT_MET, Verdict.EXCLUDED, Verdict.UNKNOWN}
        later = any(need.after > 0 for need in (*self.needs, *self.once))
        return frozenset(can | ({Verdict.PENDING} if later else set()))

    def sentence(self) -> str:
        """What is due, as a clinician reads it."""
        by_days: dict[int | None, list[str]] = {}
        for need in self.needs:
            by_days.setdefault(need.before, []).append(need.name)
        each = "; ".join(f"{listed(names)} in the {days} days before" for days, names in by_days.items())
        first = "".join(f"; {need.name} round the first dose" for need in self.once)
        return f"Before {self._doses()} of {either(self.agents)}: {each}{first}."

    def findings(self, context: MeasureContext) -> Iterator[Found]:
        """One for each line with the trigger; one for the patient where the trigger is no drug of a line."""
        found: list[Found] = []
        for occasion in self.trigger.occasions(context):
            each = found_on(context, occasion, self.asked, partial(self._decide, context, occasion))
            if each is not None:
                found.append(each)
        yield from (each for each in found if each.finding.line is not None)
        for_patient = one_for_the_patient([each for each in found if each.finding.line is None])
        if for_patient is not None:
            yield for_patient

    def _doses(self) -> str:
        return "each dose" if self.share == 1 else f"{self.share:.0%} of the doses"

    def _decide(
        self, context: MeasureContext, occasion: Occasion, asking: Asking, when: DateInterval
    ) -> Decision:
        given = self._given(context, occasion)
        needed = [need for need in self.needs if not asking.needs or need.id in asking.needs]
        last = given[-1].when if given else when
        closes = max(need.window(last, asking, context.period).closes for need in needed)
        names = listed(need.name for need in needed)
        expected = f"{names} before {self._doses()} from {occasion.names}"
        expected += "".join(f"; {need.name} round it" for need in self.once)
        if not given:
            return Decision(self._nothing_given(context, occasion), closes, expected)
        silent: _Silent = {}
        checked = [self._checked(context, dose, needed, asking, silent) for dose in given]
        first = self._checked(context, given[0], list(self.once), asking, {}) if self.once else None
        return Decision(self._outcome(context, occasion, checked, first), closes, expected)

    def _given(self, context: MeasureContext, occasion: Occasion) -> list[_Dose]:
        """Each day on which one was surely given, in order."""
        found: dict[DateInterval, _Dose] = {}
        if occasion.line is not None:
            for exposure in doses(occasion.line, self.agents):
                if exposure.given:
                    found.setdefault(exposure.when, _Dose(exposure.when, exposure.sources))
        else:
            for held in context.holdings.of(Wanted("a dose", drugs=self.agents)):
                if held.when is not None and held.doubt is None and _is_dose(held, context):
                    found.setdefault(held.when, _Dose(held.when, held.sources))
        return list(found.values())

    def _nothing_given(self, context: MeasureContext, occasion: Occasion) -> Outcome:
        """Ordered, and no dose on record: what came before each dose cannot be told."""
        when = occasion.when or DateInterval(context.as_of, context.as_of)
        out = excluded(context, occasion, around(when, 0, 0), hospice=self.hospice, least_days=None)
        known = "only said to be taken" if occasion.only_said else "ordered"
        shows = f"it was {known}, and no dose is on record"
        return out or Outcome(Verdict.UNKNOWN, shows, "doses-not-seen", (), occasion.sources)

    def _checked(
        self, context: MeasureContext, dose: _Dose, needed: list[Need], asking: Asking, silent: _Silent
    ) -> _Checked:
        windows = [need.window(dose.when, asking, context.period) for need in needed]
        found = tuple(
            self._first_of(context, need, window, silent)
            for need, window in zip(needed, windows, strict=True)
        )
        opens = any(
            window.closes > context.as_of and each.truth is not Truth.YES
            for window, each in zip(windows, found, strict=True)
        )
        return _Checked(dose, found, opens)

    def _first_of(self, context: MeasureContext, need: Need, window: Window, silent: _Silent) -> Search:
        """The first of the alternatives that is there; else the first doubt; else none."""
        if need.id in silent:
            return silent[need.id]
        answers = [
            search(context, wanted, window, first_type=self.first_type, least=need.least)
            for wanted in need.any_of
        ]
        found = next((answer for answer in answers if answer.truth is Truth.YES), None)
        found = found or next((answer for answer in answers if answer.truth is Truth.UNKNOWN), None)
        found = found or Search(Truth.NO, f"{need.name}: none")
        if not context.holdings.unread_studies and not any(map(context.holdings.of, need.any_of)):
            may_be = any(context.holdings.maybe(wanted) for wanted in need.any_of)
            if not may_be and not any(wanted.drugs or wanted.activities for wanted in need.any_of):
                silent[need.id] = found  # nothing that is or may be it, whatever the dose
        return found

    def _outcome(
        self, context: MeasureContext, occasion: Occasion, checked: list[_Checked], first: _Checked | None
    ) -> Outcome:
        done = [each for each in checked if each.truth is Truth.YES]
        lacking = [each for each in checked if each.truth is not Truth.YES]
        reached = self._reached(len(done), checked) and (first is None or first.truth is Truth.YES)
        shows = f"{share_of(len(done), len(checked), 'dose')} with all of it"
        if first is not None:
            shows += "".join(f"; {each.shows}" for each in first.found)
        sources = tuple(source for each in (*done, *([first] if first else [])) for source in _seen(each))
        if reached:
            return Outcome(Verdict.MET, shows, None, (), (*sources, *occasion.sources))
        whole = around(DateInterval(checked[0].dose.when.earliest, checked[-1].dose.when.latest), 0, 0)
        out = excluded(context, occasion, whole, hospice=self.hospice, least_days=self.least_days)
        if out is not None:
            return out
        if lacking:
            shows += f"; lacking {_lacked(lacking)}"
        against = Outcome(Verdict.NOT_MET, shows, None, self._clear(lacking, first), sources)
        missed = self._missed(context, checked, first, against)
        before_last = whole.closes - timedelta(days=1)  # on its day she was alive
        return unless_ended(context, missed, self.hospice, before_last)

    def _reached(self, done: int, checked: list[_Checked]) -> bool:
        return done / len(checked) >= self.share

    def _missed(
        self, context: MeasureContext, checked: list[_Checked], first: _Checked | None, against: Outcome
    ) -> Outcome:
        """Not met where the share is missed whatever the doubts turn out to be."""
        may_be = sum(each.truth is not Truth.NO for each in checked)
        doubtful = [each for each in (*checked, *([first] if first else [])) if each.truth is Truth.UNKNOWN]
        surely = not self._reached(may_be, checked) or (first is not None and first.truth is Truth.NO)
        missing = tuple(source for each in checked if each.truth is Truth.NO for source in each.dose.sources)
        evidence = (*against.sources, *missing)
        if surely:
            types = [t for need in (*self.needs, *self.once) for each in need.any_of for t in each.types()]
            kinds = queried(context.chart, *dict.fromkeys((self.first_type, *types)))
            return replace(against, shows=f"{against.shows} (searched: {kinds})", sources=evidence)
        for each in doubtful:
            for found in each.found:
                if found.truth is Truth.UNKNOWN:
                    said = found.shows in against.shows
                    shows = against.shows if said else f"{against.shows}; {found.shows}"
                    return Outcome(
                        Verdict.UNKNOWN, shows, found.reason, against.would_clear, (*found.sources, *evidence)
                    )
        shows = f"{against.shows} by {context.as_of}; a window closes later"
        return Outcome(Verdict.PENDING, shows, None, against.would_clear, evidence)

    def _clear(self, lacking: list[_Checked], first: _Checked | None) -> tuple[str, ...]:
        names = listed(need.name for need in self.needs)
        days = ", ".join(str(each.dose.when) for each in lacking[:3])
        more = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
        clear = (f"{names} before the doses of {days}{more}",) if lacking else ()
        late = first is not None and first.truth is not Truth.YES
        return (*clear, *(f"{need.name} round the first dose" for need in self.once if late))


def _is_dose(held: Held, context: MeasureContext) -> bool:
    return not context.is_order(held) and not isinstance(held.fact, Statement)


def _seen(each: _Checked) -> tuple[Source, ...]:
    return tuple(source for found in each.found for source in found.sources)


def _lacked(lacking: list[_Checked]) -> str:
    """The first dose that lacks one, and what of it."""
    first = lacking[0]
    shown = dict.fromkeys(found.shows for found in first.found if found.truth is not Truth.YES)
    return f"before the dose of {first.dose.when}: {'; '.join(shown)}"
