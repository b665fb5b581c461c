"""What the pages of clinics and rounds show: progress, ages, and what could not be seen, in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from abstractor.abstract import Abstract
from abstractor.errors import StoreError
from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.store import cohorts, ledger, progress, runs, setups
from abstractor.store.connection_values import KeptSetup, LedgerEntry, PullRun, RunState
from abstractor.store.dirt import ClinicDirt, dirt_of_clinic
from abstractor.store.values import Clinic, Stage
from abstractor.workflow.clinic.doctor import kept_report
from abstractor.workflow.clinic.doctor_report import DoctorReport
from abstractor.workflow.clinic.ledger_words import SAID, asked_in_words, details_in_words, said_in_words
from abstractor.workflow.clinic.nobody import nobody_has
from abstractor.workflow.clinic.setups import setup_in
from abstractor.workflow.clinic.views import cohort_in_words
from abstractor.workflow.services import Services

__all__ = [
    "ClinicLine",
    "ClinicPage",
    "RoundLine",
    "RoundPage",
    "TypeSaid",
    "Unseen",
    "age_in_words",
    "clinic_lines",
    "clinic_page",
    "doctor_page",
    "round_page",
    "unseen_of_chart",
]

_WHOLE = ("answered", "empty")
_PART = ("partly-authorised", "ignored", "truncated")
_ROUNDS_SHOWN = 25


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One round; `running` while it runs, with how many pulls of how many are done."""

    run: PullRun
    pulls: Stage
    took: str | None

    @property
    def running(self) -> bool:
        return self.run.state is RunState.RUNNING

    @property
    def left(self) -> int:
        return self.pulls.waiting + self.pulls.leased

    @property
    def through(self) -> int:
        return self.pulls.done + self.pulls.failed


@dataclass(frozen=True, slots=True)
class ClinicLine:
    """`age` is that of the last success. `past`: why it is asked no more."""

    clinic: Clinic
    auth: str
    way: str
    cohort: str
    nightly: str | None
    past: str | None
    last_success: datetime | None
    age: str | None
    latest: RoundLine | None


@dataclass(frozen=True, slots=True)
class TypeSaid:
    """How often each thing was said to the searches of one type, in the order of the columns."""

    type: str
    counts: tuple[int, ...]
    whole: int
    part: int
    none: int

    @property
    def total(self) -> int:
        return self.whole + self.part + self.none


