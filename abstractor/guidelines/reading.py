"""How a clinician reads the shelf: the editions as a table, and one edition as plain sentences.

Sentence and decision come from the same condition, so they cannot disagree.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from abstractor.errors import OptionError
from abstractor.rules.library import Confidence, Edition, Library, Recommendation, Subject
from abstractor.rules.measures import BaselineResult, MeasureRule, TreatmentAfterDiagnosis

__all__ = ["NOT_SIGNED", "EditionRow", "listing", "shown", "signed"]

NOT_SIGNED = "not clinically signed"


@dataclass(frozen=True, slots=True)
class EditionRow:
    """One line of `guidelines list`; `signed` says by whom, or that nobody has."""

    id: str
    authority: str
    subject: str
    in_force_from: date
    in_force_to: date | None
    encoded: bool
    next_review: date
    signed: str


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
            next_review=edition.next_review,
            signed=signed(edition),
        )
        for edition in library.editions
    ]
    order = [subject.value for subject in Subject]
    return tuple(sorted(rows, key=lambda r: (order.index(r.subject), r.authority, r.in_force_from, r.id)))


def signed(edition: Edition) -> str:
    if not edition.checked_by:
        return NOT_SIGNED
    return f"{edition.checked_by}, {edition.checked_on}"


def shown(library: Library, edition_id: str) -> str:
    """The edition as plain text, for a reader who does not program."""
    try:
        edition = library.edition(edition_id)
    except KeyError as wrong:
        raise OptionError("no edition of that id; `abstractor guidelines list` names them all") from wrong
    return (
        "\n".join([*_head(edition), *_unencoded(edition), *_rows(edition), *_measures(library, edition)])
        + "\n"
    )


def _head(edition: Edition) -> Iterator[str]:
    until = f"to {edition.valid_to}" if edition.valid_to else "and still open"
    yield edition.title
    yield f"{edition.id}; {edition.authority}; in force from {edition.valid_from} {until}"
    yield f"Citation: {edition.citation}" + (f" <{edition.url}>" if edition.url else "")
    yield f"Signed: {signed(edition)}. Encoded by {edition.encoded_by}, read on {edition.retrieved_on}, " + (
        f"next review {edition.next_review}; confidence {edition.confidence}."
    )
    if edition.companion_of:
        yield f"Part of the finding of {edition.companion_of}."


def _unencoded(edition: Edition) -> Iterator[str]:
    if not edition.encoded:
        yield "Known and not yet encoded: it judges nothing, and says so."


def _rows(edition: Edition) -> Iterator[str]:
    for number, recommendation in enumerate(edition.recommendations, start=1):
        yield ""
        yield f"{number}. {sentence(recommendation)}"
        yield f"   {recommendation.expected}."
        grade = f"; {recommendation.grade}" if recommendation.grade else ""
        advisory = " (advisory: never a flag)" if recommendation.confidence is Confidence.LOW else ""
        yield (
            f"   {edition.citation}, {recommendation.section}{grade}; confidence "
            f"{recommendation.confidence}{advisory}; {signed(edition)}"
        )
    if edition.recommendations:
        yield ""
        yield f"Any other choice: {edition.otherwise}."


def sentence(recommendation: Recommendation) -> str:
    """The recommendation as its conditions speak it."""
    spoken = ", ".join(condition.sentence() for condition in recommendation.when)
    return f"{spoken[:1].upper()}{spoken[1:]}: {recommendation.verdict}."


def _measures(library: Library, edition: Edition) -> Iterator[str]:
    asked = [measure for measure in library.measures if edition.id in _asked_by(measure.rule)]
    if asked:
        yield ""
    for measure in asked:
        yield f"Asks for {measure.id}: {measure.title} ({measure.source}; confidence {measure.confidence})."


def _asked_by(rule: MeasureRule) -> tuple[str, ...]:
    match rule:
        case BaselineResult():
            return tuple(trigger.edition for trigger in rule.triggers)
        case TreatmentAfterDiagnosis():
            return (rule.edition,)
