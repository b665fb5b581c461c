"""What one assay means by the criteria of its day (knowledge base, section 6.1).

Where the components stand, they decide, and a conclusion that contradicts them leaves the assay open; where
only the conclusion stands, the report is taken as reported. A date that spans a change decides only where
both editions agree.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from abstractor.dates import Truth
from abstractor.rules.her2.assays import Assay, concurrent, of_one_tissue
from abstractor.rules.her2.criteria import Her2Criteria, Her2Edition, IshCell, Outcome

__all__ = ["Ruling", "rule_on"]

_SCORES_OF = {"positive": ("3+",), "negative": ("0", "1+"), "equivocal": ("2+",)}


@dataclass(frozen=True, slots=True)
class Ruling:
    """`outcome` is null where the assay could not be read; `reason` says why it is open. `now` is what the
    newest criteria would make of it. `editions` are those that it was read by, none where it was taken as
    reported."""

    assay: Assay
    outcome: Outcome | None
    reason: str | None = None
    editions: tuple[str, ...] = ()
    group: str | None = None
    note: str | None = None
    now: Outcome | None = None

    @property
    def conclusive(self) -> bool:
        return self.outcome is not None and self.outcome.conclusive


def rule_on(assay: Assay, others: Iterable[Assay], criteria: Her2Criteria) -> Ruling:
    """`others` are all assays of the patient: a concurrent IHC of the same tissue is among them."""
    if not assay.readable:
        return Ruling(assay, None, "her2-not-readable")
    scores = _concurrent_scores(assay, others, criteria.concurrent_days)
    rulings = [_by(edition, assay, scores) for edition in criteria.in_force(assay.when)]
    now = _by(criteria.newest, assay, scores).outcome
    first, outcomes = rulings[0], {ruling.outcome for ruling in rulings}
    editions = tuple(name for ruling in rulings for name in ruling.editions)
    if len(outcomes) > 1:
        return Ruling(assay, Outcome.INDETERMINATE, "date-uncertain", editions, now=now)
    return Ruling(assay, first.outcome, first.reason, editions, first.group, first.note, now)


def _by(edition: Her2Edition | None, assay: Assay, scores: tuple[str, ...]) -> Ruling:
    if edition is None:
        return Ruling(assay, Outcome.INDETERMINATE, "her2-report-too-old")
    if assay.score is not None:
        return _decided(assay, edition.ihc.get(assay.score, Outcome.INDETERMINATE), (edition.id,))
    if assay.counted:
        return _by_components(edition, assay, scores)
    return _decided(assay, Outcome(assay.conclusion or Outcome.INDETERMINATE), ())


def _by_components(edition: Her2Edition, assay: Assay, scores: tuple[str, ...]) -> Ruling:
    cells = edition.dual_probe if assay.ratio is not None else edition.single_probe
    fitting = [cell for cell in cells if cell.fits(assay.ratio, assay.copies) is not Truth.NO]
    outcomes = {outcome for cell in fitting for outcome in _outcomes(cell, scores)}
    if len(outcomes) != 1:
        # A part is missing, or several scores stand beside it: what was reported counts if it can be true.
        if assay.conclusion in outcomes:
            return _decided(assay, Outcome(assay.conclusion), ())
        return _decided(assay, Outcome.INDETERMINATE, (edition.id,))
    outcome = outcomes.pop()
    if assay.conclusion is not None and outcome is not Outcome.INDETERMINATE and assay.conclusion != outcome:
        return Ruling(assay, Outcome.INDETERMINATE, "her2-discordant", (edition.id,))
    group = fitting[0].name if len(fitting) == 1 else None
    notes = [cell.notes[score] for cell in fitting for score in scores if score in cell.notes]
    return _decided(assay, outcome, (edition.id,), group=group, note=next(iter(notes), None))


def _outcomes(cell: IshCell, scores: tuple[str, ...]) -> Iterator[Outcome]:
    if not scores:
        yield cell.result
    for score in scores:
        yield cell.by_ihc.get(score, cell.result)


def _decided(
    assay: Assay,
    outcome: Outcome,
    editions: tuple[str, ...],
    *,
    group: str | None = None,
    note: str | None = None,
) -> Ruling:
    reason = None if outcome.conclusive else f"her2-{outcome.value}"
    return Ruling(assay, outcome, reason, editions, group, note)


def _concurrent_scores(assay: Assay, others: Iterable[Assay], days: int) -> tuple[str, ...]:
    """The IHC scores of the same tissue beside it; a score that is only named by its meaning is each that it
    may be."""
    scores: dict[str, None] = {}
    for other in others:
        if other.kind == "ihc" and of_one_tissue(other, assay) and concurrent(assay, other, days):
            named = (other.score,) if other.score else _SCORES_OF.get(other.conclusion or "", ())
            scores |= dict.fromkeys(named)
    return tuple(scores)
