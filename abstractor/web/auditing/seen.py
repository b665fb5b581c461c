"""What the routes of audits take from an address: the audit that it names, for whoever may see it."""

from dataclasses import replace
from typing import Annotated

from fastapi import Depends, HTTPException, Request

from abstractor.web.parts import Number, Reader, services_of
from abstractor.workflow import Account, Services
from abstractor.workflow.access import Permission, Place, clinic_of, may, of_own_sites
from abstractor.workflow.auditing.audits import audit_by_id, readers_of
from abstractor.workflow.auditing.audits import audits as every_audit
from abstractor.workflow.auditing.closed_pages import must_not_open
from abstractor.workflow.auditing.design import Hidden, design_from_json
from abstractor.workflow.auditing.values import Audit, AuditState
from abstractor.workflow.cycles import cycles

__all__ = ["OpenedAudit", "leads", "opened_audit", "seen_audits", "sees_whole"]

_NO_CLINIC = 0
_TELLING = frozenset({Hidden.SITE, Hidden.WAVE})


def leads(reader: Account) -> bool:
    return may(reader, Permission.LEAD_AUDITS)


def sees_whole(services: Services, audit: Audit, reader: Account) -> bool:
    """A lead who reads nothing there that is hidden from its readers."""
    return leads(reader) and not must_not_open(services, reader, cycle_id=audit.cycle_id)


def opened_audit(request: Request, audit_id: Number, reader: Reader) -> Audit:
    """404 where there is none; a draft is shown to whom leads audits alone."""
    services = services_of(request)
    found = audit_by_id(services, audit_id)
    if found is None or not _shown(found, reader):
        raise HTTPException(404)
    return _named(services, found, reader)


OpenedAudit = Annotated[Audit, Depends(opened_audit)]


def seen_audits(request: Request, reader: Account) -> tuple[Audit, ...]:
    """The audits that this account may see, the latest first."""
    services = services_of(request)
    clinics = {cycle.id: cycle.clinic_id for cycle in cycles(services)}

    def of_clinic(audit: Audit) -> int:
        """Training charts are in no cycle of a clinic's own, nor is a cycle that was purged."""
        known = clinics.get(audit.cycle_id) or clinic_of(services, Place.AUDIT, audit.id)
        return known or _NO_CLINIC

    own = of_own_sites(reader, every_audit(services), of_clinic)
    return tuple(_named(services, audit, reader) for audit in own if _shown(audit, reader))


def _shown(audit: Audit, reader: Account) -> bool:
    return audit.state is not AuditState.DRAFT or leads(reader)


def _named(services: Services, audit: Audit, reader: Account) -> Audit:
    """By its number for who reads in it while it hides the site or the wave: its title may tell them."""
    hides = _TELLING.intersection(design_from_json(audit.design).hides)
    if audit.state is not AuditState.OPEN or not hides:
        return audit
    if all(one.account_id != reader.id for one in readers_of(services, audit.id)):
        return audit
    return replace(audit, title=f"Audit {audit.id}")
