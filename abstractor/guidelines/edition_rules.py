"""What must hold of editions and measures beyond their types: dates, signatures, review, overlap.

Each refusal is a value, so that `guidelines check` can show all of them and a start can stop at the
first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

from abstractor.abstract import Verdict
from abstractor.errors import KnowledgeError
from abstractor.guidelines.references import REFERS
from abstractor.guidelines.shelf import Place
from abstractor.rules.library import Confidence, Edition, Measure, Subject
from abstractor.rules.measures.holding import Wanted

__all__ = ["edition_refusals", "measure_refusals"]

# By these something could be found.
_NAMING = frozenset({*REFERS, (Wanted, "markers"), (Wanted, "reported")})

_LABEL = (Verdict.ON_LABEL, Verdict.OFF_LABEL, Verdict.INDETERMINATE)
_SEQUENCING = (
    Verdict.PREFERRED,
    Verdict.ACCEPTABLE,
    Verdict.NOT_PREFERRED,
    Verdict.NOT_RECOMMENDED,
    Verdict.NOT_ADDRESSED,
    Verdict.INDETERMINATE,
    Verdict.EXCEPTION,
)

Held = tuple[Place, Edition]


def edition_refusals(editions: Sequence[Held]) -> Iterator[KnowledgeError]:
    seen: set[str] = set()
    for place, edition in editions:
        if edition.id in seen:
            yield place.at("id").refusal("the same id twice", "give each edition its own")
        seen.add(edition.id)
        yield from _dates(place, edition)
        yield from _signature(place, edition)
        yield from _content(place, edition)
    yield from _overlaps(editions)


def _dates(place: Place, edition: Edition) -> Iterator[KnowledgeError]:
    if edition.valid_to is not None and edition.valid_to < edition.valid_from:
        yield place.at("valid_to").refusal("valid_from after valid_to", "put the dates in order")
    if edition.valid_to is not None and edition.next_review != edition.valid_to:
        yield place.at("next_review").refusal(
            "next_review of a closed edition is not its valid_to", "write its last day there"
        )
    if edition.next_review < edition.valid_from:
        yield place.at("next_review").refusal("next_review before valid_from", "put the dates in order")
    if edition.subject is Subject.LABEL:
        due = [f"fda-{agent.replace(' ', '-')}-{edition.valid_from}" for agent in edition.agents]
        if edition.id not in due:
            yield place.at("id").refusal(
                "a label's id is not fda-<agent>-<valid_from>, with its one agent", "name it so"
            )


def _signature(place: Place, edition: Edition) -> Iterator[KnowledgeError]:
    if edition.checked_by and edition.checked_by.casefold() == edition.encoded_by.casefold():
        yield place.at("checked_by").refusal("checked_by is encoded_by", "let another person check it")
    if bool(edition.checked_by) != (edition.checked_on is not None):
        yield place.at("checked_by").refusal(
            "a signature is checked_by and checked_on", "give both or neither"
        )


def _content(place: Place, edition: Edition) -> Iterator[KnowledgeError]:
    if not edition.encoded and edition.recommendations:
        yield place.at("encoded").refusal(
            "recommendations in an edition that is not encoded", "write encoded = true or remove them"
        )
    if edition.encoded and edition.subject is Subject.SEQUENCING and not edition.recommendations:
        yield place.at("encoded").refusal(
            "encoded without a recommendation", "encode it, or write encoded = false"
        )
    allowed = _LABEL if edition.subject is Subject.LABEL else _SEQUENCING
    use = f"use {', '.join(allowed)}"
    if edition.otherwise not in allowed:
        wrong = f"verdict {edition.otherwise} in an edition on {edition.subject}"
        yield place.at("otherwise").refusal(wrong, use)
    seen: set[str] = set()
    for number, row in enumerate(edition.recommendations):
        at = place.at("recommendations", number)
        if row.verdict not in allowed:
            wrong = f"verdict {row.verdict} in an edition on {edition.subject}"
            yield at.at("verdict").refusal(wrong, use)
        if row.id in seen:
            yield at.at("id").refusal("two recommendations with one id", "give each its own")
        if not row.when:
            yield at.at("when").refusal("a recommendation without a condition", "say when it holds")
        seen.add(row.id)


def _overlaps(editions: Sequence[Held]) -> Iterator[KnowledgeError]:
    """Two editions of one authority on one subject and drug; a companion stands beside its own."""
    groups: dict[tuple[str, Subject, tuple[str, ...], bool, str | None], list[Held]] = {}
    for place, edition in editions:
        beside = edition.companion_of is not None
        key = (edition.authority, edition.subject, edition.agents, beside, edition.topic)
        groups.setdefault(key, []).append((place, edition))
    for group in groups.values():
        group.sort(key=lambda held: held[1].valid_from)
        for (_, earlier), (place, later) in pairwise(group):
            if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
                closes = later.valid_from - timedelta(days=1)
                wrong = f"in force together with {earlier.id}"
                yield place.at("valid_from").refusal(wrong, f"end that one by {closes}")


def measure_refusals(measures: Sequence[tuple[Place, Measure]]) -> Iterator[KnowledgeError]:
    seen: set[str] = set()
    for place, measure in measures:
        if measure.id in seen:
            yield place.at("id").refusal("the same id twice", "give each measure its own")
        seen.add(measure.id)
        if measure.confidence is Confidence.LOW and not measure.advisory:
            yield place.at("advisory").refusal("low confidence and not advisory", "write advisory = true")
        yield from _empty(measure, place)


def _empty(value: Any, place: Place, *, required: bool = True) -> Iterator[KnowledgeError]:
    """Nothing that is due, nobody who asks; and, where something must be said, a value that names no concept
    and no drug at all, by which nothing could be found. What may be left out may be empty."""
    named = [bool(held) for name, held in _held(value) if (type(value), name) in _NAMING]
    if required and named and not any(named):
        yield place.refusal("it names no concept and no drug", "name one at least")
    for field in fields(value):
        held, must = getattr(value, field.name), _must_be_said(field)
        if must and held == () and (type(value), field.name) not in REFERS:
            yield place.within(field.name).refusal(f"{field.name} is empty", "name one at least")
        for number, item in enumerate(held if isinstance(held, tuple) else ()):
            if is_dataclass(item):
                yield from _empty(item, place.within(field.name, field.name, number), required=must)
        if is_dataclass(held):
            yield from _empty(held, place.within(field.name), required=must)


def _held(value: Any) -> Iterator[tuple[str, Any]]:
    return ((field.name, getattr(value, field.name)) for field in fields(value))


def _must_be_said(field: "Field[Any]") -> bool:
    return field.default is MISSING and field.default_factory is MISSING
