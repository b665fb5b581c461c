"""A concept under a key whose records could never have its codes: a diagnosis as a result, or the reverse.

Nothing would be found by it, in any chart. Where its codes do not tell, it is believed.
"""

from collections.abc import Iterator, Mapping, Sequence

from abstractor.codes import SYSTEMS, ValueSets
from abstractor.errors import KnowledgeError
from abstractor.guidelines.cohort_questions import diagnosable, systems_of
from abstractor.guidelines.references import Named, Naming, names_in
from abstractor.guidelines.shelf import Place
from abstractor.rules.library import Measure
from abstractor.rules.measures.holding import Wanted
from abstractor.rules.measures.needs import Excuses
from abstractor.rules.measures.occasions import Diagnosed, DoseAfterEvent, EventOnTreatment

__all__ = ["misplaced_concepts"]

_DIAGNOSES = frozenset(
    {(Wanted, "diagnoses"), (Excuses, "diagnoses"), (Diagnosed, "concepts"), (EventOnTreatment, "events")}
    | {(DoseAfterEvent, "events"), (DoseAfterEvent, "together")}
)
_RESULTS = frozenset({(Wanted, "results"), (Wanted, "parts"), (Wanted, "studies")})
_VISITS = frozenset({(Wanted, "visits")})
_ICD, _LOINC = SYSTEMS["icd10cm"], SYSTEMS["loinc"]
_ONLY_DIAGNOSES = frozenset({_ICD, SYSTEMS["snomed"], "words:diagnosis", "words:breast-cancer"})
_OF_VISITS = frozenset(
    {*(SYSTEMS[name] for name in ("icd10cm", "hcpcs", "cpt", "act-code")), "words:activity"}
)


def misplaced_concepts(
    measures: Sequence[tuple[Place, Measure]], value_sets: ValueSets, unions: Mapping[str, tuple[str, ...]]
) -> Iterator[KnowledgeError]:
    systems = systems_of(value_sets)
    for place, measure in measures:
        for each in names_in(measure, place):
            held = {name: systems[name] for name in unions.get(each.name, (each.name,)) if name in systems}
            if each.naming is Naming.CONCEPT and held:
                wrong = _wrong(each, held)
                if wrong is not None:
                    yield each.place.refusal(f"{each.name!r} {wrong}", "name another, or use another key")


def _wrong(each: Named, held: Mapping[str, set[str]]) -> str | None:
    """What is wrong where none of the concepts fits; null where one does."""
    key = (type(each.owner), each.field)
    if key in _DIAGNOSES and not any(diagnosable(name, of) for name, of in held.items()):
        return "is no diagnosis: its codes are those of results, studies or care"
    if key in _RESULTS and all(_ICD in of and of <= _ONLY_DIAGNOSES for of in held.values()):
        return "is no result or study: its codes are those of diagnoses"
    if key in _VISITS and all(_LOINC in of and of.isdisjoint(_OF_VISITS) for of in held.values()):
        return "is no reason of a visit: its codes are those of results"
    return None
