"""A stored resource that was damaged costs its own chart, with a code that says so; its neighbours go on."""

from sqlalchemy import text
from sqlmodel import select

from abstractor.store.append_only import Door, door
from abstractor.store.tables import WorkRow
from abstractor.workflow import WorkKind, cycle_progress, work_through
from tests.integration.queue.conftest import Make
from tests.integration.queue.slow_clinic import open_small_cycle


def test_a_damaged_resource_costs_its_chart_alone(make_services: Make) -> None:
    services = make_services(charts=6, lease=60.0)
    cycle_id = open_small_cycle(services)

    def work_of(kind: WorkKind) -> list[int]:
        with services.store.reading() as session:
            found = session.exec(select(WorkRow.id).where(WorkRow.kind == kind.value)).all()
        return [number for number in found if number is not None]

    work_through(services, WorkKind.PULL, work_of(WorkKind.PULL))
    spoil = text("UPDATE raw_resource SET body = :body WHERE type = 'Condition' AND fhir_id = '3'")
    with services.store.writing() as session, door(session, Door.SEAL):
        held = session.connection().scalar(text("SELECT body FROM raw_resource WHERE fhir_id = '3'"))
        spoilt = bytearray(bytes(held))
        spoilt[-1] ^= 1
        assert session.connection().execute(spoil, {"body": bytes(spoilt)}).rowcount == 1
    work_through(services, WorkKind.ABSTRACT, work_of(WorkKind.ABSTRACT))
    progress = cycle_progress(services, cycle_id)
    assert (progress.abstracts.done, progress.abstracts.failed) == (5, 1)
    assert progress.errors == (("stored-resource-damaged", 1),)
