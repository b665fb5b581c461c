"""Asks for the abstract of a told story, through the same doors as the program: reader, chart, engine."""

import json
from collections.abc import Iterable
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from abstractor.abstract import Abstract, Criterion, ReportingPeriod
from abstractor.chart import Chart
from abstractor.fhir.received import Received
from abstractor.fhir.records import Reading, RecordSet
from abstractor.guidelines import load_library, load_value_sets
from abstractor.guidelines.book import cases
from abstractor.guidelines.book.cases import Cases
from abstractor.rules.anchor import metastatic_anchor
from abstractor.rules.decide import abstract_chart
from abstractor.rules.inclusion import HER2_MBC
from abstractor.rules.library import Library
from abstractor.rules.situation import Situation
from abstractor.rules.therapy.deriving import derive
from abstractor.rules.therapy.progression import progressions
from fixtures.stories import Story, Tale, story

__all__ = [
    "ZONE",
    "abstract_story",
    "abstract_told",
    "chart_of",
    "criterion",
    "library",
    "situation_of",
    "worked_cases",
]

ZONE = "America/New_York"


@cache
def library() -> Library:
    return load_library()


@cache
def worked_cases() -> Cases:
    """The shipped ones."""
    return cases.read_cases()


def chart_of(resources: Iterable[dict[str, Any]], patient: str) -> Chart:
    records = RecordSet(Reading(load_value_sets(), ZoneInfo(ZONE)))
    for at, resource in enumerate(resources):
        records.add(Received(json.dumps(resource).encode(), f"story:{at}"))
    return records.chart(patient)


def abstract_told(told: Story, *, definition: str = "A", cohort: str = HER2_MBC) -> Abstract:
    chart = chart_of(told.resources, told.patient)
    period = ReportingPeriod(*told.period, ZONE)
    return abstract_chart(
        chart,
        library(),
        library().line_policy,
        period,
        told.as_of,
        definition=definition,
        program="test",
        cohort=cohort,
    )


@cache
def abstract_story(identity: str, *, definition: str = "A", cohort: str = HER2_MBC) -> Abstract:
    """Of a story that stands on file; made once, since nothing can change it."""
    return abstract_told(story(identity), definition=definition, cohort=cohort)


def situation_of(told: Story, number: int, *, step: bool = False) -> Situation:
    """What a condition is decided on: that palliative line of the told patient, or its first maintenance
    step."""
    known = chart_of(told.resources, told.patient).as_of(told.as_of)
    anchor = metastatic_anchor(known, library().inclusion)
    therapy = derive(known, anchor, library(), library().line_policy, told.as_of)
    line = next(each for each in therapy.palliative() if each.line.number == number)
    kinds = library().line_policy.chemotherapy_kinds
    chosen = line.intensified[0] if step else None
    return Situation(
        known,
        therapy,
        anchor,
        line,
        chosen.decision if chosen else line.decision,
        library().agents,
        library().terms,
        kinds,
        progressions(known, anchor, library().inclusion, library().line_policy, told.as_of),
        chosen,
    )


def criterion(told: Tale, which: int, *, definition: str = "A") -> Criterion:
    """The disease (0), the lines (1) or the visit (2) of a told patient."""
    return abstract_told(told.told(), definition=definition).inclusion.criteria[which]
