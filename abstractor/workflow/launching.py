"""Opened from the EHR: which clinic it is, whose chart, and who did it.

Only addresses of clinics that were added are asked. Who opened it is known by the EHR's address, its issuer
and subject; the first time by the address of their record there (`--provider-name`). An EHR vouches for its
own people alone: what it calls itself, and whom it names elsewhere, gives it nobody of another clinic or of
the hospital's provider.
"""

import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from abstractor.fhir.http import Http
from abstractor.fhir.smart.launch import AppClient, Launched, begin_launch, finish_launch
from abstractor.store.launching import latest_chart
from abstractor.store.values import Account
from abstractor.workflow.clinic.clinics import clinic_endpoint, clinics
from abstractor.workflow.provider import Person, is_another, sign_in_by_provider
from abstractor.workflow.services import Services

__all__ = ["Arrived", "begin", "finish"]

CALLBACK = "/launch/callback"
_RELATIVE = re.compile(r"[A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64}")


@dataclass(frozen=True, slots=True)
class Arrived:
    """`path` is null where the chart is in no cycle here. `token` is that of a new session, null where there
    is one already, or where nobody here is this person. `refused`: their account cannot be opened so, since
    it is disabled or claimed by another, and somebody else is signed in.
    """

    path: str | None
    token: str | None
    refused: bool = False


def begin(services: Services, issuer: str, launch: str) -> tuple[str, Mapping[str, str]] | None:
    """Where the browser goes, and what it must remember; None where no clinic has that address, or no app
    is registered.
    """
    client = _client(services)
    setup = next((one.setup for one in clinics(services) if _same(one.clinic.base_url, issuer)), None)
    if client is None or setup is None:
        return None
    endpoint = clinic_endpoint(setup, services.settings)
    with closing(Http(endpoint)) as http:
        return begin_launch(http, endpoint, client, issuer=issuer, launch=launch)


def finish(
    services: Services, remembered: Mapping[str, str], url: str, *, account: Account | None, now: datetime
) -> Arrived:
    """`account` is who is signed in already in this browser: they stay who they are, unless the EHR names the
    owner of another account. At a workstation that people share, what is seen is told of who opened it.
    """
    client = _client(services)
    there = [one for one in clinics(services) if _same(one.clinic.base_url, remembered["aud"])]
    if client is None or not there:
        return Arrived(None, None)
    with closing(Http(clinic_endpoint(there[0].setup, services.settings))) as http:
        launched = finish_launch(http, client, remembered, url, now=now.timestamp())
    person, token = _person(there[0].clinic.base_url, launched), None
    another = account is not None and is_another(services, person, account)
    if account is None or another:
        token = sign_in_by_provider(services, person, now)
    with services.store.reading() as session:
        ids = {one.clinic.id for one in there}
        found = latest_chart(session, ids, f"Patient/{launched.patient}")
    path = None if found is None else f"/cycles/{found[0]}/charts/{found[1]}"
    return Arrived(path, token, refused=another and token is None)


def _person(base_url: str, launched: Launched) -> Person:
    """As this EHR alone can name them; a record at another address is told by nobody."""
    base, user = base_url.rstrip("/") + "/", launched.user
    if user is not None and _RELATIVE.fullmatch(user):
        user = base + user
    name = user if user is not None and user.startswith(base) else None
    return Person(f"{base} {launched.issuer}", launched.subject, name)


def _client(services: Services) -> AppClient | None:
    settings = services.settings
    if not settings.launch_client_id:
        return None
    secret = settings.launch_client_secret.get_secret_value()
    return AppClient(settings.launch_client_id, secret, settings.pages_url + CALLBACK)


def _same(base_url: str, issuer: str) -> bool:
    return base_url.rstrip("/") == issuer.rstrip("/")
