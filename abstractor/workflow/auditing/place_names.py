"""How a chart names the place that it is from and the people there: in their own records, and by the displays
of references to them, which stand also where those records were never pulled.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from abstractor.workflow.auditing.masked_source import Named, names_in
from abstractor.workflow.auditing.masking import SITE_TYPES

__all__ = ["names_of_chart"]

# "Practitioner/7", a whole address of it, or a search for it ("Practitioner?identifier=7").
_TO_PLACE = re.compile(rf"(?:.*/)?(?:{'|'.join(sorted(SITE_TYPES))})[/?]\S*")
# Elements of R4 that refer to the place or its people and to nothing else, whatever the reference says.
_OF_PLACE = frozenset(
    {
        "custodian",
        "generalPractitioner",
        "managingOrganization",
        "serviceProvider",
    }
)


def names_of_chart(bodies: Iterable[bytes]) -> Named:
    """Of all its records; one that cannot be read names nobody."""
    places: dict[str, None] = {}
    people: dict[str, None] = {}
    for body in bodies:
        try:
            root = json.loads(body)
        except (ValueError, RecursionError):
            continue
        if isinstance(root, dict) and root.get("resourceType") in SITE_TYPES:
            own = names_in(body)
            places |= dict.fromkeys(own.places)
            people |= dict.fromkeys(own.people)
        else:
            places |= dict.fromkeys(_displays(root))
    return Named(tuple(places), tuple(people))


def _displays(root: Any) -> Iterator[str]:
    """However deep they stand."""
    waiting: list[tuple[str, Any]] = [("", root)]
    while waiting:
        key, node = waiting.pop()
        if isinstance(node, list):
            waiting += [(key, each) for each in node]
        elif isinstance(node, dict):
            display = node.get("display")
            if isinstance(display, str) and _is_place(key, node):
                yield display
            waiting += node.items()


def _is_place(key: str, reference: dict[str, Any]) -> bool:
    to = reference.get("reference")
    return (
        key in _OF_PLACE
        or reference.get("type") in SITE_TYPES
        or (isinstance(to, str) and _TO_PLACE.fullmatch(to) is not None)
    )
