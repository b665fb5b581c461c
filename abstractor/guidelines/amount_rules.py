"""What a measure compares with a number must be a quantity that the terms say how to read."""

from collections.abc import Iterator, Sequence

from abstractor.errors import KnowledgeError
from abstractor.guidelines.references import names_in
from abstractor.guidelines.shelf import Place
from abstractor.rules.library import Measure
from abstractor.rules.measures.acted_on_result import ActedOnResult
from abstractor.rules.measures.early_stop import EarlyStop
from abstractor.rules.terms import ClinicalTerms, Threshold

__all__ = ["unread_amounts"]


def unread_amounts(
    measures: Sequence[tuple[Place, Measure]], terms: ClinicalTerms
) -> Iterator[KnowledgeError]:
    """Without its units nothing says what a value is worth, so that no limit could be held against it."""
    read = {each.concept for each in terms.quantities}
    for place, measure in measures:
        # An excuse by a result is held against its limit in the limit's own unit.
        reads = isinstance(measure.rule, ActedOnResult | EarlyStop)
        for each in names_in(measure, place) if reads else ():
            compared = isinstance(each.owner, ActedOnResult | Threshold) and each.field == "concept"
            if compared and each.name not in read:
                mend = f"name one that is read as an amount: {', '.join(sorted(read))}"
                yield each.place.refusal(f"no quantity says how {each.name!r} is read", mend)
