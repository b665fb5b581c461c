"""An audit with its seats, row by row: many charts fast, with readers who may review or adjudicate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from abstractor.store.account_tables import AccountRow
from abstractor.store.accounts import set_roles
from abstractor.store.auditing.draws import keep_draw
from abstractor.store.auditing.seats import make_seats
from abstractor.store.auditing.tables import (
    AuditReaderRow,
    ChartAuditRow,
    RatingRow,
    ReviewLockRow,
    ReviewRow,
    SeatRow,
)
from abstractor.store.auditing.values import DrawnChart, Pick, Seat
from abstractor.store.rows import add, add_all, kept
from abstractor.store.tables import AbstractRow, PatientRow, PullRow
from abstractor.store.values import Role
from abstractor.workflow.auditing.design import Charts, Design, design_to_json
from tests.integration.keeping import NOW, cycle_of
from tests.integration.kept_audits import NOBODYS

__all__ = ["DESIGN", "Seated", "lock", "seated", "seats_of"]

DESIGN = Design(charts=Charts.FLAGGED, seed=1, readers=2, lease_minutes=60)


@dataclass(frozen=True, slots=True)
class Seated:
    """An open audit: its charts in the order of the draw, and its readers by name."""

    audit_id: int
    charts: tuple[DrawnChart, ...]
    readers: Mapping[str, int]


def seated(
    session: Session,
    readers_of_charts: Sequence[int],
    *,
    reviewers: Sequence[str],
    adjudicators: Sequence[str] = (),
    due_on: date | None = None,
) -> Seated:
    """One chart for each number of readers."""
    cycle = cycle_of(session, [f"Patient/{place}" for place in range(len(readers_of_charts))])
    patients = session.exec(select(PatientRow.id).order_by(col(PatientRow.id))).all()
    held = ChartAuditRow(
        cycle_id=cycle.id,
        title="Audit",
        purpose="live",
        state="open",
        design=design_to_json(DESIGN),
        due_on=due_on,
        created_at=NOW,
        opened_at=NOW,
    )
    add(session, held)
    audit_id = kept(held.id)
    charts = _charts(
        session, audit_id, cycle.id, dict(zip(map(kept, patients), readers_of_charts, strict=True))
    )
    make_seats(session, audit_id, charts, now=NOW)
    accounts = {
        name: _reader(session, audit_id, name, reviews=name in reviewers, adjudicates=name in adjudicators)
        for name in sorted({*reviewers, *adjudicators})
    }
    return Seated(audit_id, charts, accounts)


def seats_of(session: Session, audit_id: int) -> tuple[SeatRow, ...]:
    wanted = select(SeatRow).where(SeatRow.audit_id == audit_id).order_by(col(SeatRow.id))
    return tuple(session.exec(wanted))


def lock(session: Session, seat: Seat, ratings: Mapping[str, str | None], *, line: str | None = None) -> None:
    """The review of that seat's reader, locked with these ratings; the seat itself is not told. `line` is
    that of what was added as missed.
    """
    review = ReviewRow(seat_id=seat.id, account_id=kept(seat.account_id), started_at=NOW)
    add(session, review)
    session.add(ReviewLockRow(review_id=kept(review.id), steps=len(ratings), locked_at=NOW))
    for item, rating in ratings.items():
        session.add(
            RatingRow(
                review_id=kept(review.id),
                item=item,
                audit_id=seat.audit_id,
                audit_chart_id=seat.chart_id,
                seat_number=seat.number,
                kind=item.partition(":")[0],
                rule=item.partition(":")[2],
                line=line if item.startswith("missed:") else None,
                answer="agree" if rating else "cannot-tell",
                rating=rating,
            )
        )
    session.flush()


def _charts(
    session: Session, audit_id: int, cycle_id: int, readers: Mapping[int, int]
) -> tuple[DrawnChart, ...]:
    abstracts = _abstracts(session, cycle_id, list(readers))
    picks = [
        Pick(patient, abstracts[patient], code=f"K{place}", stratum="", place=place, readers=wanted)
        for place, (patient, wanted) in enumerate(readers.items(), start=1)
    ]
    return keep_draw(session, audit_id, picks, ())


def _abstracts(session: Session, cycle_id: int, patients: Sequence[int]) -> dict[int, int]:
    of = [{"cycle_id": cycle_id, "patient_id": patient} for patient in patients]
    add_all(session, PullRow, [{**each, "kind": "full", "foreign_count": 0, "pulled_at": NOW} for each in of])
    pulls = dict(session.exec(select(PullRow.patient_id, PullRow.id)).all())
    says = {
        "input_digest": "sha256:0",
        "verdict": "included",
        "flagged": True,
        "body": "{}",
        "abstracted_at": NOW,
    }
    rows = [{**each, **says, "pull_id": pulls[each["patient_id"]]} for each in of]
    add_all(session, AbstractRow, rows)
    held = session.exec(select(AbstractRow.patient_id, AbstractRow.id)).all()
    return {patient: kept(number) for patient, number in held}


def _reader(session: Session, audit_id: int, name: str, *, reviews: bool, adjudicates: bool) -> int:
    row = AccountRow(name=name, password_hash=NOBODYS, created_at=NOW, all_sites=True)
    add(session, row)
    roles = {Role.AUDITOR: reviews, Role.ADJUDICATOR: adjudicates}
    set_roles(session, kept(row.id), [role for role, has in roles.items() if has])
    session.add(
        AuditReaderRow(
            audit_id=audit_id,
            account_id=kept(row.id),
            reviews=reviews,
            adjudicates=adjudicates,
            added_at=NOW,
        )
    )
    session.flush()
    return kept(row.id)
