"""An export as FHIR: NDJSON, a file a type. Flagged charts and reviewed ones; every reference that is not the
clinic's own is to a resource of the export.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from abstractor.errors import AbstractorError
from abstractor.export.disclosing import Disclosure
from abstractor.export.resources.answers import reader_id, reader_role, response, response_id
from abstractor.export.resources.building import Plain, line_of
from abstractor.export.resources.flagged import issues, patient, task
from abstractor.export.resources.form import questionnaire
from abstractor.export.resources.origin import device, evidence_of, provenance
from abstractor.export.subject_tables import SubjectTables
from abstractor.export.subjects import Subject
from abstractor.export.tables import file_name

__all__ = ["FHIR_TYPES", "FhirFiles"]

FHIR_TYPES = (
    "Device",
    "Questionnaire",
    "PractitionerRole",
    "Patient",
    "Task",
    "DetectedIssue",
    "QuestionnaireResponse",
    "Provenance",
)


@dataclass(slots=True)
class FhirFiles:
    """`program` is the version that exports; `reasons` the codes that readers give, with their words."""

    folder: Path
    disclosure: Disclosure
    program: str
    reasons: Mapping[str, str]
    notice: str | None
    now: datetime
    _stack: ExitStack = field(default_factory=ExitStack)
    _streams: dict[str, IO[str]] = field(default_factory=dict)
    _rows: dict[str, int] = field(default_factory=dict)
    _readers: set[str] = field(default_factory=set)
    _rules: SubjectTables = field(init=False)

    def __post_init__(self) -> None:
        self._rules = SubjectTables(self.disclosure)

    def __enter__(self) -> Self:
        for kind in FHIR_TYPES:
            path = self.folder / self._name(kind)
            self._streams[kind] = self._stack.enter_context(path.open("w", encoding="utf-8"))
            self._rows[path.name] = 0
        self._write(device(version=self.program))
        self._write(questionnaire(version=self.program, reasons=self.reasons, notice=self.notice))
        return self

    def add(self, subjects: Sequence[Subject]) -> None:
        """What breaks a rule of the tables leaves in no other form either."""
        self._rules.part(subjects)
        for subject in subjects:
            if subject.abstract.flagged or subject.reviews:
                self._add(subject)

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def files(self) -> dict[str, int]:
        return dict(self._rows)

    def _add(self, subject: Subject) -> None:
        try:
            for resource in self._of(subject):
                self._write(resource)
        except AbstractorError as wrong:
            if not subject.place:
                raise
            raise AbstractorError(f"{subject.place}: {wrong}, so nothing was written") from None

    def _of(self, subject: Subject) -> Iterator[Plain]:
        shown = self.disclosure
        yield patient(subject, shown)
        found = list(issues(subject, shown, signed=self.notice is None))
        for flag, issue in zip(subject.abstract.flags, found, strict=True):
            yield issue
            target = ("DetectedIssue", str(issue["id"]))
            yield provenance(subject, target, flag.evidence, shown, now=self.now)
        if subject.abstract.flagged:
            responses = tuple(response_id(subject, each, shown) for each in subject.reviews)
            asked = task(subject, shown, responses=responses)
            yield asked
            evidence = [each for flag in subject.abstract.flags for each in flag.evidence]
            yield provenance(subject, ("Task", str(asked["id"])), evidence, shown, now=self.now)
        yield from self._reviews(subject)

    def _reviews(self, subject: Subject) -> Iterator[Plain]:
        shown = self.disclosure
        for each in subject.reviews:
            reader = reader_id(each, shown)
            if reader not in self._readers:
                self._readers.add(reader)
                yield reader_role(each, shown)
            answered = response(subject, each, shown, version=self.program)
            yield answered
            yield provenance(
                subject,
                ("QuestionnaireResponse", str(answered["id"])),
                evidence_of(subject.abstract),
                shown,
                now=self.now,
                reader=(reader, each.role),
            )

    def _write(self, resource: Plain) -> None:
        kind = str(resource["resourceType"])
        self._streams[kind].write(line_of(resource) + "\n")
        self._rows[self._name(kind)] += 1

    def _name(self, kind: str) -> str:
        return file_name(kind, "ndjson", identified=self.disclosure.identified)
