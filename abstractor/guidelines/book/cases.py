"""The worked cases, as their TOML files tell them: a situation in words and dated facts, the verdict that a
reader expects, and why.

Every file of `cases/editions/` is about one edition, every file of `cases/measures/` about one measure. A
site's own stand in its folder under the same names.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from abstractor.abstract import Verdict
from abstractor.errors import KnowledgeError
from abstractor.guidelines.build import build_entry
from abstractor.guidelines.gathering import Refusals, noted, raise_all
from abstractor.guidelines.located import Table, joined
from abstractor.guidelines.shelf import Place, Shelf, read_toml, shipped

__all__ = [
    "Case",
    "Cases",
    "Course",
    "Fact",
    "FactKind",
    "MeasureCase",
    "Story",
    "placed_cases",
    "read_cases",
]

C = TypeVar("C")
EDITIONS, MEASURES = "cases/editions", "cases/measures"


@dataclass(frozen=True, slots=True)
class Course:
    """Drugs ordered on one day and then given every 21 days; the last dose on `until`, where that is said."""

    drugs: tuple[str, ...]
    start: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    value: float
    on: date


@dataclass(frozen=True, slots=True)
class Refused:
    drug: str
    on: date


class Receptors(StrEnum):
    POSITIVE = "positive"
    NEGATIVE = "negative"


class FactKind(StrEnum):
    """What sort of record tells a fact."""

    DIAGNOSIS = "diagnosis"
    RESULT = "result"
    MARKER = "marker"
    PROCEDURE = "procedure"
    REPORT = "report"
    ORDER = "order"
    DOSE = "dose"
    VISIT = "visit"
    REFERRAL = "referral"
    PLAN = "plan"
    NOTE = "note"
    VACCINATION = "vaccination"
    TEAM = "team"
    SENTENCE = "sentence"
    DEATH = "death"


@dataclass(frozen=True, slots=True)
class Fact:
    """One more record: `means` is a concept, or for an order or a dose a drug.

    Of a result `value` in `unit`, or `answer`, a concept or words; of a marker `answer` is its reading and
    `tissue` where it was taken. `severity` of a diagnosis, and `until` when it was over. An order may be
    `urgent`. `against`: it says that the thing was not done, refuted or refused; `why` is then the concept of
    its reason. Of a diagnosis `grade` is what its words say, and `quote` the words that leave it open. A
    sentence of a report is `quote`, about what it `means`, with its reading as `answer` and its `assertion`.
    """

    kind: FactKind
    on: date
    means: str = ""
    value: float | None = None
    unit: str | None = None
    answer: str | None = None
    severity: str | None = None
    tissue: str | None = None
    until: date | None = None
    urgent: bool = False
    against: bool = False
    why: str | None = None
    grade: int | None = None
    quote: str | None = None
    assertion: str = "stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A patient with breast cancer and a liver metastasis confirmed on `metastatic` (without that day none).

    `lines` follow each other, each drug given until the next line starts; `adjuvant` ends on its day `until`.
    `born` and `gender` where they matter.

    On record besides: CNS metastases (`brain`) and their local therapy (`brain_treated`), `lung` disease,
    `heart` failure, `lvef` in percent, `ecog`, a drug `refused`, hormone `receptors`, a disease status
    `stable`, and any other `facts`. Every type of record was seen whole, but for those `unseen`.
    """

    says: str
    why: str
    metastatic: date | None = None
    lines: tuple[Course, ...] = ()
    her2: str = "3+"
    born: date | None = None
    gender: str = "female"
    adjuvant: Course | None = None
    adds: Course | None = None
    receptors: Receptors | None = None
    brain: date | None = None
    brain_treated: date | None = None
    lung: date | None = None
    heart: date | None = None
    stable: date | None = None
    lvef: Measured | None = None
    ecog: Measured | None = None
    refused: Refused | None = None
    facts: tuple[Fact, ...] = ()
    unseen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Story):
    """The last line is judged, or where a drug `adds` to it as maintenance, that step.

    `row` is the recommendation that decides, null where none does; `document` the edition it stands in, where
    that is another.
    """

    edition: str
    verdict: Verdict
    row: str | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureCase(Story):
    """`verdict` of the measure on the last line that triggers it; null: there is nothing to measure.

    `reason`: the code that the finding's sentence must give. `as_of`: the day until which facts are known.
    """

    measure: str
    verdict: Verdict | None = None
    reason: str | None = None
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Cases:
    editions: tuple[Case, ...]
    measures: tuple[MeasureCase, ...]


def read_cases(folders: Iterable[Path] = ()) -> Cases:
    """The shipped cases, and after them those of other folders (a site's)."""
    held = [case for _, case in placed_cases(folders)]
    return Cases(
        tuple(case for case in held if isinstance(case, Case)),
        tuple(case for case in held if isinstance(case, MeasureCase)),
    )


