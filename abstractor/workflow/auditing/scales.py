"""On which scale an item is rated: all that could be chosen, and what of it is in order.

The statistics of agreement must know categories that nobody chose; weights need an order, and what stands
outside of it ("not addressed") has no place there.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from abstractor.abstract import Verdict

__all__ = ["GAPS", "NOT_SAID", "Scale", "heading_of", "scale_of"]

# What a finding says where care was not as the guideline wanted it; what it says where nothing can be told.
GAPS = frozenset({Verdict.NOT_MET, Verdict.NOT_PREFERRED, Verdict.NOT_RECOMMENDED, Verdict.OFF_LABEL})
NOT_SAID = frozenset({Verdict.UNKNOWN, Verdict.INDETERMINATE, Verdict.PENDING})

_CRITERION = (Verdict.NOT_MET, Verdict.UNKNOWN, Verdict.MET)
_CHOICE = (Verdict.NOT_RECOMMENDED, Verdict.NOT_PREFERRED, Verdict.ACCEPTABLE, Verdict.PREFERRED)
_BESIDE_CHOICE = (Verdict.NOT_ADDRESSED, Verdict.INDETERMINATE, Verdict.EXCEPTION)
_LABEL = (Verdict.ON_LABEL, Verdict.OFF_LABEL, Verdict.INDETERMINATE)
_MEASURE = (
    Verdict.MET,
    Verdict.NOT_MET,
    Verdict.EXCLUDED,
    Verdict.EXCEPTION,
    Verdict.PENDING,
    Verdict.UNKNOWN,
)
SEQUENCING, LABELS = "sequencing", "FDA"


@dataclass(frozen=True, slots=True)
class Scale:
    """`ordered` is empty where the categories have no order, or no more than two that have one."""

    categories: tuple[str, ...]
    ordered: tuple[str, ...] = ()


def heading_of(kind: str, rule: str, item: str) -> str:
    """Under what an item is counted: a criterion, "lines", a measure, or "sequencing" of one authority."""
    if kind == "line":
        return "lines"
    if rule == SEQUENCING and kind == "finding":
        return f"{SEQUENCING} {item.rpartition(':')[2]}"
    return rule


def scale_of(kind: str, heading: str, seen: Iterable[str]) -> Scale:
    """`seen` are the ratings that were given: of a line all that there are, besides "right"."""
    known = _known(kind, heading)
    beyond = sorted(set(seen) - set(known.categories))
    if kind == "line" and beyond:
        return Scale(("right", *beyond))
    return Scale((*known.categories, *beyond), known.ordered)


def _known(kind: str, heading: str) -> Scale:
    if kind == "line":
        return Scale(("right", "wrong"))
    if kind == "criterion":
        return Scale(_CRITERION, _CRITERION)
    if heading == f"{SEQUENCING} {LABELS}":
        return Scale(_LABEL)
    if heading.startswith(SEQUENCING):
        return Scale((*_CHOICE, *_BESIDE_CHOICE), _CHOICE)
    return Scale(_MEASURE)
