"""Records whose names speak of care and say more than that: they leave open whether it was that care."""

from collections.abc import Iterator, Mapping, Sequence

from abstractor.abstract import Verdict
from abstractor.chart import Activity, Chart, Procedure, Standing, Unlisted, Visit
from abstractor.dates import DateInterval, Truth

__all__ = ["hospice_told", "left_open"]

_OPEN = (Standing.COUNTS, Standing.ASSUMED, Standing.PARTIAL, Standing.CONTEXT, Standing.ORDERED_ONLY)


def left_open(chart: Chart) -> Iterator[Unlisted]:
    """Each of them that stands, or may."""
    facts: tuple[Activity | Procedure | Visit, ...] = (*chart.activities, *chart.procedures, *chart.visits)
    for fact in facts:
        if fact.left_open is not None and fact.standing in _OPEN:
            when = fact.starts if isinstance(fact, Visit) else fact.when
            told = fact.left_open
            yield Unlisted(
                _kind(fact), told.may_be, told.words, when, fact.standing, fact.sources, worded=True
            )


def hospice_told(
    unlisted: Mapping[str, Sequence[Unlisted]], verdict: Verdict, until: DateInterval
) -> tuple[str, ...]:
    """What to look at where care is missed and a name leaves open whether hospice care began."""
    if verdict is not Verdict.NOT_MET:
        return ()
    for record in unlisted.get("hospice", ()):
        if record.when is None or record.when.on_or_before(until.latest) is not Truth.NO:
            return (f'hospice care begun by then ("{record.text}", {record.when or "without a date"})',)
    return ()


def _kind(fact: Activity | Procedure | Visit) -> str:
    if isinstance(fact, Visit):
        return "Encounter"
    if isinstance(fact, Procedure):
        return "DiagnosticReport" if fact.kind == "report" else "Procedure"
    return fact.kind
