"""What must hold of measures beyond their types: that something could be found, and that it may be asked for.

Each refusal is a value, so that `guidelines check` can show all of them and a start can stop at the first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from abstractor.errors import KnowledgeError
from abstractor.guidelines.build import must_be_said
from abstractor.guidelines.references import REFERS, Naming, field_names, names_in
from abstractor.guidelines.shelf import Place
from abstractor.rules.library import Confidence, Edition, Measure, Subject
from abstractor.rules.measures.holding import Wanted
from abstractor.rules.measures.screening import Instrument
from abstractor.rules.measures.vaccination import Vaccine

__all__ = ["measure_refusals"]

# By these something could be found.
_NAMING = frozenset({*REFERS, (Wanted, "markers"), (Wanted, "reported")})
# The record kinds that show them; what is wanted says its own.
_SHOWN_BY = {Instrument: ("Observation",), Vaccine: ("Immunization",)}
_CARE = ("CarePlan", "CareTeam", "DocumentReference", "Immunization", "ServiceRequest")
_DOSES = ("MedicationAdministration", "MedicationDispense", "MedicationRequest")


def measure_refusals(
    measures: Sequence[tuple[Place, Measure]], editions: Sequence[tuple[Place, Edition]]
) -> Iterator[KnowledgeError]:
    known = {edition.id: edition for _, edition in editions}
    seen: set[str] = set()
    for place, measure in measures:
        if measure.id.casefold() in seen:
            yield place.at("id").refusal("the same id twice", "give each measure its own")
        seen.add(measure.id.casefold())
        if measure.confidence is Confidence.LOW and not measure.advisory:
            yield place.at("advisory").refusal("low confidence and not advisory", "write advisory = true")
        yield from _empty(measure, place)
        yield from _wrong_types(measure, place)
        yield from _cannot_ask(measure, place, known)


def _empty(value: Any, place: Place, *, required: bool = True) -> Iterator[KnowledgeError]:
    """Nothing that is due, nobody who asks; and, where something must be said, a value that names no concept
    and no drug at all, by which nothing could be found. What may be left out may be empty."""
    named = [bool(held) for name, held in _held(value) if (type(value), name) in _NAMING]
    if required and named and not any(named):
        yield place.refusal("it names no concept and no drug", "name one at least")
    for field in fields(value):
        held, must = getattr(value, field.name), must_be_said(field)
        if must and held == () and (type(value), field.name) not in REFERS:
            yield place.within(field.name).refusal(f"{field.name} is empty", "name one at least")
        for number, item in enumerate(held if isinstance(held, tuple) else ()):
            if field_names(item):
                yield from _empty(item, place.within(field.name, field.name, number), required=must)
        if field_names(held):
            yield from _empty(held, place.within(field.name), required=must)


def _held(value: Any) -> Iterator[tuple[str, Any]]:
    return ((field.name, getattr(value, field.name)) for field in fields(value))


_Way = tuple[tuple[str, str | int], ...]


def _wrong_types(value: Any, place: Place, way: _Way = ()) -> Iterator[KnowledgeError]:
    """A type of record, anywhere in the value, that cannot show what is asked: then silence is never an
    omission, or no record counts. `way` are the keys that lead from the place to the value."""
    for name in field_names(value):
        held = getattr(value, name)
        here = (*way, (name, name))
        match name:
            case "first_type":
                yield from _not_among(held, sorted(set(_shown_by(value))), place, here)
            case "dose_type":
                yield from _not_among(held, _DOSES, place, here)
            case "kinds":
                for number, each in enumerate(held):
                    yield from _not_among(each, _CARE, place, (*here, ("", number)))
            case _ if isinstance(held, tuple):
                for number, item in enumerate(held):
                    if field_names(item):
                        yield from _wrong_types(item, place, (*here, ("", number)))
            case _ if field_names(held):
                yield from _wrong_types(held, place, here)


def _not_among(held: str, known: Sequence[str], place: Place, way: _Way) -> Iterator[KnowledgeError]:
    if not known or held in known:  # of what names nothing at all, that has been told
        return
    for told, key in way:
        place = place.within(told, key) if told else place.at(key)
    yield place.refusal(f"{held!r} shows none of what is asked", f"use one of {', '.join(known)}")


def _shown_by(value: Any) -> Iterator[str]:
    if isinstance(value, Wanted):
        yield from value.types()
    yield from _SHOWN_BY.get(type(value), ())
    for part in value if isinstance(value, tuple) else _parts(value):
        yield from _shown_by(part)


def _parts(value: Any) -> Iterator[Any]:
    return (getattr(value, name) for name in field_names(value))


def _cannot_ask(measure: Measure, place: Place, editions: Mapping[str, Edition]) -> Iterator[KnowledgeError]:
    """A finding says that the edition expects it. A guideline on the choice of treatment does not ask for
    care; a document that is read beside one, on a topic of its own, may, and so may a label."""
    asking = (editions.get(name) for name in measure.rule.editions())
    wrongly = {e.id for e in asking if e and e.subject is Subject.SEQUENCING and e.companion_of is None}
    for each in names_in(measure, place) if wrongly else ():
        if each.naming is Naming.EDITION and each.name in wrongly:
            wrong = f"{each.name} judges the choice of treatment, and asks for no measure"
            mend = 'write what asks for it as an edition of its own, with subject = "measure"'
            yield each.place.refusal(wrong, mend)
