"""Calibration of an audit's readers: at its start, in the middle and at the end, each on synthetic charts of
its own, the same for all readers.

A reader claims no live chart before the calibration that is due is done; how well they did is told per item,
and nobody is kept out for it: that is the lead's to decide.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from abstractor.dates import Period
from abstractor.errors import OptionError
from abstractor.store import accounts
from abstractor.store.auditing import audits as kept
from abstractor.store.auditing import calibration, draws, reviews
from abstractor.store.auditing.values import Audit, AuditPurpose, AuditReader, Rating
from abstractor.store.database import Session
from abstractor.store.values import Account, Cycle
from abstractor.workflow.acting import By, by_of
from abstractor.workflow.agreement.clusters import share_of_charts
from abstractor.workflow.agreement.ratings import Measured
from abstractor.workflow.auditing.audits import define_audit, open_audit, set_reader
from abstractor.workflow.auditing.design import Charts, Design, Hidden, Stage, design_from_json
from abstractor.workflow.auditing.leading import audit_there, led
from abstractor.workflow.auditing.scales import heading_of
from abstractor.workflow.auditing.training.charts import TrainingChart, training_cycle
from abstractor.workflow.services import Services

__all__ = ["Calibrated", "calibrate", "calibration_of", "require_calibration"]


Chartwise = dict[int, list[bool]]  # by chart, of each item whether it was answered right


@dataclass(frozen=True, slots=True)
class Calibrated:
    """One reader at one stage: `read` of `charts` are locked; under each heading how many items, and the
    share of them that the reader answered as is known to be right.
    """

    reader: str
    stage: Stage
    audit_id: int
    charts: int
    read: int
    overall: Measured
    by_heading: tuple[tuple[str, int, Measured], ...]


def calibrate(
    services: Services,
    audit_id: int,
    charts: Sequence[TrainingChart],
    period: Period,
    *,
    lead: Account | By,
    now: datetime,
) -> int:
    """For each reader of that audit what is missing of its three calibrations, open to be read; how many."""
    audit, design = require_calibration(services, audit_id, lead=lead)
    if len(Stage) * design.calibration > len(charts):
        most = len(charts) // len(Stage)
        raise OptionError(f"there are {len(charts)} training charts: at most {most} a stage")
    cycle = training_cycle(services, period, charts, now=now)
    with services.store.reading() as session:
        readers = [one for one in kept.readers_of(session, audit_id) if one.reviews]
    by = by_of(lead)
    return sum(
        _open_round(services, audit, design, cycle, reader, stage, by=by, now=now)
        for stage in Stage
        for reader in readers
    )


def require_calibration(services: Services, audit_id: int, *, lead: Account | By) -> tuple[Audit, Design]:
    """That audit, if this is its lead and it is designed with a calibration."""
    with services.store.reading() as session:
        audit, _ = led(session, audit_id, lead)
    design = design_from_json(audit.design)
    if not design.calibration:
        raise OptionError(f"audit {audit_id} is designed without calibration: define it with --calibration N")
    return audit, design


def calibration_of(services: Services, audit_id: int) -> tuple[Calibrated, ...]:
    """By stage and reader, as far as they have come. `StoreError` where there is no such audit."""
    with services.store.reading() as session:
        audit_there(session, audit_id)
        rounds = calibration.rounds(session, audit_id)
        names = {one.account_id: one.name for one in kept.readers_of(session, audit_id)}
        found = [
            _calibrated(
                names.get(account_id, f"account {account_id}"),
                Stage(stage),
                number,
                charts=len(draws.drawn_charts(session, number)),
                ratings=reviews.ratings(session, number),
            )
            for (account_id, stage), number in rounds.items()
        ]
    order = list(Stage)
    return tuple(sorted(found, key=lambda one: (order.index(one.stage), one.reader)))


def _open_round(
    services: Services,
    audit: Audit,
    design: Design,
    cycle: Cycle,
    reader: AuditReader,
    stage: Stage,
    *,
    by: By,
    now: datetime,
) -> bool:
    """One reader's: charts that a stage has to itself, asked as in the live audit, with the program's
    verdicts hidden. False: it was there.
    """
    with services.store.writing() as session:
        if (reader.account_id, stage) in calibration.rounds(session, audit.id):
            return False
        _let_in(session, reader.account_id, cycle.clinic_id)
        charts = _of_stage(session, audit.id, draws.charts_of(session, cycle.id), design, stage)
    asked = Design(
        charts=Charts.LISTED,
        seed=design.seed,
        listed=charts,
        rules=design.rules,
        criteria=design.criteria,
        lines=False,
        readers=1,
        hides=(Hidden.OTHER, Hidden.VERDICT),
        lease_minutes=design.lease_minutes,
        calibrates=audit.id,
        stage=stage,
    )
    title = f"Calibration of audit {audit.id}, {stage}"
    made = define_audit(
        services,
        cycle.id,
        title=title,
        design=asked,
        purpose=AuditPurpose.TRAINING,
        due_on=None,
        lead=by,
        now=now,
    )
    set_reader(services, made.id, reader.account_id, reviews=True, adjudicates=False, lead=by, now=now)
    open_audit(services, made.id, lead=by, now=now)
    return True


def _let_in(session: Session, account_id: int, clinic_id: int) -> None:
    """The training charts are of a clinic of their own: whoever is calibrated may read there."""
    known = next(one.account for one in accounts.known(session) if one.account.id == account_id)
    if known.sites is not None and clinic_id not in known.sites:
        accounts.set_sites(session, account_id, {*known.sites, clinic_id})


def _of_stage(
    session: Session, audit_id: int, charts: Iterable[int], design: Design, stage: Stage
) -> tuple[int, ...]:
    """The same for every reader, no chart in two stages; first those that were in no calibration of another
    audit, then those that were the longest ago: whoever was told the answers knows them.
    """
    before: dict[int, int] = {}
    for number, calibrates, of_stage, listed in calibration.listed(session):
        if calibrates == audit_id and of_stage == stage:
            return listed
        if calibrates != audit_id:
            before.update(dict.fromkeys(listed, number))

    def rank(chart: int) -> tuple[int, bytes]:
        return before.get(chart, 0), hashlib.sha256(f"{design.seed} calibration {chart}".encode()).digest()

    ranked = sorted(charts, key=rank)
    first = list(Stage).index(stage) * design.calibration
    return tuple(sorted(ranked[first : first + design.calibration]))


def _calibrated(
    reader: str, stage: Stage, number: int, *, charts: int, ratings: Sequence[Rating]
) -> Calibrated:
    by_heading: dict[str, Chartwise] = defaultdict(lambda: defaultdict(list))
    every: Chartwise = defaultdict(list)
    for one in ratings:
        right = one.rating == one.program
        by_heading[heading_of(one.kind, one.rule, one.item)][one.chart_id].append(right)
        every[one.chart_id].append(right)
    return Calibrated(
        reader=reader,
        stage=stage,
        audit_id=number,
        charts=charts,
        read=len(every),
        overall=_share(every),
        by_heading=tuple(
            (heading, sum(map(len, found.values())), _share(found))
            for heading, found in sorted(by_heading.items())
        ),
    )


def _share(found: Chartwise) -> Measured:
    """With an interval where enough charts were read: items of one chart are no trials of their own."""
    return share_of_charts(Counter((sum(right), len(right)) for right in found.values()))
