"""An open audit of told charts, each pulled, abstracted, drawn and given its seats."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlmodel import Session, col, select

from abstractor.abstract import Abstract, LineRef
from abstractor.chart import Completeness, Seen
from abstractor.guidelines import load_library, load_value_sets
from abstractor.jobs import open_queue
from abstractor.rules.library import Library
from abstractor.settings import Settings
from abstractor.store import abstracts, cohorts, ledger, raw
from abstractor.store.account_tables import AccountRow
from abstractor.store.auditing.claiming import claim
from abstractor.store.auditing.seats import make_seats
from abstractor.store.auditing.tables import AuditChartRow, AuditReaderRow, ChartAuditRow, SeatRow
from abstractor.store.auditing.values import ADJUDICATION, DrawnChart
from abstractor.store.connection_values import LedgerEntry
from abstractor.store.database import Store
from abstractor.store.rows import add, kept
from abstractor.store.tables import AbstractRow, CycleRow
from abstractor.store.values import Account, LineClinician, Quarantine, RawCopy, Role
from abstractor.workflow import Services
from abstractor.workflow.auditing.answers import Answer, Said
from abstractor.workflow.auditing.design import Charts, Design, design_to_json
from abstractor.workflow.auditing.reviews import ReviewPage, review_of, save
from abstractor.workflow.auditing.shown import ItemSeen
from tests.integration.keeping import after
from tests.integration.web.charts import critical, discordant

__all__ = ["CYCLE", "Kept", "Room", "own_answer", "room_with", "shown_answer", "told_charts"]

CYCLE = 740193
CLINIC = "Canarywood Cancer Center"
NAMES = ("ann", "ben", "cid")


@dataclass(frozen=True, slots=True)
class Kept:
    """What a clinic sent, and the abstract that was made of it."""

    resources: Sequence[dict[str, Any]]
    abstract: Abstract


@dataclass(frozen=True, slots=True)
class Room:
    """Ann and ben review, cid adjudicates. `charts` are numbers of drawn charts, in order."""

    services: Services
    audit_id: int
    charts: tuple[int, ...]
    patients: tuple[int, ...]
    readers: dict[str, Account]

    def sit(self, name: str, chart: int = 0, number: int = 1) -> int:
        """That reader claims that seat; its number."""
        seat_id = self.seat(chart, number)
        with self.services.store.writing() as session:
            claim(session, seat_id, self.readers[name].id, now=after(1), until=after(3600))
        return seat_id

    def seat(self, chart: int, number: int) -> int:
        with self.services.store.reading() as session:
            wanted = select(SeatRow.id).where(SeatRow.audit_chart_id == self.charts[chart])
            return kept(session.exec(wanted.where(SeatRow.number == number)).one())

    def page(self, name: str, seat_id: int, now: datetime | None = None) -> ReviewPage:
        return review_of(self.services, seat_id, self.readers[name], now or after(2))

    def save(self, name: str, seat_id: int, item: str, answer: Answer | None, expected: int) -> int:
        reader = self.readers[name]
        return save(self.services, seat_id, reader, item=item, answer=answer, expected=expected, now=after(3))

    def answer_all(self, name: str, seat_id: int, text: str = "") -> int:
        """Every question that is open gets an answer that fits; the last step's number."""
        page = self.page(name, seat_id)
        number = page.expected
        for seen in page.items:
            if seen.item.key in page.unanswered:
                answer = shown_answer(seen) if seen.item.program is not None else own_answer(seen, text=text)
                number = self.save(name, seat_id, seen.item.key, answer, number)
        return number


def shown_answer(seen: ItemSeen) -> Answer:
    return Answer(Said.AGREE)


def own_answer(seen: ItemSeen, text: str = "") -> Answer:
    right = seen.item.choices[0]
    return Answer(Said.OWN, right=right, text=text)


def told_charts() -> list[Kept]:
    """Two charts that were told by hand: one critical, one discordant."""
    told = [critical(1), discordant(2)]
    return [Kept(list(one.resources.values()), one.abstract) for one in told if one.abstract is not None]


@cache
def _library() -> Library:
    return load_library()


