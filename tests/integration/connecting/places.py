"""Clinics that one signs in at, for the tests of connecting; and the clock on the wall."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.workflow import Services, public_keys
from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from fixtures.clinic.smart.setup import Smart
from fixtures.stories import all_stories

__all__ = ["Wall", "guarded", "setup_of"]


class Wall:
    """The time of day; a test moves it on."""

    def __init__(self) -> None:
        self._moved = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._moved

    def move(self, **by: float) -> None:
        self._moved += timedelta(**by)


@contextmanager
def guarded(
    services: Services, *, tls: Path | None = None, latency_ms: float = 0.0, **smart: Any
) -> Iterator[Door]:
    """A clinic that knows the keys which stand in our key set now."""
    knows = Smart(jwks=public_keys(services), **smart)
    with open_clinic(all_stories()[:8], smart=knows, tls=tls, latency_ms=latency_ms) as door:
        yield door


def setup_of(door: Door, **more: Any) -> ClinicSetup:
    told = {"name": "North", "auth": "backend-services", "client_id": "abstractor", "group": "all"}
    return ClinicSetup(base_url=door.url, **{**told, **more})
