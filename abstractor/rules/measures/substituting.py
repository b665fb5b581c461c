"""What stands in for care that was due, or speaks against it: another class of drug for one that is
contraindicated, a drug withheld, a result past its limit."""

from dataclasses import replace
from datetime import date

from abstractor.abstract import Verdict
from abstractor.chart import Administration, Bounds, Order, Result, Standing
from abstractor.dates import DateInterval, Truth
from abstractor.rules.measures.context import MeasureContext, Outcome
from abstractor.rules.measures.enduring import over_by
from abstractor.rules.measures.holding import Wanted
from abstractor.rules.measures.needs import Need, Substitution
from abstractor.rules.measures.searching import search
from abstractor.rules.measures.windows import Window
from abstractor.rules.terms import Threshold

__all__ = ["beyond", "substituted", "withheld"]

_AGAINST = (Standing.AGAINST, Standing.WITHDRAWN)


def substituted(
    context: MeasureContext,
    due: list[tuple[Need, Window]],
    substitutions: tuple[Substitution, ...],
    event: DateInterval | None,
    *,
    lacking: frozenset[str],
    first_type: str,
) -> Outcome | None:
    """An exception where each need that lacks is one whose drugs are contraindicated, and another class was
    given in its place. A drug that is due by itself stands in for nothing."""
    asked = {agent for need, _ in due for each in need.any_of for agent in each.drugs}
    found_all: list[Outcome] = []
    for need, window in due:
        if need.id not in lacking:
            continue
        accepted = tuple(each for each in substitutions if each.need == need.id)
        found = _in_place(context, need, (window, event), accepted, asked, first_type)
        if found is None:
            return None
        found_all.append(found)
    if not found_all:
        return None
    shows = "; ".join(each.shows for each in found_all)
    sources = tuple(source for each in found_all for source in each.sources)
    doubt = next((each for each in found_all if each.verdict is Verdict.UNKNOWN), None)
    if doubt is not None:
        return Outcome(Verdict.UNKNOWN, shows, doubt.reason, (), sources)
    return Outcome(Verdict.EXCEPTION, shows, "substituted", (), sources)


def _in_place(
    context: MeasureContext,
    need: Need,
    when: tuple[Window, DateInterval | None],
    substitutions: tuple[Substitution, ...],
    asked: set[str],
    first_type: str,
) -> Outcome | None:
    window, event = when
    for each in substitutions:
        against = _against(context, need, each, window.closes, event)
        if against is None:
            continue
        other = replace(each.by, drugs=tuple(drug for drug in each.by.drugs if drug not in asked))
        found = search(context, other, window, first_type=first_type)
        if found.truth is Truth.YES:
            shows = f"{found.shows} in the place of {need.name}: {against.shows}"
            return replace(against, shows=shows, sources=(*against.sources, *found.sources))
    return None


def _against(
    context: MeasureContext, need: Need, each: Substitution, closes: date, event: DateInterval | None
) -> Outcome | None:
    """A diagnosis on record by then and not over, or the drug itself withheld for an accepted reason; open
    where the diagnosis is over and nothing says since when."""
    maybe: Outcome | None = None
    for held in context.holdings.of(Wanted(each.why, diagnoses=each.diagnoses)):
        in_time = held.when is not None and held.when.on_or_before(closes) is Truth.YES
        over = over_by(held, event)
        if held.doubt is not None or not in_time or over is Truth.YES:
            continue
        if over is Truth.NO:
            return Outcome(Verdict.EXCEPTION, held.said, "substituted", (), held.sources)
        shows = f"{held.said}, which may have been over by then"
        maybe = maybe or Outcome(Verdict.UNKNOWN, shows, "date-uncertain", (), held.sources)
    drugs = {agent for wanted in need.any_of for agent in wanted.drugs}
    return withheld(context, drugs, each.stop_reasons, closes, name=need.name) or maybe


def withheld(
    context: MeasureContext,
    drugs: set[str],
    reasons: tuple[str, ...],
    closes: date,
    *,
    name: str,
    opens: date | None = None,
) -> Outcome | None:
    """A drug that would have counted was not given, or its order withdrawn, for an accepted reason; open,
    from `opens` on, where the reason stands in words that were not read."""
    if not drugs or not reasons:
        return None
    maybe: Outcome | None = None
    for drug in sorted(drugs):
        for record in context.holdings.drugs.get(drug, ()):
            if not isinstance(record, Order | Administration) or record.standing not in _AGAINST:
                continue
            in_time = record.when is None or record.when.on_or_before(closes) is not Truth.NO
            if in_time and set(record.stop_reasons) & set(reasons):
                shows = f"{name} declined or withheld, with its reason"
                return Outcome(Verdict.EXCEPTION, shows, "reason-recorded", (), record.sources)
            if opens is not None and in_time and _unread_since(record, opens):
                shows = f'{drug} not given ({record.when or "no known day"}): "{record.stop_words}"'
                maybe = maybe or Outcome(Verdict.UNKNOWN, shows, "reason-unread", (), record.sources)
    return maybe


def _unread_since(record: Order | Administration, opens: date) -> bool:
    late = record.when is None or record.when.latest >= opens
    return late and bool(record.stop_words) and not record.stop_reasons


def beyond(context: MeasureContext, limits: tuple[Threshold, ...], window: Window) -> Outcome | None:
    """An exception where a result that surely lies in the window is past its limit, in the limit's unit."""
    for limit in limits:
        for held in context.holdings.of(Wanted(limit.concept, results=(limit.concept,))):
            result = held.fact
            if held.doubt is not None or not isinstance(result, Result) or result.unit != limit.unit:
                continue
            amount = result.between or Bounds(result.number, result.number)
            if window.holds(held.when) is Truth.YES and limit.passed_by(amount) is Truth.YES:
                return Outcome(Verdict.EXCEPTION, held.said, "result-against-it", (), held.sources)
    return None
