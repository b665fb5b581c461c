"""Which editions ask for a measure, from when to when and for what: the labels that go on asking what the
first label of their drug asked, too.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace

from abstractor.guidelines.book.saying import days, listed, offset
from abstractor.guidelines.book.saying_evidence import window_of
from abstractor.rules.library import Edition, Library, Measure
from abstractor.rules.measures.asking import Asking, Duty
from abstractor.rules.measures.check_schedule import Step
from abstractor.rules.measures.growth_factor import Prophylaxis
from abstractor.rules.measures.needs import Need
from abstractor.rules.measures.relapse_or_de_novo import RelapseOrDeNovo
from abstractor.rules.measures.start_and_doses import StartAndDoses

__all__ = ["Asker", "askers"]

_PARTS = {
    (StartAndDoses, "start"): "at the start",
    (StartAndDoses, "doses"): "before the doses",
    (RelapseOrDeNovo, "relapse"): "after an earlier cancer",
    (RelapseOrDeNovo, "de_novo"): "where it was metastatic from the start",
}
_DUTIES = {
    Duty.DUE: "due",
    Duty.ADVISORY: "advisory (never a flag)",
    Duty.NONE: "nothing asked yet (taken out)",
}


@dataclass(frozen=True, slots=True)
class Asker:
    """An edition that asks, in words for what.

    `like`: the label whose words it goes on with, where it has none of its own. `then`: the edition that asks
    in its place while both are in force.
    """

    edition: Edition
    asks: str
    like: Edition | None
    then: Edition | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a rule that is asked for by itself; what its editions may name, by id."""

    name: str
    asked: tuple[Asking, ...]
    items: dict[str, str]


def askers(measure: Measure, library: Library) -> tuple[Asker, ...]:
    """By part, authority and drug, each by the day from which it asks."""
    found: list[Asker] = []
    for part in _parts(measure.rule, ""):
        earlier: list[tuple[Asking, Asker]] = []
        for asking in part.asked:
            own = [(asking, _after(asking, each, earlier)) for each in _of(asking, part, library)]
            earlier += own
        held = [each for _, each in earlier]
        found += sorted(held, key=lambda each: (each.edition.authority, each.edition.valid_from))
    return tuple(found)


def _of(asking: Asking, part: _Part, library: Library) -> Iterator[Asker]:
    first = library.edition(asking.edition)
    asks = _in_words(asking, part) + _shared(asking, library)
    yield Asker(first, asks, None)
    for each in library.editions if first.agents else ():
        if _goes_on(each, first) and not any(
            _between(library.edition(other.edition), first, each)
            for other in part.asked
            if other is not asking
        ):
            yield Asker(each, asks, first)


def _after(asking: Asking, each: Asker, earlier: list[tuple[Asking, Asker]]) -> Asker:
    """The first in the list whose edition is in force decides, for the drugs that it is about."""
    wider = [
        other.edition
        for before, other in earlier
        if not before.agents or (asking.agents and set(asking.agents) <= set(before.agents))
    ]
    both = [other for other in wider if _overlap(each.edition, other)]
    return replace(each, then=min(both, key=lambda other: other.valid_from, default=None))


def _overlap(one: Edition, other: Edition) -> bool:
    starts = max(one.valid_from, other.valid_from)
    return one.in_force(starts) and other.in_force(starts)


def _goes_on(each: Edition, first: Edition) -> bool:
    """Is it a later label of the same drug?"""
    same = (each.agents, each.authority) == (first.agents, first.authority)
    return same and each.valid_from > first.valid_from


def _between(other: Edition, first: Edition, each: Edition) -> bool:
    """A label that speaks for itself, by then: what the first one asked is no longer asked."""
    return other.agents == first.agents and first.valid_from < other.valid_from <= each.valid_from


def _parts(value: object, name: str) -> Iterator[_Part]:
    asked = getattr(value, "asked", None)
    if asked is not None:
        called = value.name if isinstance(value, Prophylaxis) else name
        yield _Part(called, asked, _items(value))
        return
    for field in fields(value) if is_dataclass(value) else ():
        held = getattr(value, field.name)
        within = _PARTS.get((type(value), field.name), name)
        for each in held if isinstance(held, tuple) else (held,):
            yield from _parts(each, within)


def _items(value: object) -> dict[str, str]:
    needs: tuple[Need, ...] = getattr(value, "needs", ())
    steps: tuple[Step, ...] = getattr(value, "steps", ())
    names = [need.name for need in needs]
    named = {need.id: need.name for need in needs}
    named |= {need.id: f"{need.name} {window_of(need)}" for need in needs if names.count(need.name) > 1}
    return named | {step.id: step.id.replace("-", " ") for step in steps}


def _in_words(asking: Asking, part: _Part) -> str:
    """ "on palbociclib, due: baseline and six cycles"."""
    on = f"on {listed(asking.agents)}, " if asking.agents else ""
    what = f": {listed([part.items.get(name, name) for name in asking.needs], 'and')}" if asking.needs else ""
    of = f"{part.name}, " if part.name else ""
    return f"{of}{on}{_DUTIES[asking.duty]}{what}{_window(asking)}"


def _shared(asking: Asking, library: Library) -> str:
    """Which editions of others, that judge nothing, advise the same."""
    titles = [library.edition(name).title for name in asking.shared_by]
    return f"; the same is advised by {listed(titles, 'and')}" if titles else ""


def _window(asking: Asking) -> str:
    if asking.before is None and asking.after is None:
        return ""
    first = "" if asking.before is None else f"from {offset(asking.before, 'before')}"
    last = "" if asking.after is None else f"to {days(asking.after)} after"
    return f"; in days of its own, {' '.join(each for each in (first, last) if each)}"
