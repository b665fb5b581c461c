"""Asks for the abstract of a told story, through the same doors as the program: reader, chart, engine."""

import json
from collections.abc import Iterable
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from abstractor.fhir.records import Reading, RecordSet

from abstractor.abstract import Abstract, ReportingPeriod
from abstractor.chart import Chart
from abstractor.fhir.received import Received
from abstractor.guidelines import load_library, load_value_sets
from abstractor.rules.decide import abstract_chart
from abstractor.rules.library import Library
from fixtures.stories import Story, story

__all__ = ["ZONE", "abstract_story", "abstract_told", "chart_of", "library"]

ZONE = "America/New_York"


@cache
def library() -> Library:
    return load_library()


def chart_of(resources: Iterable[dict[str, Any]], patient: str) -> Chart:
    records = RecordSet(Reading(load_value_sets(), ZoneInfo(ZONE)))
    for at, resource in enumerate(resources):
        records.add(Received(json.dumps(resource).encode(), f"story:{at}"))
    return records.chart(patient)


def abstract_told(told: Story, *, definition: str = "A") -> Abstract:
    chart = chart_of(told.resources, told.patient)
    period = ReportingPeriod(*told.period, ZONE)
    return abstract_chart(
        chart, library(), library().line_policy, period, told.as_of, definition=definition, program="test"
    )


def abstract_story(identity: str, *, definition: str = "A") -> Abstract:
    return abstract_told(story(identity), definition=definition)
