"""Who in these files belongs to a cohort: ordinary reader and charts, of the types that the question asks."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from abstractor.dates import Truth
from abstractor.fhir.decoding import type_of
from abstractor.fhir.files import completeness_file, read_files
from abstractor.fhir.quarantine import Quarantined
from abstractor.fhir.records import Counts, Reading, RecordSet
from abstractor.guidelines import load_value_sets
from abstractor.guidelines.cohort_questions import read_cohort_question
from abstractor.rules.cohort import CohortAnswer, answer_cohort

__all__ = ["CohortAnswers", "CohortAsked", "Counts", "Quarantined", "answer_files"]

# What the asked types lean on: who the patient is, and a drug that an order only points at.
_WITH_THEM = ("Patient", "Medication")
_BELONGS = {Truth.YES: True, Truth.NO: False, Truth.UNKNOWN: None}


@dataclass(frozen=True, slots=True)
class CohortAsked:
    question: Path
    inputs: tuple[Path, ...]
    timezone: str
    site: Path | None


@dataclass(frozen=True, slots=True)
class CohortAnswers:
    """`lines` are answers as JSON, patients by id; `counts` and `quarantined` are of the types asked for."""

    lines: Iterator[str]
    counts: Mapping[str, Counts]
    quarantined: tuple[Quarantined, ...]


def answer_files(asked: CohortAsked, *, progress: Callable[[int], None]) -> CohortAnswers:
    """An answer for each patient of the inputs, by id; `progress` hears how many records were read.

    A record of a type that is not asked for is passed over unread; one that shows no type is quarantined.
    Raises `InputError` where the question or an input cannot be used.
    """
    value_sets = load_value_sets(asked.site)
    question = read_cohort_question(asked.question, value_sets)
    places = [*asked.inputs, *([asked.site] if asked.site is not None else [])]
    reading = Reading(value_sets, ZoneInfo(asked.timezone), completeness_file(places))
    wanted = {*question.types, *_WITH_THEM, None}
    records = RecordSet(reading)
    for number, received in enumerate(read_files(asked.inputs), start=1):
        if type_of(received.body) in wanted:
            records.add(received)
        if number % 1000 == 0:
            progress(number)
    lines = (_line(answer_cohort(records.chart(patient), question)) for patient in records.patients())
    return CohortAnswers(lines, records.counts(), records.quarantined())


def _line(answer: CohortAnswer) -> str:
    plain: dict[str, object] = {
        "id": answer.patient.removeprefix("Patient/"),
        "in": _BELONGS[answer.belongs],
        "first_order": str(answer.first_order) if answer.first_order is not None else None,
        "orders": answer.orders,
        "encounters": answer.visits,
    }
    if answer.unknown:
        plain["unknown"] = answer.unknown
    return json.dumps(plain, separators=(",", ":"))
