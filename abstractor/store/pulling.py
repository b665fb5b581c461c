"""What a pull brought becomes what is live of a patient, and what is live then is the chart of that pull.

A type that was asked for whole, or whose changes are known, is as the clinic has it now. Of any other what
was held before stays: it is never let go because an answer failed, and never called whole.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import Session, col

from abstractor.chart import Completeness, Seen
from abstractor.store import ledger, live, patients, raw, trail
from abstractor.store.connection_values import LedgerEntry, Live, PullKind
from abstractor.store.tables import PullAnswerRow, PullRow
from abstractor.store.values import Action, RawCopy

__all__ = ["HELD_SINCE", "keep_chart"]

HELD_SINCE = "held-since"
_UNREADABLE = ""  # the type of bytes that do not say theirs


def keep_chart(
    session: Session,
    *,
    run_id: int | None,
    cycle_id: int | None,
    patient_id: int,
    brought: Sequence[RawCopy],
    numbers: Collection[int] = (),
    whole: Collection[str],
    deleted: Mapping[str, Collection[str]],
    through: Mapping[str, datetime],
    answers: Sequence[Completeness],
    rows: Sequence[LedgerEntry],
    foreign: int,
    kind: PullKind,
    now: datetime,
    read: Collection[str] = (),
) -> int:
    """One transaction's work; the number of the pull.

    Of the types in `whole` nothing is live but what came. `deleted` are ids that the clinic has no longer.
    `through`: the changes of these types are known until then. `numbers` came too and are stored already.
    `read` are all types ever asked for: what is of another is gone if all came whole and it came no more.
    The answer for a type that is in neither, and of which something is held from before, is made `partial`
    with its reason and `held-since:` the day when the type was last known.
    """
    clinic_id = patients.clinic_of(session, patient_id)
    known = live.marks(session, patient_id)
    noted, there = live.note_of(session, clinic_id, patient_id, brought, numbers=numbers, now=now)
    came = set(noted.numbers)
    asked = {one.type for one in answers if one.state is not Seen.NOT_ASKED}
    # What could not be read came with one of the types that were asked for. All are known: it is gone.
    stray = {_UNREADABLE} if asked <= {*whole, *through, *deleted} else set()
    if read and asked <= {*whole, *deleted}:
        stray |= {one.type for one in there} - {*read}
    standing = _without_gone(session, patient_id, there, {*whole, *stray}, came, deleted, now=now)
    live.unmark(session, patient_id, known.keys() & {*whole} - through.keys())
    live.add_marks(session, patient_id, through, now=now)
    held = {one.type for one in standing if one.number not in came} - {*whole, *through}
    last = _last_known(session, patient_id, held, known)
    counts = Counter(one.type for one in standing)
    pull = {"cycle_id": cycle_id, "run_id": run_id, "patient_id": patient_id, "kind": kind.value}
    pull_id = raw.add_pull(
        session,
        {**pull, "foreign_count": foreign, "pulled_at": now},
        {*came, *(one.number for one in standing)},
        [_settled(one, counts[one.type], last.get(one.type)) for one in answers],
    )
    _tell(session, pull_id, rows, patient_id, cycle_id, now=now)
    return pull_id


def _tell(
    session: Session,
    pull_id: int,
    rows: Sequence[LedgerEntry],
    patient_id: int,
    cycle_id: int | None,
    *,
    now: datetime,
) -> None:
    """What could not be seen, in the ledger; that the chart changed, in the audit trail."""
    ledger.append(session, pull_id, rows)
    trail.record(
        session,
        action=Action.CHART_PULLED,
        account_id=None,
        patient_id=patient_id,
        cycle_id=cycle_id,
        detail=f"pull={pull_id}",
        now=now,
    )


def _without_gone(
    session: Session,
    patient_id: int,
    standing: Sequence[Live],
    whole: Collection[str],
    came: Collection[int],
    deleted: Mapping[str, Collection[str]],
    *,
    now: datetime,
) -> list[Live]:
    """What is live once what the clinic has no longer is let go."""
    gone = {(type_, fhir_id) for type_, ids in deleted.items() for fhir_id in ids}
    gone |= {(one.type, one.fhir_id) for one in standing if one.type in whole and one.number not in came}
    live.let_go_of(session, patient_id, gone, now=now)
    return [one for one in standing if (one.type, one.fhir_id) not in gone]


def _settled(answer: Completeness, count: int, held_since: str | None) -> Completeness:
    """The answer about all that is live of the type, of which only a part may have been asked for."""
    if held_since is not None:
        detail = "; ".join(filter(None, [answer.detail, held_since]))
        return replace(answer, state=Seen.PARTIAL, count=count, detail=detail)
    if answer.state.whole:
        return replace(answer, state=Seen.COMPLETE if count else Seen.EMPTY, count=count)
    return replace(answer, count=count)


def _last_known(
    session: Session, patient_id: int, types: Collection[str], marks: Mapping[str, datetime]
) -> dict[str, str]:
    """ "held-since:2026-11-22": the day of the mark, else of the last pull that the type was read in."""
    known = {type_: marks[type_] for type_ in types if type_ in marks}
    unmarked = sorted({*types} - known.keys())
    if unmarked:
        rows = session.connection().execute(
            columns(col(PullAnswerRow.type), func.max(col(PullRow.pulled_at)))
            .join(PullRow, col(PullAnswerRow.pull_id) == col(PullRow.id))
            .where(
                col(PullRow.patient_id) == patient_id,
                col(PullAnswerRow.type).in_(unmarked),
                col(PullAnswerRow.state).not_in([Seen.REFUSED.value, Seen.NOT_ASKED.value]),
                func.coalesce(PullAnswerRow.detail, "").not_like(f"%{HELD_SINCE}%"),
            )
            .group_by(col(PullAnswerRow.type))
        )
        known |= {type_: pulled_at for type_, pulled_at in rows}
    return {type_: f"{HELD_SINCE}:{known[type_].date()}" if type_ in known else HELD_SINCE for type_ in types}
