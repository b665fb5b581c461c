"""Who may lead an audit and read in it, what it must have, and how its trail is written.

A lead leads in clinics of their own: an audit or a cycle of another one is for them not there. Who has the
command line leads everywhere.
"""

from collections.abc import Sequence
from datetime import datetime

from abstractor.errors import OptionError, StoreError
from abstractor.rules.writing_up import RULE
from abstractor.store import accounts, cohorts, runs, trail
from abstractor.store.account_values import KnownAccount
from abstractor.store.auditing import audits, draws
from abstractor.store.auditing.values import Audit, AuditReader, AuditState
from abstractor.store.connection_values import RunState
from abstractor.store.database import Session
from abstractor.store.purging import is_finished
from abstractor.store.values import Account, Action, Cycle
from abstractor.workflow.access import Permission, may
from abstractor.workflow.acting import By, by_of
from abstractor.workflow.auditing.design import MOST_A_STAGE, Design, design_from_json
from abstractor.workflow.services import Services

__all__ = [
    "audit_there",
    "led",
    "led_cycle",
    "no_cycle",
    "require_finished",
    "require_listed",
    "require_may_read",
    "require_not_blinded",
    "require_readers",
    "require_rules",
    "require_training_charts",
    "title_of",
    "trace",
]

_LONGEST_TITLE = 120


def audit_there(session: Session, audit_id: int) -> Audit:
    found = audits.audit_by_id(session, audit_id)
    if found is None:
        raise StoreError(f"there is no audit {audit_id}; `abstractor audit list` shows them")
    return found


def led(session: Session, audit_id: int, lead: Account | By) -> tuple[Audit, Cycle]:
    """That audit, if this is its lead, with its cycle."""
    audit = audit_there(session, audit_id)
    cycle = cohorts.cycle(session, audit.cycle_id)
    if cycle is None or not _leads(lead, cycle):
        raise StoreError(f"there is no audit {audit_id}; `abstractor audit list` shows them")
    return audit, cycle


def led_cycle(session: Session, cycle_id: int, lead: Account | By) -> Cycle:
    cycle = cohorts.cycle(session, cycle_id)
    if cycle is None or not _leads(lead, cycle):
        raise no_cycle(cycle_id)
    return cycle


def no_cycle(cycle_id: int) -> StoreError:
    return StoreError(f"there is no cycle {cycle_id}; `abstractor run` opens one")


def title_of(title: str) -> str:
    named = " ".join(title.split())
    if not named or len(named) > _LONGEST_TITLE or not named.isprintable():
        raise OptionError(f"an audit needs a title of 1 to {_LONGEST_TITLE} letters that can be read")
    return named


def require_rules(services: Services, design: Design) -> None:
    """A misspelt rule would ask for nothing, and nobody would notice."""
    known = {RULE, *(measure.id for measure in services.library.measures)}
    if unknown := sorted(set(design.rules) - known):
        raise OptionError(
            f"no such rule: {', '.join(unknown)}; write {RULE}, or a measure as the book has it"
        )


def require_training_charts(design: Design) -> None:
    if design.calibration > MOST_A_STAGE:
        raise OptionError(
            f"each stage of a calibration has 0 to {MOST_A_STAGE} training charts: there are no more"
        )


def require_finished(session: Session, cycle_id: int) -> None:
    """All of its patients are listed, and every chart is abstracted, or failed for good."""
    run = runs.of_cycle(session, cycle_id)
    listing = run is not None and run.state is RunState.RUNNING and run.listed_at is None
    if listing or not is_finished(session, cycle_id):
        raise StoreError(f"cycle {cycle_id} is not finished: open the audit when its work is done")


def require_listed(session: Session, cycle_id: int, design: Design) -> None:
    if design.listed and (missing := sorted(set(design.listed) - draws.charts_of(session, cycle_id))):
        numbers = ", ".join(map(str, missing[:20]))
        raise OptionError(f"these charts are not of cycle {cycle_id}: {numbers}")


def require_readers(readers: Sequence[AuditReader], needed: int) -> None:
    reviewers = sum(reader.reviews for reader in readers)
    if reviewers < needed:
        raise OptionError(
            f"charts are read by {needed}, and the audit has {reviewers} who review: set its readers first"
        )


def require_may_read(
    session: Session, account_id: int, clinic_id: int, *, reviews: bool, adjudicates: bool
) -> None:
    """The account signs in, and its roles and clinics allow what it is set to do here."""
    found = _known(session, account_id)
    if found is None:
        raise OptionError(f"there is no account {account_id}")
    name = found.account.name
    if found.service or found.disabled_at is not None:
        raise OptionError(f"{name} cannot read charts: the account is a service's, or disabled")
    for wanted, permission in ((reviews, Permission.REVIEW), (adjudicates, Permission.ADJUDICATE)):
        if wanted and not may(found.account, permission, clinic_id):
            raise OptionError(
                f"{name} may not {permission} at this clinic: the account lacks the role, or the clinic"
            )


def require_not_blinded(session: Session, audit: Audit, lead: Account | By) -> None:
    """Of an audit that hides something, while it is open: a lead who reads in it knows no code."""
    if not isinstance(lead, Account) or audit.state is not AuditState.OPEN:
        return
    reads = any(one.account_id == lead.id for one in audits.readers_of(session, audit.id))
    if reads and design_from_json(audit.design).blinded:
        raise OptionError(f"you read in audit {audit.id}, which is blinded: its log is for another lead")


def trace(
    session: Session, action: Action, audit: Audit, words: str, *, lead: Account | By, now: datetime
) -> None:
    by = by_of(lead)
    trail.record(
        session,
        action=action,
        account_id=by.account_id,
        cycle_id=audit.cycle_id,
        detail=f"by={by.name} audit={audit.id} {words}",
        now=now,
    )


def _leads(lead: Account | By, cycle: Cycle) -> bool:
    return isinstance(lead, By) or may(lead, Permission.LEAD_AUDITS, cycle.clinic_id)


def _known(session: Session, account_id: int) -> KnownAccount | None:
    return next((one for one in accounts.known(session) if one.account.id == account_id), None)
