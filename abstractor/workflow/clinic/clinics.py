"""The clinics that are pulled from: added, found by name, and connected to with what each of them needs.

A connection brings together the settings of this installation, the clinic's setup, the key that signs in and
the token that all workers share.
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from abstractor.errors import Damaged, OptionError, SetupError, StoreError
from abstractor.fhir.address import Endpoint
from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.fhir.endpoint import Connection, Listed
from abstractor.fhir.search_codes import codes_of_concepts, codes_of_results
from abstractor.fhir.setup_reading import document_of, read_setup
from abstractor.fhir.smart.scopes import types_needed
from abstractor.fhir.smart.tokens import BackendServices, Token, TokenShelf, backend_services
from abstractor.store import cohorts, setups, tallies, tokens
from abstractor.store.connection_values import KeptToken
from abstractor.store.values import Clinic
from abstractor.workflow.clinic.keys import current_key
from abstractor.workflow.clinic.nights import require_cron
from abstractor.workflow.clinic.setups import setup_in
from abstractor.workflow.options import Options
from abstractor.workflow.services import Services

__all__ = [
    "Registered",
    "SealedShelf",
    "add_clinic",
    "clinic_endpoint",
    "clinic_for_pull",
    "clinic_from_file",
    "clinic_if_there",
    "clinic_meant",
    "clinic_named",
    "clinics",
    "cohort_of",
    "connection_to",
    "endpoint_of",
    "registered_of",
    "remove_clinic",
    "signing_in",
]

_LOG = logging.getLogger(__name__)
# What a token is for: where one of these changes, the one that is held is not used any more.
_BEHIND_A_TOKEN = ("base_url", "auth", "client_id", "algorithm", "token_url", "scopes", "group")
# Who is asked for where the cohort is chosen by diagnosis.
_DIAGNOSES = ("breast-cancer", "her2-positive-breast-cancer", "her2-negative-breast-cancer")
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9 ._-]+")


@dataclass(frozen=True, slots=True)
class Registered:
    """A clinic of the database, and how it is asked."""

    clinic: Clinic
    setup: ClinicSetup


def clinic_from_file(path: Path, *, name: str | None = None) -> ClinicSetup:
    """The settings of a clinic as its file says them; a complaint names file, line and mend."""
    return read_setup(path, named=name, checks={"nightly": require_cron})


def add_clinic(services: Services, setup: ClinicSetup) -> Registered:
    """Keep this as the setup of the clinic of that name, in place of the one before. Another address or
    group is another clinic, whose patients are pulled anew.
    """
    address = clinic_endpoint(setup, services.settings).root.rstrip("/")
    if setup.nightly is not None:
        require_cron(setup.nightly)
    now = services.clock()
    with services.store.writing() as session:
        before = setups.setup_named(session, setup.name)
        clinic = cohorts.register_clinic(session, setup.name, address, group=setup.group, now=now)
        setups.keep_setup(session, setup.name, document_of(setup), clinic_id=clinic.id, now=now)
        if before is None or _token_is_of_another(setup_in(before), setup):
            for clinic_id in {clinic.id, *([before.clinic_id] if before is not None else [])}:
                tokens.forget_token(session, clinic_id)
    return Registered(clinic, setup)


def clinics(services: Services) -> tuple[Registered, ...]:
    """Every clinic that was added and not removed, by name."""
    with services.store.reading() as session:
        known = {clinic.id: clinic for clinic in cohorts.clinics(session)}
        return tuple(Registered(known[kept.clinic_id], setup_in(kept)) for kept in setups.setups(session))


def clinic_if_there(services: Services, name: str) -> Registered | None:
    return next((one for one in clinics(services) if one.setup.name == name), None)


def clinic_named(services: Services, name: str) -> Registered:
    """`OptionError` with the names that there are."""
    found = clinic_if_there(services, name)
    if found is not None:
        return found
    there = clinics(services)
    if not there:
        raise OptionError(
            f"there is no clinic {name!r}, nor any other: `abstractor clinic add FILE.toml` adds one"
            if name
            else "there is no clinic yet: `abstractor clinic add FILE.toml` adds one"
        )
    names = ", ".join(registered.setup.name for registered in there)
    raise OptionError(f"there is no clinic {name!r}; there are: {names}")


def clinic_meant(services: Services, name: str | None) -> Registered:
    """The clinic of that name; without one the only clinic that there is."""
    if name is not None:
        return clinic_named(services, name)
    there = clinics(services)
    if len(there) > 1:
        names = ", ".join(one.setup.name for one in there)
        raise OptionError(f"there are several clinics, so say which: {names}")
    return there[0] if there else clinic_named(services, "")


def clinic_for_pull(services: Services, name: str | None, *, way: str | None = None) -> Registered:
    """`way` goes before that of the setup."""
    registered = clinic_meant(services, name)
    return registered if way is None else replace(registered, setup=replace(registered.setup, way=way))


def registered_of(services: Services, clinic_id: int) -> Registered:
    """A clinic with the last setup that it had; one that never had any is asked without signing in, as
    `run --clinic-url` and `demo` do. `SetupError` where it was removed: then it is asked no more.
    """
    with services.store.reading() as session:
        clinic = next((one for one in cohorts.clinics(session) if one.id == clinic_id), None)
        if clinic is None:
            raise SetupError(f"there is no clinic with the number {clinic_id}")
        kept = setups.setup_of(session, clinic_id)
        if kept is None:
            return Registered(clinic, _plain(clinic))
        if setups.setup_named(session, kept.name) is None:
            raise SetupError(
                f"the clinic {kept.name} was removed and is asked no more: `abstractor clinic add` brings it "
                "back"
            )
        return Registered(clinic, setup_in(kept))


def remove_clinic(services: Services, name: str) -> Registered:
    """It is asked no more. What was pulled from it stays until it is purged."""
    registered = clinic_named(services, name)
    with services.store.writing() as session:
        setups.remove_setup(session, name, now=services.clock())
        tokens.forget_token(session, registered.clinic.id)
    return registered


def clinic_endpoint(setup: ClinicSetup, settings: Options) -> Endpoint:
    """The installation's time-outs and tries with the clinic's address and pace. Epic wants to be told who
    asks; a clinic that is known as Epic only from its answers is not told."""
    told = setup.dialect == "epic" and setup.client_id is not None
    return replace(
        endpoint_of(setup.base_url, settings),
        requests_per_second=setup.requests_per_second,
        at_once=setup.at_once,
        headers=(("Epic-Client-ID", setup.client_id or ""),) if told else (),
    )


def endpoint_of(base_url: str, settings: Options) -> Endpoint:
    """How that endpoint is asked; `OptionError` where its address cannot be."""
    return Endpoint(
        base_url=base_url,
        page_size=settings.page_size,
        max_pages=settings.max_pages,
        connect_timeout=settings.http_connect_timeout,
        read_timeout=settings.http_read_timeout,
        tries=settings.http_tries,
        backoff=settings.http_backoff,
        retry_after_cap=settings.http_retry_after_cap,
    )


def signing_in(
    services: Services, setup: ClinicSetup, *, shelf: TokenShelf | None = None
) -> BackendServices | None:
    """Who signs in at a clinic of that setup; None where one does not. Nothing is asked yet.

    Without a `shelf` no token from before is used: whether the clinic knows our key is then sure.
    """
    if setup.auth == "none":
        return None
    return backend_services(
        clinic_endpoint(setup, services.settings),
        client_id=setup.client_id or "",
        key=current_key(services, setup),
        token_url=setup.token_url,
        scopes=setup.scopes,
        types=types_needed(group=setup.group is not None),
        shelf=shelf,
        clock=lambda: services.clock().timestamp(),
    )


@contextmanager
def connection_to(
    services: Services, registered: Registered, *, granted: Callable[[str], None] | None = None
) -> Iterator[Connection]:
    """A connection to that clinic, signed in where it wants that. `granted` is told the scope that we have:
    at once, and at the end where it was another one then.
    """
    setup = registered.setup
    auth = signing_in(services, setup, shelf=SealedShelf(services, registered.clinic.id))
    said = None
    if auth is not None and granted is not None:
        said = auth.sign_in().scope
        granted(said)
    endpoint = clinic_endpoint(setup, services.settings)
    asked = services.connect(
        endpoint,
        auth=auth,
        dialect=setup.dialect,
        codes=codes_of_results(services.value_sets),
        categorised=setup.categorised_types,
        now=services.clock,
    )
    with asked as connection:
        try:
            yield connection
        finally:
            _count(services, registered.clinic.id, connection.counts())
            last = auth.granted() if auth is not None else None
            if granted is not None and last is not None and last.scope != said:
                granted(last.scope)


def cohort_of(services: Services, setup: ClinicSetup, connection: Connection) -> Iterator[Listed]:
    """Whose charts that clinic is asked for. ClinicMisbehaved after the last: who may be missing."""
    return connection.cohort(setup, codes_of_concepts(services.value_sets, _DIAGNOSES))


class SealedShelf:
    """The clinic's token in the database: sealed, and the same for all workers."""

    def __init__(self, services: Services, clinic_id: int) -> None:
        self._store = services.store
        self._clock = services.clock
        self._clinic_id = clinic_id

    def read(self) -> Token | None:
        """A row that cannot be opened is as good as none: there will be a new token."""
        try:
            with self._store.reading() as session:
                kept = tokens.token_of(session, self._clinic_id)
        except Damaged:
            _LOG.warning("the kept token of clinic %s is damaged; a new one is asked for", self._clinic_id)
            return None
        return None if kept is None else Token(kept.access, kept.expires_at.timestamp(), kept.scope)

    def keep(self, token: Token) -> None:
        expires_at = datetime.fromtimestamp(token.expires_at, UTC)
        with self._store.writing() as session:
            kept = KeptToken(token.access, expires_at, token.scope)
            tokens.keep_token(session, self._clinic_id, kept, now=self._clock())
            tallies.add(session, self._clinic_id, {"tokens": 1})


def _count(services: Services, clinic_id: int, counts: Mapping[str, int]) -> None:
    """For the metrics. What cannot be counted is no reason to fail what was pulled."""
    try:
        with services.store.writing() as session:
            tallies.add(session, clinic_id, counts)
    except StoreError as failure:
        _LOG.warning("what was asked of clinic %s is not counted: %s", clinic_id, failure)


def _token_is_of_another(before: ClinicSetup, setup: ClinicSetup) -> bool:
    return any(getattr(before, name) != getattr(setup, name) for name in _BEHIND_A_TOKEN)


def _plain(clinic: Clinic) -> ClinicSetup:
    """A name that people gave on a command line may hold what a setup's may not."""
    name = _NOT_IN_A_NAME.sub("-", clinic.name).strip(" ._-")[:64] or "clinic"
    return ClinicSetup(name, clinic.base_url, group=clinic.group)
