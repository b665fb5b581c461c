"""The sample patients as rows of many: resources, abstract and items, for any number of them."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from abstractor.abstract import Abstract, to_json
from abstractor.chart import Completeness, Seen
from abstractor.dates import Period
from abstractor.fhir.answers import Answer
from abstractor.fhir.received import Received
from abstractor.fhir.records import Reading, RecordSet
from abstractor.fhir.types import TYPES_READ
from abstractor.store.values import RawCopy
from abstractor.workflow.abstracting.deciding import Question
from abstractor.workflow.auditing.design import Charts, Design
from abstractor.workflow.auditing.items import items_of
from abstractor.workflow.services import Services
from fixtures.stories import Story

__all__ = ["EVERYTHING", "NOW", "PERIOD", "ZONE", "Sample", "name_of", "sample_of", "whole_answers"]

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PERIOD = Period(date(2022, 1, 1), date(2022, 12, 31))
ZONE = "America/New_York"
EVERYTHING = Design(Charts.FLAGGED, seed=1, readers=2)


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample patient as stored: the resources, and the abstract for any patient's reference."""

    resources: tuple[bytes, ...]
    types: tuple[str, ...]
    abstract: Abstract
    body: str
    items: tuple[tuple[str, str, str, str | None], ...]

    def records_of(self, number: int) -> list[RawCopy]:
        """Its resources as if they were that patient's."""
        return [RawCopy(self._renamed(body.decode(), number).encode(), "many") for body in self.resources]

    def body_of(self, number: int) -> str:
        """The abstract as if it were that patient's."""
        return self._renamed(self.body, number)

    def _renamed(self, text: str, number: int) -> str:
        """Every id begins with the patient's."""
        old = self.abstract.patient.removeprefix("Patient/")
        return re.sub(rf'(?<=["/]){re.escape(old)}(?=["-])', name_of(number), text)


def name_of(number: int) -> str:
    return f"many-{number:06}"


def sample_of(services: Services, story: Story) -> Sample:
    bodies = tuple(json.dumps(one, separators=(",", ":")).encode() for one in story.resources)
    records = RecordSet(Reading(services.value_sets, ZoneInfo(ZONE), {}))
    for body in bodies:
        records.add(Received(body, story.id))
    types = tuple(one["resourceType"] for one in story.resources)
    said = whole_answers(types)
    records.answers(story.patient, [Answer(one.type, one.state, one.count, None) for one in said])
    chart = records.chart(story.patient)
    question = Question(PERIOD, PERIOD.end, ZONE, "A", 180, "0.1.0")
    abstract, _ = services.decide(chart, services.library, question)
    told = to_json(abstract)
    items = tuple((one.key, str(one.kind), one.rule, one.program) for one in items_of(abstract, EVERYTHING))
    return Sample(bodies, types, abstract, told, items)


def whole_answers(types: Sequence[str]) -> list[Completeness]:
    """Every type was asked for, and whole."""
    held = {kind: types.count(kind) for kind in TYPES_READ}
    return [
        Completeness(kind, Seen.COMPLETE if many else Seen.EMPTY, many, None) for kind, many in held.items()
    ]
