"""Every element that we read, by the shapes themselves: of another JSON type it is refused at its own path,
null and empty it is read as absent, and a new element of a shape is tried without anybody's doing.
"""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
import pytest
from msgspec import inspect

from abstractor.fhir.elements import SHAPES
from abstractor.fhir.quarantine import Defect
from abstractor.fhir.types import PATIENT_ELEMENT
from tests.unit.fhir_read.charting import record_set

Steps = tuple[str, ...]  # "[]" is the first of a list
_WRONG = {
    inspect.StrType: 7,
    inspect.CustomType: 7,
    inspect.IntType: "x",
    inspect.FloatType: "x",
    inspect.BoolType: "true",
    inspect.StructType: "x",
    inspect.VarTupleType: "x",
}


def elements(kind: inspect.Type, steps: Steps = ()) -> Iterator[tuple[Steps, inspect.Type]]:
    """Every element below, with the steps that lead to it."""
    match kind:
        case inspect.UnionType(types=types):
            for each in types:
                if not isinstance(each, inspect.NoneType):
                    yield from elements(each, steps)
        case inspect.StructType(fields=fields):
            if steps:
                yield steps, kind
            for field in fields:
                yield from elements(field.type, (*steps, field.encode_name))
        case inspect.VarTupleType(item_type=item):
            yield steps, kind
            yield from elements(item, (*steps, "[]"))
        case inspect.RawType():
            return
        case _:
            yield steps, kind


@cache
def all_elements() -> tuple[tuple[str, Steps, inspect.Type], ...]:
    return tuple(
        (name, steps, kind)
        for name, shape in sorted(SHAPES.items())
        for steps, kind in elements(inspect.type_info(shape))
    )


def record(name: str, steps: Steps, value: object) -> bytes:
    whole: dict[str, Any] = {"resourceType": name, "id": "1"}
    whose = PATIENT_ELEMENT.get(name)
    if whose not in (None, "id"):
        whole[str(whose)] = {"reference": "Patient/1"}
    for step in reversed(steps):
        value = [value] if step == "[]" else {step: value}
    assert isinstance(value, dict)
    return json.dumps(whole | value).encode()


def path_of(name: str, steps: Steps) -> str:
    return name + "".join("[0]" if step == "[]" else f".{step}" for step in steps)


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_of_another_type_it_is_refused_where_it_stands(name: str) -> None:
    for _, steps, kind in (each for each in all_elements() if each[0] == name):
        (found,) = record_set(record(name, steps, _WRONG[type(kind)])).quarantined()
        assert (found.reason, found.path) == (Defect.WRONG_TYPE, path_of(name, steps))


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_null_reads_as_absent_but_in_a_list(name: str) -> None:
    decisive = {PATIENT_ELEMENT.get(name)}
    for _, steps, _ in (each for each in all_elements() if each[0] == name):
        if steps[0] in decisive:
            continue
        found = record_set(record(name, steps, None)).quarantined()
        assert [each.path for each in found] == ([path_of(name, steps)] if steps[-1] == "[]" else [])


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_an_empty_list_or_object_reads_as_absent(name: str) -> None:
    for _, steps, kind in (each for each in all_elements() if each[0] == name):
        if steps[0] == PATIENT_ELEMENT.get(name) or not isinstance(
            kind, inspect.VarTupleType | inspect.StructType
        ):
            continue
        value: object = [] if isinstance(kind, inspect.VarTupleType) else {}
        assert record_set(record(name, steps, value)).quarantined() == ()


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_every_date_is_looked_at(name: str) -> None:
    for _, steps, kind in (each for each in all_elements() if each[0] == name):
        if isinstance(kind, inspect.CustomType):
            (found,) = record_set(record(name, steps, "2022-02-30")).quarantined()
            assert (found.reason, found.path) == (Defect.IMPOSSIBLE_DATE, path_of(name, steps))


def test_there_are_many() -> None:
    assert len(all_elements()) > 500
    assert msgspec.json.decode(record("Condition", ("code", "text"), "x"))["code"] == {"text": "x"}
