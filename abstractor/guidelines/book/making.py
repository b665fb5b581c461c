"""The book as a whole: every page by its key, each worked out when it is asked for and once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from abstractor.guidelines.book.asking import Asker, askers
from abstractor.guidelines.book.cases import Case, Cases, MeasureCase, placed_cases
from abstractor.guidelines.book.comparing import Difference, comparable, compare, predecessor
from abstractor.guidelines.book.contents import Contents, Tried, contents
from abstractor.guidelines.book.meanings import meanings_of, of_measure, regimens_of
from abstractor.guidelines.book.policies import POLICIES, policy
from abstractor.guidelines.book.refusing import refuse_strangers
from abstractor.guidelines.book.saying import Words, without_kinds
from abstractor.guidelines.book.saying_kinds import how_decided
from abstractor.guidelines.book.signatures import signing_by
from abstractor.guidelines.book.views import (
    EditionPage,
    Her2Page,
    MeasurePage,
    PolicyPage,
    measure_case,
    rows_of,
    shown_case,
    signing_of,
)
from abstractor.guidelines.book.vocabulary import Vocabulary, vocabulary
from abstractor.guidelines.book.working import Choice, Worked, WorkedMeasure, measured, situations, worked
from abstractor.guidelines.reading import how_read, otherwise
from abstractor.guidelines.signatures import Signature, shipped_signatures, waiting
from abstractor.guidelines.signing import digest_of
from abstractor.rules.library import Edition, Library, Measure

__all__ = ["Book", "Page", "open_book"]

Page = Contents | EditionPage | MeasurePage | Her2Page | PolicyPage | Difference | Vocabulary


@dataclass(frozen=True, slots=True)
class Book:
    """`on` is the day by which reviews are due. `_editions` and `_measures` keep what the cases gave."""

    library: Library
    cases: Cases
    words: Vocabulary
    on: date
    choice: Choice
    signatures: Mapping[str, Signature]
    _editions: dict[str, tuple[Worked, ...]] = field(default_factory=dict, compare=False, repr=False)
    _measures: dict[str, tuple[WorkedMeasure, ...]] = field(default_factory=dict, compare=False, repr=False)
    _askers: dict[str, tuple[Asker, ...]] = field(default_factory=dict, compare=False, repr=False)

    def keys(self) -> Iterator[str]:
        """Of every page: an edition, then what it changed, so that a case is worked out once."""
        for edition in self.library.editions:
            yield f"editions/{edition.id}"
            if (before := predecessor(edition, self.library)) is not None:
                yield f"changes/{before.id}..{edition.id}"
        yield from (f"measures/{measure.id}" for measure in self.library.measures)
        yield from (f"policies/{name}" for name in POLICIES)
        yield "words"
        yield "index"

    def page(self, key: str) -> Page | None:
        """None where there is no such page."""
        folder, _, name = key.rpartition("/")
        match folder:
            case "":
                return self._front(name)
            case "editions":
                found = [each for each in self.library.editions if each.id == name]
                return self.edition(found[0]) if found else None
            case "changes":
                return self._changes(name)
            case "measures":
                held = [each for each in self.library.measures if each.id == name]
                return self.measure(held[0]) if held else None
            case "policies":
                return self._policy(name) if name in POLICIES else None
            case _:
                return None

    def _front(self, name: str) -> Page | None:
        if name == "index":
            return contents(
                self.library,
                self.on,
                Tried(self.worked, self.measured),
                waiting(self.library, self.signatures),
            )
        return self.words if name == "words" else None

    def worked(self, edition: Edition) -> tuple[Worked, ...]:
        """The cases told for that edition, as they come out today."""
        if edition.id not in self._editions:
            told = [case for case in self.cases.editions if case.edition == edition.id]
            self._editions[edition.id] = tuple(worked(edition, told, self.library, self.choice))
        return self._editions[edition.id]

    def measured(self, measure: Measure) -> tuple[WorkedMeasure, ...]:
        if measure.id not in self._measures:
            told = [case for case in self.cases.measures if case.measure == measure.id]
            self._measures[measure.id] = tuple(measured(told, self.library))
        return self._measures[measure.id]

    def askers(self, measure: Measure) -> tuple[Asker, ...]:
        if measure.id not in self._askers:
            self._askers[measure.id] = askers(measure, self.library)
        return self._askers[measure.id]

    def _asked_by(self, edition: Edition) -> tuple[Measure, ...]:
        asked = ((m, {each.edition.id for each in self.askers(m)}) for m in self.library.measures)
        return tuple(measure for measure, editions in asked if edition.id in editions)

    def edition(self, edition: Edition) -> EditionPage:
        done = self.worked(edition)
        words = Words(self.words)
        rows = rows_of(edition, done, self.library, words)
        decided = {case.says for row in rows for case in row.cases}
        followers = [e for e in self.library.editions if predecessor(e, self.library) == edition]
        return EditionPage(
            edition=edition,
            signing=signing_of(edition, self.on),
            how_read=tuple(how_read(self.library, edition)),
            rows=rows,
            others=tuple(shown_case(each, words) for each in done if each.case.says not in decided),
            otherwise=otherwise(edition),
            regimens=regimens_of(edition, self.library),
            measures=self._asked_by(edition),
            meanings=meanings_of(edition, self.library, self.words),
            before=predecessor(edition, self.library),
            after=followers[0] if followers else None,
            digest=digest_of(edition),
        )

    def measure(self, measure: Measure) -> MeasurePage:
        words = Words(self.words)
        return MeasurePage(
            measure=measure,
            sentence=without_kinds(measure.rule.sentence()),
            signing=signing_by(self.signatures.get(f"measures/{measure.id}"), digest_of(measure), self.on),
            rule=how_decided(measure.rule, words),
            askers=self.askers(measure),
            cases=tuple(measure_case(each, words) for each in self.measured(measure)),
            meanings=of_measure(measure, self.words),
            digest=digest_of(measure),
        )

    def _policy(self, name: str) -> PolicyPage | Her2Page:
        return policy(name, self.library, Words(self.words), self.signatures, self.on)

    def _changes(self, name: str) -> Difference | None:
        before, dots, after = name.partition("..")
        held = {edition.id: edition for edition in self.library.editions}
        if not dots or before not in held or after not in held:
            return None
        if not comparable(held[before], held[after]):
            return None
        return compare(held[before], held[after], self.library, self.cases, self.choice)


def open_book(library: Library, *, on: date, site: Path | None = None, cases: Path | None = None) -> Book:
    """With a site's own codes and cases beside the shipped ones; `cases`: a folder of more of them."""
    words = vocabulary(site)
    told = list(placed_cases([folder for folder in (site, cases) if folder is not None]))
    refuse_strangers(told, library, words)
    of_editions = tuple(case for _, case in told if isinstance(case, Case))
    of_measures = tuple(case for _, case in told if isinstance(case, MeasureCase))
    return Book(
        library, Cases(of_editions, of_measures), words, on, situations(library), shipped_signatures(library)
    )
