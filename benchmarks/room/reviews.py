"""Both seats of every chart of an audit as rows, read and locked; each tenth chart has one seat free."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlmodel import col, select

from abstractor.store.auditing.tables import AuditChartRow, RatingRow, ReviewLockRow, ReviewRow, SeatRow
from abstractor.store.database import Session
from abstractor.store.rows import add_all, kept
from benchmarks.room.samples import NOW, Sample

__all__ = ["fill_reviews"]


def fill_reviews(
    session: Session,
    audit_id: int,
    ids: dict[int, int],
    abstracts: dict[int, int],
    told: dict[int, Sample],
    readers: Sequence[int],
) -> None:
    """Patients, abstracts (by patient) and samples come by number; the readers take turns."""
    charts = [
        {
            "audit_id": audit_id,
            "patient_id": patient_id,
            "abstract_id": abstracts[patient_id],
            "code": f"K{number:06}",
            "stratum": "",
            "place": number + 1,
            "readers": 2,
        }
        for number, patient_id in ids.items()
    ]
    add_all(session, AuditChartRow, charts)
    drawn = col(AuditChartRow.patient_id).in_(ids.values())
    found = session.exec(
        select(AuditChartRow.place, AuditChartRow.id).where(drawn, AuditChartRow.audit_id == audit_id)
    ).all()
    chart_ids = {place - 1: kept(number) for place, number in found}
    seats = [
        _seat(audit_id, chart_id, number, seat, readers)
        for number, chart_id in chart_ids.items()
        for seat in (1, 2)
    ]
    add_all(session, SeatRow, seats)
    _locked(session, audit_id, {chart_id: told[number] for number, chart_id in chart_ids.items()})


def _locked(session: Session, audit_id: int, samples: dict[int, Sample]) -> None:
    """A review for each seat that is done, locked; the samples come by the audit's chart."""
    these = col(SeatRow.audit_chart_id).in_(samples)
    done = session.exec(select(SeatRow).where(these, SeatRow.state == "done")).all()
    add_all(
        session,
        ReviewRow,
        [{"seat_id": kept(one.id), "account_id": one.account_id, "started_at": NOW} for one in done],
    )
    of = {kept(one.id): one for one in done}
    reviews = session.exec(select(ReviewRow).where(col(ReviewRow.seat_id).in_(of))).all()
    add_all(
        session, ReviewLockRow, [{"review_id": kept(one.id), "steps": 1, "locked_at": NOW} for one in reviews]
    )
    add_all(
        session,
        RatingRow,
        [row for one in reviews for row in _ratings(audit_id, kept(one.id), of[one.seat_id], samples)],
    )


def _seat(audit_id: int, chart_id: int, number: int, seat: int, readers: Sequence[int]) -> dict[str, Any]:
    free = seat == 2 and number % 10 == 0
    return {
        "audit_id": audit_id,
        "audit_chart_id": chart_id,
        "number": seat,
        "place": number + 1,
        "state": "free" if free else "done",
        "account_id": None if free else readers[(number + seat) % len(readers)],
        "lease_until": None,
        "skips": 0,
        "changed_at": NOW,
    }


def _ratings(
    audit_id: int, review_id: int, seat: SeatRow, samples: dict[int, Sample]
) -> Iterator[dict[str, Any]]:
    """The first ten items, all as the program says."""
    for key, kind, rule, program in samples[seat.audit_chart_id].items[:10]:
        yield {
            "review_id": review_id,
            "item": key,
            "audit_id": audit_id,
            "audit_chart_id": seat.audit_chart_id,
            "seat_number": seat.number,
            "kind": kind,
            "rule": rule,
            "answer": "agree",
            "rating": program,
            "program": program,
            "reason": None,
        }
