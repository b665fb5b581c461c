"""Rows of facts told by hand, one line a patient: what is on record and the verdict that a reader expects.

A fact is `kind:meaning@day`, its day counted from that of the scene; then `=words` or `=value unit` of a
result or marker, `~reason` where it was not done for it, `/until` and `^severity` of a diagnosis, `^tissue`
of a marker, `+urgent` of an order.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from abstractor.guidelines.book.cases import Course, Fact, FactKind, MeasureCase
from abstractor.guidelines.book.working import WorkedMeasure, measured
from tests.asking import library

__all__ = ["Row", "Scene", "facts", "rows"]

_FACT = re.compile(
    r"(?P<kind>[a-z]+):(?P<means>[^@]*)@(?P<day>-?\d+)(?:/(?P<until>-?\d+))?(?:=(?P<answer>[^~+^]+))?"
    r"(?:\^(?P<severity>[a-z]+))?(?P<against>~(?P<why>[a-z:-]*))?(?P<urgent>\+urgent)?"
)
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)(?: (\S+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What every row of a measure has: the day that counts, drugs started on it (the last dose so many days
    later), further facts, and whatever a story can tell besides. `rows`: `facts -> verdict`, or `facts ->
    verdict: words` that the finding must say, one a line; no verdict is `None`."""

    measure: str
    day: date
    rows: str
    drugs: tuple[str, ...] = ()
    lasts: int | None = None
    base: str = ""
    story: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    scene: Scene
    told: str
    verdict: str
    words: str = ""

    def __str__(self) -> str:
        scene = self.scene
        named = " ".join((*scene.drugs, *map(str, scene.story.values())))
        return f"{scene.measure} {scene.day} {named} {self.told} {self.verdict} {self.words}"

    def holds(self) -> tuple[bool, str]:
        """Does the measure say so? And what it says."""
        worked = self.worked()
        said = f"{worked.verdict}: {worked.shows}"
        return str(worked.verdict) == self.verdict and self.words in worked.shows, said

    def worked(self) -> WorkedMeasure:
        scene = self.scene
        until = None if scene.lasts is None else scene.day + timedelta(days=scene.lasts)
        told = MeasureCase(
            says="a row",
            why="told by hand",
            measure=scene.measure,
            metastatic=scene.day if not scene.drugs else scene.day - timedelta(days=30),
            lines=(Course(scene.drugs, scene.day, until),) if scene.drugs else (),
            facts=(*facts(scene.base, scene.day), *facts(self.told, scene.day)),
            as_of=scene.day + timedelta(days=900),
        )
        (worked,) = measured([replace(told, **scene.story)], library())
        return worked


def rows(*scenes: Scene) -> list[Row]:
    return [row for scene in scenes for row in _rows(scene)]


def _rows(scene: Scene) -> Iterator[Row]:
    for line in filter(None, map(str.strip, scene.rows.splitlines())):
        told, arrow, verdict = line.partition("->")
        if not arrow:
            raise ValueError(f"no verdict: {line}")
        verdict, _, words = verdict.partition(":")
        yield Row(scene, told.strip(), verdict.strip(), words.strip())


def facts(told: str, day: date) -> tuple[Fact, ...]:
    return tuple(_fact(each.strip(), day) for each in told.split(";") if each.strip())


def _fact(told: str, day: date) -> Fact:
    held = _FACT.fullmatch(told)
    if held is None:
        raise ValueError(f"no fact: {told}")
    number = _NUMBER.fullmatch(held["answer"]) if held["answer"] else None
    return Fact(
        FactKind(held["kind"]),
        day + timedelta(days=int(held["day"])),
        held["means"],
        value=float(number[1]) if number else None,
        unit=number[2] if number else None,
        answer=held["answer"] if not number else None,
        severity=f"severity:{held['severity']}" if held["severity"] and held["kind"] == "diagnosis" else None,
        until=day + timedelta(days=int(held["until"])) if held["until"] else None,
        urgent=held["urgent"] is not None,
        against=held["against"] is not None,
        why=held["why"] or None,
        tissue=(held["severity"] or "liver").capitalize() if held["kind"] == "marker" else None,
    )
