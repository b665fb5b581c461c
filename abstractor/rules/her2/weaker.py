"""What else the chart says of HER2 where nothing else decides: drugs (tiers 3 and 4), text, genes."""

from collections.abc import Sequence
from dataclasses import replace

from abstractor.chart import Biomarker, Chart, Mention, Source
from abstractor.dates import DateInterval
from abstractor.rules.her2.drugs import positive_only_drugs
from abstractor.rules.her2.status import Her2Status
from abstractor.rules.her2.words import her2_in_words, quoted
from abstractor.rules.inclusion_policy import InclusionPolicy
from abstractor.rules.standing import stands

__all__ = ["weaker_evidence"]

_NONE = "her2-not-recorded"


def weaker_evidence(
    chart: Chart, policy: InclusionPolicy, her2: Her2Status, since: DateInterval | None
) -> Her2Status:
    """The unknown status with all that supports it named; where nothing else stands, by what it may be known.

    None of it confirms: an amplified gene supports, serum and a mutation say nothing of the tissue.
    """
    gained = [b for b in chart.biomarkers if b.reading == "amplified" and stands(b.standing)]
    if gained:
        shows = f"{her2.shows}; an amplified gene by sequencing supports HER2-positive disease"
        her2 = replace(her2, shows=shows, sources=(*her2.sources, *_of(gained)))
    if her2.reason != _NONE:
        return her2
    texts = her2_in_words(chart)
    reason, said, sources = positive_only_drugs(chart, policy, since)
    if texts:
        reason = "her2-text-only"
        words = f"HER2 in the words of a note, a report or a diagnosis: {quoted(texts)}"
        said = f"{words}; beside them {said}" if said else words
    elif said:
        said = f"HER2 only by {said}"
    shows = f"{her2.shows}; {said}" if said else her2.shows
    return replace(her2, reason=reason or _NONE, shows=shows, sources=(*her2.sources, *sources, *_of(texts)))


def _of(results: Sequence[Biomarker | Mention]) -> tuple[Source, ...]:
    return tuple(source for result in results for source in result.sources)
