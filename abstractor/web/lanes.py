"""Marks of one lane side by side: what lies too close is one mark with its number, and no two boxes meet.

Everything is a place on the axis, in units of the drawing; days and facts are known elsewhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

__all__ = ["CHARACTER", "EDGE", "Mark", "Point", "lay_out", "merged_spans", "text_width"]

CHARACTER = 6.6  # the widest that a character of the drawing's small text is on average
EDGE = 1000.0
_HALF = {"given": 1.6}
_USUAL_HALF = 5.5
_GAP = 1.2
_LONGEST_VALUE = 16
_MOST_TITLES = 12


@dataclass(frozen=True, slots=True)
class Point:
    """One fact at its place; `target` leads to it."""

    x: float
    kind: str
    title: str
    target: str
    value: str = ""
    void: bool = False
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """One or more points in a box from `left` to `right`; `kind` is "mixed" where they are of several.

    `target` is the point's own where it is one, else that of the lane. `label` stands to the right of it;
    a lane in which few would fit has none.
    """

    left: float
    right: float
    x: float
    kind: str
    count: int
    title: str
    target: str
    label: str
    void: bool
    flagged: bool

    @property
    def label_x(self) -> float:
        return round(self.right + 2, 1)

    @property
    def end(self) -> float:
        """Where the mark ends, its label included."""
        return self.label_x + text_width(self.label) if self.label else self.right


@dataclass(slots=True)
class _Group:
    left: float
    right: float
    points: list[Point] = field(default_factory=list)


def text_width(text: str) -> float:
    return CHARACTER * len(text)


def lay_out(
    points: Iterable[Point], *, lane: str, half: float | None = None, worst: Sequence[str] = ()
) -> tuple[Mark, ...]:
    """`lane` is where a mark of several points leads. `half` is how wide each point is to either side; of the
    kinds `worst` the first that is among several shows them.
    """
    groups: list[_Group] = []
    for point in sorted(points, key=lambda point: point.x):
        wide = half or (_USUAL_HALF if point.void else _HALF.get(point.kind, _USUAL_HALF))
        left, right = point.x - wide, point.x + wide
        if not groups or left >= groups[-1].right + _GAP:
            groups.append(_Group(left, right))
        group = groups[-1]
        group.points.append(point)
        if len(group.points) > 1:
            room = text_width(str(len(group.points))) + (2 * half + 2 if half else 5)
            group.left = min(group.left, left)
            group.right = max(group.right, right, group.left + room)
    nexts = [*(group.left for group in groups[1:]), EDGE]
    marks = [_mark(group, until, lane, worst) for group, until in zip(groups, nexts, strict=False)]
    valued = sum(bool(group.points[0].value) and len(group.points) == 1 for group in groups)
    few = 2 * sum(bool(mark.label) for mark in marks) < valued
    return tuple(replace(mark, label="") if few else mark for mark in marks)


def _mark(group: _Group, until: float, lane: str, worst: Sequence[str]) -> Mark:
    points = group.points
    kinds = {point.kind for point in points}
    kind = points[0].kind if len(kinds) == 1 else next((k for k in worst if k in kinds), "mixed")
    value = points[0].value if len(points) == 1 else ""
    short = value if len(value) <= _LONGEST_VALUE else f"{value[: _LONGEST_VALUE - 1]}…"
    fits = group.right + 2 + text_width(short) + 2 <= until
    return Mark(
        left=round(group.left, 1),
        right=round(group.right, 1),
        x=round(points[0].x if len(points) == 1 else (group.left + group.right) / 2, 1),
        kind=kind,
        count=len(points),
        title=_title(points),
        target=points[0].target if len(points) == 1 else lane,
        label=short if fits else "",
        void=all(point.void for point in points),
        flagged=any(point.flagged for point in points),
    )


def _title(points: Sequence[Point]) -> str:
    told = [point.title for point in points[:_MOST_TITLES]]
    more = len(points) - len(told)
    return "\n".join([*told, f"and {more} more"] if more else told)


def merged_spans(spans: Iterable[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Spans that touch as one."""
    held: list[tuple[float, float]] = []
    for first, last in sorted(spans):
        if held and first <= held[-1][1] + 1:
            held[-1] = (held[-1][0], max(held[-1][1], last))
        else:
            held.append((first, last))
    return tuple(held)
