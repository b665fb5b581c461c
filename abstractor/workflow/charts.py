"""What a job does: a batch of work, named by its rows, is pulled or abstracted, chart by chart.

Each chart is done in its own transaction together with its row, so that whatever happens to a worker, a chart
is either untouched or done, once.
"""

from collections.abc import Sequence
from typing import assert_never
from zoneinfo import ZoneInfo

from abstractor.errors import StoreError
from abstractor.fhir.records import Reading
from abstractor.store import abstracts, cohorts, raw, trail, work
from abstractor.store.values import Action, Cycle, Work, WorkKind
from abstractor.workflow.abstracting.deciding import Question
from abstractor.workflow.rounds.attempts import attempt
from abstractor.workflow.rounds.carrying import dispatch
from abstractor.workflow.rounds.ends import finish_rounds
from abstractor.workflow.rounds.leases import kept_up, lease_end
from abstractor.workflow.rounds.pulling import pull_all
from abstractor.workflow.services import Services

__all__ = ["abstract_work", "work_through"]


def work_through(
    services: Services, kind: WorkKind, work_ids: Sequence[int], *, job_id: str | None = None
) -> None:
    """The body of a job: whatever of that work is still waiting is leased and done, row by row."""
    owner = services.queue.new_id()
    with services.store.writing() as session:
        held = work.claim(session, work_ids, owner=owner, until=lease_end(services), job_id=job_id, kind=kind)
    with kept_up(services, lambda session, until: work.renew(session, owner, until=until)):
        match kind:
            case WorkKind.PULL:
                pull_all(services, held)
                finish_rounds(services)
            case WorkKind.ABSTRACT:
                for piece in held:
                    _abstract(services, piece)
            case _:
                assert_never(kind)
    dispatch(services)


def _abstract(services: Services, piece: Work) -> None:
    attempt(services, piece, lambda: abstract_work(services, piece))


def abstract_work(services: Services, piece: Work) -> None:
    """Abstract one pulled chart, keep the result, and put a flagged chart into the audit queue."""
    with services.store.reading() as session:
        if piece.cycle_id is None:
            raise StoreError("this work of abstracting belongs to no cycle")
        cycle = cohorts.cycle(session, piece.cycle_id)
        pulled = raw.pulled_chart(session, piece.cycle_id, piece.patient_id)
    if cycle is None or pulled is None:
        raise StoreError("the pulled chart of this work is not in the database")
    reading = Reading(services.value_sets, ZoneInfo(cycle.timezone), services.overrides)
    chart, quarantined, repaired = services.read_chart(pulled, piece.patient, reading)
    abstract, clinicians = services.decide(chart, services.library, _question(cycle))
    now = services.clock()
    with services.store.writing() as session:
        work.finish(session, piece, now=now)
        abstracts.append(
            session,
            abstract,
            cycle_id=cycle.id,
            patient_id=piece.patient_id,
            pull_id=pulled.pull_id,
            input_digest=pulled.digest,
            clinicians=clinicians,
            quarantined=quarantined,
            repaired=repaired,
            now=now,
        )
        trail.record(
            session,
            action=Action.CHART_ABSTRACTED,
            account_id=None,
            patient_id=piece.patient_id,
            cycle_id=cycle.id,
            detail=f"pull={pulled.pull_id}",
            now=now,
        )


def _question(cycle: Cycle) -> Question:
    return Question(
        period=cycle.period,
        as_of=cycle.as_of,
        timezone=cycle.timezone,
        definition=cycle.definition,
        gap_days=cycle.gap_days,
        program=cycle.program,
        cohort=cycle.cohort,
    )
