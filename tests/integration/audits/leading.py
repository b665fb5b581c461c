"""Audits as a lead defines them, gives them their readers and opens them."""

from collections.abc import Mapping
from datetime import date

from abstractor.store.auditing.values import AuditPurpose
from abstractor.store.values import Account
from abstractor.workflow import Services
from abstractor.workflow.acting import By
from abstractor.workflow.auditing import audits
from abstractor.workflow.auditing.audits import Audit
from abstractor.workflow.auditing.design import Charts, Design, Hidden, Stratify
from tests.integration.keeping import NOW

__all__ = ["FLAGGED", "NAMED", "SAMPLE", "defined", "opened", "read_by"]

FLAGGED = Design(Charts.FLAGGED, 7, readers=2, hides=(Hidden.OTHER, Hidden.VERDICT))
SAMPLE = Design(Charts.SAMPLE, 7, size=4, strata=(Stratify.SITE,), double_share=0.5)
NAMED = {"reviews": True, "adjudicates": False}


def defined(
    services: Services, cycle: int, design: Design, *, by: Account | By, title: str = " Base \n line "
) -> Audit:
    return audits.define_audit(
        services,
        cycle,
        title=title,
        design=design,
        purpose=AuditPurpose.LIVE,
        due_on=date(2023, 3, 1),
        lead=by,
        now=NOW,
    )


def read_by(services: Services, audit: Audit, readers: Mapping[str, Account], by: Account | By) -> None:
    for name, reader in readers.items():
        does = {"reviews": name != "cat", "adjudicates": name == "cat"}
        audits.set_reader(services, audit.id, reader.id, **does, lead=by, now=NOW)


def opened(
    services: Services, cycle: int, design: Design, readers: Mapping[str, Account], *, by: Account | By
) -> Audit:
    audit = defined(services, cycle, design, by=by)
    read_by(services, audit, readers, by)
    return audits.open_audit(services, audit.id, lead=by, now=NOW)
