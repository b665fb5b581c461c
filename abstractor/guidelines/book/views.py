"""What the pages of the book show, as values: an edition with sentences and cases, a measure, a policy."""

from dataclasses import dataclass
from datetime import date

from abstractor.abstract import Verdict
from abstractor.guidelines.book.asking import Asker
from abstractor.guidelines.book.cases import Case, Story
from abstractor.guidelines.book.describing import Told
from abstractor.guidelines.book.saying import Line, Words
from abstractor.guidelines.book.telling import facts_in_words
from abstractor.guidelines.book.vocabulary import Meaning
from abstractor.guidelines.book.working import Worked, WorkedMeasure
from abstractor.guidelines.reading import sentence
from abstractor.rules.her2.criteria import Her2Criteria
from abstractor.rules.library import Confidence, Edition, Library, Measure, Regimen

__all__ = [
    "CaseView",
    "EditionPage",
    "Her2Page",
    "MeasurePage",
    "PolicyPage",
    "RowView",
    "Signing",
    "measure_case",
    "rows_of",
    "shown_case",
    "signing_of",
]

NOTHING = "no finding"


@dataclass(frozen=True, slots=True)
class Signing:
    """Who wrote it and who has checked it; the fields of a signature are empty until one signs.

    `changed`: what was signed is no longer what stands there.
    """

    encoded_by: str
    retrieved_on: date | None
    checked_by: str
    checked_on: date | None
    next_review: date | None
    signed: bool
    overdue: bool
    changed: bool = False


@dataclass(frozen=True, slots=True)
class CaseView:
    """A worked case: what is told, what a reader expects, and what is computed today."""

    says: str
    facts: tuple[str, ...]
    why: str
    expected: str
    computed: str
    shows: str
    agrees: bool
    disagreement: str


@dataclass(frozen=True, slots=True)
class RowView:
    """One recommendation, with the cases that it decides."""

    number: int
    id: str
    sentence: str
    expected: str
    verdict: Verdict
    section: str
    grade: str | None
    confidence: Confidence
    advisory: bool
    covers: tuple[str, ...]
    cases: tuple[CaseView, ...]


@dataclass(frozen=True, slots=True)
class EditionPage:
    edition: Edition
    signing: Signing
    how_read: tuple[str, ...]
    rows: tuple[RowView, ...]
    others: tuple[CaseView, ...]
    otherwise: str
    regimens: tuple[Regimen, ...]
    measures: tuple[Measure, ...]
    meanings: tuple[Meaning, ...]
    before: Edition | None
    after: Edition | None
    digest: str

    @property
    def cases(self) -> tuple[CaseView, ...]:
        return (*(case for row in self.rows for case in row.cases), *self.others)

    @property
    def disagreeing(self) -> int:
        return sum(not case.agrees for case in self.cases)


@dataclass(frozen=True, slots=True)
class MeasurePage:
    measure: Measure
    sentence: str
    signing: Signing
    rule: tuple[Line, ...]
    askers: tuple[Asker, ...]
    cases: tuple[CaseView, ...]
    meanings: tuple[Meaning, ...]
    digest: str

    @property
    def disagreeing(self) -> int:
        return sum(not case.agrees for case in self.cases)


@dataclass(frozen=True, slots=True)
class Her2Page:
    """The criteria for HER2 in tissue, edition by edition, each as the tables that a pathologist knows."""

    title: str
    criteria: Her2Criteria
    signing: Signing
    digest: str


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """A policy that is no edition of an authority: how lines are made, who is included, what a word means."""

    title: str
    lead: str
    id: str
    signing: Signing
    rules: tuple[Told, ...]
    digest: str


def signing_of(edition: Edition, on: date) -> Signing:
    return Signing(
        encoded_by=edition.encoded_by,
        retrieved_on=edition.retrieved_on,
        checked_by=edition.checked_by,
        checked_on=edition.checked_on,
        next_review=edition.next_review,
        signed=bool(edition.checked_by),
        overdue=edition.valid_to is None and edition.next_review < on,
    )


def rows_of(
    edition: Edition, done: tuple[Worked, ...], library: Library, words: Words
) -> tuple[RowView, ...]:
    """In the order in which they are asked: what excuses a choice comes first."""
    in_turn = sorted(edition.recommendations, key=lambda each: each.verdict is not Verdict.EXCEPTION)
    return tuple(
        RowView(
            number=number,
            id=row.id,
            sentence=sentence(row, library),
            expected=row.expected,
            verdict=row.verdict,
            section=row.section,
            grade=row.grade,
            confidence=row.confidence,
            advisory=Confidence.LOW in (row.confidence, edition.confidence),
            covers=row.covers if len(row.covers) > 1 else (),
            cases=tuple(shown_case(each, words) for each in done if _about(each.case, edition, row.id)),
        )
        for number, row in enumerate(in_turn, start=1)
    )


def _about(case: Case, edition: Edition, row: str) -> bool:
    return case.row == row and (case.document or case.edition) == edition.id


def shown_case(done: Worked, words: Words) -> CaseView:
    case = done.case
    expected = _decided(case.verdict, case.row, case.document)
    own = None if done.document == case.edition else done.document
    computed = _decided(done.verdict, done.row, own)
    said = "" if done.agrees else done.problem or f"expected {expected}, computed {computed}"
    return _case(case, words, str(case.verdict), str(done.verdict or NOTHING), done.shows, said)


def measure_case(done: WorkedMeasure, words: Words) -> CaseView:
    case = done.case
    expected, computed = (str(each or NOTHING) for each in (case.verdict, done.verdict))
    reason = f" ({case.reason})" if case.reason else ""
    said = "" if done.agrees else f"expected {expected}{reason}, computed {computed}"
    return _case(case, words, f"{expected}{reason}", computed, done.shows, said)


def _case(
    story: Story, words: Words, expected: str, computed: str, shows: str, disagreement: str
) -> CaseView:
    facts = facts_in_words(story, words)
    return CaseView(story.says, facts, story.why, expected, computed, shows, not disagreement, disagreement)


def _decided(verdict: Verdict | None, row: str | None, document: str | None) -> str:
    by = f" by {row}" if row else ""
    return f"{verdict or NOTHING}{by}{f' of {document}' if document else ''}"
