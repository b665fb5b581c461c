"""The table of ratings: one row an item of a locked review, in codes."""

from collections.abc import Iterator

from abstractor.export.disclosing import Disclosure
from abstractor.export.fields import Field, Kind, Table, joined
from abstractor.export.findings import FINDING_VERDICTS
from abstractor.export.lines import SETTINGS
from abstractor.export.subjects import Subject

__all__ = ["RATINGS", "rating_rows"]

# Of a line it is right or wrong; of a missed finding an adjudicator may say that it is none.
_PROGRAM = (*FINDING_VERDICTS, "right")
_RATED = (*_PROGRAM, "wrong", "no-finding")

RATINGS = Table(
    "ratings",
    "an item of a locked review",
    (
        Field("study_id", Kind.ID, "The patient: the same in every table of an export.", "patient"),
        Field("patient", Kind.ID, "The patient's reference at the clinic.", "patient", identifying=True),
        Field("identified", Kind.YES_NO, "Whether this export tells who the patients are.", "the export"),
        Field("reader", Kind.CODE, "Who read: a code in every export.", "review"),
        Field("role", Kind.CODE, "As what.", "review", ("reviewer", "adjudicator")),
        Field("seat", Kind.COUNT, "1 and 2 are reviews, 3 settles them.", "review"),
        Field("item", Kind.ID, "The key of the item.", "review"),
        Field("kind", Kind.CODE, "What it is.", "review", ("criterion", "line", "finding", "missed")),
        Field("rule", Kind.CODE, "The rule that it is about.", "review"),
        Field("setting", Kind.CODE, "Of the line that it is about.", "review", SETTINGS, required=False),
        Field("line_number", Kind.COUNT, "Of the line that it is about.", "review", required=False),
        Field(
            "program",
            Kind.CODE,
            "What the program says; empty of what it missed.",
            "abstract",
            _PROGRAM,
            required=False,
        ),
        Field(
            "answer",
            Kind.CODE,
            "What the reader said of it.",
            "review",
            ("agree", "overrule", "cannot-tell", "own"),
        ),
        Field("rating", Kind.CODE, "What is right; empty: cannot tell.", "review", _RATED, required=False),
        Field("reasons", Kind.NAMES, "Why, or what is missing, as codes.", "review", required=False),
    ),
    ("study_id", "seat", "reader", "item"),
)


def rating_rows(subject: Subject, disclosure: Disclosure) -> Iterator[dict[str, object]]:
    """The rows of a patient, with every column."""
    for review in subject.reviews:
        for rated in review.rated:
            yield {
                "study_id": disclosure.study_id(subject.who),
                "patient": subject.abstract.patient,
                "identified": disclosure.identified,
                "reader": disclosure.code("reader", str(review.reader)),
                "role": review.role,
                "seat": review.seat,
                "item": rated.item,
                "kind": rated.kind,
                "rule": rated.rule,
                "setting": rated.line.setting if rated.line else None,
                "line_number": rated.line.number if rated.line else None,
                "program": rated.program,
                "answer": rated.answer,
                "rating": rated.rating,
                "reasons": joined(rated.reasons),
            }
