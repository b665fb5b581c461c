"""HER2 results put together as assays: one IHC, one ISH with its ratio, copies and conclusion.

A report comes as one Observation with components, as a panel with members, or as Observations of their own
on the same tissue within the concurrent days; its parts are one assay as long as they do not contradict
each other.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from abstractor.chart import Biomarker, Source
from abstractor.dates import DateInterval
from abstractor.rules.her2.tissue import Place, Tissue, place_of
from abstractor.rules.inclusion_policy import InclusionPolicy

__all__ = ["Assay", "assays_of", "concurrent", "of_one_tissue"]

_SCORES = ("0", "1+", "2+", "3+")
_CORRECTIONS = ("amended", "corrected")


@dataclass(frozen=True, slots=True)
class Assay:
    """`kind`: "ihc", "ish" or "overall" (an interpretation that names no method).

    `when` spans the dates of all its parts.
    """

    kind: str
    place: Place
    when: DateInterval | None
    sources: tuple[Source, ...]
    report: str | None = None
    score: str | None = None
    conclusion: str | None = None
    ratio: float | None = None
    copies: float | None = None

    @property
    def readable(self) -> bool:
        return self.score is not None or self.conclusion is not None or self.counted

    @property
    def counted(self) -> bool:
        """Does it hold a ratio or copies?"""
        return self.ratio is not None or self.copies is not None


def of_one_tissue(one: Assay, other: Assay) -> bool:
    """Of the same organs; a result that does not say its tissue may be of any."""
    return one.place == other.place or Tissue.UNSAID in (one.place.tissue, other.place.tissue)


def concurrent(one: Assay, other: Assay, days: int) -> bool:
    """Of one report, or surely no more than that many days apart."""
    if one.report is not None and one.report == other.report:
        return True
    if one.when is None or other.when is None:
        return False
    first = min(one.when.earliest, other.when.earliest)
    return (max(one.when.latest, other.when.latest) - first).days <= days


def assays_of(results: Iterable[Biomarker], policy: InclusionPolicy) -> tuple[Assay, ...]:
    """The assays, in one order whatever the order of the results."""
    days = policy.her2.concurrent_days
    placed = {_assay(b, place_of(b.tissue, policy.tissue)) for b in _not_replaced(list(results))}
    held = sorted(placed, key=_order)
    whole = _joined([assay for assay in held if assay.kind == "ish"], days)
    for assay in (a for a in held if a.kind == "overall"):
        _interpret(whole, assay, days)
    return tuple(sorted([*whole, *(a for a in held if a.kind == "ihc")], key=_order))


def _not_replaced(results: Sequence[Biomarker]) -> Iterator[Biomarker]:
    """A corrected or amended result replaces a final one of the same test, tissue and day."""
    corrected = {_test_of(b) for b in results if b.status in _CORRECTIONS}
    for result in results:
        if result.status in _CORRECTIONS or _test_of(result) not in corrected:
            yield result


def _test_of(result: Biomarker) -> tuple[object, ...]:
    return result.method, result.quantity, result.tissue, result.when, result.report


def _assay(result: Biomarker, place: Place) -> Assay:
    score = result.reading if result.reading in _SCORES else None
    assay = Assay(
        "ihc" if score else result.method, place, result.when, result.sources, result.report, score=score
    )
    if score is None and result.reading is not None:
        return replace(assay, conclusion=result.reading)
    match result.quantity:
        case "ratio":
            return replace(assay, ratio=result.number)
        case "copies":
            return replace(assay, copies=result.number)
        case _:
            return assay


def _joined(parts: Iterable[Assay], days: int) -> list[Assay]:
    assays: list[Assay] = []
    for part in parts:
        for at, assay in enumerate(assays):
            whole = _together(assay, part, days)
            if whole is not None:
                assays[at] = whole
                break
        else:
            assays.append(part)
    return assays


def _together(one: Assay, other: Assay, days: int) -> Assay | None:
    """Both as one assay; None where they are of two, or say two things of the same part.

    Parts that share a partial date, or have none, are of one assay for all that can be told.
    """
    near = one.when == other.when or concurrent(one, other, days)
    if not (near and one.readable and other.readable and of_one_tissue(one, other)):
        return None
    parts = ((one.conclusion, other.conclusion), (one.ratio, other.ratio), (one.copies, other.copies))
    if any(None not in pair and pair[0] != pair[1] for pair in parts):
        return None
    return Assay(
        one.kind,
        other.place if one.place.tissue is Tissue.UNSAID else one.place,
        _span(one.when, other.when),
        tuple(sorted({*one.sources, *other.sources}, key=repr)),
        one.report or other.report,
        conclusion=one.conclusion or other.conclusion,
        ratio=one.ratio if one.ratio is not None else other.ratio,
        copies=one.copies if one.copies is not None else other.copies,
    )


def _interpret(assays: list[Assay], overall: Assay, days: int) -> None:
    """An interpretation is the conclusion of the counted assay beside it, where there is one."""
    if overall.conclusion in ("positive", "negative"):
        for at, assay in enumerate(assays):
            whole = _together(assay, overall, days) if assay.counted else None
            if whole is not None:
                assays[at] = whole
                return
    assays.append(overall)


def _span(one: DateInterval | None, other: DateInterval | None) -> DateInterval | None:
    if one is None or other is None:
        return one or other
    return DateInterval(min(one.earliest, other.earliest), max(one.latest, other.latest))


def _order(assay: Assay) -> str:
    when = "9999" if assay.when is None else f"{assay.when.earliest} {assay.when.latest}"
    return f"{when} {assay.kind} {assay!r}"
