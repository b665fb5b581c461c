"""A sample of what came, checked against the FHIR model: how many resources fail, at which elements.

Elements and counts alone; a value is never told. What fails here may still be read: the reader needs less.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from abstractor.fhir.about import about
from abstractor.fhir.examining.values import Conformance
from abstractor.fhir.explaining import explain
from abstractor.fhir.received import Received
from abstractor.fhir.types import TYPES_READ

__all__ = ["conformance_of"]

_PLACE = re.compile(r"\[\d+\]")
_MOST_ELEMENTS = 5


def conformance_of(received: Iterable[Received], *, of_each: int = 10) -> tuple[Conformance, ...]:
    """The first few of each type, by type."""
    sample: dict[str, list[bytes]] = defaultdict(list)
    for one in received:
        known = about(one.body)
        kind = known.resourceType if known is not None else None
        if kind in TYPES_READ and kind is not None and len(sample[kind]) < of_each:
            sample[kind].append(one.body)
    return tuple(_conformance(kind, bodies) for kind, bodies in sorted(sample.items()))


def _conformance(kind: str, bodies: list[bytes]) -> Conformance:
    told = [explain(kind, body) for body in bodies]
    at = Counter(each for found in told for each in dict.fromkeys(map(_element, found)))
    return Conformance(kind, len(bodies), sum(map(bool, told)), tuple(at.most_common(_MOST_ELEMENTS)))


def _element(told: str) -> str:
    """ "Condition.stage.type: missing", wherever in a list it stood."""
    path, _, wrong = _PLACE.sub("", told).partition(": ")
    return f"{path}: {wrong.rpartition('.')[2]}"
