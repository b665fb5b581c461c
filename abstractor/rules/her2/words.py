"""HER2 in words beside a coded result: which of them state its opposite, and so have to be told.

Words of the day of a coded result change nothing. Those of a later metastasis do where the coded result is
negative: the most recent metastatic tissue decides (knowledge base, section 6.2), and leaving the patient
out in silence would be deciding.
"""

from collections.abc import Iterator, Sequence

from abstractor.chart import Chart, Mention
from abstractor.dates import Truth
from abstractor.rules.her2.assays import Assay
from abstractor.rules.her2.tissue import Tissue, may_be_distant, place_of
from abstractor.rules.inclusion_policy import InclusionPolicy
from abstractor.rules.quoting import in_words, outcome_in_words, quoted

__all__ = ["her2_in_words", "of_a_later_metastasis", "of_that_day", "quoted"]


def her2_in_words(chart: Chart) -> tuple[Mention, ...]:
    return in_words(chart, "her2")


def of_that_day(chart: Chart, status: str, assays: Sequence[Assay]) -> list[Mention]:
    """Those that state the opposite on a day of the results.

    A result that is positive stays so beside an IHC of 1+ and an amplified FISH; one that is negative may
    not have both.
    """
    days = {assay.when for assay in assays} - {None}
    held = [m for m in her2_in_words(chart) if m.when in days and outcome_in_words(m) is not None]
    agreeing = [m for m in held if outcome_in_words(m) == status]
    if status == "positive" and agreeing:
        return []
    coded = {said for assay in assays for said in (assay.score, assay.conclusion)}
    return [
        m
        for m in held
        if outcome_in_words(m) != status and m.reading not in coded and not _of_another_part(m, agreeing)
    ]


def of_a_later_metastasis(
    chart: Chart, status: str, assays: Sequence[Assay], policy: InclusionPolicy
) -> list[Mention]:
    """Those that state the opposite later than every result, of metastatic disease or a distant site."""
    return [m for m in _later(chart, assays) if outcome_in_words(m) != status and _is_metastatic(m, policy)]


def _later(chart: Chart, assays: Sequence[Assay]) -> Iterator[Mention]:
    days = [assay.when for assay in assays]
    for mention in her2_in_words(chart):
        when = mention.when
        if when is None or outcome_in_words(mention) is None:
            continue
        if all(day is not None and day.before(when) is Truth.YES for day in days):
            yield mention


def _of_another_part(mention: Mention, agreeing: Sequence[Mention]) -> bool:
    """Of two named parts of one report, the result may be of the other."""
    named = {m.tissue for m in agreeing if m.tissue}
    return mention.tissue is not None and bool(named - {mention.tissue})


def _is_metastatic(mention: Mention, policy: InclusionPolicy) -> bool:
    """Where breast and another organ are named, it may be of either."""
    said = f"{mention.tissue or ''} {mention.quote}"
    place = place_of(said, policy.tissue)
    if place.tissue is Tissue.OTHER_CANCER:
        return False
    if place.tissue is Tissue.DISTANT or (place.organs and place.tissue is Tissue.UNSAID):
        return True
    words = {word.strip(".,;:()").lower() for word in said.split()}
    return bool(words & set(policy.tissue.metastatic)) and may_be_distant(said, policy.tissue)