@dataclass(frozen=True, slots=True)
class Said:
    """The ledger of one round as a table; `columns` are the words for what was said at all."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[TypeSaid, ...]


@dataclass(frozen=True, slots=True)
class Unseen:
    """What could not be seen of one type: in `charts` charts (of a round), or of `count` of `total` records
    (of a chart), `since` when where it is held from before.
    """

    type: str
    asked: str
    said: str
    code: str
    why: tuple[str, ...]
    detail: str | None
    charts: int | None = None
    count: int | None = None
    total: int | None = None
    since: str | None = None


@dataclass(frozen=True, slots=True)
class ClinicPage:
    line: ClinicLine
    rounds: tuple[RoundLine, ...]
    said: Said
    report: DoctorReport | None = field(repr=False)
    dirt: ClinicDirt | None


@dataclass(frozen=True, slots=True)
class RoundPage:
    """`unseen` by type; `errors` are (code, charts) of pulls that failed for good; `nobody` are sentences."""

    clinic: Clinic
    line: RoundLine
    said: Said
    unseen: tuple[Unseen, ...]
    errors: tuple[tuple[str, int], ...]
    nobody: tuple[str, ...]


def clinic_lines(services: Services) -> tuple[ClinicLine, ...]:
    """Every clinic that was ever asked, by name; those that were removed last."""
    with services.store.reading() as session:
        known = cohorts.clinics(session)
    lines = [_line(services, clinic) for clinic in known]
    return tuple(
        sorted(lines, key=lambda line: (line.past is not None, line.clinic.name.casefold(), line.clinic.id))
    )


def clinic_page(services: Services, clinic_id: int) -> ClinicPage | None:
    clinic = _clinic(services, clinic_id)
    if clinic is None:
        return None
    with services.store.reading() as session:
        there = runs.runs(session, clinic_id, limit=_ROUNDS_SHOWN)
        dirt = dirt_of_clinic(session, clinic_id)
        said = _said(ledger.counts_of_run(session, there[0].id) if there else ())
    return ClinicPage(
        _line(services, clinic),
        tuple(_round(services, run) for run in there),
        said,
        doctor_page(services, clinic_id),
        dirt,
    )


def doctor_page(services: Services, clinic_id: int) -> DoctorReport | None:
    """The last kept report; None where there is none that this version can read."""
    try:
        return kept_report(services, clinic_id)
    except StoreError:
        return None


def round_page(services: Services, run_id: int) -> RoundPage | None:
    with services.store.reading() as session:
        run = runs.run_of(session, run_id)
        reasons = () if run is None else ledger.reasons_of_run(session, run_id)
    clinic = None if run is None else _clinic(services, run.clinic_id)
    if run is None or clinic is None:
        return None
    unseen = tuple(
        Unseen(
            one.type,
            asked_in_words(one.asked),
            said_in_words(one.said),
            one.said,
            details_in_words(one.detail),
            one.detail,
            charts=one.charts,
        )
        for one in reasons
        if one.asked is not None or one.detail is not None
    )
    with services.store.reading() as session:
        _, errors = progress.of_run(session, run_id)
        said = _said(ledger.counts_of_run(session, run_id))
    # What a round that runs has not come to yet is not missing.
    nobody = () if run.state is RunState.RUNNING else nobody_has(services, run_id)
    return RoundPage(clinic, _round(services, run), said, unseen, errors, nobody)


def unseen_of_chart(
    services: Services, cycle_id: int, patient_id: int, abstract: Abstract
) -> tuple[Unseen, ...]:
    """What the ledger of a chart says that was not simply answered, by type.

    Types that nobody asks for by patient (who wrote something, and where) are not missed.
    """
    with services.store.reading() as session:
        entries = ledger.entries_of_chart(session, cycle_id, patient_id)
    held = {row.type: _held_since(row.detail) for row in abstract.completeness}
    found = [
        _unseen(entry, held.get(entry.type))
        for entry in entries
        if entry.said not in _WHOLE and (entry.asked is not None or entry.detail is not None)
    ]
    return tuple(dict.fromkeys(sorted(found, key=lambda one: one.type)))


def age_in_words(then: datetime, now: datetime) -> str:
    """ "3 hours ago", as rough as a reader needs it."""
    passed = max(now - then, timedelta())
    for unit, seconds in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        number = int(passed.total_seconds() // seconds)
        if number >= (2 if unit == "day" else 1):
            return f"{number} {unit}{'' if number == 1 else 's'} ago"
    return "just now"


def _unseen(entry: LedgerEntry, since: str | None) -> Unseen:
    return Unseen(
        entry.type,
        asked_in_words(entry.asked),
        said_in_words(entry.said),
        entry.said,
        details_in_words(entry.detail),
        entry.detail,
        count=entry.count,
        total=entry.total,
        since=since,
    )


def _held_since(detail: str | None) -> str | None:
    told = [part.strip().partition(":") for part in (detail or "").split(";")]
    return next((day or "before" for code, _, day in told if code == "held-since"), None)


def _clinic(services: Services, clinic_id: int) -> Clinic | None:
    with services.store.reading() as session:
        return next((one for one in cohorts.clinics(session) if one.id == clinic_id), None)


def _line(services: Services, clinic: Clinic) -> ClinicLine:
    now = services.clock()
    with services.store.reading() as session:
        kept = setups.setup_of(session, clinic.id)
        named = None if kept is None else setups.setup_named(session, kept.name)
        success = runs.last_success(session, clinic.id)
        latest = runs.runs(session, clinic.id, limit=1)
    setup = _setup(kept)
    group = f"group {clinic.group}" if clinic.group else "everybody"
    return ClinicLine(
        clinic,
        auth=setup.auth if setup is not None else "none",
        way=setup.way if setup is not None else "search",
        cohort=cohort_in_words(setup) if setup is not None else group,
        nightly=setup.nightly if setup is not None else None,
        past=_past(clinic, kept, named),
        last_success=success,
        age=None if success is None else age_in_words(success, now),
        latest=next((_round(services, run) for run in latest), None),
    )


def _setup(kept: KeptSetup | None) -> ClinicSetup | None:
    """None where there is none, or none that this version can read."""
    try:
        return None if kept is None or kept.document is None else setup_in(kept)
    except StoreError:
        return None


def _past(clinic: Clinic, kept: KeptSetup | None, named: KeptSetup | None) -> str | None:
    if kept is None:
        return None
    if kept.document is None or named is None:
        return "removed: it is asked no more"
    return None if named.clinic_id == clinic.id else "asked at another address, or for another group, now"


def _round(services: Services, run: PullRun) -> RoundLine:
    with services.store.reading() as session:
        pulls, _ = progress.of_run(session, run.id)
    seconds = int(((run.ended_at or services.clock()) - run.started_at).total_seconds())
    minutes, rest = divmod(max(seconds, 0), 60)
    took = f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min {rest} s"
    return RoundLine(run, pulls, took)


def _said(told: Sequence[tuple[str, str, int]]) -> Said:
    columns = tuple((code, words) for code, words in SAID.items() if any(said == code for _, said, _ in told))
    counts = {(type_, said): number for type_, said, number in told}
    rows = []
    for type_ in sorted({type_ for type_, _, _ in told}):
        by = [counts.get((type_, code), 0) for code, _ in columns]
        whole = sum(number for (code, _), number in zip(columns, by, strict=True) if code in _WHOLE)
        part = sum(number for (code, _), number in zip(columns, by, strict=True) if code in _PART)
        rows.append(TypeSaid(type_, tuple(by), whole, part, sum(by) - whole - part))
    return Said(columns, tuple(rows))
