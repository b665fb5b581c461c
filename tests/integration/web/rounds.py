"""A clinic connected to a site of a test: pulled in a round over real HTTP, and examined."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import col, select

from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.store.tables import WorkRow
from abstractor.store.values import WorkKind, WorkState
from abstractor.workflow import Begun, Question, Services, add_clinic, begin_round, open_cycle, work_through
from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from fixtures.stories import all_stories
from tests.integration.keeping import PERIOD

__all__ = ["pull_a_round", "some_clinic"]


@contextmanager
def some_clinic(personality: str = "epic", **more: object) -> Iterator[Door]:
    """Eight patients of the sample clinic."""
    with open_clinic(all_stories()[:8], personality=personality, **more) as door:  # type: ignore[arg-type]
        yield door


def pull_a_round(services: Services, door: Door, *, name: str = "North", cycle: bool = False) -> Begun:
    """Everything of a round, of a cycle or of none, by this process alone."""
    registered = add_clinic(services, ClinicSetup(name, door.url, group="all"))
    question = Question(PERIOD, PERIOD.end, "America/New_York", "A", 180, "0.1.0")
    cycle_id = open_cycle(services, registered.clinic, question) if cycle else None
    begun = begin_round(services, registered, cycle_id=cycle_id)
    work_off(services)
    return begun


def work_off(services: Services) -> None:
    """Whatever is to be pulled, then whatever is to be abstracted."""
    for kind in (WorkKind.PULL, WorkKind.ABSTRACT):
        with services.store.reading() as session:
            waits = (WorkRow.kind == kind.value, WorkRow.state == WorkState.WAITING.value)
            numbers = session.exec(select(WorkRow.id).where(*waits).order_by(col(WorkRow.id))).all()
        work_through(services, kind, [number for number in numbers if number is not None])