def room_with(
    store: Store, charts: Sequence[Kept], *, readers: int = 1, clinic: str = CLINIC, **design: Any
) -> Room:
    services = Services(
        settings=Settings(_env_file=None),
        store=store,
        queue=open_queue("redis://127.0.0.1:9/0", retry_delays=(60,)),
        library=_library(),
        value_sets=load_value_sets(),
    )
    with store.writing() as session:
        clinic_id = cohorts.register_clinic(
            session, clinic, "https://fhir.canarywood.example/r4", group=None, now=after(0)
        ).id
        _cycle(session, clinic_id, charts[0].abstract)
        audit = ChartAuditRow(
            cycle_id=CYCLE,
            title=f"Baseline of {clinic}",
            purpose="live",
            state="open",
            design=design_to_json(Design(charts=Charts.FLAGGED, seed=1, readers=readers, **design)),
            created_at=after(0),
            opened_at=after(0),
        )
        add(session, audit)
        audit_id = kept(audit.id)
        drawn = [
            _drawn(session, clinic_id, audit_id, place, readers, chart)
            for place, chart in enumerate(charts, 1)
        ]
        make_seats(session, audit_id, drawn, now=after(0))
        known = {name: _reader(session, audit_id, name) for name in NAMES}
    return Room(
        services,
        audit_id,
        tuple(one.id for one in drawn),
        tuple(one.patient_id for one in drawn),
        known,
    )


def _cycle(session: Session, clinic_id: int, abstract: Abstract) -> None:
    """Under a number that stands nowhere by chance."""
    row = CycleRow(
        id=CYCLE,
        clinic_id=clinic_id,
        period_start=abstract.period.start,
        period_end=abstract.period.end,
        as_of=abstract.as_of,
        timezone=abstract.period.timezone,
        definition="A",
        gap_days=180,
        cohort="her2-mbc",
        program="0.1.0",
        editions="",
        value_sets="sha256:00",
        line_policy="her2mbc-1",
        opened_at=after(0),
    )
    add(session, row)


def _drawn(
    session: Session, clinic_id: int, audit_id: int, place: int, readers: int, chart: Kept
) -> DrawnChart:
    (patient,) = cohorts.add_patients(session, clinic_id, [chart.abstract.patient], now=after(0))
    abstract_id = _abstracted(session, patient, chart)
    row = AuditChartRow(
        audit_id=audit_id,
        patient_id=patient,
        abstract_id=abstract_id,
        code=f"K{place}",
        stratum="",
        place=place,
        readers=readers,
    )
    add(session, row)
    return DrawnChart(kept(row.id), audit_id, patient, abstract_id, row.code, "", place, readers)


def _abstracted(session: Session, patient: int, chart: Kept) -> int:
    bodies = [json.dumps(resource).encode() for resource in chart.resources]
    pull_id = raw.keep_pull(
        session,
        cycle_id=CYCLE,
        patient_id=patient,
        copies=[RawCopy(body, "https://fhir.canarywood.example/r4/Bundle") for body in bodies],
        answers=[Completeness("Condition", Seen.PARTIAL, 1, "held-since:2031-05-06")],
        foreign=0,
        now=after(0),
    )
    ledger.append(
        session,
        pull_id,
        [LedgerEntry("Condition", None, None, "refused", 1, asked="patient", detail="http-403")],
    )
    abstracts.append(
        session,
        chart.abstract,
        cycle_id=CYCLE,
        patient_id=patient,
        pull_id=pull_id,
        input_digest=f"sha256:{patient}",
        clinicians=[
            LineClinician(LineRef(line.setting, line.number), "Practitioner/canary-doctor", None)
            for line in chart.abstract.lines
        ],
        quarantined=[Quarantine("Observation", "Observation.ndjson:7", "Observation.status", "no status")],
        now=after(0),
    )
    numbers = select(AbstractRow.id).where(AbstractRow.patient_id == patient)
    return kept(session.exec(numbers.order_by(col(AbstractRow.id).desc())).first())


def _reader(session: Session, audit_id: int, name: str) -> Account:
    row = AccountRow(name=name, all_sites=True, created_at=after(0))
    add(session, row)
    settles = name == NAMES[ADJUDICATION - 1]
    session.add(
        AuditReaderRow(
            audit_id=audit_id,
            account_id=kept(row.id),
            reviews=not settles,
            adjudicates=settles,
            added_at=after(0),
        )
    )
    session.flush()
    return Account(id=kept(row.id), name=name, roles=frozenset({Role.AUDITOR}), sites=None)
