"""Which of several rulings decides: the most recent metastatic tissue, else everything else together
(knowledge base, section 6.2).

An open result (equivocal, indeterminate) is settled by an ISH of the same tissue beside or after it, or by a
later conclusive result of it. Conclusive results that contradict each other settle nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from abstractor.dates import Truth
from abstractor.rules.her2.assays import concurrent, of_one_tissue
from abstractor.rules.her2.criteria import Outcome
from abstractor.rules.her2.rulings import Ruling
from abstractor.rules.her2.tissue import Tissue

__all__ = ["Resolved", "resolve"]

# The reason that says most stands for several open results.
_REASONS = (
    "her2-discordant",
    "date-uncertain",
    "her2-equivocal",
    "her2-report-too-old",
    "her2-indeterminate",
)


@dataclass(frozen=True, slots=True)
class Resolved:
    """`outcome` is positive, negative, or null with a `reason`; `by` are the rulings that it rests on.

    `against`: conclusive rulings of other tissue that say the opposite.
    """

    outcome: Outcome | None
    reason: str
    by: tuple[Ruling, ...]
    against: tuple[Ruling, ...] = ()


def resolve(rulings: Sequence[Ruling], days: int) -> Resolved:
    """`days`: how far apart two assays may be to be concurrent."""
    read = [ruling for ruling in rulings if ruling.outcome is not None]
    metastatic = _metastatic(read, days)
    unread = _unread_metastasis([r for r in rulings if r.outcome is None], metastatic)
    if unread:
        return Resolved(None, "her2-not-readable", tuple(unread))
    if not metastatic:
        return _decided(read, days) if read else Resolved(None, "her2-not-readable", tuple(rulings))
    latest = _latest(_unsettled_and_conclusive(metastatic, days))
    decided = _decided(latest, days)
    if decided.outcome is None:
        return decided
    against = tuple(r for r in read if r.conclusive and r.outcome is not decided.outcome)
    return Resolved(decided.outcome, "", decided.by, against)


def _metastatic(read: Sequence[Ruling], days: int) -> list[Ruling]:
    """Rulings on distant tissue, and those that do not say their tissue but stand beside one of them."""
    distant = [r for r in read if r.assay.place.tissue is Tissue.DISTANT]
    beside = [
        r
        for r in read
        if r.assay.place.tissue is Tissue.UNSAID and any(concurrent(r.assay, d.assay, days) for d in distant)
    ]
    return [*distant, *beside]


def _unread_metastasis(unread: Sequence[Ruling], metastatic: Sequence[Ruling]) -> list[Ruling]:
    """Results on distant tissue that could not be read and may be the most recent ones."""
    return [
        r
        for r in unread
        if r.assay.place.tissue is Tissue.DISTANT and not any(_may_replace(m, r) for m in metastatic)
    ]


def _may_replace(known: Ruling, unread: Ruling) -> bool:
    """Is the known one of the same day or later?"""
    if known.assay.when is None or unread.assay.when is None:
        return False
    return known.assay.when.before(unread.assay.when) is Truth.NO


def _unsettled_and_conclusive(rulings: Sequence[Ruling], days: int) -> list[Ruling]:
    conclusive = [r for r in rulings if r.conclusive]
    return [r for r in rulings if r.conclusive or not any(_settles(c, r, days) for c in conclusive)]


def _latest(rulings: Sequence[Ruling]) -> list[Ruling]:
    """Those that no other surely follows; one without a date may be the latest."""
    return [r for r in rulings if not any(_surely_before(r, other) for other in rulings)]


def _surely_before(one: Ruling, other: Ruling) -> bool:
    first, then = one.assay.when, other.assay.when
    return first is not None and then is not None and first.before(then) is Truth.YES


def _decided(rulings: Sequence[Ruling], days: int) -> Resolved:
    left = _unsettled_and_conclusive(rulings, days)
    unsettled = [r for r in left if not r.conclusive]
    conclusive = [r for r in left if r.conclusive]
    outcomes = {r.outcome for r in conclusive}
    if len(outcomes) > 1:
        return Resolved(None, "her2-discordant", tuple(conclusive))
    if unsettled:
        reasons = {r.reason for r in unsettled}
        reason = next(each for each in _REASONS if each in reasons)
        return Resolved(None, reason, (*(r for r in unsettled if r.reason == reason), *conclusive))
    return Resolved(outcomes.pop(), "", tuple(conclusive))


def _settles(conclusive: Ruling, unsettled: Ruling, days: int) -> bool:
    """Contradictory parts of one report are settled by nothing; a person must look at them."""
    if unsettled.reason == "her2-discordant" or not of_one_tissue(conclusive.assay, unsettled.assay):
        return False
    if _surely_before(unsettled, conclusive):
        return True
    if not concurrent(conclusive.assay, unsettled.assay, days):
        return False
    if unsettled.assay.kind == "ish":
        # A 3+ is positive without any ISH.
        return conclusive.assay.kind == "ihc" and conclusive.outcome is Outcome.POSITIVE
    return conclusive.assay.kind != "ihc"
