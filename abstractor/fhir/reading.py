"""What is needed to read records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from abstractor.chart import Seen
from abstractor.codes import ValueSets
from abstractor.fhir.decoding import Limits

__all__ = ["Reading"]


@dataclass(frozen=True, slots=True)
class Reading:
    """`overrides` is what `completeness.json` says."""

    value_sets: ValueSets
    zone: ZoneInfo
    overrides: Mapping[str, Seen] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
