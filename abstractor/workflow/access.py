"""Who may what: a table from roles to permissions, and the clinics that an account is of.

Deny by default: an account without a role may nothing, one without a clinic sees none. Which route needs
which permission is declared at the route (`abstractor.web.access`), and checked there for every request.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar, assert_never

from abstractor.store import places
from abstractor.store.database import Session
from abstractor.store.values import Account, Role
from abstractor.workflow.services import Services

__all__ = ["GRANTS", "Permission", "Place", "clinic_of", "may", "of_own_sites"]


class Permission(StrEnum):
    """What a route may ask for."""

    READ_GUIDELINES = "read-guidelines"
    SEE_CLINICS = "see-clinics"
    SEE_QUEUE = "see-queue"
    OPEN_CHARTS = "open-charts"
    SEE_AUDITS = "see-audits"
    REVIEW = "review"
    ADJUDICATE = "adjudicate"
    LEAD_AUDITS = "lead-audits"
    SEE_AGREEMENT = "see-agreement"
    EXPORT = "export"
    EXPORT_IDENTIFIED = "export-identified"
    READ_TRAIL = "read-trail"
    SEE_METRICS = "see-metrics"
    GIVE_ACCOUNTS = "give-accounts"


_EVERYBODY = frozenset({Permission.READ_GUIDELINES, Permission.SEE_CLINICS})
_READER = _EVERYBODY | {Permission.SEE_QUEUE, Permission.OPEN_CHARTS, Permission.SEE_AUDITS}

# The one table of roles. Who runs the machines opens no chart by that, and who reads charts runs none.
GRANTS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.VIEWER: _READER | {Permission.SEE_AGREEMENT},
        Role.AUDITOR: _READER | {Permission.REVIEW},
        Role.ADJUDICATOR: _READER | {Permission.ADJUDICATE},
        Role.QI_LEAD: _READER
        | {
            Permission.LEAD_AUDITS,
            Permission.SEE_AGREEMENT,
            Permission.EXPORT,
            Permission.EXPORT_IDENTIFIED,
        },
        Role.IT_ADMIN: _EVERYBODY | {Permission.READ_TRAIL, Permission.SEE_METRICS, Permission.GIVE_ACCOUNTS},
    }
)

# About the installation and every clinic in it at once: not for whom some clinics are hidden from.
_WHOLE = frozenset({Permission.READ_TRAIL, Permission.SEE_METRICS, Permission.GIVE_ACCOUNTS})


def may(account: Account, permission: Permission, clinic_id: int | None = None) -> bool:
    """At that clinic; without one, anywhere at all."""
    if not any(permission in GRANTS[role] for role in account.roles):
        return False
    if account.sites is None:
        return True
    return permission not in _WHOLE and (clinic_id is None or clinic_id in account.sites)


class Place(StrEnum):
    """What an address may name by its number, and what has a clinic."""

    CLINIC = "clinic"
    CYCLE = "cycle"
    ROUND = "round"
    CHART = "chart"
    AUDIT = "audit"
    SEAT = "seat"


def clinic_of(services: Services, place: Place, number: int) -> int | None:
    """Whose it is; None where there is no such thing."""
    with services.store.reading() as session:
        return _clinic_of(session, place, number)


def _clinic_of(session: Session, place: Place, number: int) -> int | None:
    match place:
        case Place.CLINIC:
            return number
        case Place.CYCLE:
            return places.clinic_of_cycle(session, number)
        case Place.ROUND:
            return places.clinic_of_round(session, number)
        case Place.CHART:
            return places.clinic_of_patient(session, number)
        case Place.AUDIT:
            return places.clinic_of_audit(session, number)
        case Place.SEAT:
            return places.clinic_of_seat(session, number)
        case _:
            assert_never(place)


T = TypeVar("T")


def of_own_sites(account: Account, found: Iterable[T], clinic_id: Callable[[T], int]) -> tuple[T, ...]:
    """Of what was found, that of the clinics which the account is of."""
    return tuple(one for one in found if account.sites is None or clinic_id(one) in account.sites)
