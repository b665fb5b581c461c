"""A site with a blinded audit whose charts, clinic and program bear a marker wherever words may stand."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from fastapi import FastAPI
from sqlalchemy import text
from sqlmodel import select

from abstractor.abstract import Flag, LaterVerdict, Severity, Verdict
from abstractor.store import accounts, sign_ins
from abstractor.store.auditing.tables import ChartAuditRow, SeatRow
from abstractor.store.auditing.values import SeatState
from abstractor.store.connection_tables import PullRunRow
from abstractor.store.tables import ClinicRow, CycleRow, PatientRow
from abstractor.store.values import Role
from abstractor.web.evidence import number_evidence
from abstractor.web.security import csrf_of
from abstractor.workflow.auditing.answers import Answer, Said
from abstractor.workflow.auditing.design import Hidden
from abstractor.workflow.auditing.reviews import lock
from fixtures.stories import story
from tests.integration.beside import beside
from tests.integration.keeping import after
from tests.integration.reviews.room import CYCLE, Kept, Room, room_with
from tests.integration.reviews.seeds import seeded
from tests.integration.web.proofs.walking import Walk
from tests.integration.web.proofs.world import app_of
from tests.integration.web.site import open_site

__all__ = ["HIDDEN", "OTHERS", "PROGRAM", "Blind", "blind_site"]

OTHERS, PROGRAM = "Quokka", "yaffle"
# The clinic, its people and ids; the day of the versions; of what was pulled, abstracted, opened; the cycle.
HIDDEN = ("canary", "Wrenfield", "Nightjar", "2031-05-06", "2029", str(CYCLE))
_THEN = "2029-08-17 03:04:05"
_TIMES = {
    "raw_resource": "received_at",
    "pull": "pulled_at",
    "abstract": "abstracted_at",
    "cycle": "opened_at",
}
_NUMBERS = (0, 9)


@dataclass(frozen=True, slots=True)
class Blind:
    room: Room
    app: FastAPI
    tags: tuple[str, ...]

    def walk(self, name: str, *, changes: bool = True) -> Walk:
        """By that reader, with every number that there is."""
        with self.room.services.store.reading() as session:
            seats = [kept for kept in session.exec(select(SeatRow.id)) if kept]
            named = {
                "clinic_id": session.exec(select(ClinicRow.id)).all(),
                "cycle_id": session.exec(select(CycleRow.id)).all(),
                "run_id": [*session.exec(select(PullRunRow.id)), 1],
                "patient_id": session.exec(select(PatientRow.id)).all(),
                "audit_id": session.exec(select(ChartAuditRow.id)).all(),
            }
        more = [f"{number}?abstract={tag}" for number in (7,) for tag in self.tags]
        named |= {"seat_id": seats, "number": [*_NUMBERS, *more]}
        named |= {"key": ["index"], "code": ["K1"], "item": ["x"], "token": ["x"]}
        return Walk(self.app, self._headers(name), named, changes)

    def _headers(self, name: str) -> Callable[[], dict[str, str]]:
        """Of a session of its own for each request: some requests end it."""
        services, account = self.room.services, self.room.readers[name]

        def begin() -> dict[str, str]:
            with services.store.writing() as session:
                token = sign_ins.begin_session(session, account.id, now=services.clock())
            return {"Cookie": f"abstractor_session={token}", "X-CSRF-Token": csrf_of(token)}

        return begin

    def reads(self, name: str, number: int) -> int:
        """That reader says something of everything in the first chart, in words of the other reader."""
        seat, reader = self.room.sit(name, 0, number), self.room.readers[name]
        step = self.room.answer_all(name, seat, text=OTHERS if name == "ben" else "")
        missed = Answer(Said.OWN, right="not-met", reason="other", rule="CDK-CBC", text=OTHERS)
        if name == "ben":
            step = self.room.save(name, seat, "missed:1", missed, step)
        lock(self.room.services, seat, reader, expected=step, now=after(4))
        return seat

    def beside(self, name: str) -> int:
        """Another audit of the same charts, which shows all of them; the seat of it that this reader has."""
        reader, now = self.room.readers[name].id, after(0)
        with self.room.services.store.writing() as session:
            audit_id, _ = beside(session, self.room.audit_id, {reader: True}, now=now)
            seat = session.exec(select(SeatRow).where(SeatRow.audit_id == audit_id)).one()
            seat.state, seat.account_id, seat.lease_until = SeatState.CLAIMED.value, reader, after(3600)
            return seat.id or 0

    def roles(self, name: str, *roles: Role) -> None:
        with self.room.services.store.writing() as session:
            accounts.set_roles(session, self.room.readers[name].id, roles)


@contextmanager
def blind_site(*stories: str, hides: tuple[Hidden, ...]) -> Iterator[Blind]:
    """Ann and ben are auditors in it, cid is its adjudicator; nothing is read yet."""
    with open_site() as site:
        site.clock.at = after(10)
        charts = [_said(seeded(story(name))) for name in stories]
        room = room_with(site.services.store, charts, readers=2, hides=hides)
        blind = Blind(replace(room, services=site.services), app_of(site.services), _tags(charts))
        for name, role in (("ann", Role.AUDITOR), ("ben", Role.AUDITOR), ("cid", Role.ADJUDICATOR)):
            blind.roles(name, role)
        with site.services.store.writing() as session:
            for table, column in _TIMES.items():
                connection = session.connection()
                connection.execute(text(f"DROP TRIGGER IF EXISTS append_only_{table}_update"))
                connection.execute(text(f"UPDATE {table} SET {column} = :then"), {"then": _THEN})  # noqa: S608 - ours
        yield blind


def _said(kept: Kept) -> Kept:
    """The program's words, each with its marker."""
    said = kept.abstract
    findings = tuple(
        replace(
            each,
            statement=f"{PROGRAM} {each.statement}",
            citation=f"{PROGRAM} {each.citation}",
            edition=f"{PROGRAM}-{each.edition}",
            also=PROGRAM,
            later=(LaterVerdict(f"{PROGRAM}-later", Verdict.PREFERRED),),
            would_clear=(f"{PROGRAM} cleared",),
        )
        for each in said.findings
    )
    criteria = tuple(
        replace(each, statement=f"{PROGRAM} {each.statement}", reason=f"{PROGRAM}-reason")
        for each in said.inclusion.criteria
    )
    flags = (*said.flags, Flag(f"{PROGRAM}-flag", Severity.CRITICAL, "Raised.", ()))
    stamps = replace(said.stamps, editions=(f"{PROGRAM}-edition",))
    inclusion = replace(said.inclusion, criteria=criteria)
    marked = tuple(replace(each, statement=f"{PROGRAM} {each.statement}") for each in flags)
    return replace(
        kept,
        abstract=replace(said, findings=findings, inclusion=inclusion, flags=marked, stamps=stamps),
    )


def _tags(charts: list[Kept]) -> tuple[str, ...]:
    """Of the ordinary pages: nobody tells a blinded reader."""
    return tuple(number_evidence(each.abstract).tag for each in charts)
