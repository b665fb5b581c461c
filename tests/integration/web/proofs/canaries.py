"""A chart that bears a canary wherever a patient, a clinic or a reader may put words: pulled over HTTP,
abstracted by jobs, one of which fails, and read in an audit.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from sqlmodel import col, select

from abstractor.errors import AbstractorError
from abstractor.jobs import QUEUES
from abstractor.store import accounts, sign_ins
from abstractor.store.auditing.tables import SeatRow
from abstractor.store.connection_tables import PullRunRow
from abstractor.store.tables import PatientRow, WorkRow
from abstractor.store.values import Account, Role, WorkState
from abstractor.web.security import csrf_of
from abstractor.workflow.auditing import seats
from abstractor.workflow.auditing.answers import Answer, Said
from abstractor.workflow.auditing.reviews import review_of, save
from fixtures.clinic.running import open_clinic
from fixtures.stories import Story, story
from tests.integration.keeping import NOW
from tests.integration.web.proofs.world import audit_in
from tests.integration.web.rounds import pull_a_round, work_off
from tests.integration.web.site import Site, open_site

__all__ = ["BORN", "CANARIES", "Watched", "watched"]

# Name, identifier, reference, birth date, free text; the clinic's words; a reader's.
NAME, NUMBER, REFERENCE, BORN = "Zanzibarwell", "MRN-HOOPOE-9931", "ptarmigan", "1911-11-13"
TEXT, CLINIC, READER = "Quetzalnote", "Hoatzinclinic", "Bobolinkwords"
CANARIES = (NAME, NUMBER, REFERENCE, BORN, TEXT, CLINIC, READER)
STORY = "v08"


@dataclass(frozen=True, slots=True)
class Watched:
    """`queued` is everything that the queue held, and the rows of work that failed."""

    site: Site
    account: Account
    named: dict[str, Sequence[object]]
    queued: bytes

    def session(self) -> dict[str, str]:
        with self.site.services.store.writing() as session:
            token = sign_ins.begin_session(session, self.account.id, now=self.site.clock())
        return {"Cookie": f"abstractor_session={token}", "X-CSRF-Token": csrf_of(token)}


@contextmanager
def watched() -> Iterator[Watched]:
    with open_site() as site, open_clinic([marked(story(STORY))], personality="epic") as door:
        services, site.clock.at = site.services, NOW
        begun = pull_a_round(replace(services, decide=_fails), door, cycle=True)
        held = queued(site)
        with services.store.writing() as session:
            failed = session.exec(select(WorkRow).where(col(WorkRow.error_code).is_not(None))).all()
            assert failed
            held += repr([row.model_dump() for row in failed]).encode()
            for row in failed:
                row.state, row.ended_at = WorkState.WAITING.value, None
        work_off(services)
        with services.store.writing() as session:
            reader, other = (
                accounts.create(session, name, None, roles=Role, sites=None, now=site.clock())
                for name in ("reader", "other")
            )
        audit_id = audit_in(site, (reader, other), hides=())
        seat = seats.claim_next(services, audit_id, reader, site.clock())
        assert seat is not None
        _read(site, reader, seat.id)
        with services.store.reading() as session:
            named: dict[str, Sequence[object]] = {
                "run_id": session.exec(select(PullRunRow.id)).all(),
                "patient_id": session.exec(select(PatientRow.id)).all(),
                "seat_id": session.exec(select(SeatRow.id).order_by(col(SeatRow.id))).all(),
            }
        assert begun.run_id in named["run_id"]
        named |= {"clinic_id": [1, 99], "cycle_id": [1, 99], "audit_id": [audit_id, 99], "number": [0, 999]}
        named |= {"key": ["index"], "code": ["K1"], "item": ["x"], "token": ["x"]}
        yield Watched(site, reader, named, held)


def marked(told: Story) -> Story:
    """The same chart under another id, with canaries."""
    resources = json.loads(json.dumps(told.resources).replace(told.id, REFERENCE))
    return replace(told, id=REFERENCE, resources=tuple({**each, **_added(each)} for each in resources))


def _added(resource: dict[str, Any]) -> dict[str, Any]:
    doctor = {"reference": f"Practitioner/{REFERENCE}", "display": f"Dr {CLINIC}"}
    match resource["resourceType"]:
        case "Patient":
            named = {"use": "official", "family": NAME, "given": ["Zelda"]}
            number = {"system": "https://clinic.example.org/mrn", "value": NUMBER}
            return {"name": [named], "birthDate": BORN, "identifier": [number]}
        case "Organization" | "Practitioner" | "PractitionerRole":
            return {"text": {"status": "generated", "div": f"<div>{CLINIC}</div>"}}
        case _:
            noted = [{"authorReference": doctor, "text": f"{TEXT}: {NAME} was seen at {CLINIC}."}]
            return {"note": noted, "identifier": [{"value": NUMBER}]}


def _read(site: Site, reader: Account, seat_id: int) -> None:
    """The reader writes wherever a reader may."""
    services, now = site.services, site.clock()
    page = review_of(services, seat_id, reader, now)
    number = page.expected
    for seen in page.items[:3]:
        said = Answer(Said.OVERRULE, right=seen.item.choices[-1], reason="other", text=READER)
        try:
            number = save(
                services, seat_id, reader, item=seen.item.key, answer=said, expected=number, now=now
            )
        except AbstractorError:
            continue
    assert number > page.expected
    seats.hold(services, seat_id, reader, reason="other", words=READER, now=now)
    seats.resume(services, seat_id, reader, now=now)


def _fails(*_: object) -> NoReturn:
    raise ValueError(" ".join(CANARIES))


def queued(site: Site) -> bytes:
    """Every key and value of the queue's server: no worker has taken a job."""
    queue = site.services.queue
    told = [job.data for name in QUEUES for job in queue.of(name).jobs]
    assert told
    return b"\n".join(
        [*told, *(key + (queue.connection.dump(key) or b"") for key in queue.connection.keys())]
    )
