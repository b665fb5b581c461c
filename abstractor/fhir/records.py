"""A set of records, joined by patient, by reference alone: raw bytes are held, and read again chart by chart.

Nothing is lost: every record is used, of a type not used, or quarantined, and counted as that. Of one
resource in several versions the newest stands; where that cannot be told all do, and the chart says so.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from abstractor.chart import Chart
from abstractor.fhir.answers import Answer
from abstractor.fhir.charting import Charting, Own, Reading, standing_records
from abstractor.fhir.decoding import Decoded, NotUsed, decode
from abstractor.fhir.doubts import Doubts
from abstractor.fhir.facts.desk import Record
from abstractor.fhir.quarantine import Quarantined
from abstractor.fhir.received import Received
from abstractor.fhir.tally import Counts, Repaired, Tally
from abstractor.fhir.versions import Held

__all__ = ["Answer", "Counts", "Reading", "RecordSet", "Repaired"]


class RecordSet:
    """Records of any number of patients, added in any order."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._held: dict[str, tuple[Held, ...]] = {}
        self._references: dict[str, set[str]] = {}
        self._answers: dict[str, dict[str, Answer]] = {}
        self._quarantined_of: defaultdict[str, list[Quarantined]] = defaultdict(list)
        self._doubts = Doubts()
        self._tally = Tally()
        self._charting = Charting(reading, lambda reference: self._held.get(reference, ()))

    def add(self, received: Received) -> None:
        """Never raises for what the record holds: what cannot be read is quarantined."""
        match decode(received, self._reading.zone, self._reading.limits):
            case Decoded() as decoded:
                self._tally.used(decoded.type, decoded.repairs)
                self._doubts.read(received, decoded.type)
                self._keep(decoded, received)
            case NotUsed(type=name):
                self._tally.not_used(name)
                self._doubts.read(received, name)
                if name == "OperationOutcome":
                    self._doubts.outcome(received)
            case Quarantined() as record:
                self._tally.quarantine(record, received.body)
                self._doubts.quarantined(record)
                if record.patient is not None:
                    self._quarantined_of[record.patient].append(record)
                    self._references.setdefault(record.patient, set())  # known, if only by this

    def _keep(self, decoded: Decoded, received: Received) -> None:
        versions = self._held.get(decoded.reference, ())
        if any(held.body == received.body and held.patient == decoded.patient for held in versions):
            return
        held = Held(decoded.type, decoded.patient, received.body, received.links)
        self._held[decoded.reference] = (*versions, held)
        if decoded.patient is not None:
            self._references.setdefault(decoded.patient, set()).add(decoded.reference)

    def answers(self, patient: str, answers: Sequence[Answer]) -> None:
        """What the endpoint said of each type when it was asked for this patient, who is known from then."""
        self._answers[patient] = {answer.type: answer for answer in answers}
        self._references.setdefault(patient, set())

    def patients(self) -> tuple[str, ...]:
        """Every patient that a record or an answer names, sorted."""
        return tuple(sorted(self._references))

    def counts(self) -> dict[str, Counts]:
        """Per type, sorted; "(unknown)" is what shows no type."""
        return self._tally.counts()

    def repaired(self) -> dict[str, Repaired]:
        """Per type: how many of the used records took a repair to read, and which."""
        return self._tally.repaired()

    def quarantined(self) -> tuple[Quarantined, ...]:
        """Each record that could not be read, by type and origin; the first hundred are explained."""
        return self._tally.quarantined()

    def chart(self, patient: str) -> Chart:
        """Everything that is held of one patient, read again and put together."""
        references = self._references.get(patient, set())
        records: list[Record[Any]] = []
        split: list[str] = []
        for reference in sorted(references):
            versions = self._held[reference]
            found, several = standing_records(reference, versions, patient, self._reading.zone)
            records += found
            split += [reference] if several else []
        own = Own(
            patient,
            records,
            split,
            references,
            self._quarantined_of.get(patient, ()),
            self._doubts.of(patient),
            self._answers.get(patient),
        )
        return self._charting.chart(own, self._tally.held)
