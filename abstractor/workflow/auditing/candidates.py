"""Who could be set as a reader of an audit: accounts that may review or adjudicate at its clinic."""

from dataclasses import dataclass

from abstractor.store import accounts, places
from abstractor.store.auditing import audits
from abstractor.workflow.access import Permission, may
from abstractor.workflow.services import Services

__all__ = ["CouldRead", "could_read"]


@dataclass(frozen=True, slots=True)
class CouldRead:
    """`reviews`, `adjudicates`: what the roles allow; `is_...`: what is set in this audit."""

    account_id: int
    name: str
    reviews: bool
    adjudicates: bool
    is_reviewer: bool
    is_adjudicator: bool


def could_read(services: Services, audit_id: int) -> tuple[CouldRead, ...]:
    """By name; with those who are readers already, whatever their roles are by now."""
    with services.store.reading() as session:
        clinic_id = places.clinic_of_audit(session, audit_id)
        readers = {reader.account_id: reader for reader in audits.readers_of(session, audit_id)}
        known = [one for one in accounts.known(session) if not one.service]
    found = []
    for one in known:
        account, reader = one.account, readers.get(one.account.id)
        reviews = one.disabled_at is None and may(account, Permission.REVIEW, clinic_id)
        adjudicates = one.disabled_at is None and may(account, Permission.ADJUDICATE, clinic_id)
        if reviews or adjudicates or reader:
            found.append(
                CouldRead(
                    account_id=account.id,
                    name=account.name,
                    reviews=reviews,
                    adjudicates=adjudicates,
                    is_reviewer=reader is not None and reader.reviews,
                    is_adjudicator=reader is not None and reader.adjudicates,
                )
            )
    return tuple(sorted(found, key=lambda one: (one.name, one.account_id)))
