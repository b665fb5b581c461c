"""The hormone receptors of the breast cancer as a whole: positive where the oestrogen or the progesterone
receptor is, by the latest tissue result of each, else by a diagnosis code.
"""

from collections.abc import Sequence
from dataclasses import replace

from abstractor.chart import Biomarker, Chart, Mention, Source
from abstractor.dates import Truth
from abstractor.rules.her2.attribution import of_breast, other_cancers
from abstractor.rules.inclusion_policy import InclusionPolicy
from abstractor.rules.quoting import in_words, outcome_in_words, quoted
from abstractor.rules.standing import stands
from abstractor.rules.terms import ReceptorTerms
from abstractor.rules.truth import Decided

__all__ = ["RECEPTORS", "hormone_receptors", "receptors_by_code"]

RECEPTORS = ("er", "pr")
_READ = ("positive", "negative")


def hormone_receptors(chart: Chart, policy: InclusionPolicy, terms: ReceptorTerms) -> Decided:
    """Yes where they are positive, no where both are surely negative and no tissue ever was positive."""
    others = other_cancers(chart, policy)
    read = [
        b for b in chart.biomarkers if b.marker in RECEPTORS and stands(b.standing) and b.reading in _READ
    ]
    own = [b for b in read if of_breast(b, others, policy) is not Truth.NO]
    sure = [b for b in own if of_breast(b, others, policy) is Truth.YES]
    decided = _by_tissue(own) if own else None
    if len(sure) < len(own) and (not sure or decided is None or _by_tissue(sure).truth is not decided.truth):
        shows = "hormone-receptor results that may be of the breast or of another cancer"
        return Decided(Truth.UNKNOWN, shows, "hormone-receptor-tissue-unclear", _sources(own))
    if decided is not None and decided.reason != "hormone-receptor-unknown":
        return _beside_words(decided, own, in_words(chart, *RECEPTORS))
    return _by_code(chart, terms, _sources(own))


def _beside_words(decided: Decided, results: Sequence[Biomarker], texts: Sequence[Mention]) -> Decided:
    """Words of the day of a result that state its opposite, and none of which states it, are told."""
    against = [
        text
        for result in results
        if (said := [t for t in texts if t.about == result.marker and t.when and t.when == result.when])
        and result.reading not in {outcome_in_words(text) for text in said}
        for text in said
        if outcome_in_words(text) is not None
    ]
    if not against:
        return decided
    shows = f"{decided.shows}, yet the words of that day say otherwise: {quoted(against)}"
    return replace(decided, shows=shows, sources=(*decided.sources, *_of(against)))


def receptors_by_code(chart: Chart, terms: ReceptorTerms) -> tuple[bool | None, tuple[Source, ...]]:
    """Positive, negative, or neither where nothing is coded or codes contradict each other."""
    standing = [d for d in chart.diagnoses if stands(d.standing)]
    held = {concept for d in standing for concept in d.concepts}
    wanted = {*terms.positive, *terms.negative, *terms.er_negative, *terms.pr_negative}
    sources = tuple(s for d in standing if wanted & set(d.concepts) for s in d.sources)
    positive = bool(held & set(terms.positive))
    both = bool(held & set(terms.er_negative)) and bool(held & set(terms.pr_negative))
    negative = bool(held & set(terms.negative)) or both
    return (None, sources) if positive is negative else (positive, sources)


def _by_tissue(results: Sequence[Biomarker]) -> Decided:
    last = {marker: _last([b for b in results if b.marker == marker]) for marker in RECEPTORS}
    held = [b for latest in last.values() for b in latest]
    shows = "; ".join(f"{b.marker.upper()} {b.reading}" + (f" on {b.when}" if b.when else "") for b in held)
    readings = {marker: {b.reading for b in latest} for marker, latest in last.items()}
    sources = _sources(held)
    if {"positive"} in readings.values() or any(_of_one_day(b) for b in last.values()):
        return Decided(Truth.YES, shows, None, sources)
    if any("positive" in each for each in readings.values()):
        return Decided(Truth.UNKNOWN, f"{shows}, of which the latest is not known", "date-uncertain", sources)
    earlier = [b for b in results if b.reading == "positive"]
    if earlier:
        said = f"{shows}; an earlier result was positive"
        return Decided(Truth.UNKNOWN, said, "hormone-receptor-discordant", (*sources, *_sources(earlier)))
    if all(readings.values()):
        return Decided(Truth.NO, shows, "hormone-receptor-negative", sources)
    return Decided(Truth.UNKNOWN, shows, "hormone-receptor-unknown", sources)


def _last(results: Sequence[Biomarker]) -> list[Biomarker]:
    """Those that may be the latest; one without a date may be of any day."""
    return [b for b in results if not any(_before(b, other) for other in results)]


def _before(result: Biomarker, other: Biomarker) -> bool:
    return bool(result.when and other.when and result.when.before(other.when) is Truth.YES)


def _of_one_day(latest: Sequence[Biomarker]) -> bool:
    """Two results of one day, one of them positive: the receptor is there."""
    days = {b.when for b in latest}
    exact = len(days) == 1 and all(day is not None and day.is_exact for day in days)
    return exact and any(b.reading == "positive" for b in latest)


def _by_code(chart: Chart, terms: ReceptorTerms, sources: tuple[Source, ...]) -> Decided:
    coded, code_sources = receptors_by_code(chart, terms)
    cited = (*sources, *code_sources)
    if coded is None:
        shows = "no hormone-receptor result that decides"
        texts = in_words(chart, *RECEPTORS)
        if not texts:
            return Decided(Truth.UNKNOWN, shows, "hormone-receptor-unknown", cited)
        reason = "hormone-receptor-unknown" if cited else "hormone-receptor-text-only"
        shows += f"; ER or PR in the words of a note, a report or a diagnosis: {quoted(texts)}"
        return Decided(Truth.UNKNOWN, shows, reason, (*cited, *_of(texts)))
    if coded:
        return Decided(Truth.YES, "hormone receptors positive by a diagnosis code", None, cited)
    shows = "hormone receptors negative by a diagnosis code"
    return Decided(Truth.NO, shows, "hormone-receptor-negative", cited)


def _of(texts: Sequence[Mention]) -> tuple[Source, ...]:
    return tuple(source for text in texts for source in text.sources)


def _sources(results: Sequence[Biomarker]) -> tuple[Source, ...]:
    return tuple(source for result in results for source in result.sources)
