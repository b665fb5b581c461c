"""An installation whose clock a test moves on, and whose clinics and rounds it makes up."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.store import runs
from abstractor.store.connection_values import PullKind, PullWay, RunState
from abstractor.workflow import Services
from abstractor.workflow.clinic.clinics import add_clinic
from abstractor.workflow.services import now_utc

__all__ = ["House"]

NIGHTLY = "30 2 * * *"


@dataclass(slots=True)
class House:
    """The services of one installation; `at` is what its clock says."""

    services: Services
    at: datetime = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

    def __post_init__(self) -> None:
        self.services = replace(self.services, clock=lambda: self.at)

    def settings(self, **changed: object) -> None:
        settings = self.services.settings.model_copy(update=changed)  # type: ignore[attr-defined] # ours are pydantic's
        self.services = replace(self.services, settings=settings)

    def wait(self, **time: float) -> None:
        self.at += timedelta(**time)

    def running(self) -> Services:
        """The same installation by the real clock, on another machine."""
        return replace(self.services, clock=now_utc)

    def add(self, name: str = "north", **setup: object) -> int:
        """A clinic, added at this time; its number."""
        chosen = {"base_url": "https://clinic.example/fhir", "nightly": NIGHTLY, **setup}
        return add_clinic(self.services, ClinicSetup(name, **chosen)).clinic.id  # type: ignore[arg-type] # settings by name

    def round(
        self, clinic_id: int, state: RunState | None = RunState.DONE, *, error: str | None = None
    ) -> int:
        """A round of that clinic that began now and, but for None, ended in that state at once."""
        with self.services.store.writing() as session:
            run_id = runs.open_run(session, clinic_id, kind=PullKind.FULL, way=PullWay.SEARCH, now=self.at)
            if state is not None:
                runs.end_run(session, run_id, state, error_code=error, now=self.at)
        return run_id
