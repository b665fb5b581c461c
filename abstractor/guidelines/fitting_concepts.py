"""A concept of a site's measure under a key whose records could never have its codes: a diagnosis as a
result, an answer as a visit.

Nothing would be found by it, in any chart. Where its codes do not tell (a local system's, or of SNOMED CT
alone with displays that do not end with what they are), it is believed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from abstractor.codes import NAMES_OF_UNLISTED, SYSTEMS, ValueSets
from abstractor.errors import KnowledgeError
from abstractor.guidelines.cohort_questions import diagnosable, systems_of
from abstractor.guidelines.record_roles import DIAGNOSIS, ROLES, STOP_REASON, Role
from abstractor.guidelines.references import Naming, names_in
from abstractor.guidelines.shelf import Place
from abstractor.guidelines.tables import WRITTEN, CodeRow
from abstractor.rules.library import Measure

__all__ = ["misplaced_concepts", "snomed_names"]

Held = Sequence[tuple[Place, Measure]]
# Of a concept what the names of its SNOMED CT codes end with; "" for one that does not say so.
Ends = Mapping[str, frozenset[str]]

_END = re.compile(r"\(([a-z/ ]+)\)$")
_SNOMED = SYSTEMS["snomed"]
_WORDS = "words:"
_OURS = frozenset({*SYSTEMS.values(), WRITTEN})
# "answer:positive", "severity:mild": what a record says of something, never what it is of.
_SAID = ":"
_VISIT = "-visit"


def snomed_names(rows: Iterable[CodeRow]) -> Ends:
    found: dict[str, set[str]] = {}
    for row in rows:
        if row.system == _SNOMED and row.rank is None:
            end = _END.search(row.display.lower())
            found.setdefault(row.meanings[0], set()).add(end[1] if end else "")
    return {concept: frozenset(ends) for concept, ends in found.items()}


def misplaced_concepts(
    measures: Held,
    value_sets: ValueSets,
    unions: Mapping[str, tuple[str, ...]],
    *,
    shipped: Held = (),
    ends: Ends = MappingProxyType({}),
) -> Iterator[KnowledgeError]:
    """`shipped`: measures that use each concept as it may be used."""
    systems, right = systems_of(value_sets), _uses(shipped)
    for place, measure in measures:
        for each in names_in(measure, place):
            role = ROLES.get((type(each.owner), each.field))
            if each.naming is not Naming.CONCEPT or role is None or (each.name, role) in right:
                continue
            held = {name: systems[name] for name in unions.get(each.name, (each.name,)) if name in systems}
            if held and not any(_fits(name, of, role, ends) for name, of in held.items()):
                wrong = f"{each.name!r} is no {role.says}: {_instead(held, role)}"
                yield each.place.refusal(wrong, "name another, or use another key")


def _uses(measures: Held) -> frozenset[tuple[str, Role]]:
    named = (each for place, measure in measures for each in names_in(measure, place))
    asked = ((each.name, ROLES.get((type(each.owner), each.field))) for each in named)
    return frozenset((name, role) for name, role in asked if role is not None)


def _fits(name: str, systems: set[str], role: Role, ends: Ends) -> bool:
    """Could a record of that kind be found by one of its codes, or by its words?"""
    if (_SAID in name and role is not STOP_REASON) or (name.endswith(_VISIT) and not role.of_visits):
        return False
    if systems == {NAMES_OF_UNLISTED}:
        return True  # without a code it is told elsewhere
    if role is DIAGNOSIS and not diagnosable(name, systems):
        return False
    local = any(not system.startswith(_WORDS) and system not in _OURS for system in systems)
    if local and (systems.isdisjoint(role.told_by) or role.others == "diagnoses"):
        return True  # a diagnosis may have a result or a study of its own
    found = systems & role.found_by
    if not _could_be(name, systems, role, ends):
        found = found - {_SNOMED}
    return bool(found)


def _could_be(name: str, systems: set[str], role: Role, ends: Ends) -> bool:
    """By its SNOMED CT codes; where their names do not say what they are, the other codes may."""
    said = ends.get(name, frozenset({""}))
    return systems.isdisjoint(role.told_by) if "" in said else not said <= role.never


def _instead(held: Mapping[str, set[str]], role: Role) -> str:
    if role.others and all(not of.isdisjoint(role.told_by) for of in held.values()):
        return f"its codes are those of {role.others}"
    return "no record of that kind is found by its codes or words"
