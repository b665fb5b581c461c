"""The chart of one patient from an export: what came, what is in doubt, the answers that the rules read.

What a search of the same clinic would answer is answered here in the same words, so that both give one
abstract.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from abstractor.fhir.about import was_merged
from abstractor.fhir.answers import Answer
from abstractor.fhir.bulk.asked import ExportAsked
from abstractor.fhir.bulk.exporter import Exporter
from abstractor.fhir.gather import Gathering
from abstractor.fhir.ledger import Complaint, LedgerRow, Said, answer_of, not_asked
from abstractor.fhir.medications import ORDERS
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
    the Patient, and the ids of Medications. `deleted`: the export says that the patient is.
    """

    patient: str
    lines: Sequence[tuple[str, bytes]] = field(repr=False)
    held_patient: bytes | None = field(default=None, repr=False)
    held_medications: Collection[str] = frozenset()
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class ExportedChart:
    """`medications` are bodies that are this patient's by reference. `whole`: types of which nothing is
    missing and everything was asked for; `through`: those whose changes are known up to the export's time.
    """

    medications: tuple[Received, ...]
    answers: tuple[Answer, ...]
    rows: tuple[LedgerRow, ...]
    whole: frozenset[str]
    through: frozenset[str]


def chart_of(exporter: Exporter, told: Exported, own: PatientLines, types: Sequence[str]) -> ExportedChart:
    gathered = {
        name: _gathered(exporter, told, own, name) for name in told.asked.types if name != "Medication"
    }
    if "Medication" in types:
        gathered["Medication"] = _medications(exporter, told, own, gathered)
    _doubt_a_missing_patient(gathered, told, own)
    rows = {name: _rows(told, name, gathered.get(name)) for name in types}
    kept = [one for gathering in gathered.values() for one in gathering.kept]
    counts = Counter(one.about.resourceType for one in kept if one.about is not None)
    sound = frozenset(name for name in gathered if all(row.said in _CAME for row in rows[name]))
    return ExportedChart(
        medications=tuple(one.received for one in gathered["Medication"].kept)
        if "Medication" in gathered
        else (),
        answers=tuple(answer_of(name, rows[name], counts[name]) for name in types),
        rows=tuple(row for name in types for row in rows[name]),
        whole=sound if told.asked.since is None else frozenset(),
        through=sound,
    )


def _gathered(exporter: Exporter, told: Exported, own: PatientLines, name: str) -> Gathering:
    identity = own.patient.partition("/")[2]
    gathering = Gathering(name, identity, exporter.endpoint.address_of, set())
    gathering.answered = name not in told.lost
    for kind, body in own.lines:
        if kind == name:
            gathering.take_one(body)
    for complaint in told.doubts.get(name, ()):
        gathering.complain(complaint.said, complaint.detail)
    if name in told.asked.partly:
        gathering.complain(Said.PARTLY_AUTHORISED, "partly-granted")
    gathering.told("export")
    return gathering


def _medications(
    exporter: Exporter, told: Exported, own: PatientLines, others: Mapping[str, Gathering]
) -> Gathering:
    """The drugs that this patient's orders refer to: of the export, or read by their address where it lacks
    them.
    """
    gathering = Gathering("Medication", None, exporter.endpoint.address_of, set())
    named = {
        one.about.medicationReference.reference or ""
        for other in others.values()
        for one in other.kept
        if one.about is not None and one.about.medicationReference is not None
    }
    wanted = sorted(each for each in named if each and not each.startswith("#"))
    gathering.answered = True
    elsewhere: list[str] = []
    for reference in wanted:
        identity = exporter.medications.identity(reference)
        if identity is not None and identity in told.medications:
            gathering.take_one(told.medications[identity])
        elif identity is None or identity not in own.held_medications:
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


def _doubt_a_missing_patient(gathered: Mapping[str, Gathering], told: Exported, own: PatientLines) -> None:
    """As a search does: of a patient who was deleted or merged into another, silence proves nothing."""
    patient = gathered.get("Patient")
    if patient is None:
        return
    bodies = [one.received.body for one in patient.kept] or ([own.held_patient] if own.held_patient else [])
    if own.deleted:
        missing = Complaint(Said.REFUSED, "patient-deleted")
    elif not bodies and patient.answered:
        missing = Complaint(Said.REFUSED, "patient-not-in-export")
        patient.remark(Said.REFUSED, "not-in-export")
    elif any(was_merged(body) for body in bodies):
        missing = Complaint(Said.TRUNCATED, "patient-merged")
    else:
        return
    for name, gathering in gathered.items():
        if name != "Patient" and gathering.answered:
            gathering.remark(missing.said, missing.detail)


def _rows(told: Exported, name: str, gathering: Gathering | None) -> tuple[LedgerRow, ...]:
    if gathering is None:
        return (not_asked(name, told.asked.unasked.get(name)),)
    return tuple(
        replace(row, since=told.asked.since, until=told.until) if row.asked == "export" else row
        for row in gathering.rows
    )
