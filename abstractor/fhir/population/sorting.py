"""The first pass: every record goes to the part of its patient, as the bytes that came.

What concerns more than one patient is kept apart: records of no one patient, what was certainly not seen,
and identities that stand under two patients.
"""

from zlib import crc32

from abstractor.fhir.charting import Reading
from abstractor.fhir.decoding import Decoded, NotUsed, decode
from abstractor.fhir.doubts import Doubts
from abstractor.fhir.population.identities import Identities
from abstractor.fhir.population.parts import Parts, Shelf
from abstractor.fhir.population.routing import routed
from abstractor.fhir.population.spill import Spill
from abstractor.fhir.quarantine import Quarantined
from abstractor.fhir.received import Received
from abstractor.fhir.tally import Tally

__all__ = ["Population"]

_ROOM = 48 * 1024 * 1024
_SHELF_ROOM = 16 * 1024 * 1024
_IDENTITIES_ROOM = 8 * 1024 * 1024


class Population:
    """Records of any number of patients, added in any order, in so many parts; `room` bytes are held."""

    def __init__(self, reading: Reading, *, parts: int, room: int = _ROOM) -> None:
        self._reading = reading
        self._spill = Spill(parts, room=room)
        self._shelf = Shelf(min(room, _SHELF_ROOM))
        self._identities = Identities(parts, room=min(room, _IDENTITIES_ROOM))
        self._tally = Tally()
        self._doubts = Doubts()
        self._types: set[str] = set()

    def add(self, received: Received) -> None:
        """Never raises for what the record holds: what cannot be read is quarantined, perhaps later."""
        found = routed(received)
        # One record of each type in each file is read whole at once: it says that the file holds that type.
        if found is not None and self._doubts.knows(received, found.type):
            self._types.add(found.type)
            self._identities.saw(found.reference, found.patient)
            self._put(found.patient, received)
        else:
            self._read(received)

    def _read(self, received: Received) -> None:
        """Counted here is only what belongs to no one patient; the rest when its part is read."""
        match decode(received, self._reading.zone, self._reading.limits):
            case Decoded() as decoded:
                self._types.add(decoded.type)
                self._doubts.read(received, decoded.type)
                if decoded.patient is None:
                    self._tally.used(decoded.type, decoded.repairs)
                    self._shelf.put(decoded.reference, received)
                else:
                    self._identities.saw(decoded.reference, decoded.patient)
                    self._put(decoded.patient, received)
            case NotUsed(type=name):
                self._tally.not_used(name)
                self._doubts.read(received, name)
                if name == "OperationOutcome":
                    self._doubts.outcome(received)
            case Quarantined(patient=None) as record:
                self._tally.quarantine(record, received.body)
                self._doubts.quarantined(record)
            case Quarantined(patient=str(patient)) as record:
                self._types.add(record.type)
                self._put(patient, received)

    def _put(self, patient: str, received: Received) -> None:
        self._spill.put(crc32(patient.encode()) % self._spill.parts, patient, received)

    def sorted(self, *, forked: bool = False) -> Parts:
        """When all were added. `forked`: other processes are to read the parts; all is written away."""
        contested = self._identities.contested()
        self._identities.close()
        strays = Shelf(_SHELF_ROOM)
        parts = Parts(
            self._reading,
            self._spill,
            self._shelf,
            strays,
            tally=self._tally,
            doubts=self._doubts,
            types=self._types | self._tally.held,
        )
        if contested:
            parts.gather(contested)
        if forked:
            self._spill.flush()
        return parts
