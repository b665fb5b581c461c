"""What was certainly not seen: records in quarantine, and outcomes that stand among the entries of a search.

A doubt counts against the type and the patient that the record names; against every patient where it names
none. A record that shows no type counts against the type that its file is named after, where that file holds
nothing else, and otherwise against every type that is held: it could have been anything.
"""

import re
from collections import Counter, defaultdict
from typing import NamedTuple

from abstractor.fhir.completeness import Doubt
from abstractor.fhir.outcome import issue_codes
from abstractor.fhir.quarantine import Quarantined
from abstractor.fhir.received import Received
from abstractor.fhir.types import TYPES_READ, UNKNOWN_TYPE

__all__ = ["Doubts"]

_NAMED = re.compile(rf"(?<![A-Za-z])({'|'.join(TYPES_READ)})(?![A-Za-z])")
_QUARANTINED = "quarantined"
_OUTCOME = "outcome entry"
_ANY_TYPE = frozenset({UNKNOWN_TYPE, "Bundle"})


class _Where(NamedTuple):
    """The file of a record that shows no type, and the type that the file, or the address, is named after."""

    place: str
    named: str | None


class Doubts:
    """Collected while records are added; asked chart by chart."""

    def __init__(self) -> None:
        self._types_in: defaultdict[str, set[str]] = defaultdict(set)
        self._of_patient: defaultdict[str, Counter[Doubt]] = defaultdict(Counter)
        self._of_all: Counter[Doubt] = Counter()
        self._of_unknown_type: Counter[_Where] = Counter()

    def read(self, received: Received, resource_type: str) -> None:
        """A record of that type was there, in that file."""
        if "://" not in received.origin:
            self._types_in[_place(received.origin)].add(resource_type)

    def knows(self, received: Received, resource_type: str) -> bool:
        """Was a record of that type read in that file before?"""
        return resource_type in self._types_in.get(_place(received.origin), ())

    def quarantined(self, record: Quarantined) -> None:
        if record.type in _ANY_TYPE:
            self._of_unknown_type[_Where(_place(record.origin), _type_named(record.origin))] += 1
            return
        doubt = Doubt(record.type, _QUARANTINED)
        if record.patient is None:
            self._of_all[doubt] += 1
        else:
            self._of_patient[record.patient][doubt] += 1

    def outcome(self, received: Received) -> None:
        """An OperationOutcome where data was asked: something was left out, unless it only informs."""
        if set(issue_codes(received.body)) != {"informational"}:
            self._of_all[Doubt(_type_named(received.origin), _OUTCOME)] += 1

    def of(self, patient: str) -> Counter[Doubt]:
        """The doubts about one patient's chart, each with how often it was met."""
        doubts = self._of_all + self._of_patient.get(patient, Counter())
        for where, count in self._of_unknown_type.items():
            doubts[Doubt(self._only_type(where), _QUARANTINED)] += count
        return doubts

    def _only_type(self, where: _Where) -> str | None:
        """The type that the file is named after, where nothing else was seen in it."""
        return (
            where.named if where.named and self._types_in.get(where.place, set()) <= {where.named} else None
        )


def _type_named(origin: str) -> str | None:
    """The one type that a file, a page or an address is named after."""
    named = set(_NAMED.findall(origin))
    return named.pop() if len(named) == 1 else None


def _place(origin: str) -> str:
    """The file that a record came from."""
    return origin.partition(":")[0]
