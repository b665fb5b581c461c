"""Audits as a lead runs them: defined on a cycle, tried out, given their readers, opened once, closed once.

What changes an audit writes the trail in the same transaction. A lead leads in clinics of their own; an audit
of another clinic is for them not there.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from abstractor.errors import OptionError
from abstractor.store import accounts, cohorts
from abstractor.store.auditing import audits as kept
from abstractor.store.auditing import calibration, draws
from abstractor.store.auditing.holding import give_back
from abstractor.store.auditing.seat_log import Said
from abstractor.store.auditing.seats import as_drawn, make_seats
from abstractor.store.auditing.values import (
    Audit,
    AuditPurpose,
    AuditReader,
    AuditState,
    DrawnChart,
    LeftOut,
    Pick,
    Why,
)
from abstractor.store.database import Session
from abstractor.store.values import Account, Action
from abstractor.workflow.acting import By, by_of
from abstractor.workflow.auditing.design import Design, design_from_json, design_to_json
from abstractor.workflow.auditing.drawing import Draw, Stratum, digest_of, draw, draw_again
from abstractor.workflow.auditing.leading import (
    audit_there,
    led,
    led_cycle,
    no_cycle,
    require_finished,
    require_listed,
    require_may_read,
    require_not_blinded,
    require_readers,
    require_rules,
    require_training_charts,
    title_of,
    trace,
)
from abstractor.workflow.auditing.overlapping import warnings_of
from abstractor.workflow.services import Services

__all__ = [
    "Audit",
    "AuditPurpose",
    "AuditReader",
    "AuditState",
    "Drawn",
    "Preview",
    "account_named",
    "audit_by_id",
    "audits",
    "close_audit",
    "define_audit",
    "draw_log",
    "drawn",
    "open_audit",
    "open_calibrations",
    "preview",
    "readers_of",
    "set_reader",
]


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be drawn now: of `charts` in the cycle `frame` can be drawn, and `left_out` cannot, or are
    not, each by its reason. Seats are readings: `reviews`, and at most so many `adjudications`. `warnings`:
    what other open audits of the same charts mean for it.
    """

    charts: int
    frame: int
    drawn: int
    reviews: int
    adjudications: int
    strata: tuple[Stratum, ...]
    left_out: tuple[tuple[Why, int], ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """The log of a draw. `digest` is of the opening; `unchanged`: the log is still what it names.

    `again`: the seed draws the same once more from what is logged. A purge takes rows out of both. `seated`:
    the audit has the seats that follow from the draw, and no other.
    """

    charts: tuple[DrawnChart, ...]
    left_out: tuple[LeftOut, ...]
    digest: str | None
    unchanged: bool
    again: bool
    seated: bool

    @property
    def whole(self) -> bool:
        return self.unchanged and self.again and self.seated


def define_audit(
    services: Services,
    cycle_id: int,
    *,
    title: str,
    design: Design,
    purpose: AuditPurpose,
    due_on: date | None,
    lead: Account | By,
    now: datetime,
) -> Audit:
    """A draft; nothing is drawn before it is opened."""
    named = title_of(title)
    require_rules(services, design)
    require_training_charts(design)
    with services.store.writing() as session:
        led_cycle(session, cycle_id, lead)
        require_listed(session, cycle_id, design)
        audit = kept.define(
            session,
            cycle_id,
            title=named,
            purpose=purpose,
            design=design_to_json(design),
            due_on=due_on,
            created_by=by_of(lead).account_id,
            now=now,
        )
        words = f"charts={design.charts} readers={design.readers}"
        trace(session, Action.AUDIT_DEFINED, audit, words, lead=lead, now=now)
    return audit


def preview(services: Services, cycle_id: int, design: Design, *, audit_id: int | None = None) -> Preview:
    """What that design would draw of the cycle as it is now; nothing is kept. `audit_id`: of a draft."""
    require_rules(services, design)
    require_training_charts(design)
    with services.store.reading() as session:
        if cohorts.cycle(session, cycle_id) is None:
            raise no_cycle(cycle_id)
        frame = draws.frame(session, cycle_id)
    return _preview(draw(frame, design), warnings_of(services, cycle_id, design, audit_id=audit_id))


def set_reader(
    services: Services,
    audit_id: int,
    account_id: int,
    *,
    reviews: bool,
    adjudicates: bool,
    lead: Account | By,
    now: datetime,
) -> None:
    """What that account may do in the audit from now on; neither: it is no reader of it any more. What it has
    in work and may not read any more is free for the others.
    """
    with services.store.writing() as session:
        audit, cycle = led(session, audit_id, lead)
        if audit.state is AuditState.CLOSED:
            raise OptionError(f"audit {audit_id} is closed; its readers stay as they were")
        if reviews or adjudicates:
            allowed = {"reviews": reviews, "adjudicates": adjudicates}
            require_may_read(session, account_id, cycle.clinic_id, **allowed)
            kept.set_reader(session, audit_id, account_id, **allowed, now=now)
        else:
            kept.take_reader_out(session, audit_id, account_id)
        given = give_back(session, audit_id, account_id, said=Said("reader-absent"), now=now)
        words = f"reader={account_id} reviews={_said(reviews)} adjudicates={_said(adjudicates)}"
        words += f" given-back={given}" if given else ""
        trace(session, Action.AUDIT_READER_SET, audit, words, lead=lead, now=now)


def open_audit(services: Services, audit_id: int, *, lead: Account | By, now: datetime) -> Audit:
    """Draw its charts, each with its latest abstract, log the draw, and make the seats.

    Not while charts of the cycle are still being pulled or abstracted: they would be left out for good.
    """
    with services.store.writing() as session:
        audit, _ = led(session, audit_id, lead)
        if audit.state is not AuditState.DRAFT:
            raise OptionError(f"audit {audit_id} was opened before; define another to draw again")
        kept.mark_opened(session, audit_id, now=now)
        require_finished(session, audit.cycle_id)
        design = design_from_json(audit.design)
        done = draw(draws.frame(session, audit.cycle_id), design, audit_id=audit_id)
        if not done.picks:
            raise OptionError(f"no chart of cycle {audit.cycle_id} can be drawn: {_reasons(done.left_out)}")
        require_readers(kept.readers_of(session, audit_id), max(pick.readers for pick in done.picks))
        charts = draws.keep_draw(session, audit_id, done.picks, done.left_out)
        make_seats(session, audit_id, charts, now=now)
        digest = digest_of(audit_there(session, audit_id), done.picks, done.left_out)
        kept.note_digest(session, audit_id, digest)
        seats = sum(chart.readers for chart in charts)
        words = f"drawn={len(charts)} left-out={len(done.left_out)} seats={seats} {digest}"
        trace(session, Action.AUDIT_OPENED, audit, words, lead=lead, now=now)
        return audit_there(session, audit_id)


def close_audit(services: Services, audit_id: int, *, lead: Account | By, now: datetime) -> Audit:
    """Nothing more is read in it; what was read stays. A draft that is closed is given up. Its training
    charts of the start and the middle are closed with it; those of the end are read after it.
    """
    with services.store.writing() as session:
        audit, _ = led(session, audit_id, lead)
        if audit.state is AuditState.CLOSED:
            raise OptionError(f"audit {audit_id} is closed already")
        kept.mark_closed(session, audit_id, now=now)
        trace(session, Action.AUDIT_CLOSED, audit, f"was={audit.state}", lead=lead, now=now)
        for number, waits in calibration.open_rounds(session, audit_id).items():
            if not waits:
                kept.mark_closed(session, number, now=now)
                training = audit_there(session, number)
                trace(session, Action.AUDIT_CLOSED, training, f"was=open with={audit_id}", lead=lead, now=now)
        return audit_there(session, audit_id)


def open_calibrations(services: Services, audit_id: int) -> tuple[int, ...]:
    """The numbers of its training audits that are open still."""
    with services.store.reading() as session:
        return tuple(calibration.open_rounds(session, audit_id))


def audits(services: Services) -> tuple[Audit, ...]:
    """Every audit, the latest first."""
    with services.store.reading() as session:
        return kept.audits(session)


def audit_by_id(services: Services, audit_id: int) -> Audit | None:
    with services.store.reading() as session:
        return kept.audit_by_id(session, audit_id)


def account_named(services: Services, name: str) -> int:
    """The number of the account of that name."""
    with services.store.reading() as session:
        found = accounts.named(session, name)
    if found is None:
        raise OptionError("there is no account of that name; an IT admin adds one")
    return found.account.id


def readers_of(services: Services, audit_id: int) -> tuple[AuditReader, ...]:
    with services.store.reading() as session:
        return kept.readers_of(session, audit_id)


def drawn(services: Services, audit_id: int) -> Drawn:
    """The log of the draw, and whether it is whole and can be drawn again; empty before the opening."""
    with services.store.reading() as session:
        return _drawn(session, audit_there(session, audit_id))


def draw_log(services: Services, audit_id: int, *, lead: Account | By, now: datetime) -> Drawn:
    """As `drawn`, for eyes: it says which chart is behind which code, so the trail says who read it. Not for
    a lead who reads in it blinded.
    """
    with services.store.writing() as session:
        audit, _ = led(session, audit_id, lead)
        require_not_blinded(session, audit, lead)
        log = _drawn(session, audit)
        trace(session, Action.DRAW_READ, audit, f"charts={len(log.charts)}", lead=lead, now=now)
        return log


def _drawn(session: Session, audit: Audit) -> Drawn:
    charts, left_out = draws.drawn_charts(session, audit.id), draws.left_out(session, audit.id)
    digests = draws.digests_of(session, audit.id)
    design = design_from_json(audit.design)
    picks = tuple(_pick(chart) for chart in charts)
    digest = kept.design_digest(session, audit.id)
    return Drawn(
        charts,
        left_out,
        digest,
        unchanged=digest == digest_of(audit, picks, left_out),
        again=draw_again(picks, left_out, digests, design, audit_id=audit.id) == picks,
        seated=as_drawn(session, audit.id, charts),
    )


def _pick(chart: DrawnChart) -> Pick:
    return Pick(chart.patient_id, chart.abstract_id, chart.code, chart.stratum, chart.place, chart.readers)


def _preview(done: Draw, warnings: tuple[str, ...]) -> Preview:
    drawn = len(done.picks)
    reviews = sum(pick.readers for pick in done.picks)
    frame = sum(stratum.frame for stratum in done.strata)
    return Preview(
        charts=drawn + len(done.left_out),
        frame=frame,
        drawn=drawn,
        reviews=reviews,
        adjudications=reviews - drawn,
        strata=done.strata,
        left_out=_by_reason(done.left_out),
        warnings=warnings,
    )


def _by_reason(left_out: tuple[LeftOut, ...]) -> tuple[tuple[Why, int], ...]:
    counts = Counter(one.why for one in left_out)
    return tuple((why, counts[why]) for why in Why if counts[why])


def _reasons(left_out: tuple[LeftOut, ...]) -> str:
    return ", ".join(f"{number} {why}" for why, number in _by_reason(left_out)) or "it has none"


def _said(yes: bool) -> str:
    return "yes" if yes else "no"
