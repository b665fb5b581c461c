"""A growth factor after chemotherapy that often causes febrile neutropenia (GCSF).

Due where the regimen's own risk is high, or is lower and the patient has a risk factor; and after a febrile
neutropenia, with the next dose. It is given from the day after the chemotherapy on, never before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from abstractor.abstract import Verdict
from abstractor.chart import Administration
from abstractor.dates import DateInterval, Truth
from abstractor.rules.found import Found
from abstractor.rules.measures.asking import Asking, Decision, found_on
from abstractor.rules.measures.context import MeasureContext, Outcome
from abstractor.rules.measures.holding import Held, Wanted
from abstractor.rules.measures.occasions import Occasion, Trigger
from abstractor.rules.measures.outcomes import excluded, queried, unless_ended
from abstractor.rules.measures.risk_factors import RiskFactors
from abstractor.rules.measures.searching import doubt_in
from abstractor.rules.measures.substituting import withheld
from abstractor.rules.measures.windows import Window, around

__all__ = ["GrowthFactor", "Prophylaxis"]


@dataclass(frozen=True, slots=True)
class Prophylaxis:
    """One sort of chemotherapy that asks for it; with `with_factor` only beside a risk factor."""

    name: str
    trigger: Trigger
    asked: tuple[Asking, ...]
    with_factor: bool = False


@dataclass(frozen=True, slots=True)
class GrowthFactor:
    """Met by a dose from `given_from` to `given_to` days after the chemotherapy, or by an order, or the
    record of an injection, from `ordered_before` days before it to `given_to` days after.

    A dose on the very day is open: an on-body injector applied then gives it the day after, and nothing says
    which it was.
    """

    wanted: Wanted
    given_from: int
    given_to: int
    ordered_before: int
    prophylaxis: tuple[Prophylaxis, ...]
    factors: RiskFactors
    stop_reasons: tuple[str, ...]
    hospice: tuple[str, ...]
    least_days: int
    first_type: str

    def editions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(a.edition for each in self.prophylaxis for a in each.asked))

    def verdicts(self) -> frozenset[Verdict]:
        return frozenset(
            {
                Verdict.MET,
                Verdict.NOT_MET,
                Verdict.EXCLUDED,
                Verdict.EXCEPTION,
                Verdict.PENDING,
                Verdict.UNKNOWN,
            }
        )

    def sentence(self) -> str:
        due = "; ".join(
            f"{each.trigger.sentence()}{', with a risk factor' if each.with_factor else ''}"
            for each in self.prophylaxis
        )
        return f"{self._expected('')} {due}."

    def findings(self, context: MeasureContext) -> Iterator[Found]:
        """One for each line: of the first sort of chemotherapy that asks for it there."""
        told: set[tuple[str, int]] = set()
        for each in self.prophylaxis:
            for occasion in each.trigger.occasions(context):
                line = None if occasion.line is None else occasion.line.line
                if line is None or (line.setting, line.number) in told:
                    continue
                told.add((line.setting, line.number))
                decide = partial(self._decide, context, occasion, each)
                found = found_on(context, occasion, each.asked, decide)
                if found is not None:
                    yield found

    def _expected(self, names: str) -> str:
        span = f"from {self.given_from} to {self.given_to} days after"
        return f"{self.wanted.name} {span} {names}".rstrip()

    def _decide(
        self,
        context: MeasureContext,
        occasion: Occasion,
        each: Prophylaxis,
        asking: Asking,
        when: DateInterval,
    ) -> Decision:
        given = around(when, -self.given_from, self.given_to)
        ordered = around(when, self.ordered_before, self.given_to)
        expected = f"{self._expected(occasion.names)} ({each.name})"
        outcome = self._outcome(context, occasion, each, when, given, ordered)
        return Decision(outcome, given.closes, expected)

    def _outcome(
        self,
        context: MeasureContext,
        occasion: Occasion,
        each: Prophylaxis,
        when: DateInterval,
        given: Window,
        ordered: Window,
    ) -> Outcome:
        for held in context.holdings.of(self.wanted):
            window = given if _is_dose(held) else ordered
            if held.doubt is None and window.holds(held.when) is Truth.YES:
                return Outcome(Verdict.MET, held.said, None, (), (*held.sources, *occasion.sources))
        out = excluded(context, occasion, ordered, hospice=self.hospice, least_days=self.least_days)
        out = out or self._without_risk(context, occasion, each, when)
        if out is not None:
            return out
        drugs = set(self.wanted.drugs)
        refused = withheld(
            context,
            drugs,
            self.stop_reasons,
            given.closes,
            name=self.wanted.name,
            opens=ordered.possible[0],
        )
        missing = self._missing(context, occasion, when, given, ordered)
        return refused or unless_ended(context, missing, self.hospice, given.closes)

    def _without_risk(
        self, context: MeasureContext, occasion: Occasion, each: Prophylaxis, when: DateInterval
    ) -> Outcome | None:
        if not each.with_factor:
            return None
        risk = self.factors.at(context, occasion, when)
        match risk.truth:
            case Truth.YES:
                return None
            case Truth.NO:
                shows = f"{self.wanted.name}: none; {risk.shows}, so that none was due"
                return Outcome(Verdict.EXCLUDED, shows, "not-required", (), occasion.sources)
            case _:
                shows = f"{self.wanted.name}: none; {risk.shows}"
                sources = (*risk.sources, *occasion.sources)
                return Outcome(Verdict.UNKNOWN, shows, risk.reason, (), sources)

    def _missing(
        self,
        context: MeasureContext,
        occasion: Occasion,
        when: DateInterval,
        given: Window,
        ordered: Window,
    ) -> Outcome:
        clear = (f"{self.wanted.name} dated {given}", "a documented reason against it")
        same_day = next((held for held in context.holdings.of(self.wanted) if _on_day(held, when)), None)
        if same_day is not None:
            shows = f"{same_day.said}, the day of the chemotherapy: by an on-body injector or too early"
            sources = (*same_day.sources, *occasion.sources)
            return Outcome(Verdict.UNKNOWN, shows, "same-day", clear, sources)
        doubt = doubt_in(context, self.wanted, ordered, first_type=self.first_type)
        if doubt is not None:
            sources = (*doubt.sources, *occasion.sources)
            return Outcome(Verdict.UNKNOWN, doubt.shows, doubt.reason, clear, sources)
        if given.closes > context.as_of:
            shows = f"{self.wanted.name}: none by {context.as_of}; the window closes later"
            return Outcome(Verdict.PENDING, shows, None, clear, occasion.sources)
        kinds = queried(context.chart, *dict.fromkeys((self.first_type, *self.wanted.types())))
        shows = f"{self.wanted.name}: none (searched: {kinds})"
        return Outcome(Verdict.NOT_MET, shows, None, clear, occasion.sources)


def _is_dose(held: Held) -> bool:
    """What is handed out or said to be taken is injected later, on a day that nobody wrote."""
    return isinstance(held.fact, Administration)


def _on_day(held: Held, when: DateInterval) -> bool:
    return _is_dose(held) and held.when is not None and held.when.within(when) is not Truth.NO
