"""Which training charts a reader of an audit reads before the next live one.

Whoever reviews is held back; an adjudicator, who settles what reviewers said, is not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from abstractor.errors import SeatRefused
from abstractor.store.auditing import audits, calibration, claiming
from abstractor.store.auditing.values import AuditPurpose, AuditState
from abstractor.store.database import Session
from abstractor.store.values import Account
from abstractor.workflow.auditing.design import Stage, design_from_json
from abstractor.workflow.services import Services

__all__ = ["Due", "Held", "due_for", "held_back", "is_time", "not_set_up", "require_calibrated"]

_SHARE_BEFORE_MIDDLE = 0.5
_WHEN = {
    Stage.MIDDLE: "in the middle, after half of your live charts",
    Stage.END: "at the end, when no live chart is left that may still come to you",
}


@dataclass(frozen=True, slots=True)
class Due:
    """`audit_id` is the training audit, of which `read` of `charts` are done; None: it is not set up yet."""

    stage: Stage
    audit_id: int | None = None
    charts: int = 0
    read: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """A reviewer of the audit, and what they read before the next live chart; None: they may go on.

    `missing`: the stages of which the calibration is not set up.
    """

    account_id: int
    reader: str
    due: Due | None
    missing: tuple[Stage, ...]


def due_for(services: Services, audit_id: int, reader: Account) -> Due | None:
    """None: the next live chart is theirs for the asking."""
    with services.store.reading() as session:
        return _due_of(session, audit_id, reader)


def held_back(services: Services, audit_id: int) -> tuple[Held, ...]:
    """Every reviewer of an audit that is designed with a calibration, by name; none of another."""
    with services.store.reading() as session:
        if not _is_calibrated(session, audit_id):
            return ()
        rounds = calibration.rounds(session, audit_id)
        reviewers = [one for one in audits.readers_of(session, audit_id) if one.reviews]
        found = [
            Held(
                one.account_id,
                one.name,
                _due(session, audit_id, one.account_id, rounds),
                tuple(stage for stage in Stage if (one.account_id, stage) not in rounds),
            )
            for one in reviewers
        ]
    return tuple(sorted(found, key=lambda one: one.reader))


def not_set_up(session: Session, audit_id: int, accounts: Iterable[int]) -> frozenset[int]:
    """Of these reviewers of an audit, who can claim nothing before its lead sets up their calibration."""
    if not _is_calibrated(session, audit_id):
        return frozenset()
    rounds = calibration.rounds(session, audit_id)
    due = {one: _due(session, audit_id, one, rounds) for one in accounts}
    return frozenset(one for one, first in due.items() if first is not None and first.audit_id is None)


def is_time(services: Services, audit_id: int, reader: Account) -> bool:
    """Whether charts of that audit may be claimed already: training charts have their time."""
    with services.store.reading() as session:
        return _not_yet(session, audit_id, reader, services.clock()) is None


def require_calibrated(session: Session, audit_id: int, reader: Account, now: datetime) -> None:
    """`SeatRefused` where a calibration of this reader is due before the next live chart, or the charts are
    training charts of a stage that is yet to come.
    """
    early = _not_yet(session, audit_id, reader, now)
    if early is not None:
        raise SeatRefused(f"these training charts are read {_WHEN[early]}: read live charts first")
    due = _due_of(session, audit_id, reader)
    if due is None:
        return
    if due.audit_id is None:
        raise SeatRefused("your calibration is not set up yet: ask the lead of the audit to set it up")
    raise SeatRefused(
        f"first read the training charts ({due.stage} of the audit): they are audit {due.audit_id}"
    )


def _due_of(session: Session, audit_id: int, reader: Account) -> Due | None:
    if not _is_calibrated(session, audit_id) or not _reviews(session, audit_id, reader.id):
        return None
    return _due(session, audit_id, reader.id, calibration.rounds(session, audit_id))


def _not_yet(session: Session, audit_id: int, reader: Account, now: datetime) -> Stage | None:
    """The stage of these training charts where this reader has not come to it in the live audit. Who finds
    nothing more to read there has come to every stage; what waits for others to have their share may still
    come to them.
    """
    audit = audits.audit_by_id(session, audit_id)
    if audit is None or audit.purpose is not AuditPurpose.TRAINING:
        return None
    design = design_from_json(audit.design)
    live = None if design.calibrates is None else audits.audit_by_id(session, design.calibrates)
    if design.stage in (None, Stage.START) or live is None or live.state is AuditState.CLOSED:
        return None
    if live.state is AuditState.OPEN:
        if claiming.has_reviewed_all(session, live.id, reader.id, now=now):
            return None
    return None if design.stage in _stages(session, live.id, reader.id) else design.stage


def _due(session: Session, audit_id: int, account_id: int, rounds: dict[tuple[int, str], int]) -> Due | None:
    for stage in _stages(session, audit_id, account_id):
        number = rounds.get((account_id, stage))
        if number is None:
            return Due(stage)
        left, charts = calibration.left_of(session, number)
        if left:
            return Due(stage, number, charts, charts - left)
    return None


def _is_calibrated(session: Session, audit_id: int) -> bool:
    audit = audits.audit_by_id(session, audit_id)
    if audit is None or audit.purpose is AuditPurpose.TRAINING:
        return False
    return design_from_json(audit.design).calibration > 0


def _reviews(session: Session, audit_id: int, account_id: int) -> bool:
    return any(one.account_id == account_id and one.reviews for one in audits.readers_of(session, audit_id))


def _stages(session: Session, audit_id: int, account_id: int) -> Iterable[Stage]:
    yield Stage.START
    mine, share = (
        calibration.in_hand_of(session, audit_id, account_id),
        calibration.fair_share(session, audit_id),
    )
    if 0 < share * _SHARE_BEFORE_MIDDLE <= mine:
        yield Stage.MIDDLE
