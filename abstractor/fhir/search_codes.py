"""Codes of the value sets as FHIR searches for them: `system|code`."""

from collections.abc import Collection, Mapping

from abstractor.codes import SYSTEMS, ValueSets

__all__ = ["codes_of_concepts", "codes_of_results"]

_SEARCHED = (SYSTEMS["loinc"], SYSTEMS["snomed"], SYSTEMS["icd10cm"])
_ANSWER = "answer:"  # what a result says, not what it is a result of


def codes_of_concepts(value_sets: ValueSets, concepts: Collection[str]) -> tuple[str, ...]:
    """The codes of any of these concepts, such as "breast-cancer"; of code systems, never words."""
    wanted = frozenset(concepts)
    return tuple(
        f"{system}|{code}"
        for (system, code), meant in sorted(value_sets.concepts.items())
        if system in _SEARCHED and wanted.intersection(meant)
    )


def codes_of_results(value_sets: ValueSets) -> Mapping[str, tuple[str, ...]]:
    """By type, what must be asked for by code where a clinic does not give the type whole: every result that
    the value sets know, since some of them have no category.
    """
    concepts = {
        concept
        for (system, _), meant in value_sets.concepts.items()
        for concept in meant
        if system == SYSTEMS["loinc"] and not concept.startswith(_ANSWER)
    }
    return {"Observation": codes_of_concepts(value_sets, concepts)}
