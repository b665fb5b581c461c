"""How an audit is designed: which charts, what is asked of each, by how many, and what readers must not see.

A design is a frozen value, kept as JSON with its audit; once the audit is open it does not change.
"""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from abstractor.errors import OptionError

__all__ = [
    "MOST_A_STAGE",
    "Charts",
    "Design",
    "Hidden",
    "Stage",
    "Stratify",
    "design_from_json",
    "design_to_json",
]

_LONGEST_LEASE = 7 * 24 * 60
# There are 21 training charts, and no chart is in two of the three stages.
MOST_A_STAGE = 7


class Charts(StrEnum):
    """Every flagged chart, a seeded random sample of the included ones, or those of a list."""

    FLAGGED = "flagged"
    SAMPLE = "sample"
    LISTED = "listed"


class Stratify(StrEnum):
    """By what a sample is spread: the organisation that gave the latest line, its clinician, the verdict."""

    SITE = "site"
    CLINICIAN = "clinician"
    VERDICT = "verdict"


class Hidden(StrEnum):
    """What readers must not see before they lock: the other review, what the program says, where and in which
    wave the chart was written.
    """

    OTHER = "other"
    VERDICT = "verdict"
    SITE = "site"
    WAVE = "wave"


class Stage(StrEnum):
    """When readers are calibrated on charts whose answers are known."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


@dataclass(frozen=True, slots=True)
class Design:
    """`size` is of a sample, `listed` the patients' numbers of a list. `rules` are the rules whose findings
    are asked for, none: all; `criteria` and `lines` say whether those are asked for too.

    `readers` is 1 or 2; with 1, `double_share` (0 to 1) of the charts get a second reader. A lease is in
    minutes. `seed` decides the draw, the order, the codes, and who is read twice.

    With `equal_shares` a reviewer who has had their share gets no other review while one is left for another.

    `calibration` is how many training charts each reader reads at each stage. Of a training audit,
    `calibrates` is the audit that it is for, and `stage` when.
    """

    charts: Charts
    seed: int
    size: int | None = None
    strata: tuple[Stratify, ...] = ()
    listed: tuple[int, ...] = ()
    rules: tuple[str, ...] = ()
    criteria: bool = True
    lines: bool = True
    readers: int = 1
    double_share: float = 0.0
    hides: tuple[Hidden, ...] = (Hidden.OTHER,)
    lease_minutes: int = 8 * 60
    equal_shares: bool = False
    calibration: int = 0
    calibrates: int | None = None
    stage: Stage | None = None

    def __post_init__(self) -> None:
        if (self.charts is Charts.SAMPLE) != (self.size is not None and self.size > 0):
            raise OptionError("a sample needs its size, 1 or more; other audits have none")
        if (self.charts is Charts.LISTED) != bool(self.listed):
            raise OptionError("a list needs at least one chart; other audits have none")
        if len(set(self.strata)) < len(self.strata):
            raise OptionError("a sample is spread over each thing once")
        if self.readers not in (1, 2) or not 0 <= self.double_share <= 1:
            raise OptionError("a chart is read by 1 or 2; the share read twice lies between 0 and 1")
        if self.calibration < 0:
            raise OptionError("each stage of a calibration has 0 training charts or more")
        if not 1 <= self.lease_minutes <= _LONGEST_LEASE:
            raise OptionError(f"a lease is 1 to {_LONGEST_LEASE} minutes")

    @property
    def blinded(self) -> bool:
        return bool(self.hides)


def design_to_json(design: Design) -> str:
    return json.dumps(asdict(design), sort_keys=True, separators=(",", ":"))


def design_from_json(text: str) -> Design:
    held: dict[str, Any] = json.loads(text)
    return Design(
        **{
            **held,
            "charts": Charts(held["charts"]),
            "strata": tuple(map(Stratify, held["strata"])),
            "hides": tuple(map(Hidden, held["hides"])),
            "listed": tuple(held["listed"]),
            "rules": tuple(held["rules"]),
            "stage": Stage(held["stage"]) if held.get("stage") else None,
        }
    )
