"""The meanings that a code may have, and unions of them: a concept that `includes` others.

A union is spelt out in the rules that name it, never in a chart: what a fact means, and so what the shipped
rules make of it, stays as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from abstractor.errors import KnowledgeError
from abstractor.guidelines.references import REFERS, Naming, field_names
from abstractor.guidelines.shelf import Place

__all__ = ["Concept", "concept_refusals", "members", "spelt_out"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Concept:
    """What it `says` to a reader; `includes`: the concepts that it is the union of, beside its own codes."""

    says: str
    includes: tuple[str, ...] = ()


def concept_refusals(held: Sequence[tuple[str, Place, Concept]]) -> Iterator[KnowledgeError]:
    """Unions of nothing, of what is unknown, and of themselves."""
    concepts = {name: concept for name, _, concept in held}
    for name, place, concept in held:
        for number, each in enumerate(concept.includes):
            at = place.within("includes").at(number)
            if each not in concepts:
                yield at.refusal(f"unknown concept {each!r}", "define that concept first")
            elif (ring := _way_back(each, name, concepts)) is not None:
                round_trip = " includes ".join(repr(step) for step in (name, *ring))
                yield at.refusal(f"a cycle of includes: {round_trip}", "take one of them out")


def _way_back(start: str, goal: str, concepts: Mapping[str, Concept]) -> tuple[str, ...] | None:
    """From one concept by its includes to another; null where no way leads there."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        if way[-1] == goal:
            return way
        if way[-1] in seen or way[-1] not in concepts:
            continue
        seen.add(way[-1])
        ways += [(*way, each) for each in concepts[way[-1]].includes]
    return None


def members(name: str, concepts: Mapping[str, Concept]) -> tuple[str, ...]:
    """The concept itself and, to any depth, what it includes; there is no cycle in it."""
    inner = [each for part in concepts[name].includes for each in members(part, concepts)]
    return tuple(dict.fromkeys((name, *inner)))


def spelt_out(value: T, unions: Mapping[str, tuple[str, ...]]) -> T:
    """The same rule with every union of a list of concepts in words of its members."""
    if not field_names(value):
        return value
    whole: Any = value  # a dataclass, which T does not say
    changed: dict[str, Any] = {}
    for field in fields(whole):
        if not field.init:
            continue
        held = getattr(value, field.name)
        if REFERS.get((type(value), field.name)) is Naming.CONCEPT and isinstance(held, tuple):
            every = [each for name in held for each in unions.get(name, (name,))]
            new: Any = tuple(dict.fromkeys(every))
        elif isinstance(held, tuple):
            new = tuple(spelt_out(item, unions) for item in held)
        else:
            new = spelt_out(held, unions)
        if new != held:
            changed[field.name] = new
    return replace(whole, **changed) if changed else value
