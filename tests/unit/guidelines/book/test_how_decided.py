"""How a measure is decided, as a clinician reads it: every field of every kind, no name of the program."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from enum import Enum
from functools import cache
from typing import Any

import pytest

from abstractor.guidelines import load_library
from abstractor.guidelines.book import open_book
from abstractor.guidelines.book.asking import askers
from abstractor.guidelines.book.describing import Told
from abstractor.guidelines.book.labels import LABELS
from abstractor.guidelines.book.policies import POLICIES
from abstractor.guidelines.book.saying import Line, Words
from abstractor.guidelines.book.saying_kinds import how_decided
from abstractor.guidelines.book.views import PolicyPage
from abstractor.guidelines.book.vocabulary import Vocabulary, vocabulary
from abstractor.rules.library import Measure
from abstractor.rules.measures import MEASURE_KINDS, TRIGGER_KINDS

LIBRARY = load_library()
MEASURES = {measure.id: measure for measure in LIBRARY.measures}
# What names a thing for the data alone; editions, which must be there to be named.
NOT_SAID = {("Need", "id"), ("Asking", "edition"), ("Asking", "shared_by")}
Field = tuple[str, str]


@cache
def words() -> Vocabulary:
    return vocabulary(None)


def flat(lines: tuple[Line, ...]) -> Iterator[str]:
    for line in lines:
        yield line.text
        yield from flat(line.under)


def said(measure: Measure) -> list[str]:
    asks = [each.asks for each in askers(measure, LIBRARY)]
    return [*flat(how_decided(measure.rule, Words(words()))), *asks]


def otherwise(held: Any, kind: object) -> Iterator[Any]:
    """Other values that the field might hold."""
    match held:
        case bool():
            yield not held
        case Enum():
            yield next(each for each in type(held) if each is not held)
        case int() | float():
            yield held + 1
        case str():
            yield f"{held}x"
        case None if kind in (int | None, float | None):
            yield 77
        case tuple() if kind == tuple[str, ...]:
            yield (*held, "another-one")
        case tuple() if held and isinstance(held[0], int):
            yield (*held, held[-1] + 1)
        case tuple() if held:
            yield from (held[:-1], held[1:])
        case Mapping():
            yield {**held, "another-one": 9}


def variants(value: Any) -> Iterator[tuple[Field, Any]]:
    """The value with one field of it, or of a value in it, changed."""
    for field in fields(value):
        held = getattr(value, field.name)
        for other in otherwise(held, field.type):
            try:
                yield (type(value).__name__, field.name), replace(value, **{field.name: other})
            except ValueError:
                continue  # refused: it is two limits, or none
        if is_dataclass(held):
            for name, other in variants(held):
                yield name, replace(value, **{field.name: other})
        for at, each in enumerate(held if isinstance(held, tuple) else ()):
            for name, other in variants(each) if is_dataclass(each) else ():
                yield name, replace(value, **{field.name: (*held[:at], other, *held[at + 1 :])})


def test_every_field_of_every_kind_is_said() -> None:
    """Where a field says otherwise, so does the page."""
    tried: set[Field] = set()
    heard: set[Field] = set()
    for measure in LIBRARY.measures:
        before = said(measure)
        for field, rule in variants(measure.rule):
            tried.add(field)
            if field not in heard | NOT_SAID:
                heard |= {field} if said(replace(measure, rule=rule)) != before else set()
    assert tried - heard - NOT_SAID == set()


def test_every_kind_is_tried() -> None:
    held = {type(value) for measure in LIBRARY.measures for value in parts(measure.rule)}
    assert set(MEASURE_KINDS.values()) | set(TRIGGER_KINDS.values()) <= held


def parts(value: Any) -> Iterator[Any]:
    """The value and every value in it that has fields."""
    if is_dataclass(value):
        yield value
        for field in fields(value):
            held = getattr(value, field.name)
            for each in held if isinstance(held, tuple) else (held,):
                yield from parts(each)


def internals() -> set[str]:
    """Names of the data that no reader knows: those of several words."""
    concepts = {name for name, meaning in words().concepts.items() if name != meaning.words}
    kinds = {agent.kind for agent in LIBRARY.agents.values()} - {"endocrine"}
    return {name for name in {*concepts, *kinds} if re.search(r"[-_:0-9]", name)}


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
def test_no_name_of_the_program_shows(measure: Measure) -> None:
    names = {field.name for part in parts(measure.rule) for field in fields(part)}
    bare = {name.replace("_", " ") for name in names}
    shown = r"(?<![\w-])(?:{})(?![\w-])".format("|".join(map(re.escape, sorted(internals()))))
    for text in flat(how_decided(measure.rule, Words(words()))):
        assert text[-1] in ".:", text
        assert "_" not in text, text
        assert re.search(shown, text) is None, text
        label = re.split(r"[:.0-9]", text)[0].strip().lower()
        assert " " not in label or label not in bare, text


@pytest.mark.parametrize(
    ("measure", "sentence"),
    [
        ("CDK-CBC", "A drug counts as stopped once no record has shown it for 90 days."),
        ("CDK-CBC", "Four months, on abemaciclib: days 15, 29, 43, 57, 85 and 113, each from 3 days before "
         "to 4 days after."),
        ("ILD-ACT", "Records that begin at most 21 days apart tell of one episode."),
        ("ILD-ACT", "It is not met, and critical, by a dose after grade 2 or more."),
        ("CDK-STOP", "Haematologic: neutropenia; febrile neutropenia; thrombocytopenia; anaemia from "
         "chemotherapy; neutrophil count below 1 10³/µL."),
        ("CONTRA", "1 week in female patients, after tucatinib or lapatinib."),
        ("FERT", "Male, of any age."),
        ("LVEF-ACT", "Trastuzumab or margetuximab: held for 28 days at least, at a result under 50 with a "
         "drop of 10 points or more."),
        ("VACC", "Recombinant zoster vaccine, from 19 years on: 2 doses, 28 days or more apart, ever."),
    ],
)  # fmt: skip
def test_a_number_reads_with_its_unit_and_meaning(measure: str, sentence: str) -> None:
    assert sentence in set(flat(how_decided(MEASURES[measure].rule, Words(words()))))


def labelled(told: tuple[Told, ...]) -> Iterator[Told]:
    for each in told:
        yield each
        yield from labelled(each.parts)


def test_every_field_of_every_policy_has_a_label() -> None:
    values = (LIBRARY.line_policy, LIBRARY.inclusion, LIBRARY.terms, *LIBRARY.regimens)
    held = {type(part) for value in values for part in parts(value)}
    of_her2 = {type(part) for part in parts(LIBRARY.inclusion.her2)}
    unsaid = {
        (kind.__name__, field.name)
        for kind in held - of_her2
        for field in fields(kind)
        if field.name not in LABELS.get(kind.__name__, {})
    }
    beside = {("LinePolicy", "id"), ("InclusionPolicy", "id"), ("InclusionPolicy", "her2"), ("Trial", "id")}
    called = {("Quantity", "names"), ("Reason", "names"), ("Threshold", "concept")}
    assert unsaid == beside | called | {("Regimen", "id"), ("Regimen", "title")}


@pytest.mark.parametrize("name", POLICIES)
def test_no_name_of_the_data_shows_on_a_policy(name: str) -> None:
    page = open_book(LIBRARY, on=date(2026, 11, 22)).page(f"policies/{name}")
    shown = r"(?<![\w-])(?:{})(?![\w-])".format("|".join(map(re.escape, sorted(internals()))))
    for each in labelled(page.rules) if isinstance(page, PolicyPage) else ():
        text = f"{each.label}: {''.join(piece.text for piece in each.pieces)}"
        in_the_data = each.label == "Called in the data"
        assert in_the_data or re.search(shown, text) is None, text
        assert "_" not in text, text
