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


_TO_PERSON = re.compile(r"(?:.*/)?(?:Practitioner|PractitionerRole)[/?]\S*")
# What stands before and after a name, in small letters and without points.
_TITLES = frozenset(
    {"aprn", "do", "dr", "fnp", "md", "miss", "mr", "mrs", "ms", "np", "pa", "pac", "phd", "prof", "rn"}
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
            for display, of_person in _displays(root):
                places[display] = None
                people |= dict.fromkeys(_names_in(display) if of_person else ())
    return Named(tuple(places), tuple(people))


def _displays(root: Any) -> Iterator[tuple[str, bool]]:
    """However deep they stand; True: of a person."""
    waiting: list[tuple[str, Any]] = [("", root)]
    while waiting:
        key, node = waiting.pop()
        if isinstance(node, list):
            waiting += [(key, each) for each in node]
        elif isinstance(node, dict):
            display = node.get("display")
            if isinstance(display, str) and _is_place(key, node):
                yield display, _is_person(node)
            waiting += node.items()


def _is_place(key: str, reference: dict[str, Any]) -> bool:
    to = reference.get("reference")
    return (
        key in _OF_PLACE
        or reference.get("type") in SITE_TYPES
        or (isinstance(to, str) and _TO_PLACE.fullmatch(to) is not None)
    )


def _is_person(reference: dict[str, Any]) -> bool:
    to = reference.get("reference")
    return reference.get("type") in ("Practitioner", "PractitionerRole") or (
        isinstance(to, str) and _TO_PERSON.fullmatch(to) is not None
    )


def _names_in(display: str) -> Iterator[str]:
    """The name without its titles, and the surname: others write "Dr. Quill" of "Wren Quill, MD"."""
    parts = [part for part in map(_untitled, display.split(",")) if part]
    match parts:
        case [whole]:
            *given, family = whole.split(" ")
        case [family, *given]:
            pass
        case _:
            return
    yield family
    if given:
        yield " ".join([*given, family])


def _untitled(part: str) -> str:
    return " ".join(word for word in part.split() if _plain(word) not in _TITLES)


def _plain(word: str) -> str:
    return word.lower().replace(".", "").replace("-", "").strip("(),")
