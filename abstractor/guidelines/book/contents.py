"""The first page: every guideline with its editions on a scale of years, the measures and the policies."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from abstractor.guidelines.book.policies import POLICIES
from abstractor.guidelines.book.timeline import Picture, picture
from abstractor.guidelines.book.working import Worked, WorkedMeasure
from abstractor.guidelines.reading import signed
from abstractor.guidelines.signatures import Waiting
from abstractor.rules.library import Edition, Library, Measure, Subject

__all__ = ["Contents", "EditionEntry", "Guideline", "MeasureEntry", "Part", "Tried", "contents"]

_TITLES = {
    Subject.SEQUENCING: "Choice of treatment",
    Subject.LABEL: "Labels of drugs",
    Subject.MEASURE: "Supportive care and monitoring",
}


@dataclass(frozen=True, slots=True)
class EditionEntry:
    edition: Edition
    cases: int
    disagreeing: int
    signed: str


@dataclass(frozen=True, slots=True)
class MeasureEntry:
    measure: Measure
    cases: int
    disagreeing: int


@dataclass(frozen=True, slots=True)
class Guideline:
    label: str
    editions: tuple[EditionEntry, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One subject: its guidelines in words and as a picture."""

    title: str
    anchor: str
    picture: Picture
    guidelines: tuple[Guideline, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    on: date
    parts: tuple[Part, ...]
    measures: tuple[MeasureEntry, ...]
    policies: tuple[tuple[str, str], ...]
    waiting: Waiting
    cases: int
    disagreeing: tuple[EditionEntry | MeasureEntry, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """What the cases of an edition, or of a measure, give."""

    editions: Callable[[Edition], tuple[Worked, ...]]
    measures: Callable[[Measure], tuple[WorkedMeasure, ...]]


def contents(library: Library, on: date, tried: Tried, unsigned: Waiting) -> Contents:
    parts = tuple(_part(library, subject, on, tried) for subject in Subject)
    measures = tuple(_measure(measure, tried) for measure in sorted(library.measures, key=lambda m: m.id))
    entries = [entry for part in parts for guideline in part.guidelines for entry in guideline.editions]
    every: list[EditionEntry | MeasureEntry] = [*entries, *measures]
    return Contents(
        on=on,
        parts=parts,
        measures=measures,
        policies=tuple(POLICIES.items()),
        waiting=unsigned,
        cases=sum(entry.cases for entry in every),
        disagreeing=tuple(entry for entry in every if entry.disagreeing),
    )


def _part(library: Library, subject: Subject, on: date, tried: Tried) -> Part:
    groups = dict(_grouped(edition for edition in library.editions if edition.subject is subject))
    guidelines = tuple(
        Guideline(label, tuple(_edition(edition, tried) for edition in editions))
        for label, editions in groups.items()
    )
    return Part(_TITLES[subject], subject.value, picture(groups.items(), on), guidelines)


def _grouped(editions: Iterator[Edition]) -> Iterator[tuple[str, tuple[Edition, ...]]]:
    """The editions of one guideline, under one label, by the day they took force."""
    groups: dict[str, list[Edition]] = {}
    for edition in editions:
        groups.setdefault(_label(edition), []).append(edition)
    for label in sorted(groups, key=str.casefold):
        yield label, tuple(sorted(groups[label], key=lambda each: each.valid_from))


def _label(edition: Edition) -> str:
    """ "FDA, tucatinib"; "ASCO, bone-modifying agents"; a companion by its own document's name."""
    beside = edition.title.partition(", ")[2].partition(" in ")[0] if edition.companion_of else ""
    about = ", ".join(edition.agents) or edition.topic or beside
    return f"{edition.authority}{f', {about}' if about else ''}"


def _edition(edition: Edition, tried: Tried) -> EditionEntry:
    done = tried.editions(edition)
    wrong = sum(not each.agrees for each in done)
    return EditionEntry(edition, len(done), wrong, signed(edition))


def _measure(measure: Measure, tried: Tried) -> MeasureEntry:
    done = tried.measures(measure)
    return MeasureEntry(measure, len(done), sum(not each.agrees for each in done))
