"""What several systems recorded of one event becomes one fact that keeps all their sources.

Facts that say the same in everything but their id are one. Doses of the same agents within three days of each
other are one where they come from different systems; two rows of one system on different days never are
(knowledge base, section 3.5).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from abstractor.chart import Administration, Dispense, Order, Source, Standing
from abstractor.fhir.facts.translate import Traced

__all__ = ["merge_dispenses", "merge_doses", "merge_equal", "merge_orders"]

_WINDOW = timedelta(days=3)
_SAME_DAY = timedelta(0)
_HELD = (Standing.COUNTS, Standing.ASSUMED, Standing.PARTIAL, Standing.CONTEXT)

Fact = TypeVar("Fact")
Drugged = TypeVar("Drugged", Order, Administration, Dispense)
# Of a record that was merged into another: its reference, and that of the one that stands for both.
Aliases = dict[str, str]


def merge_equal(facts: Sequence[Fact], aliases: Aliases) -> list[Fact]:
    """Facts that agree in everything but reference and sources, as one; the first of them stands."""
    if len(facts) < 2:
        return list(facts)
    content = _content_of(_kind(facts[0]))
    groups: dict[Any, list[Fact]] = {}
    for fact in facts:
        groups.setdefault(content(fact), []).append(fact)
    return [group[0] if len(group) == 1 else _joined(group, aliases) for group in groups.values()]


def _kind(fact: object) -> Any:
    return type(fact)


@cache
def _content_of(kind: Any) -> Callable[[Any], Any]:
    return attrgetter(*(name for name in kind.__dataclass_fields__ if name not in ("reference", "sources")))


def _joined(group: Sequence[Any], aliases: Aliases) -> Any:
    """The first fact, with the sources of all."""
    kept, *others = group
    for other in others:
        reference = getattr(other, "reference", None)
        if reference is not None and reference != kept.reference:
            aliases[reference] = kept.reference
    sources = dict.fromkeys(source for each in group for source in each.sources)
    return replace(kept, sources=tuple[Source, ...](sources))


def merge_orders(orders: Sequence[Traced[Order]], aliases: Aliases) -> list[Order]:
    """Orders of the same agents on the same day from different systems are one order."""
    return _merge(orders, _SAME_DAY, aliases, filled=("supply", "requester", "dose", "strength"))


def merge_doses(doses: Sequence[Traced[Administration]], aliases: Aliases) -> list[Administration]:
    """A dose in two systems, and a dose and its claim, are one dose."""
    return _merge(doses, _WINDOW, aliases, filled=("order", "encounter", "reasons", "dose"))


def merge_dispenses(dispenses: Sequence[Traced[Dispense]], aliases: Aliases) -> list[Dispense]:
    """A dispense in two systems is one."""
    return _merge(dispenses, _WINDOW, aliases, filled=("days_supply", "order", "reasons"))


def _merge(
    traced: Sequence[Traced[Drugged]], window: timedelta, aliases: Aliases, *, filled: tuple[str, ...]
) -> list[Drugged]:
    """One fact an event: the preferred one, what it leaves open (`filled`) from the others."""
    merged: list[Drugged] = []
    for cluster in _clusters(_once(traced, aliases), window):
        facts = [each.fact for each in cluster]
        if len(facts) == 1:
            merged.append(facts[0])
        else:
            best = _joined(facts, aliases)
            held = {name: [value for fact in facts if (value := getattr(fact, name))] for name in filled}
            merged.append(replace(best, **{name: values[0] for name, values in held.items() if values}))
    return merged


def _once(traced: Sequence[Traced[Drugged]], aliases: Aliases) -> list[Traced[Drugged]]:
    """Each content once, from whichever systems; a copy adds its sources."""
    groups: dict[Any, list[Traced[Drugged]]] = {}
    for each in traced:
        groups.setdefault(_content_of(_kind(each.fact))(each.fact), []).append(each)
    once: list[Traced[Drugged]] = []
    for group in groups.values():
        if len(group) > 1:
            group.sort(key=_preference)
            group[0] = replace(group[0], fact=_joined([each.fact for each in group], aliases))
        once.append(group[0])
    return once


def _preference(traced: Traced[Any]) -> tuple[bool, bool, bool, date, str]:
    """Smallest first: counted, with a full timestamp, a dose rather than its claim, the earliest."""
    fact = traced.fact
    when = fact.when.earliest if fact.when is not None else date.max
    claimed = getattr(fact, "kind", None) == "procedure"
    return fact.standing is not Standing.COUNTS, not traced.timed, claimed, when, fact.reference


def _clusters(traced: Sequence[Traced[Drugged]], window: timedelta) -> list[list[Traced[Drugged]]]:
    """Records of one event together, the preferred one first; every record in exactly one cluster."""
    clusters: list[list[Traced[Drugged]]] = []
    open_by_agents: dict[tuple[str, ...], list[list[Traced[Drugged]]]] = {}
    for each in sorted(traced, key=_by_day):
        if not _mergeable(each):
            clusters.append([each])
            continue
        started = open_by_agents.setdefault(each.fact.agents, [])
        near = (c for c in reversed(started) if _is_one_event(c, each, window))
        cluster = next(near, None)
        if cluster is None:
            started.append([each])
            clusters.append(started[-1])
        else:
            cluster.append(each)
    for cluster in clusters:
        cluster.sort(key=_preference)
    return clusters


def _by_day(traced: Traced[Any]) -> tuple[date, str, str]:
    when = traced.fact.when
    return (when.earliest if when is not None else date.max), traced.system or "", traced.fact.reference


def _mergeable(traced: Traced[Any]) -> bool:
    """A drug that is known, on a day that is known, that was given for all we know, and not by mouth."""
    fact = traced.fact
    dated = fact.when is not None and fact.when.is_exact
    return bool(fact.agents) and dated and fact.standing in _HELD and not traced.oral


def _is_one_event(cluster: Sequence[Traced[Any]], new: Traced[Any], window: timedelta) -> bool:
    """Every record of the event is near enough, and none is of the same system on another day."""
    return all(_same_event(held, new, window) for held in cluster)


def _same_event(one: Traced[Any], other: Traced[Any], window: timedelta) -> bool:
    apart = abs(one.fact.when.earliest - other.fact.when.earliest)
    if one.system != other.system:
        return bool(apart <= window)
    # Of one system, only a dose and the claim for it, on the same day.
    kinds = {getattr(each.fact, "kind", None) for each in (one, other)}
    return apart == _SAME_DAY and kinds == {"administration", "procedure"}
