"""From which day the disease counts as metastatic (knowledge base, section 6.2).

The earliest M1 or stage IV record, or distant-site Condition, that stands. A provisional one does not
stand; a site that may be regional (some nodes) leaves the question open.
"""

from abstractor.chart import Chart, Diagnosis, Source, Stage, Standing
from abstractor.dates import DateInterval, Truth
from abstractor.rules.library import InclusionPolicy
from abstractor.rules.therapy.course import Anchor

__all__ = ["metastatic_anchor", "stands"]


def stands(standing: Standing) -> bool:
    """Confirmed, final, or of absent status (which is flagged)."""
    return standing in (Standing.COUNTS, Standing.ASSUMED)


def metastatic_anchor(chart: Chart, policy: InclusionPolicy) -> Anchor:
    """The earliest evidence of distant metastasis, interval-valued where its date is partial."""
    distant = _with(chart, policy.distant_metastasis)
    staged = [s for s in chart.stages if stands(s.standing) and _is_metastatic(s, policy)]
    facts: list[Diagnosis | Stage] = [*distant, *staged]
    if facts:
        dated = [(fact.when, fact) for fact in facts if fact.when is not None]
        if not dated:
            return Anchor(Truth.YES, None, _sources(facts))
        first = min(dated, key=lambda pair: (pair[0].earliest, pair[0].latest))
        # Any dated record must have come on or after the true day, so the earliest last day bounds it.
        latest = min(when.latest for when, _ in dated)
        return Anchor(
            Truth.YES, DateInterval(first[0].earliest, max(latest, first[0].earliest)), first[1].sources
        )
    ambiguous = _with(chart, policy.ambiguous_metastasis)
    if ambiguous:
        return Anchor(Truth.UNKNOWN, None, _sources(list(ambiguous)))
    return Anchor(Truth.NO, None, ())


def _with(chart: Chart, concepts: tuple[str, ...]) -> list[Diagnosis]:
    wanted = set(concepts)
    return [d for d in chart.diagnoses if wanted & set(d.concepts) and stands(d.standing)]


def _is_metastatic(stage: Stage, policy: InclusionPolicy) -> bool:
    plain = stage.value.upper().removeprefix("STAGE").strip()
    return plain in policy.metastatic_stages


def _sources(facts: list[Diagnosis | Stage]) -> tuple[Source, ...]:
    return tuple(source for fact in facts for source in fact.sources)
