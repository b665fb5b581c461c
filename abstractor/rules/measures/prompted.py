"""Care that is reported where nothing asked for it: what came up after the event, and may have asked for it.

A diagnosis from before the event takes it out elsewhere. One that came up after it is told; before the care
itself, it is the reason for it (a scan after a headache is no screening). One that the care found is not.
"""

from dataclasses import replace
from datetime import date

from abstractor.abstract import Verdict
from abstractor.chart import Diagnosis
from abstractor.dates import DateInterval, Truth
from abstractor.rules.measures.context import MeasureContext, Outcome
from abstractor.rules.measures.excusing import Due
from abstractor.rules.measures.holding import Held, Wanted

__all__ = ["unless_prompted"]


def unless_prompted(
    context: MeasureContext,
    reasons: tuple[str, ...],
    event: DateInterval,
    due: tuple[Due, ...],
    outcome: Outcome,
) -> Outcome:
    """The outcome with what came up; excluded where it surely came before the care."""
    given = [each.found.found for each in due if each.found.found is not None]
    done = [each.when for each in given if each.when is not None]
    closes = max((each.window.closes for each in due), default=date.max)
    later = [each for each in _later(context, reasons, event) if each.when and each.when.earliest <= closes]
    if not later:
        return outcome
    first = next((each for each in later if any(_before(each, when) for when in done)), later[0])
    prompted = outcome.verdict is Verdict.MET and any(_before(first, when) for when in done)
    said = f"{_named(first)} on record {first.when}, after {event}"
    sources = (*first.sources, *outcome.sources)
    if prompted:
        shows = f"{outcome.shows}; {said} and before it, which takes it out"
        return Outcome(Verdict.EXCLUDED, shows, "taken-out", (), sources)
    return replace(outcome, shows=f"{outcome.shows}; {said}", sources=sources)


def _later(context: MeasureContext, reasons: tuple[str, ...], event: DateInterval) -> list[Held]:
    found = context.holdings.of(Wanted("what asks for it", diagnoses=reasons))
    firm = [each for each in found if each.doubt is None and each.when is not None]
    return [each for each in firm if each.when is not None and event.before(each.when) is Truth.YES]


def _before(each: Held, when: DateInterval) -> bool:
    return each.when is not None and each.when.before(when) is Truth.YES


def _named(each: Held) -> str:
    text = each.fact.text if isinstance(each.fact, Diagnosis) else None
    return text or "a diagnosis"
