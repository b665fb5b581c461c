"""Small values for the tests of keeping and carrying: an abstract, a resource, a cycle of some charts."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session

from abstractor.abstract import (
    Abstract,
    Flag,
    Inclusion,
    Line,
    ReportingPeriod,
    Severity,
    Stamps,
    Verdict,
)
from abstractor.chart import Completeness, Seen
from abstractor.dates import Period, exact
from abstractor.store import cohorts, runs, work
from abstractor.store.connection_values import PullKind, PullWay
from abstractor.store.sealing import DataKey, Sealer
from abstractor.store.values import Cycle, RawCopy, WorkKind

__all__ = ["KEY", "NOW", "PERIOD", "SEALER", "abstract_of", "after", "copy_of", "cycle_of"]

NOW = datetime(2023, 2, 1, 12, 0, tzinfo=UTC)
KEY = DataKey(bytes(range(32)))
SEALER = Sealer([KEY])
PERIOD = Period(date(2022, 1, 1), date(2022, 12, 31))


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def copy_of(resource_type: str, identity: str, version: str | None = "1", **elements: object) -> RawCopy:
    meta = {} if version is None else {"meta": {"versionId": version}}
    body = json.dumps({"resourceType": resource_type, "id": identity, **meta, **elements}).encode()
    return RawCopy(body=body, origin=f"https://clinic.example/fhir/{resource_type}/{identity}")


def cycle_of(session: Session, references: Sequence[str], *, kind: WorkKind = WorkKind.PULL) -> Cycle:
    """A clinic with those patients, a cycle with its round, and one waiting row of work a patient."""
    clinic = cohorts.register_clinic(session, "North", "https://clinic.example/fhir", group=None, now=NOW)
    cycle = cohorts.open_cycle(
        session,
        clinic.id,
        period=PERIOD,
        as_of=date(2023, 1, 31),
        timezone="America/New_York",
        definition="A",
        cohort="her2-mbc",
        gap_days=180,
        program="0.1.0",
        editions=["an-edition", "another"],
        value_sets="sha256:0",
        line_policy="policy-1",
        now=NOW,
    )
    numbers = cohorts.add_patients(session, clinic.id, references, now=NOW)
    run_id = None
    if kind is WorkKind.PULL:
        run_id = runs.open_run(
            session, clinic.id, kind=PullKind.FULL, way=PullWay.SEARCH, cycle_id=cycle.id, now=NOW
        )
        runs.hold(session, run_id, owner="lister", until=after(60), now=NOW)
    work.add_work(session, kind, run_id=run_id, cycle_id=cycle.id, patient_ids=numbers, now=NOW)
    if run_id is not None:
        runs.note_listing(
            session, run_id, owner="lister", patients=len(numbers), unlisted=0, gap=None, now=NOW
        )
    return cycle


def abstract_of(
    patient: str,
    *,
    verdict: Verdict = Verdict.INCLUDED,
    flags: Sequence[tuple[str, Severity]] = (("sequencing", Severity.DISCORDANT),),
    flagged: bool = True,
) -> Abstract:
    return Abstract(
        patient=patient,
        period=ReportingPeriod(PERIOD.start, PERIOD.end, "America/New_York"),
        as_of=date(2023, 1, 31),
        inclusion=Inclusion("her2-mbc", verdict, "A", (("A", verdict),), False, ()),
        lines=(_line("curative", 1, "TCHP"), _line("palliative", 1, None)),
        findings=(),
        flags=tuple(Flag(code, severity, "A sentence.", ()) for code, severity in flags),
        flagged=flagged,
        completeness=(Completeness("Condition", Seen.COMPLETE, 1, None),),
        stamps=Stamps("0.1.0", (), "sha256:0", "policy-1", "sha256:1"),
    )


def _line(setting: str, number: int, regimen: str | None) -> Line:
    start = exact(date(2022, 3, 1))
    agents = ("docetaxel", "trastuzumab")
    return Line(setting, number, agents, regimen, True, start, None, "ongoing", "first", (), ())
