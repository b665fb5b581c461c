"""A chart in every table of an audit, written row by row: enough for what keeps, purges and copies them."""

from sqlalchemy import text
from sqlmodel import Session

from abstractor.store.account_tables import AccountRow
from abstractor.store.auditing import about, case_shifts
from abstractor.store.auditing.tables import (
    AuditChartRow,
    AuditReaderRow,
    ChartAuditRow,
    ConflictRow,
    LeftOutRow,
    RatingRow,
    ReviewLockRow,
    ReviewRow,
    ReviewStepRow,
    SeatEventRow,
    SeatRow,
)
from abstractor.store.auditing.values import CaseShift
from abstractor.store.rows import add, kept
from abstractor.store.sealed import Sealing
from tests.integration.keeping import NOW

__all__ = ["keep_audited"]

NOBODYS = "no password matches"


def keep_audited(session: Session, cycle_id: int, patient_id: int, *, words: str = "words") -> None:
    """The latest abstract of that chart, drawn in an audit of its own, and read; `words` are sealed."""
    abstract_id = session.connection().scalar(
        text("SELECT max(id) FROM abstract WHERE patient_id = :patient"), {"patient": patient_id}
    )
    named = f"reader {cycle_id} {patient_id}"
    reader = AccountRow(name=named, password_hash=NOBODYS, created_at=NOW)
    add(session, reader)
    held = ChartAuditRow(
        cycle_id=cycle_id, title="Audit", purpose="live", state="open", design="{}", created_at=NOW
    )
    add(session, held)
    of = {"audit_id": kept(held.id)}
    who = kept(reader.id)
    session.add(AuditReaderRow(**of, account_id=who, reviews=True, adjudicates=False, added_at=NOW))
    session.add(LeftOutRow(**of, patient_id=patient_id, why="not-drawn"))
    chart = AuditChartRow(
        **of,
        patient_id=patient_id,
        abstract_id=int(abstract_id or 0),
        code="K7",
        stratum="",
        place=1,
        readers=1,
    )
    add(session, chart)
    seat = SeatRow(
        **of,
        audit_chart_id=kept(chart.id),
        number=1,
        place=1,
        state="done",
        account_id=who,
        changed_at=NOW,
    )
    add(session, seat)
    _read(session, seat, who, words)
    moved = case_shifts.shift_of(session, patient_id)
    if moved is None:
        case_shifts.keep_shift(session, patient_id, CaseShift(words, 42, None), before=None)


def _read(session: Session, seat: SeatRow, who: int, words: str) -> None:
    seat_id, sealing = kept(seat.id), Sealing(session)
    told = sealing.seal(words.encode(), about=about.of_seat_event(seat_id))
    session.add(
        SeatEventRow(seat_id=seat_id, at=NOW, what="held", sealed=told, key_id=sealing.key_id, account_id=who)
    )
    session.add(ConflictRow(audit_chart_id=seat.audit_chart_id, account_id=who, at=NOW, reason="own-patient"))
    review = ReviewRow(seat_id=seat_id, account_id=who, started_at=NOW)
    add(session, review)
    review_id = kept(review.id)
    said = sealing.seal(words.encode(), about=about.of_review_step(review_id, 1))
    session.add(
        ReviewStepRow(
            review_id=review_id,
            number=1,
            kind="answer",
            item="criterion:visit-in-period",
            at=NOW,
            sealed=said,
            key_id=sealing.key_id,
        )
    )
    session.add(ReviewLockRow(review_id=review_id, steps=1, locked_at=NOW))
    session.add(
        RatingRow(
            review_id=review_id,
            item="criterion:visit-in-period",
            audit_id=seat.audit_id,
            audit_chart_id=seat.audit_chart_id,
            seat_number=1,
            kind="criterion",
            rule="visit-in-period",
            answer="agree",
            rating="met",
            program="met",
        )
    )
    session.flush()
