"""Who in these files belongs to a cohort: record by record, and by the chart where that would not be sure."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from abstractor.chart import Chart, Seen
from abstractor.dates import Truth
from abstractor.fhir.decoding import Decoded, decode, type_of
from abstractor.fhir.files import completeness_file, read_files, size_of
from abstractor.fhir.quarantine import Quarantined
from abstractor.fhir.reading import Reading
from abstractor.fhir.screening import Screening, Sought
from abstractor.fhir.tally import Counts
from abstractor.guidelines import load_value_sets
from abstractor.guidelines.cohort_questions import read_cohort_question
from abstractor.rules.cohort import CohortAnswer, CohortQuestion, Tally, tally_of
from abstractor.workflow.abstracting.collecting import collected_seldom

__all__ = ["CohortAnswers", "CohortAsked", "Counts", "Quarantined", "answer_files"]

# What the asked types lean on: who the patient is, and a drug that an order only points at.
_WITH_THEM = ("Patient", "Medication")
_PART = 16 * 1024 * 1024
_MOST_PARTS = 1024
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
    quarantined: Sequence[Quarantined]


def answer_files(asked: CohortAsked, *, progress: Callable[[int], None]) -> CohortAnswers:
    """An answer for each patient of the inputs, by id; `progress` hears how many records were read.

    A record of a type that is not asked for is passed over unread; one that shows no type is quarantined.
    Raises `InputError` where the question or an input cannot be used.
    """
    value_sets = load_value_sets(asked.site)
    question = read_cohort_question(asked.question, value_sets)
    places = [*asked.inputs, *([asked.site] if asked.site is not None else [])]
    reading = Reading(value_sets, ZoneInfo(asked.timezone), completeness_file(places))
    sought = _sought(question)
    screening = Screening(reading, sought)
    tallies: dict[str, Tally] = {}
    with collected_seldom():
        for number, received in enumerate(read_files(asked.inputs), start=1):
            sighting = screening.read(received)
            if sighting is not None:
                if sighting.patient not in tallies:
                    tallies[sighting.patient] = Tally(question)
                tallies[sighting.patient].add(sighting.fact)
            if number % 1000 == 0:
                progress(number)
    whole = screening.whole()
    unsure = _by_charts(asked, reading, question, whole, screening.unsure())
    lines = (
        _line(unsure.get(patient) or tallies.get(patient, Tally(question)).answer(patient, whole))
        for patient in screening.patients()
    )
    return CohortAnswers(lines, screening.counts(), screening.quarantined)


def _sought(question: CohortQuestion) -> Sought:
    concepts = frozenset(concept for asked in question.diagnoses for concept in asked.concepts)
    agents = question.order.agents if question.order is not None else frozenset()
    return Sought(concepts, agents, frozenset((*question.types, *_WITH_THEM)))


def _by_charts(
    asked: CohortAsked,
    reading: Reading,
    question: CohortQuestion,
    whole: Set[str],
    unsure: Set[str],
) -> Mapping[str, CohortAnswer]:
    """The answers of those that record by record would not be sure, from their charts, one at a time."""
    if not unsure:
        return {}
    # Here and not above: most questions need no chart, and then none of what makes one.
    from abstractor.fhir.population import Population

    types = _sought(question).types
    population = Population(reading, parts=min(size_of(asked.inputs) // _PART + 1, _MOST_PARTS))
    for received in read_files(asked.inputs):
        kind = type_of(received.body)
        if kind is None or kind == "OperationOutcome" or kind in types:
            read = decode(received, reading.zone, reading.limits)
            if not isinstance(read, Decoded) or read.patient is None or read.patient in unsure:
                population.add(received)
    with closing(population.sorted()) as parts:
        return {
            chart.patient.reference: _of_chart(chart, question, whole)
            for part in range(parts.number)
            for chart in parts.part(part)
        }


def _of_chart(chart: Chart, question: CohortQuestion, whole: Set[str]) -> CohortAnswer:
    """`whole` are the types seen whole for everybody; of this patient's something may be in quarantine."""
    doubtful = {row.type for row in chart.completeness if row.state in (Seen.PARTIAL, Seen.REFUSED)}
    return tally_of(chart, question).answer(chart.patient.reference, whole - doubtful)


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
