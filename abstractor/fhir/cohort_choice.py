"""Whose charts: everybody, the members of a Group, whom a file names, or who has one of some diagnoses.

Nobody is left out in silence: who can be pulled is given first, then an error says who could not be found.
A file's patients are told by the numbers of its lines, so that nothing of a patient stands in an error.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from abstractor.errors import ClinicMisbehaved, ClinicRefused
from abstractor.fhir.about import about, patient_id
from abstractor.fhir.abreast import abreast
from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.fhir.cohort_file import ById, ByNumber, Unusable, WrittenLine, read_cohort_file
from abstractor.fhir.diagnosed import diagnosed
from abstractor.fhir.failure import Failure
from abstractor.fhir.identifying import Asked, Identifying, Post
from abstractor.fhir.listing import every_patient, group_references
from abstractor.fhir.pull import Clinic
from abstractor.fhir.received import Received
from abstractor.fhir.survivor import Survivor, gone, survivor_of

__all__ = ["Listed", "gap_of", "listed"]

_IN_A_ROW = 10  # failed searches after which the clinic is taken to be down
_NOT_BY_POST = frozenset({403, 404, 405, 415, 501})
_RANGES = 100  # told of each reason; what is more is counted


@dataclass(frozen=True, slots=True)
class Listed:
    """A patient to pull, or one who cannot be: then `reference` is None, and `why` says so in a code.

    `received` is the Patient, where the list itself brought it; `line` is where the file names this patient.
    `followed`: named was another one, who has been merged into this one.
    """

    reference: str | None
    received: Received | None = None
    line: int | None = None
    followed: bool = False
    why: str | None = None


def listed(
    clinic: Clinic, post: Post, setup: ClinicSetup, diagnosis_codes: Sequence[str]
) -> Iterator[Listed]:
    """Each patient once. ClinicMisbehaved after the last: there may be more, or `gap_of` says who is missing.

    `diagnosis_codes` ("http://hl7.org/fhir/sid/icd-10-cm|C50.911") are what a cohort by diagnosis has.
    """
    if setup.group is not None:
        yield from map(Listed, group_references(clinic, setup.group))
    elif setup.patients_file is not None:
        yield from _of_file(clinic, post, setup, Path(setup.patients_file))
    elif setup.by_diagnosis:
        yield from map(Listed, diagnosed(clinic, diagnosis_codes))
    else:
        yield from _everybody(clinic)


def gap_of(lines: Mapping[str, Sequence[int]]) -> str | None:
    """Which lines of the file gave nobody to pull, by why: "no-patient: lines 3, 8-11"."""
    if not any(lines.values()):
        return None
    told = "; ".join(f"{why}: {_numbers(sorted(lines[why]))}" for why in sorted(lines) if lines[why])
    count = sum(map(len, lines.values()))
    return f"{count} of the lines of the patients file gave nobody to pull ({told})"


def _everybody(clinic: Clinic) -> Iterator[Listed]:
    for received in every_patient(clinic):
        known = about(received.body)
        is_one = known is not None and known.resourceType == "Patient" and known.id
        reference = f"Patient/{known.id}" if known is not None and is_one else None
        usable = reference is not None and patient_id(reference) is not None
        why = None if usable else "unusable-patient"
        yield Listed(reference if usable else None, received, why=why)


def _of_file(clinic: Clinic, post: Post, setup: ClinicSetup, path: Path) -> Iterator[Listed]:
    search = Identifying(clinic.get, post, clinic.endpoint.root, in_address=setup.identifiers_in_address)
    seen: set[str] = set()
    lost: defaultdict[str, list[int]] = defaultdict(list)
    for one in _found(clinic, search, read_cohort_file(path)):
        if one.reference is None:
            lost[one.why or "no-patient"].append(one.line or 0)
            yield one
        elif one.reference not in seen:
            seen.add(one.reference)
            yield one
    gap = gap_of(lost)
    if gap is not None:
        raise ClinicMisbehaved(f"{gap}: correct these lines, or take them out")


def _found(clinic: Clinic, search: Identifying, lines: Sequence[WrittenLine]) -> Iterator[Listed]:
    """In any order. The first search by number goes alone: where it is refused, so would be all. So does the
    first line of all where none has a number, for whoever wants no more than one.
    """
    first = next((line for line in lines if isinstance(line, ByNumber)), lines[0])
    watch = _Watch(clinic, search)
    yield watch.one(first)
    others = (line for line in lines if line is not first)
    yield from abreast(watch.one, others, at_once=clinic.endpoint.at_once)


class _Watch:
    """Finds line by line, on any number of threads, and gives up where the clinic is down or refuses all."""

    def __init__(self, clinic: Clinic, search: Identifying) -> None:
        self._clinic = clinic
        self._search = search
        self._answered = False
        self._failed = 0

    def one(self, line: WrittenLine) -> Listed:
        match line:
            case Unusable():
                return Listed(None, line=line.line, why="unusable-line")
            case ById():
                return self._by_id(line)
            case ByNumber():
                return self._by_number(line)

    def _by_id(self, line: ById) -> Listed:
        if self._clinic.plan.why_not("Patient") is not None:
            return Listed(line.reference, line=line.line)
        got = self._clinic.get(line.reference)
        if isinstance(got, bytes):
            return _told(line.line, survivor_of(self._clinic.get, line.reference, got))
        if gone(got):
            return Listed(None, line=line.line, why=f"no-patient:{got.detail}")
        # Whatever else it was: the pull asks again, and says so.
        return Listed(line.reference, line=line.line)

    def _by_number(self, line: ByNumber) -> Listed:
        asked = self._search.ask(line)
        self._judge(asked)
        return _told(line.line, asked.survivor)

    def _judge(self, asked: Asked) -> None:
        failure = asked.failure
        if failure is None:
            self._answered, self._failed = True, 0
            return
        self._failed += 1
        origin = self._clinic.endpoint.origin
        if not self._answered and failure.status in _NOT_BY_POST:
            raise self._refused(failure, origin)
        if self._failed >= _IN_A_ROW and failure.passing:
            raise failure.error("Patient for a record number", origin=origin, advice="try again later")

    def _refused(self, failure: Failure, origin: str) -> ClinicRefused:
        mend = "name a group, or write ids into the file, as Patient/1"
        if not self._search.in_address:
            mend = (
                "ask the clinic to allow POST Patient/_search, or set identifiers_in_address = true: then "
                f"record numbers stand in the addresses of requests, which are kept in logs; or {mend}"
            )
        said = f"{origin} finds no patient by record number ({failure.detail}): {mend}"
        return ClinicRefused(said, status=failure.status or 0)


def _told(line: int, survivor: Survivor) -> Listed:
    return Listed(survivor.reference, line=line, followed=survivor.followed, why=survivor.why)


def _numbers(lines: Sequence[int]) -> str:
    """ "lines 3, 8-11"."""
    ranges: list[tuple[int, int]] = []
    for line in lines:
        if ranges and ranges[-1][1] == line - 1:
            ranges[-1] = (ranges[-1][0], line)
        else:
            ranges.append((line, line))
    told = [str(first) if first == last else f"{first}-{last}" for first, last in ranges]
    more = f" and {len(told) - _RANGES} places more" if len(told) > _RANGES else ""
    return f"{'line' if len(lines) == 1 else 'lines'} {', '.join(told[:_RANGES])}{more}"
