"""How a chart names the place that it is from and the people there: in their own records, also where others
contain them, and by the displays of references to them, which stand also where they were never pulled.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from abstractor.workflow.auditing.masked_source import Named, names_in
from abstractor.workflow.auditing.masking import SITE_TYPES
from abstractor.workflow.auditing.personal_names import is_generic, may_be_person, names_of_person

__all__ = ["names_of_chart"]

# "Practitioner/7", a whole address of it, or a search for it ("Practitioner?identifier=7").
_KIND = re.compile(r"(?:^|/)([A-Z][A-Za-z]+)(?=[/?])")
_PEOPLE = frozenset({"Practitioner", "PractitionerRole"})
_OTHERS = frozenset({"Device", "Group", "Patient", "RelatedPerson"})
# Elements of R4 that refer to the place or its people and to nothing else, whatever the reference says.
_OF_PLACE = frozenset(
    {
        "custodian",
        "generalPractitioner",
        "managingOrganization",
        "serviceProvider",
    }
)
# Elements of R4 that may refer to the place or its people, and of a name alone are taken to do so.
_MAY_BE_PLACE = frozenset(
    {
        "assigner",
        "destination",
        "facility",
        "healthcareService",
        "location",
        "locationReference",
        "organization",
        "origin",
    }
)
_MAY_BE_PERSON = frozenset(
    {
        "actor",
        "agent",
        "asserter",
        "attester",
        "authenticator",
        "author",
        "authorReference",
        "careManager",
        "careTeam",
        "collector",
        "contributor",
        "enterer",
        "expressedBy",
        "individual",
        "informant",
        "informationSource",
        "interpreter",
        "member",
        "onBehalfOf",
        "participant",
        "party",
        "performer",
        "practitioner",
        "provider",
        "receiver",
        "recipient",
        "recorder",
        "referrer",
        "requester",
        "responsibleParty",
        "resultsInterpreter",
        "sender",
        "team",
        "verifier",
        "who",
    }
)


def names_of_chart(bodies: Iterable[bytes]) -> Named:
    """Of all its records; one that cannot be read names nobody."""
    places: dict[str, None] = {}
    people: dict[str, None] = {}
    for body in bodies:
        try:
            found = list(_named(json.loads(body, parse_int=float)))  # of however many digits
        except (ValueError, RecursionError):
            continue
        for each in found:
            places |= dict.fromkeys(each.places)
            people |= dict.fromkeys(each.people)
    return Named(tuple(places), tuple(people))


def _named(root: Any) -> Iterator[Named]:
    """However deep they stand."""
    waiting: list[tuple[str, Any]] = [("", root)]
    while waiting:
        key, node = waiting.pop()
        if isinstance(node, list):
            waiting += [(key, each) for each in node]
        elif isinstance(node, dict):
            if _text(node, "resourceType") in SITE_TYPES:
                yield _own_names(node)
            if _is_place(key, node):
                yield _shown(node["display"], person=_is_person(key, node))
            waiting += node.items()
        elif key == "authorString" and isinstance(node, str) and not is_generic(node):
            yield _shown(node, person=may_be_person(node))


def _own_names(record: dict[str, Any]) -> Named:
    own = names_in(json.dumps(record).encode())
    return Named(own.places, (*own.people, *(name for each in own.people for name in names_of_person(each))))


def _shown(display: str, *, person: bool) -> Named:
    """The single word that a person is called is looked for as a person's."""
    names = tuple(names_of_person(display)) if person else ()
    return Named(() if display.strip() in names else (display,), names)


def _is_place(key: str, node: dict[str, Any]) -> bool:
    """A display of the place or of a person there."""
    display = node.get("display")
    if not isinstance(display, str):
        return False
    kinds = _kinds(node)
    if key in _OF_PLACE or kinds & SITE_TYPES:
        return True
    may_be = key in _MAY_BE_PLACE or key in _MAY_BE_PERSON
    return may_be and "code" not in node and not kinds & _OTHERS and not is_generic(display)


def _is_person(key: str, node: dict[str, Any]) -> bool:
    kinds = _kinds(node)
    if kinds & SITE_TYPES:
        return bool(kinds & _PEOPLE)
    return (key in _MAY_BE_PERSON or key == "generalPractitioner") and may_be_person(node["display"])


def _kinds(node: dict[str, Any]) -> set[str]:
    """What the reference says that it is to; none of "#1" and of a name alone."""
    return {_text(node, "type"), *_KIND.findall(_text(node, "reference"))} - {""}


def _text(node: dict[str, Any], key: str) -> str:
    held = node.get(key)
    return held if isinstance(held, str) else ""
