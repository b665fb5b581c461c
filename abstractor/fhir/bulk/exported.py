"""The chart of one patient from an export: what came, what is in doubt, the answers that the rules read.

What a search of the same clinic would answer is answered here in the same words, so that both give one
abstract.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from abstractor.fhir.answers import Answer
from abstractor.fhir.bulk.asked import ExportAsked
from abstractor.fhir.bulk.exporter import Exporter
from abstractor.fhir.gather import Gathering, Kept
from abstractor.fhir.ledger import Complaint, LedgerRow, Said, answer_of, not_asked, row_of
from abstractor.fhir.medications import ORDERS
from abstractor.fhir.missing import Missing, missing_of, read_patient
from abstractor.fhir.received import Received

__all__ = ["Exported", "ExportedChart", "PatientLines", "chart_of"]

_CAME = frozenset({Said.ANSWERED, Said.EMPTY})


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export said of everybody: `doubts` by type; of a type in `lost` no file could be read.

    `medications` are the bodies of those that it brought, by id.
    """

    asked: ExportAsked
    until: str
    doubts: Mapping[str, Sequence[Complaint]]
    lost: Collection[str] = frozenset()
    medications: Mapping[str, bytes] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class PatientLines:
    """What an export brought of one patient, as (type, body); and what is held of the patient from before:
    the Patient, the ids of Medications, and the references to them by orders that are there still.
    `deleted`: the export says that the patient is.

    `searched`: what a search said of a type, where the export could not tell whose all of its lines are, and
    how many resources that brought.
    """

    patient: str
    lines: Sequence[tuple[str, bytes]] = field(repr=False)
    held_patient: bytes | None = field(default=None, repr=False)
    held_medications: Collection[str] = frozenset()
    held_orders: Collection[str] = frozenset()
    deleted: bool = False
    searched: Mapping[str, tuple[Sequence[LedgerRow], int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExportedChart:
    """`received` came beside the lines: drugs that the patient's orders refer to, a Patient that the export
    lacked. `whole`: types of which nothing is missing and everything was asked for; `through`: those whose
    changes are known up to the export's time. `gone`: there is no such patient any more. `unchanged`: ids of
    held Medications that are referred to still.
    """

    received: tuple[Received, ...]
    answers: tuple[Answer, ...]
    rows: tuple[LedgerRow, ...]
    whole: AbstractSet[str]
    through: frozenset[str]
    gone: bool = False
    unchanged: frozenset[str] = frozenset()


def chart_of(exporter: Exporter, told: Exported, own: PatientLines, types: Sequence[str]) -> ExportedChart:
    gathered = {
        name: _gathered(exporter, told, own, name)
        for name in told.asked.types
        if name != "Medication" and name not in own.searched
    }
    unchanged: set[str] = set()
    if "Medication" in types:
        gathered["Medication"] = _medications(exporter, told, own, gathered, unchanged)
    missing = _missing(gathered.get("Patient"), own)
    rows = {name: _rows(told, own, name, gathered.get(name), missing) for name in types}
    kept = [one for gathering in gathered.values() for one in gathering.kept]
    counts = Counter(one.about.resourceType for one in kept if one.about is not None)
    counts.update({name: count for name, (_, count) in own.searched.items()})
    sound = frozenset(
        name
        for name in {*gathered, *own.searched}
        if all(row.said in _CAME for row in _rows(told, own, name, gathered.get(name), None))
    )
    let_go = frozenset[str]() if missing is not None and missing.held else sound
    drugs = gathered["Medication"].kept if "Medication" in gathered else ()
    return ExportedChart(
        received=tuple(one.received for one in (*drugs, *_read_apart(gathered.get("Patient"), own))),
        answers=tuple(answer_of(name, rows[name], counts[name]) for name in types),
        rows=tuple(row for name in types for row in rows[name]),
        whole=let_go if told.asked.since is None else {*own.searched, "Medication"} & let_go,
        through=sound if missing is None else frozenset(),
        gone=missing is not None and missing.gone,
        unchanged=frozenset(unchanged),
    )


def _gathered(exporter: Exporter, told: Exported, own: PatientLines, name: str) -> Gathering:
    identity = own.patient.partition("/")[2]
    gathering = Gathering(name, identity, exporter.endpoint.address_of, set())
    gathering.answered = name not in told.lost
    for kind, body in own.lines:
        if kind == name:
            gathering.take_one(body)
    if name == "Patient" and not gathering.kept and gathering.answered and _must_be_there(told, own):
        return _read_patient(exporter, gathering)
    for complaint in told.doubts.get(name, ()):
        gathering.complain(complaint.said, complaint.detail)
    if name in told.asked.partly:
        gathering.complain(Said.PARTLY_AUTHORISED, "partly-granted")
    gathering.told("export")
    return gathering


def _medications(
    exporter: Exporter,
    told: Exported,
    own: PatientLines,
    others: Mapping[str, Gathering],
    unchanged: set[str],
) -> Gathering:
    """The drugs that this patient's orders refer to: of the export, or read by their address where it lacks
    them. `unchanged` takes up those that are held and did not come.
    """
    gathering = Gathering("Medication", None, exporter.endpoint.address_of, set())
    named = {
        one.about.medicationReference.reference or ""
        for other in others.values()
        for one in other.kept
        if one.about is not None and one.about.medicationReference is not None
    }
    wanted = sorted(each for each in {*named, *own.held_orders} if each and not each.startswith("#"))
    gathering.answered = True
    elsewhere: list[str] = []
    for reference in wanted:
        identity = exporter.medications.identity(reference)
        if identity is not None and identity in told.medications:
            gathering.take_one(told.medications[identity])
        elif identity is not None and identity in own.held_medications:
            unchanged.add(identity)
        else:
            elsewhere.append(reference)
    why_not = exporter.plan.why_not("Medication")
    if elsewhere and why_not is not None:
        gathering.remark(Said.NOT_ASKED, why_not)
        return gathering
    if any(other.doubts for other in others.values() if other.type in ORDERS):
        gathering.complain(Said.TRUNCATED, "orders-not-whole")
    resolved = exporter.medications.resolve(elsewhere)
    for body in resolved.found:
        gathering.take_one(body)
    for detail in resolved.details:
        gathering.complain(Said.TRUNCATED, detail)
    gathering.told("read")
    return gathering


def _must_be_there(told: Exported, own: PatientLines) -> bool:
    return told.asked.since is None and not own.deleted


def _read_patient(exporter: Exporter, gathering: Gathering) -> Gathering:
    """An export that lacks a member's Patient does not say why; reading it does."""
    gathering.answered = False
    read_patient(exporter.get, gathering)
    return gathering


def _read_apart(patient: Gathering | None, own: PatientLines) -> Sequence[Kept]:
    in_export = any(kind == "Patient" for kind, _ in own.lines)
    return () if patient is None or in_export else patient.kept


def _missing(patient: Gathering | None, own: PatientLines) -> Missing | None:
    """As a search has it: of a patient who was deleted or merged into another, silence proves nothing."""
    if own.deleted:
        return Missing(Complaint(Said.REFUSED, "patient-deleted"))
    return None if patient is None else missing_of(patient, own.held_patient)


def _rows(
    told: Exported, own: PatientLines, name: str, gathering: Gathering | None, missing: Missing | None
) -> tuple[LedgerRow, ...]:
    if name in own.searched:
        rows, answered = tuple(own.searched[name][0]), True
    elif gathering is None:
        return (not_asked(name, told.asked.unasked.get(name)),)
    else:
        rows, answered = tuple(_dated(told, row) for row in gathering.rows), gathering.answered
    if missing is None or name == "Patient" or not answered:
        return rows
    return (*rows, row_of(name, [missing.complaint], asked=None))


def _dated(told: Exported, row: LedgerRow) -> LedgerRow:
    return replace(row, since=told.asked.since, until=told.until) if row.asked == "export" else row
