"""The keys that this installation signs in with: of each algorithm one that signs and one that is next.

The next key is published from the day that it is made, so that every clinic knows it before it signs. A
retired one stays published for a while: what was signed just before is still on its way.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict

from abstractor.errors import SetupError
from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.fhir.smart.keys import ALGORITHMS, SigningKey, new_key, public_jwks
from abstractor.store import setups, signing_keys, tokens
from abstractor.store.connection_values import KeyRole, PublicKey
from abstractor.workflow.clinic.setups import setup_in
from abstractor.workflow.services import Services

__all__ = [
    "CACHED",
    "KNOWN_AFTER",
    "Rotated",
    "current_key",
    "has_key",
    "known_from",
    "make_keys",
    "public_keys",
    "published",
    "rotate_keys",
]

# How long whoever fetched the key set may keep it, as its answer says; how long a key must have been in it
# before it signs, for the clinics that keep it longer; and how long a retired one stays.
CACHED = timedelta(minutes=5)
KNOWN_AFTER = timedelta(hours=24)
_STAYS = timedelta(hours=1)


class _Parts(TypedDict):
    """What the store wants to know of a key beside its id."""

    algorithm: str
    private_jwk: str
    public_jwk: str


@dataclass(frozen=True, slots=True)
class Rotated:
    """`signs` took the place of `retired`; `following` is new, and published from now on."""

    algorithm: str
    signs: str
    retired: str | None
    following: str


def make_keys(services: Services) -> tuple[PublicKey, ...]:
    """Of each algorithm a key that signs and the next one, where they are not there; those made now."""
    with services.store.reading() as session:
        lacking = _lacking(signing_keys.signing_keys(session))
    made = [(new_key(algorithm), role) for algorithm, role in lacking]
    with services.store.writing() as session:
        for key, role in made:
            signing_keys.keep_signing_key(session, key.kid, **_parts(key), role=role, now=services.clock())
    kids = {key.kid for key, _ in made}
    return tuple(key for key in published(services) if key.kid in kids)


def published(services: Services) -> tuple[PublicKey, ...]:
    """What stands in the key set now: those that sign, then the next ones, then what was retired just now."""
    with services.store.reading() as session:
        held = signing_keys.signing_keys(session)
    order = (KeyRole.CURRENT, KeyRole.NEXT, KeyRole.RETIRED)
    shown = [key for key in held if _is_shown(key, services.clock())]
    return tuple(sorted(shown, key=lambda key: (order.index(key.role), ALGORITHMS.index(key.algorithm))))


def public_keys(services: Services) -> dict[str, Any]:
    """The key set (JWKS) that clinics read: public parts alone."""
    return {"keys": [json.loads(key.public_jwk) for key in published(services)]}


def known_from(key: PublicKey) -> datetime:
    """When every clinic that reads our key set can be taken to know this key."""
    return key.made_at + KNOWN_AFTER


def rotate_keys(
    services: Services, chosen: Sequence[str] | None = None, *, at_once: bool = False
) -> tuple[Rotated, ...]:
    """The next key of each algorithm (or of those chosen) signs from now on, and a new next one is made.

    Nothing is done where one of them was not published for long enough, unless `at_once`: then clinics that
    keep a key set refuse us for a while.
    """
    algorithms = ALGORITHMS if chosen is None else chosen
    with services.store.reading() as session:
        held = {(key.algorithm, key.role): key for key in signing_keys.signing_keys(session)}
    for algorithm in algorithms:
        _require_known(held.get((algorithm, KeyRole.NEXT)), algorithm, services.clock(), at_once=at_once)
    made = {algorithm: new_key(algorithm) for algorithm in algorithms}
    done: list[Rotated] = []
    now = services.clock()
    with services.store.writing() as session:
        for algorithm, following in made.items():
            before = held.get((algorithm, KeyRole.CURRENT))
            signs = signing_keys.promote(session, algorithm, now=now)
            parts = _parts(following)
            signing_keys.keep_signing_key(session, following.kid, **parts, role=KeyRole.NEXT, now=now)
            retired = before.kid if before is not None else None
            done.append(Rotated(algorithm, signs, retired, following.kid))
        # The key that stood behind their tokens is gone.
        for kept in setups.setups(session):
            if setup_in(kept).algorithm in algorithms:
                tokens.forget_token(session, kept.clinic_id)
    return tuple(done)


def has_key(services: Services, setup: ClinicSetup) -> bool:
    """Is there a key that could sign in at that clinic?"""
    with services.store.reading() as session:
        held = signing_keys.signing_keys(session)
    return (setup.algorithm, KeyRole.CURRENT) in {(key.algorithm, key.role) for key in held}


def current_key(services: Services, setup: ClinicSetup) -> SigningKey:
    """The key that signs in at that clinic."""
    with services.store.reading() as session:
        for key in signing_keys.signing_keys(session):
            if (key.algorithm, key.role) == (setup.algorithm, KeyRole.CURRENT):
                private = signing_keys.private_jwk(session, key.kid)
                return SigningKey(key.kid, key.algorithm, private)
    raise SetupError(
        f"there is no {setup.algorithm} key to sign in with at {setup.name}: make one with "
        "`abstractor clinic keys create` and let the clinic have the public part"
    )


def _lacking(held: Sequence[PublicKey]) -> list[tuple[str, KeyRole]]:
    there = {(key.algorithm, key.role) for key in held}
    wanted = [(algorithm, role) for algorithm in ALGORITHMS for role in (KeyRole.CURRENT, KeyRole.NEXT)]
    return [one for one in wanted if one not in there]


def _parts(key: SigningKey) -> _Parts:
    public = json.dumps(public_jwks([key])["keys"][0])
    return {"algorithm": key.algorithm, "private_jwk": key.private_jwk, "public_jwk": public}


def _require_known(key: PublicKey | None, algorithm: str, now: datetime, *, at_once: bool) -> None:
    if key is None:
        raise SetupError(
            f"there is no next {algorithm} key to go over to: `abstractor clinic keys create` makes one"
        )
    if not at_once and now < known_from(key):
        raise SetupError(
            f"the next {algorithm} key was made at {key.made_at:%Y-%m-%d %H:%M} UTC, and a clinic may not "
            f"know it before {known_from(key):%Y-%m-%d %H:%M} UTC: wait until then, or take --now if the "
            "present key must not be used any longer"
        )


def _is_shown(key: PublicKey, now: datetime) -> bool:
    return key.retired_at is None or now < key.retired_at + _STAYS
