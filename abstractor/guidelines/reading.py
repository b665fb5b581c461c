"""How a clinician reads the shelf: the editions as a table, and one edition as plain sentences.

Sentence and decision come from the same condition, so they cannot disagree.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from textwrap import fill

from abstractor.abstract import Verdict
from abstractor.errors import OptionError
from abstractor.guidelines.reading_criteria import criteria_of, criteria_shown, criteria_signed
from abstractor.guidelines.signatures import shipped_signatures, waiting
from abstractor.rules.kinds import ChosenRegimen, ReasonRecorded
from abstractor.rules.library import Confidence, Edition, Library, Recommendation, Subject

__all__ = [
    "NOT_SIGNED",
    "EditionRow",
    "edition_of",
    "how_read",
    "listing",
    "otherwise",
    "sentence",
    "shown",
    "signed",
    "unsigned_notice",
]

NOT_SIGNED = "not clinically signed"
WIDTH = 110


@dataclass(frozen=True, slots=True)
class EditionRow:
    """One line of `guidelines list`; `recommendations` is how many it has, `signed` says by whom, or that
    nobody has; `origin`: whether it came with the program or from a site's folder."""

    id: str
    authority: str
    subject: str
    in_force_from: date
    in_force_to: date | None
    encoded: bool
    recommendations: int
    confidence: str
    next_review: date
    signed: str
    origin: str = "program"


def listing(library: Library) -> tuple[EditionRow, ...]:
    """Every edition, by subject, authority and the day it took force."""
    rows = [
        EditionRow(
            id=edition.id,
            authority=edition.authority,
            subject=edition.subject.value,
            in_force_from=edition.valid_from,
            in_force_to=edition.valid_to,
            encoded=edition.encoded,
            recommendations=len(edition.recommendations),
            confidence=edition.confidence.value,
            next_review=edition.next_review,
            signed=signed(edition),
            origin="site" if edition.id in library.from_site else "program",
        )
        for edition in library.editions
    ]
    order = [subject.value for subject in Subject]
    return tuple(sorted(rows, key=lambda r: (order.index(r.subject), r.authority, r.in_force_from, r.id)))


def unsigned_notice(library: Library) -> str | None:
    """What every output that shows verdicts says, until a clinician has signed all that they rest on."""
    open_ = waiting(library, shipped_signatures(library))
    if not open_.any:
        return None
    return (
        f"{NOT_SIGNED}: {open_} have no clinician's signature; a verdict says where to look, it is no "
        "finding about care"
    )


def signed(edition: Edition) -> str:
    if not edition.checked_by:
        return NOT_SIGNED
    return f"{edition.checked_by}, {edition.checked_on}"


def shown(library: Library, edition_id: str) -> str:
    """The edition as plain text, for a reader who does not program; one of the criteria for HER2 too."""
    if (criteria := criteria_of(library, edition_id)) is not None:
        return criteria_shown(criteria, signed=criteria_signed(library) or NOT_SIGNED)
    edition = edition_of(library, edition_id)
    paragraphs = [*_head(edition), *how_read(library, edition), *_rows(library, edition)]
    return "\n".join([*paragraphs, *_measures(library, edition)]) + "\n"


def edition_of(library: Library, edition_id: str) -> Edition:
    """Raises `OptionError` where there is none of that id."""
    try:
        return library.edition(edition_id)
    except KeyError as wrong:
        raise OptionError(
            f"no edition {edition_id!r}; `abstractor guidelines list` names them all"
        ) from wrong


def _head(edition: Edition) -> Iterator[str]:
    until = f"to {edition.valid_to}" if edition.valid_to else "and still open"
    yield edition.title
    yield f"{edition.id}; {edition.authority}; in force from {edition.valid_from} {until}"
    yield f"Citation: {edition.citation}" + (f" <{edition.url}>" if edition.url else "")
    yield f"Signed: {signed(edition)}. Encoded by {edition.encoded_by}, read on {edition.retrieved_on}, " + (
        f"next review {edition.next_review}; confidence {edition.confidence}."
    )


