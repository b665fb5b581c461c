"""A set of records, joined by patient, by reference alone: raw bytes are held, and read again chart by chart.

Nothing is lost: every record is used, of a type not used, or quarantined, and counted as that. Of one
resource in several versions the newest stands; where that cannot be told all do, and the chart says so.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from abstractor.chart import Chart, Seen, Source
from abstractor.codes import ValueSets
from abstractor.fhir.answers import Answer
from abstractor.fhir.assemble import assemble, issues_of
from abstractor.fhir.completeness import Ledger
from abstractor.fhir.decoding import Decoded, Limits, NotUsed, decode, decoder_of
from abstractor.fhir.doubts import Doubts
from abstractor.fhir.explaining import explain
from abstractor.fhir.facts import translate
from abstractor.fhir.facts.coded import Lexicon
from abstractor.fhir.facts.desk import Desk, Record
from abstractor.fhir.quarantine import EXPLAINABLE, Quarantined
from abstractor.fhir.received import Received
from abstractor.fhir.types import SHARED_TYPES
from abstractor.fhir.versions import Held, standing

__all__ = ["Answer", "Counts", "Reading", "RecordSet"]

_EXPLAINED = 100
_SPLIT = "a record in several versions, of which the newest cannot be told"


@dataclass(frozen=True, slots=True)
class Reading:
    """What is needed to read records; `overrides` is what `completeness.json` says."""

    value_sets: ValueSets
    zone: ZoneInfo
    overrides: Mapping[str, Seen] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one resource type: `read` is the sum of the others."""

    read: int
    used: int
    not_used: int
    quarantined: int


class RecordSet:
    """Records of any number of patients, added in any order."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._lexicon = Lexicon(reading.value_sets)
        self._held: dict[str, tuple[Held, ...]] = {}
        self._references: dict[str, set[str]] = {}
        self._answers: dict[str, dict[str, Answer]] = {}
        self._quarantined: list[tuple[Quarantined, bytes]] = []
        self._quarantined_of: defaultdict[str, list[Quarantined]] = defaultdict(list)
        self._doubts = Doubts()
        self._used: Counter[str] = Counter()
        self._not_used: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()

    def add(self, received: Received) -> None:
        """Never raises for what the record holds: what cannot be read is quarantined."""
        match decode(received, self._reading.zone, self._reading.limits):
            case Decoded() as decoded:
                self._used[decoded.type] += 1
                self._doubts.read(received, decoded.type)
                self._keep(decoded, received)
            case NotUsed(type=name):
                self._not_used[name] += 1
                self._doubts.read(received, name)
                if name == "OperationOutcome":
                    self._doubts.outcome(received)
            case Quarantined() as record:
                self._refused[record.type] += 1
                self._doubts.quarantined(record)
                self._quarantine(record, received.body)

    def _keep(self, decoded: Decoded, received: Received) -> None:
        versions = self._held.get(decoded.reference, ())
        if any(held.body == received.body and held.patient == decoded.patient for held in versions):
            return
        held = Held(decoded.type, decoded.patient, received.body, received.links)
        self._held[decoded.reference] = (*versions, held)
        if decoded.patient is not None:
            self._references.setdefault(decoded.patient, set()).add(decoded.reference)

    def _quarantine(self, record: Quarantined, body: bytes) -> None:
        self._quarantined.append((record, body if record.reason in EXPLAINABLE else b""))
        if record.patient is not None:
            self._quarantined_of[record.patient].append(record)
            self._references.setdefault(record.patient, set())  # known, if only by this

    def answers(self, patient: str, answers: Sequence[Answer]) -> None:
        """What the endpoint said of each type when it was asked for this patient, who is known from then."""
        self._answers[patient] = {answer.type: answer for answer in answers}
        self._references.setdefault(patient, set())

    def patients(self) -> tuple[str, ...]:
        """Every patient that a record or an answer names, sorted."""
        return tuple(sorted(self._references))

    def counts(self) -> dict[str, Counts]:
        """Per type, sorted; "(unknown)" is what shows no type."""
        return {
            name: Counts(
                self._used[name] + self._not_used[name] + self._refused[name],
                self._used[name],
                self._not_used[name],
                self._refused[name],
            )
            for name in sorted({*self._used, *self._not_used, *self._refused})
        }

    def quarantined(self) -> tuple[Quarantined, ...]:
        """Each record that could not be read, by type and origin; the first hundred are explained."""
        found = sorted(self._quarantined, key=lambda pair: _place_of(pair[0]))
        explained = [
            replace(q, explained=explain(q.type, body)) if body else q for q, body in found[:_EXPLAINED]
        ]
        return (*explained, *(q for q, _ in found[_EXPLAINED:]))

    def chart(self, patient: str) -> Chart:
        """Everything that is held of one patient, read again and put together."""
        reading = self._reading
        records, split = self._records_of(patient)
        shelf = _Shelf(self._held, reading.zone)
        own = {record.reference: record for record in records}
        desk = Desk(self._lexicon, reading.zone, own, shelf.find)
        desk.remarks.partial.extend(
            (_SPLIT, Source(name, name.partition("/")[0], None, None)) for name in split
        )
        facts = translate(records, desk)
        names = (*self._references.get(patient, ()), *shelf.found)
        ledger = Ledger(
            counts=Counter(name.partition("/")[0] for name in names),
            held={*self._used, *self._refused},
            doubts=self._doubts.of(patient),
            answers=self._answers.get(patient),
            overrides=reading.overrides,
        )
        issues = issues_of(desk.remarks, self._quarantined_of.get(patient, ()), zone=reading.zone.key)
        return assemble(patient, facts, completeness=ledger.rows(), issues=issues)

    def _records_of(self, patient: str) -> tuple[list[Record[Any]], list[str]]:
        """The patient's records, sorted, and the identities of those that stand in more than one version."""
        zone = self._reading.zone
        records: list[Record[Any]] = []
        split: list[str] = []
        for reference in sorted(self._references.get(patient, ())):
            versions = self._held[reference]
            newest = standing(versions, zone) if len(versions) > 1 else versions
            if len(newest) > 1:
                split.append(reference)
            for held in newest:
                if held.patient == patient:
                    records.append(_record(reference, held, zone))
        return records, split


def _place_of(record: Quarantined) -> tuple[str, ...]:
    return record.type, record.origin, record.reference, record.path, record.reason


class _Shelf:
    """Records that belong to no one patient; it remembers which of them a chart's records named."""

    def __init__(self, held: Mapping[str, tuple[Held, ...]], zone: ZoneInfo) -> None:
        self._held = held
        self._zone = zone
        self.found: dict[str, Record[Any]] = {}

    def find(self, reference: str) -> Record[Any] | None:
        versions = self._held.get(reference)
        if versions is None or versions[0].type not in SHARED_TYPES:
            return None
        if reference not in self.found:
            self.found[reference] = _record(reference, standing(versions, self._zone)[0], self._zone)
        return self.found[reference]


def _record(reference: str, held: Held, zone: ZoneInfo) -> Record[Any]:
    resource = decoder_of(held.type, zone).decode(held.body)
    version = resource.meta.version_id if resource.meta is not None else None
    return Record(held.type, reference, resource, held.links, version)
