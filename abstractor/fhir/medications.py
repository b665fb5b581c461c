"""Medications that orders only refer to: each is read by its address, once, and remembered between patients.

Endpoints leave them out of searches (`_include` is seldom honoured), and without it the drug is unknown.
"""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from abstractor.fhir.about import about
from abstractor.fhir.failure import Failure

__all__ = ["ORDERS", "Medications", "Resolved"]

# What may name its drug by a reference to a Medication.
ORDERS = frozenset(
    {"MedicationAdministration", "MedicationDispense", "MedicationRequest", "MedicationStatement"}
)

_MEDICATION = re.compile(r"Medication/([A-Za-z0-9._~-]{1,255})(?:/_history/[^/]+)?")
_NOT_THERE = (404, 410)


@dataclass(frozen=True, slots=True)
class Resolved:
    """`details` says why others were not found; the orders keep their dangling reference. `lost`: one of them
    may be there all the same.
    """

    found: tuple[bytes, ...]
    details: tuple[str, ...]
    lost: bool = False


class Medications:
    """`get` reads a path below `root`; failures that may pass are asked again for the next patient."""

    def __init__(
        self, get: Callable[[str], bytes | Failure], root: str, *, per_patient: int, remembered: int
    ) -> None:
        self._get = get
        self._root = root
        self._per_patient = per_patient
        self._remembered = remembered
        self._known: OrderedDict[str, bytes | Failure] = OrderedDict()
        self._lock = threading.Lock()

    def resolve(self, references: Iterable[str]) -> Resolved:
        found: list[bytes] = []
        details: list[str] = []
        wanted = dict.fromkeys(reference for reference in references if not reference.startswith("#"))
        identities = {reference: self.identity(reference) for reference in wanted}
        readable = sorted({identity for identity in identities.values() if identity is not None})
        if None in identities.values():
            details.append("unresolved-reference")
        lost = len(readable) > self._per_patient
        if lost:
            details.append("reference-cap")
        for identity in readable[: self._per_patient]:
            got = self._read(identity)
            if isinstance(got, Failure):
                details.append(f"unresolved-reference:{got.detail}")
                lost |= got.status not in _NOT_THERE
            elif _is_medication(got, identity):
                found.append(got)
            else:
                details.append("unresolved-reference")
        return Resolved(tuple(found), tuple(details), lost)

    def identity(self, reference: str) -> str | None:
        """None for another server's Medication, which is not ours to ask, and for what is no address."""
        known = _MEDICATION.fullmatch(reference.removeprefix(self._root))
        return known[1] if known is not None and known[1].strip(".") else None

    def _read(self, identity: str) -> bytes | Failure:
        with self._lock:
            if identity in self._known:
                self._known.move_to_end(identity)
                return self._known[identity]
        got = self._get(f"Medication/{identity}")
        if isinstance(got, Failure) and got.worth_another_try:
            return got
        with self._lock:
            self._known[identity] = got
            while len(self._known) > self._remembered:
                self._known.popitem(last=False)
        return got


def _is_medication(body: bytes, identity: str) -> bool:
    known = about(body)
    return known is not None and known.resourceType == "Medication" and known.id == identity