def placed_cases(
    folders: Iterable[Path] = (), refusals: Refusals | None = None
) -> Iterator[tuple[Place, Case | MeasureCase]]:
    """Each with the file and line where it is told. Without `refusals`, the first that is wrong is raised."""
    roots: list[Traversable] = [shipped(), *folders]
    shelves = [Shelf(root, site=at > 0) for at, root in enumerate(roots)]
    for shelf in shelves:
        yield from _read(Case, shelf, EDITIONS, "edition", refusals)
    for shelf in shelves:
        yield from _read(MeasureCase, shelf, MEASURES, "measure", refusals)


def _read(
    kind: type[C], shelf: Shelf, folder: str, about: str, refusals: Refusals | None
) -> Iterator[tuple[Place, C]]:
    held = shelf.file(folder)
    if not held.is_dir():
        return
    for name in sorted(file.name for file in held.iterdir() if _is_read(file.name)):
        for place in _cases(shelf, f"{folder}/{name}", about, refusals):
            with nullcontext() if refusals is None else noted(refusals):
                case = build_entry(kind, place.value, place)
                _refuse_impossible(case, place)
                yield place, case


def _is_read(name: str) -> bool:
    return name.endswith(".toml") and not name.startswith(".")


def _cases(shelf: Shelf, name: str, about: str, refusals: Refusals | None) -> list[Place]:
    """Of each case its place, with what the file is about."""
    places: list[Place] = []
    with nullcontext() if refusals is None else noted(refusals):
        file = read_toml(shelf, name)
        entries = _entries(file, about)
        top = Table({about: file[about]}, file.spot, {about: file.spots[about]})
        found = [_place(file, entry, top) for entry in entries]
        _refuse_unclear(found, about)
        places = found
    return places


def _place(file: Table, entry: Table, top: Table) -> Place:
    whole = joined(top, entry, spot=entry.spot)
    return Place(file.spot.source.name, f"case {entry.get('says', '?')!r}", whole, whole.spot)


def _refuse_unclear(places: Sequence[Place], about: str) -> None:
    """A case about something else than its file, or with the words of another."""
    seen: set[str] = set()
    for place in places:
        at = place.at(about)
        if at.spot is not None and len(at.spot.path) > 1:
            raise at.refusal(f"{about!r} stands at the top of the file too", "say it once, there")
        says = place.value.get("says") if isinstance(place.value, Table) else None
        if isinstance(says, str) and says in seen:
            raise place.at("says").refusal("the words of another case", "say what is different")
        seen.add(str(says))


def _entries(file: Table, about: str) -> list[Table]:
    """The cases of a file; what else stands in it is refused."""
    name = file.spot.source.name
    for key in file:
        if key not in (about, "case"):
            wrong = f"unknown key {key!r}; remove it or use {about}, case"
            raise KnowledgeError(f"{name}, line {file.spots[key].line}: {wrong}")
    for key in (about, "case"):
        if key not in file:
            raise KnowledgeError(f"{name}, line 1: {key!r} is missing; add it")
        if not file[key]:
            raise KnowledgeError(f"{name}, line {file.spots[key].line}: {key} is empty; say it")
    entries: list[Table] = file["case"]
    if not isinstance(entries, list) or not all(isinstance(entry, Table) for entry in entries):
        line = file.spots["case"].line
        raise KnowledgeError(f"{name}, line {line}: case is no list of tables; write each as [[case]]")
    return entries


def _refuse_impossible(case: object, place: Place) -> None:
    if isinstance(case, Case) and (not case.lines or case.metastatic is None):
        raise place.refusal("no line of treatment in metastatic disease", "tell metastatic and lines")
    if isinstance(case, Story) and case.adjuvant is not None and case.adjuvant.until is None:
        raise place.at("adjuvant").refusal("adjuvant treatment without its last day", "tell until")
    if isinstance(case, Story):
        raise_all(list(_out_of_order(case, place)))


def _out_of_order(story: Story, place: Place) -> Iterator[KnowledgeError]:
    """Lines follow each other, and nothing ends before it starts."""
    courses = [(course, place.at("lines", number)) for number, course in enumerate(story.lines)]
    for (before, _), (after, at) in pairwise(courses):
        if after.start <= before.start:
            wrong = f"a line from {after.start} after one from {before.start}"
            yield at.at("start").refusal(wrong, "tell the lines in their order")
    courses += [(story.adjuvant, place.at("adjuvant"))] if story.adjuvant is not None else []
    for course, at in courses:
        if course.until is not None and course.until < course.start:
            yield at.at("until").refusal("until before start", "put the dates in order")
