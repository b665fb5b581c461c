"""Whom the hospital's provider says somebody is, and which account that means here.

An account is known by issuer and subject. The first time it is the one that was made for that name
(`abstractor account add --provider-name`). None is made by itself, unless groups of the provider are given
roles by the settings: those accounts have at each sign-in what their groups say then, and nothing else.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from abstractor.errors import Conflict, SetupError, StoreError
from abstractor.store import accounts, claims, cohorts, sign_ins, trail
from abstractor.store.database import Session
from abstractor.store.refused import tell_refused
from abstractor.store.values import Account, Action, Role
from abstractor.workflow.acting import By
from abstractor.workflow.auditing.giving_back import give_back_seats
from abstractor.workflow.options import Options
from abstractor.workflow.services import Services

__all__ = [
    "Person",
    "is_another",
    "open_from_browser",
    "require_provider_settings",
    "seal_for_browser",
    "sign_in_by_provider",
]

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Person:
    """What the provider vouches for: `name` is null where it does not vouch for one."""

    issuer: str
    subject: str
    name: str | None
    groups: tuple[str, ...] = ()


def require_provider_settings(settings: Options) -> None:
    """`SetupError` where they make no sense together; nothing is asked of the provider."""
    if not settings.oidc_issuer:
        return
    if not settings.oidc_client_id:
        raise SetupError("ABSTRACTOR_OIDC_ISSUER is set: set ABSTRACTOR_OIDC_CLIENT_ID too")
    for name, url in (("OIDC_ISSUER", settings.oidc_issuer), ("PUBLIC_URL", settings.pages_url)):
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise SetupError(f"ABSTRACTOR_{name}: write an address that begins with https://")
    unknown = {role for roles in settings.oidc_roles.values() for role in roles} - set(Role)
    if unknown:
        raise SetupError(f"ABSTRACTOR_OIDC_ROLES: no such role: {', '.join(sorted(unknown))}")


def sign_in_by_provider(services: Services, person: Person, now: datetime) -> str | None:
    """The token of a new session, or None where nobody here is this person."""
    with services.store.writing() as session:
        account = _account_of(session, services.settings, person, now=now)
        if account is not None:
            return sign_ins.begin_session(session, account.id, now=now)
        known = claims.known_subject(session, person.issuer, person.subject)
    told = "provider disabled" if known is not None and known.disabled else "provider"
    account_id = None if known is None else known.account.id
    tell_refused(services.store, Action.SIGN_IN_REFUSED, account_id=account_id, detail=told, now=now)
    return None


def is_another(services: Services, person: Person, account: Account) -> bool:
    """Whether the provider's person has another account than that one, or it was made for them."""
    with services.store.reading() as session:
        known = claims.known_subject(session, person.issuer, person.subject)
        if known is not None:
            return known.account.id != account.id
        made = None if person.name is None else claims.made_for(session, person.name)
    return made is not None and made != account.id


def seal_for_browser(services: Services, data: bytes, *, about: bytes) -> str:
    """For a cookie: whoever has it can neither read nor change it."""
    if services.store.sealer is None:
        raise StoreError("there is no data key to seal with")
    return base64.urlsafe_b64encode(services.store.sealer.seal(data, about=about)).decode()


def open_from_browser(services: Services, sealed: str, *, about: bytes) -> bytes | None:
    """None where it is none of ours."""
    if services.store.sealer is None:
        return None
    try:
        return services.store.sealer.open(base64.urlsafe_b64decode(sealed), about=about)
    except (StoreError, binascii.Error, ValueError):
        return None


def _account_of(session: Session, settings: Options, person: Person, *, now: datetime) -> Account | None:
    known = claims.known_subject(session, person.issuer, person.subject)
    if known is None and person.name is not None:
        claimed = claims.claim(session, person.issuer, person.subject, person.name, now=now)
        if claimed is not None:
            return claimed
    if known is not None and (known.disabled or not known.by_groups):
        return None if known.disabled else known.account
    return _by_groups(session, settings, person, None if known is None else known.account, now=now)


def _by_groups(
    session: Session, settings: Options, person: Person, account: Account | None, *, now: datetime
) -> Account | None:
    """The account with what its groups give; an account whose groups give no role is closed to its owner."""
    roles = frozenset(Role(role) for group in person.groups for role in settings.oidc_roles.get(group, ()))
    named = {name for group in person.groups for name in settings.oidc_sites.get(group, ())}
    sites = None if "*" in named else _numbers(session, named)
    if account is None:
        if not roles or person.name is None:
            return None
        try:
            account = accounts.create(session, person.name, None, roles=roles, sites=sites, now=now)
        except Conflict:  # a name of ours is not given to whom the provider calls so
            return None
        claims.bind(session, account.id, person.issuer, person.subject, now=now)
    elif (account.roles, account.sites) != (roles, sites):
        accounts.set_roles(session, account.id, roles)
        accounts.set_sites(session, account.id, sites)
        give_back_seats(session, account.id, by=By("provider"), now=now)
        if not roles:
            accounts.end_sessions(session, account.id)
    else:
        return account if roles else None
    _tell(session, account, roles, sites, now=now)
    return account if roles else None


def _numbers(session: Session, names: set[str]) -> frozenset[int]:
    """Names of clinics that are not here yet give nothing."""
    return frozenset(clinic.id for clinic in cohorts.clinics(session) if clinic.name in names)


def _tell(
    session: Session, account: Account, roles: frozenset[Role], sites: frozenset[int] | None, *, now: datetime
) -> None:
    of: Sequence[str] = ["all"] if sites is None else [str(site) for site in sorted(sites)]
    told = f"by=provider account={account.id} roles={','.join(sorted(roles))} sites={','.join(of)}"
    trail.record(session, action=Action.ACCOUNT_CHANGED, account_id=account.id, detail=told, now=now)
