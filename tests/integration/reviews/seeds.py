"""Told charts with markers wherever a clinic's records can say where, by whom and when they were written; and
a scan of a value for any of them, however deep it lies.
"""

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from typing import Any

from abstractor.abstract import Abstract, Evidence
from fixtures.stories import Story
from tests.asking import abstract_story
from tests.integration.reviews.room import CYCLE, Kept

__all__ = ["PLACE", "WAVE", "found_in", "seeded"]

# The clinic's name, its server, its people, its ids; the day on which versions were written and pulled.
PLACE = ("canary", "Wrenfield", "Nightjar")
WAVE = ("2031-05-06", str(CYCLE))
_ORGANISATION = {
    "resourceType": "Organization",
    "id": "canary-org",
    "name": "Nightjar Oncology",
    "alias": ["Nightjar"],
}
_DOCTOR = {
    "resourceType": "Practitioner",
    "id": "canary-doctor",
    "name": [{"family": "Wrenfield", "given": ["Ada"]}],
}
_VERSION = "canary-2031-05-06"
_BASE64 = re.compile(r"[A-Za-z0-9+/]{12,}={0,2}")


def seeded(story: Story) -> Kept:
    """The abstract is the story's own, with the ids, versions and names of the records as they are here."""
    told = [each for each in story.resources if each["resourceType"] not in ("Organization", "Practitioner")]
    written = json.dumps(told)
    for each in told:
        name = f"{each['resourceType']}/"
        written = written.replace(f'"{name}{each["id"]}"', f'"{name}canary-{each["id"]}"')
    resources = [{**each, **_added(each)} for each in json.loads(written)]
    return Kept([_ORGANISATION, _DOCTOR, *resources], _renamed(abstract_story(story.id)))


def _added(resource: dict[str, Any]) -> dict[str, Any]:
    doctor = {"reference": "Practitioner/canary-doctor", "display": "Ada Wrenfield"}
    return {
        "id": f"canary-{resource['id']}",
        "meta": {
            "versionId": _VERSION,
            "source": "https://fhir.canarywood.example",
            "lastUpdated": "2031-05-06T07:08:09Z",
        },
        "text": {"status": "generated", "div": "<div>Canarywood Cancer Center, 2031-05-06</div>"},
        "identifier": [{"system": "https://canarywood.example/ids", "value": "canary-1"}],
        "extension": [{"url": "https://canarywood.example/x", "valueString": "canary"}],
        "note": [{"authorReference": doctor, "text": "Seen by Dr Wrenfield at Canarywood Cancer Center."}],
        "performer": [doctor, {"display": "Nightjar Oncology"}],
        "contained": [{**_ORGANISATION, "id": "canary"}, *resource.get("contained", [])],
        "presentedForm": [{"contentType": "text/plain", "data": _coded("Nightjar Oncology: HER2 3+")}],
    }


def _renamed(abstract: Abstract) -> Abstract:
    inclusion = abstract.inclusion
    criteria = tuple(replace(each, evidence=_cited(each.evidence)) for each in inclusion.criteria)
    return replace(
        abstract,
        patient=abstract.patient.replace("/", "/canary-"),
        inclusion=replace(inclusion, criteria=criteria),
        lines=tuple(replace(each, evidence=_cited(each.evidence)) for each in abstract.lines),
        findings=tuple(replace(each, evidence=_cited(each.evidence)) for each in abstract.findings),
        flags=tuple(replace(each, evidence=_cited(each.evidence)) for each in abstract.flags),
        completeness=tuple(
            replace(each, detail="canary; held-since:2031-05-06") for each in abstract.completeness
        ),
    )


def _cited(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """What was written in words names the place; codes and dates stay."""
    return tuple(
        each._replace(
            resource=each.resource.replace("/", "/canary-"),
            version=_VERSION,
            value=f"{each.value} at Nightjar" if " " in str(each.value) else each.value,
        )
        for each in evidence
    )


def found_in(value: object, markers: tuple[str, ...]) -> list[str]:
    """Where any of the markers stands: the path to it."""
    wanted = re.compile("|".join(map(re.escape, markers)), re.IGNORECASE)
    return [path for path, text in _texts("", value) if wanted.search(text)]


def _texts(path: str, value: object) -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield path, value
            yield from ((f"{path}~", held) for held in map(_decoded, _BASE64.findall(value)))
        case bytes():
            yield from _texts(path, value.decode(errors="replace"))
        case bool() | None:
            return
        case int() | float() | datetime() | date():
            yield path, str(value)
        case dict():
            for key, each in value.items():
                yield from _texts(f"{path}.{key}", each)
        case tuple() | list() | set() | frozenset():
            for at, each in enumerate(value):
                yield from _texts(f"{path}[{at}]", each)
        case _ if is_dataclass(value):
            for field in fields(value):
                yield from _texts(f"{path}.{field.name}", getattr(value, field.name))
        case _:
            raise AssertionError(f"{type(value)} at {path} is not looked through")


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text).decode(errors="replace")
    except ValueError:
        return ""


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
