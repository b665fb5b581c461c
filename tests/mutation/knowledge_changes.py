"""Every small change of the knowledge, one at a time, as a library of its own.

Found by the types of the fields and not by their names, so that a new kind of sentence or a new policy is
changed without a word here: dates and numbers by one either way, verdicts and choices to the next allowed
one, yes to no, every member of every list and everything that need not be said left out; of a measure also
every word that decides.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import Field, dataclass, fields, is_dataclass, replace
from datetime import date, timedelta
from enum import Enum
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Any, ClassVar, get_args

import pytest

from abstractor import guidelines
from abstractor.abstract import Verdict
from abstractor.rules.library import Confidence, Edition, Library, Measure, Subject
from abstractor.rules.terms import Threshold
from tests.mutation.forked import Seen, in_turn

__all__ = ["Change", "changes"]

# Who wrote it, when and where, and the words for a reader: they decide nothing.
_PROVENANCE = {"retrieved_on", "checked_on", "affirmed_on", "would_clear"}
# What a reader is told, and the names by which one entry calls another.
_FOR_A_READER = {
    "id",
    "name",
    "title",
    "source",
    "why",
    "because",
    "diagnoses_named",
    "taken_until",
    "edition",
}
_KINDS = {int: "number", float: "number", str: "name", dict: "list"}
# Where the cases of each part of the knowledge stand, besides those that name the edition.
_CASES_OF = {
    "regimens": "test_regimen_names",
    "line_policy": "test_shipped_lines",
    "inclusion": "her2",
    "terms": "test_reasons",
}
_LABEL = (Verdict.ON_LABEL, Verdict.OFF_LABEL, Verdict.INDETERMINATE)
_SEQUENCING = (
    Verdict.PREFERRED,
    Verdict.ACCEPTABLE,
    Verdict.NOT_PREFERRED,
    Verdict.NOT_RECOMMENDED,
    Verdict.NOT_ADDRESSED,
    Verdict.INDETERMINATE,
)


@dataclass(frozen=True, slots=True)
class Change:
    """`kind` is what was done ("date", "verdict", "agent left out" ...), `steps` the way to it, by name.

    `budget`: the seconds that cases which do not name it may have taken as they were; 0 for all of them.
    """

    kind: str
    steps: tuple[str, ...]
    said: str
    library: Library
    budget: float = 0.0
    rereads: ClassVar[bool] = True

    @property
    def where(self) -> str:
        return ".".join(self.steps)

    def put_in_place(self) -> None:
        """From here on this process loads that library and no other."""
        knowledge = replace(guidelines._shipped(), library=self.library)
        guidelines._shipped = lambda: knowledge  # type: ignore[assignment]  # a cache with no more to clear

    def telling(self, cases: Sequence[pytest.Item], seen: Seen) -> list[pytest.Item]:
        """The cases that name what was changed, those of modules that do, then others, each those first that
        have found most."""
        ids = [step for step in self.steps if "-" in step] + self._measures()
        parts = [_CASES_OF[self.steps[0]]] if self.steps[0] in _CASES_OF else []
        named: list[pytest.Item] = []
        beside: list[pytest.Item] = []
        others: list[pytest.Item] = []
        for case in cases:
            if any(step in case.nodeid for step in (*ids, *parts)):
                named.append(case)
            else:
                (beside if any(f'"{step}"' in _text(case.path) for step in ids) else others).append(case)
        most = 0.0 if self.budget == 0 else max(1.0, self.budget)
        return [*in_turn(named, seen, 0.0), *in_turn(beside, seen, most), *in_turn(others, seen, self.budget)]

    def _measures(self) -> list[str]:
        """The measure itself, or those that the edition asks for; those on the drugs of a cohort."""
        match self.steps:
            case ("measures", name, *_):
                return [name]
            case ("editions", name, *_):
                return [each.id for each in self.library.measures if name in each.rule.editions()]
            case ("inclusion", "cdk46", *_):
                return ["cdk46"]
            case _:
                return []


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class _Variant:
    kind: str
    path: tuple[str, ...]
    said: str
    value: Any


def changes(library: Library, budget: float = 0.0) -> Iterator[Change]:
    """In the order of the fields; the same library gives the same changes."""
    for variant in _of(library, library, _SEQUENCING):
        yield Change(variant.kind, variant.path, variant.said, variant.value, budget)


def _of(value: Any, library: Library, verdicts: tuple[Verdict, ...]) -> Iterator[_Variant]:
    """Every variant of a value; a value that decides nothing by itself (a text) has none."""
    match value:
        case bool():
            yield _Variant("yes or no", (), f"{value} to {not value}", not value)
        case Verdict():
            other = (
                verdicts[(verdicts.index(value) + 1) % len(verdicts)] if value in verdicts else verdicts[0]
            )
            yield _Variant("verdict", (), f"{value} to {other}", other)
        case Confidence():
            sure = Confidence.MEDIUM if value is Confidence.LOW else Confidence.LOW
            yield _Variant("confidence", (), f"{value} to {sure}", sure)
        case Enum():
            following = _following(value)
            yield _Variant("choice", (), f"{value} to {following}", following)
        case date():
            for days in (-1, 1):
                moved = value + timedelta(days=days)
                yield _Variant("date", (), f"{value} to {moved}", moved)
        case int() | float():
            step = 0.1 if isinstance(value, float) and value <= 1 else 1
            for by in (-step, step):
                yield _Variant("number", (), f"{value} to {value + by}", value + by)
        case Mapping():
            yield from _of_mapping(value, library, verdicts)
        case tuple():
            yield from _of_tuple(value, library, verdicts)
        case _ if is_dataclass(value) and not isinstance(value, type):
            yield from _of_fields(value, library, verdicts)


def _of_mapping(
    held: Mapping[str, Any], library: Library, verdicts: tuple[Verdict, ...]
) -> Iterator[_Variant]:
    for key, value in held.items():
        for variant in _of(value, library, verdicts):
            yield replace(variant, path=(key, *variant.path), value={**held, key: variant.value})
        rest = {other: kept for other, kept in held.items() if other != key}
        yield _Variant(f"{_noun(key, library)} left out", (key,), "left out", rest)


def _of_tuple(held: tuple[Any, ...], library: Library, verdicts: tuple[Verdict, ...]) -> Iterator[_Variant]:
    for at, value in enumerate(held):
        name = _name(value, at)
        before, after = held[:at], held[at + 1 :]
        for variant in _of(value, library, verdicts):
            yield replace(variant, path=(name, *variant.path), value=(*before, variant.value, *after))
        yield _Variant(f"{_noun(value, library)} left out", (name,), "left out", (*before, *after))


def _of_fields(value: Any, library: Library, verdicts: tuple[Verdict, ...]) -> Iterator[_Variant]:
    allowed = verdicts
    if isinstance(value, Edition):
        allowed = _LABEL if value.subject is Subject.LABEL else _SEQUENCING
    for field in fields(value):
        if field.name in _PROVENANCE or _idle(value, field.name):
            continue
        for variant in _of_field(value, field, library, allowed):
            try:
                changed = replace(value, **{field.name: variant.value})
            except ValueError:
                continue  # the value refuses itself: no such knowledge can be loaded
            yield replace(variant, path=(field.name, *variant.path), value=changed)


def _of_field(
    value: Any, field: "Field[Any]", library: Library, allowed: tuple[Verdict, ...]
) -> Iterator[_Variant]:
    """Of a measure what the data say: not a default, which they leave unsaid, but its words too."""
    held = getattr(value, field.name)
    of_measure = isinstance(value, Measure | Threshold) or "rules.measures" in type(value).__module__
    if held is not None and NoneType in get_args(field.type):
        kind = _KINDS.get(type(held), type(held).__name__.lower())
        yield _Variant(f"{kind} left out", (), f"{_shown(held)} left out", None)
    if of_measure and held == field.default:
        return
    if of_measure and type(held) is str and field.name not in _FOR_A_READER:
        other = _other_type(held) if field.name.endswith("_type") else f"{held}-other"
        yield _Variant("word", (), f"{held} to {other}", other)
    yield from _of(held, library, allowed)


def _shown(held: Any) -> str:
    return "what is held there is" if is_dataclass(held) else str(held)


def _other_type(name: str) -> str:
    """A type of record that every case has seen whole."""
    return "Procedure" if name == "Condition" else "Condition"


def _following(value: Enum) -> Enum:
    members = list(type(value))
    return members[(members.index(value) + 1) % len(members)]


def _idle(value: Any, field: str) -> bool:
    """What decides nothing there: the review of an edition that has ended, and what one would say of the rest
    that is not encoded or is a measure's. How sure a measure is has the loader ask that it be advisory."""
    if isinstance(value, Measure):
        return field == "confidence"
    if not isinstance(value, Edition):
        return False
    return (field == "next_review" and value.valid_to is not None) or (
        field == "otherwise" and (not value.encoded or value.subject is Subject.MEASURE)
    )


def _name(value: Any, at: int) -> str:
    """How a reader finds the member: by its id or name, a text by itself, else by its kind and place."""
    if isinstance(value, str):
        return value
    for field in ("id", "name", "agent"):
        if isinstance(named := getattr(value, field, None), str):
            return named
    return f"{type(value).__name__} {at + 1}" if is_dataclass(value) else str(at + 1)


def _noun(value: Any, library: Library) -> str:
    match value:
        case str() if value in library.agents:
            return "agent"
        case str() if any(value == regimen.id for regimen in library.regimens):
            return "regimen"
        case str():
            return "name"
        case _ if not is_dataclass(value):
            return "list"
        case _ if hasattr(value, "decide"):
            return "condition"
        case _:
            return type(value).__name__.lower()
