"""What one edition says that another does not: dates, sentences, and the worked cases whose verdict flips."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from abstractor.abstract import Verdict
from abstractor.errors import OptionError
from abstractor.guidelines.book.asking import askers
from abstractor.guidelines.book.cases import Case, Cases, MeasureCase
from abstractor.guidelines.book.naming import names_in
from abstractor.guidelines.book.working import Choice, measured, situations, worked
from abstractor.guidelines.reading import sentence, signed
from abstractor.guidelines.references import Naming
from abstractor.rules.library import Edition, Library, Measure, Recommendation, Subject

__all__ = ["Changed", "Difference", "Flip", "Spoken", "comparable", "compare", "predecessor"]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A recommendation of one edition, as it reads."""

    id: str
    sentence: str
    expected: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What reads otherwise: of the edition itself (`about` names the field), or of a recommendation by id."""

    about: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Flip:
    """A worked case that the two editions decide otherwise; no verdict where one has nothing to say."""

    case: Case | MeasureCase
    before: Verdict | None
    after: Verdict | None

    @property
    def told_for(self) -> str:
        return self.case.edition if isinstance(self.case, Case) else self.case.measure


@dataclass(frozen=True, slots=True)
class Difference:
    """From `before` to `after`. `reordered`: the rows that both have are asked in another order. `tried`: how
    many worked cases were decided by both."""

    before: Edition
    after: Edition
    dates: tuple[Changed, ...]
    added: tuple[Spoken, ...]
    removed: tuple[Spoken, ...]
    changed: tuple[Changed, ...]
    reordered: bool
    measures: tuple[Changed, ...]
    flips: tuple[Flip, ...]
    tried: int

    @property
    def says_the_same(self) -> bool:
        return not (self.added or self.removed or self.changed or self.reordered or self.measures)


def compare(
    before: Edition, after: Edition, library: Library, cases: Cases, choice: Choice | None = None
) -> Difference:
    """Two editions that judge the same thing; raises `OptionError` where they do not."""
    if not comparable(before, after):
        said = " and ".join(f"{each.id} is on {_on(each)}" for each in (before, after))
        raise OptionError(f"{said}; compare two on one subject")
    old, new = _by_id(before), _by_id(after)
    kept = [name for name in old if name in new]
    if before.subject is Subject.MEASURE:
        tried, flips = _measure_flips(before, after, library, cases.measures)
    else:
        told = [case for case in cases.editions if case.edition in (before.id, after.id)]
        tried, flips = len(told), _flips(before, after, library, told, choice or situations(library))
    return Difference(
        before,
        after,
        dates=tuple(_about(before, after)),
        added=tuple(_spoken(row, library) for name, row in new.items() if name not in old),
        removed=tuple(_spoken(row, library) for name, row in old.items() if name not in new),
        changed=tuple(each for name in kept for each in _reworded(old[name], new[name], library)),
        reordered=kept != [name for name in new if name in old],
        measures=tuple(_asking(before, after, library)),
        flips=tuple(flips),
        tried=tried,
    )


def comparable(one: Edition, other: Edition) -> bool:
    """Do they judge the same thing: one subject, and one topic, or the label of one drug?"""
    return (one.subject, one.agents, one.topic) == (other.subject, other.agents, other.topic)


def predecessor(edition: Edition, library: Library) -> Edition | None:
    """The edition of the same guideline that was in force before this one."""
    earlier = [
        each
        for each in library.editions
        if each.valid_from < edition.valid_from
        and each.authority == edition.authority
        and comparable(each, edition)
        and (each.companion_of is None) == (edition.companion_of is None)
    ]
    return max(earlier, key=lambda each: each.valid_from, default=None)


def _on(edition: Edition) -> str:
    return ", ".join((str(edition.subject), *edition.agents, *([edition.topic] if edition.topic else [])))


def _by_id(edition: Edition) -> dict[str, Recommendation]:
    return {row.id: row for row in edition.recommendations}


def _spoken(row: Recommendation, library: Library) -> Spoken:
    return Spoken(row.id, sentence(row, library), row.expected)


def _about(before: Edition, after: Edition) -> Iterator[Changed]:
    for name, said in _said(before).items():
        other = _said(after)[name]
        if said != other:
            yield Changed(name, said, other)


def _said(edition: Edition) -> dict[str, str]:
    return {
        "authority": edition.authority,
        "title": edition.title,
        "citation": edition.citation,
        "link": edition.url or "none",
        "in force from": str(edition.valid_from),
        "in force to": str(edition.valid_to or "open"),
        "next review": str(edition.next_review),
        "confidence": str(edition.confidence),
        "encoded": "yes" if edition.encoded else "no",
        "any other choice": str(edition.otherwise),
        "drugs": ", ".join(edition.agents) or "none",
        "read with": edition.companion_of or "none",
        "signed": signed(edition),
    }


def _reworded(old: Recommendation, new: Recommendation, library: Library) -> Iterator[Changed]:
    """One entry for each thing that a recommendation says otherwise."""
    pairs = (
        ("sentence", sentence(old, library), sentence(new, library)),
        ("expected", old.expected, new.expected),
        ("section", old.section, new.section),
        ("grade", old.grade or "none", new.grade or "none"),
        ("confidence", str(old.confidence), str(new.confidence)),
        ("gives the use of", ", ".join(old.covers) or "none", ", ".join(new.covers) or "none"),
    )
    for what, said, other in pairs:
        if said != other:
            yield Changed(f"{old.id}, {what}", said, other)


def _asking(before: Edition, after: Edition, library: Library) -> Iterator[Changed]:
    """What the two ask of a measure where that is not the same."""
    for measure in library.measures:
        said = [_asks(measure, edition, library) for edition in (before, after)]
        if said[0] != said[1]:
            yield Changed(measure.id, *said)


def _asks(measure: Measure, edition: Edition, library: Library) -> str:
    """ "asked: due", with what it names."""
    asks = [each.asks for each in askers(measure, library) if each.edition.id == edition.id]
    return f"asked: {'; '.join(asks)}" if asks else "not asked"


def _flips(before: Edition, after: Edition, library: Library, told: list[Case], choice: Choice) -> list[Flip]:
    """The cases told for either of them, each decided by both."""
    both = (worked(edition, told, library, choice) for edition in (before, after))
    pairs = zip(*both, strict=True)
    return [Flip(old.case, old.verdict, new.verdict) for old, new in pairs if old.verdict is not new.verdict]


def _measure_flips(
    before: Edition, after: Edition, library: Library, cases: Iterable[MeasureCase]
) -> tuple[int, list[Flip]]:
    """The cases of every measure that one of them asks for, with each of the two in force alone, for ever."""
    asked = {
        measure.id
        for measure in library.measures
        if {before.id, after.id} & set(names_in(measure.rule, Naming.EDITION))
    }
    told = [case for case in cases if case.measure in asked]
    pairs = zip(
        measured(told, _alone(before, after, library)),
        measured(told, _alone(after, before, library)),
        strict=True,
    )
    flips = [Flip(old.case, old.verdict, new.verdict) for old, new in pairs if old.verdict is not new.verdict]
    return len(told), flips


def _alone(one: Edition, other: Edition, library: Library) -> Library:
    always = replace(one, valid_from=date.min, valid_to=None, next_review=date.max)
    never = replace(other, valid_from=date.max, valid_to=None, next_review=date.max)
    held = {one.id: always, other.id: never}
    return replace(library, editions=tuple(held.get(each.id, each) for each in library.editions))
