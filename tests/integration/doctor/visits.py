"""Examinations of the sample clinic for the tests, with or without signing in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from abstractor.fhir.address import Endpoint
from abstractor.fhir.endpoint import Connection
from abstractor.fhir.examining.examine import examine
from abstractor.fhir.examining.values import Chosen, Examination, Step, TypeTried
from abstractor.fhir.smart.scopes import types_needed
from abstractor.fhir.smart.tokens import backend_services
from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from fixtures.stories import all_stories

__all__ = ["Step", "examined", "first", "some_clinic", "step_of", "type_of"]


@contextmanager
def some_clinic(personality: str = "plain", **more: Any) -> Iterator[Door]:
    """Eight patients of the sample clinic."""
    with open_clinic(all_stories()[:8], personality=personality, **more) as door:
        yield door


def first(connection: Connection) -> Chosen:
    members = list(connection.references(group="all"))
    return Chosen(members[0], len(members))


def examined(url: str, *, key: Any = None, client_id: str = "abstractor", **more: Any) -> Examination:
    endpoint = Endpoint(url, tries=1, backoff=0.0, connect_timeout=10, read_timeout=10)
    auth = None
    if key is not None:
        types = types_needed(group=True)
        auth = backend_services(endpoint, client_id=client_id, key=key, types=types, sleep=lambda _: None)
    return examine(endpoint, more.pop("choose", first), auth=auth, **more)


def step_of(found: Examination, name: str) -> Step:
    """The last of that name."""
    told = [step for step in found.steps if step.name == name]
    assert told, [step.name for step in found.steps]
    return told[-1]


def type_of(found: Examination, name: str) -> TypeTried:
    return next(each for each in found.types if each.type == name)
