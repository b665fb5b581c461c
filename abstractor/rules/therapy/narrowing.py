"""What the rest of the chart says about a partial date (knowledge base, section 6.3).

A partly dated record of something that is also held with its day is that same occasion. A HER2-directed
drug that replaced a backbone started after that backbone's last dose. A drug whose partner started in
that time is read with the partner; the doubt about its day stays. A statement narrows nothing.
"""

from dataclasses import replace
from datetime import date, timedelta

from abstractor.rules.library import Library
from abstractor.rules.therapy.course import STATEMENT
from abstractor.rules.therapy.drug_facts import DrugFact, sort_key
from abstractor.rules.therapy.naming import are_combined

__all__ = ["narrowed"]


def narrowed(facts: tuple[DrugFact, ...], library: Library) -> tuple[DrugFact, ...]:
    """The dated facts with every partial date as narrow as the chart allows, sorted."""
    sharp = [fact for fact in facts if fact.days.is_exact]
    if len(sharp) == len(facts):
        return facts
    merged: dict[int, DrugFact] = dict(enumerate(sharp))
    loose: list[DrugFact] = []
    for fact in (f for f in facts if not f.days.is_exact):
        same = next((at for at, one in merged.items() if _same_occasion(fact, one)), None)
        if same is None:
            later = _after_replaced(_after_its_order(fact, sharp), sharp, library)
            loose.append(_placed(later, sharp, library))
        else:
            sources = dict.fromkeys((*merged[same].sources, *fact.sources))
            merged[same] = replace(merged[same], sources=tuple(sources))
    return tuple(sorted((*merged.values(), *loose), key=sort_key))


def _same_occasion(loose: DrugFact, sharp: DrugFact) -> bool:
    return (
        loose.agent == sharp.agent
        and loose.weakness == sharp.weakness
        and (sharp.counts or not loose.counts)
        and loose.days.earliest <= sharp.days.earliest <= loose.days.latest
    )


def _after_its_order(fact: DrugFact, sharp: list[DrugFact]) -> DrugFact:
    """A dose comes no earlier than the order that it names."""
    if fact.names is None:
        return fact
    named = [one.days.earliest for one in sharp if one.ordered and one.reference == fact.names]
    return replace(fact, when=fact.days.not_before(min(named))) if named else fact


def _after_replaced(fact: DrugFact, sharp: list[DrugFact], library: Library) -> DrugFact:
    """Narrowed by the last dose of the HER2-directed backbone that it replaced: the one that ran into its
    interval, none of whose agents any regimen combines with it."""
    if not library.agents[fact.agent].her2_directed:
        return fact
    within = [
        one
        for one in sharp
        if one.counts
        and one.kind != STATEMENT
        and library.agents[one.agent].her2_directed
        and not are_combined(library.regimens, fact.agent, one.agent)
        and fact.days.earliest <= one.days.earliest <= fact.days.latest
    ]
    within = [one for one in within if one.given] or within
    if not within:
        return fact
    first = min(one.day for one in within)
    backbone = {one.agent for one in within if one.day == first}
    last = max(one.day for one in within if one.agent in backbone)
    return replace(fact, when=fact.days.not_before(last + timedelta(days=1)))


def _placed(fact: DrugFact, sharp: list[DrugFact], library: Library) -> DrugFact:
    """Sorted by the first day of a partner that began within its interval, if there is one."""
    begun: dict[str, date] = {}
    for one in sharp:
        if one.counts and one.kind != STATEMENT and one.agent != fact.agent:
            begun.setdefault(one.agent, one.day)
    partners = [
        day
        for agent, day in begun.items()
        if fact.days.earliest <= day <= fact.days.latest and are_combined(library.regimens, fact.agent, agent)
    ]
    return replace(fact, place=min(partners)) if partners else fact
