"""Identities that stand under two patients: of such a record only the newest version counts, whoever names
it.

They are rare, and to find them takes no more than two numbers a record.
"""

from array import array
from collections.abc import Iterator

from abstractor.fhir.population.spill import Scratch

__all__ = ["Identities"]

_PAIR = 16  # bytes of the two numbers


class Identities:
    """In so many parts, each to be compared by itself; beyond `room` bytes the pairs are written away."""

    def __init__(self, parts: int, *, room: int) -> None:
        self._parts = parts
        self._room = room
        self._pairs = [array("q") for _ in range(parts)]
        self._held = 0
        self._scratch = Scratch()
        self._pieces = [array("Q") for _ in range(parts)]

    def saw(self, reference: str, patient: str) -> None:
        number = hash(reference)
        self._pairs[number % self._parts].extend((number, hash(patient)))
        self._held += _PAIR
        if self._held > self._room:
            self._flush()

    def _flush(self) -> None:
        for part, pairs in enumerate(self._pairs):
            if pairs:
                data = pairs.tobytes()
                self._pieces[part].extend((self._scratch.add(data), len(data)))
                self._pairs[part] = array("q")
        self._held = 0

    def contested(self) -> frozenset[int]:
        """The hashes of identities that were seen under more than one patient."""
        return frozenset(number for part in range(self._parts) for number in self._of(part))

    def _of(self, part: int) -> Iterator[int]:
        pairs = array("q")
        pieces = self._pieces[part]
        for place in range(0, len(pieces), 2):
            pairs.frombytes(self._scratch.read(pieces[place], pieces[place + 1]))
        pairs.extend(self._pairs[part])
        numbers, patients = pairs[0::2], pairs[1::2]
        last = dict(zip(numbers, patients, strict=True))
        if len(last) < len(numbers):
            yield from (n for n, p in zip(numbers, patients, strict=True) if last[n] != p)

    def close(self) -> None:
        self._scratch.close()