def how_read(library: Library, edition: Edition) -> Iterator[str]:
    """Which sentence decides, and together with which other documents."""
    if edition.companion_of:
        whole = edition.companion_of
        yield f"Part of the finding of {whole}: read after the exceptions there, before the rest."
    if not edition.encoded:
        yield "Known and not yet encoded: it judges nothing, and says so."
        return
    if edition.subject is Subject.MEASURE:
        return
    if edition.subject is Subject.LABEL:
        if edition.recommendations:
            yield "A combination is on label where the labels of its drugs give each of them a use in it."
        else:
            yield "It gives no use in HER2-positive metastatic disease."
    elif edition.companion_of is None:
        yield "The first sentence that holds decides; one that may hold leaves the verdict open."
        for each in library.editions:
            if each.companion_of == edition.id and each.encoded:
                yield f"{each.title} is read with it: after the exceptions here, before the rest."


def _rows(library: Library, edition: Edition) -> Iterator[str]:
    """In the order in which they are asked: what excuses a choice comes first."""
    in_turn = sorted(edition.recommendations, key=lambda each: each.verdict is not Verdict.EXCEPTION)
    for number, recommendation in enumerate(in_turn, start=1):
        yield ""
        lead = f"{number}. "
        under = " " * len(lead)
        yield _wrapped(sentence(recommendation, library), lead)
        yield _wrapped(f"{_capital(recommendation.expected)}.", under)
        if len(recommendation.covers) > 1:
            yield _wrapped(f"Gives the use of {' and '.join(recommendation.covers)}.", under)
        yield _wrapped(_source(edition, recommendation), under)
    if edition.encoded and edition.subject is not Subject.MEASURE:
        yield ""
        yield otherwise(edition)
    yield from _regimens(library, edition)


def otherwise(edition: Edition) -> str:
    """What holds where no sentence does."""
    said = f"as {edition.companion_of} says" if edition.companion_of else edition.otherwise
    return f"Any {'other ' if edition.recommendations else ''}choice: {said}."


def _regimens(library: Library, edition: Edition) -> Iterator[str]:
    """What the names of regimens stand for, in the order of the catalogue."""
    conditions = [each for row in edition.recommendations for each in row.when]
    named = {name for each in conditions if isinstance(each, ChosenRegimen) for name in each.one_of}
    if named:
        yield ""
        spelt = (f"{r.id}: {r.title[:1].lower()}{r.title[1:]}" for r in library.regimens if r.id in named)
        yield _wrapped(f"{'; '.join(spelt)}.", "")


def sentence(recommendation: Recommendation, library: Library) -> str:
    """The recommendation as its conditions speak it; reasons by their names."""
    names = {reason.id: reason.names for reason in library.terms.reasons}
    spoken = ", ".join(
        each.sentence(names) if isinstance(each, ReasonRecorded) else each.sentence()
        for each in recommendation.when
    )
    return f"{_capital(spoken)}: {recommendation.verdict}."


def _source(edition: Edition, recommendation: Recommendation) -> str:
    grade = f"; {recommendation.grade}" if recommendation.grade else ""
    low = Confidence.LOW in (recommendation.confidence, edition.confidence)
    advisory = " (advisory: never a flag)" if low else ""
    return (
        f"{edition.citation}, {recommendation.section}{grade}; confidence {recommendation.confidence}"
        f"{advisory}; {signed(edition)}"
    )


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _wrapped(words: str, lead: str) -> str:
    inner = " " * len(lead)
    return fill(words, WIDTH, initial_indent=lead, subsequent_indent=inner, break_on_hyphens=False)


def _measures(library: Library, edition: Edition) -> Iterator[str]:
    asked = [measure for measure in library.measures if edition.id in measure.rule.editions()]
    if asked:
        yield ""
    for measure in asked:
        asks = f"Asks for {measure.id}: {measure.title} ({measure.source}; confidence {measure.confidence})."
        yield _wrapped(asks, "")
