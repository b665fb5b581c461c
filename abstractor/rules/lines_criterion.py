"""The criterion `her2-lines`: two or more lines of HER2+ treatment prescribed, by definition A, B or C
(section 3.6)."""

from abstractor.abstract import Criterion, Verdict, cite
from abstractor.chart import Administration, Chart, Dispense, Order, Standing
from abstractor.dates import Period, Truth
from abstractor.rules.therapy.course import Therapy, TherapyLine
from abstractor.rules.truth import Decided

__all__ = ["DEFINITIONS", "her2_lines", "unsure_records"]

DEFINITIONS = {
    "A": "palliative lines with a HER2-directed agent",
    "B": "palliative lines of any systemic therapy",
    "C": "HER2-directed lines in any setting",
}
_NEEDED = 2
_NOT_HELD = (Standing.AGAINST, Standing.WITHDRAWN)


def her2_lines(
    chart: Chart, therapy: Therapy, period: Period, definition: str, her2_agents: frozenset[str]
) -> Criterion:
    """Met by two lines that started on or before the period's end.

    "Prescribed": an order suffices. Not met by silence only where orders and administrations were seen
    whole.
    """
    counted = [each for each in therapy.lines if _counts(each, definition)]
    starts = [(each, each.line.start.on_or_before(period.end)) for each in counted]
    sure = [each for each, started in starts if started is Truth.YES and not each.rests_on_unknown_status]
    possible = [each for each, started in starts if started is not Truth.NO]
    meaning = DEFINITIONS[definition]
    if len(sure) >= _NEEDED:
        return _criterion(Verdict.MET, None, f"{len(sure)} {meaning}: {_named(sure)}", sure)
    if len(possible) >= _NEEDED:
        doubtful = any(each.rests_on_unknown_status for each in possible)
        reason = "status-unknown" if doubtful else "date-uncertain"
        said = f"{len(sure)} certain and {len(possible) - len(sure)} doubtful {meaning}: {_named(possible)}"
        return _criterion(Verdict.UNKNOWN, reason, said, possible)
    said = f"{len(possible)} {meaning}" + (f": {_named(possible)}" if possible else "")
    if not chart.seen_whole("MedicationRequest", "MedicationAdministration"):
        unseen = [t for t in ("MedicationRequest", "MedicationAdministration") if not chart.seen(t).whole]
        said += "; not seen whole: " + ", ".join(f"{name} ({chart.seen(name)})" for name in unseen)
        return _criterion(Verdict.UNKNOWN, "medications-not-seen-whole", said, possible)
    doubt = _doubt(chart, therapy, definition, her2_agents)
    if doubt is not None:
        return Criterion(
            "her2-lines", Verdict.UNKNOWN, doubt.reason, f"{said}; {doubt.shows}", cite(*doubt.sources)
        )
    return _criterion(Verdict.NOT_MET, "fewer-than-two-lines", said, possible)


def _doubt(chart: Chart, therapy: Therapy, definition: str, her2_agents: frozenset[str]) -> Decided | None:
    """Drugs on record that could be another line: of no date, or that code and text leave open."""
    for drug in therapy.unplaced:
        if definition == "B" or drug.agent in her2_agents:
            return Decided(Truth.UNKNOWN, f"{drug.agent} without a date", "date-uncertain", drug.sources)
    for record in unsure_records(chart, her2_agents):
        shows = f"a drug that may be {' or '.join(record.may_be)}"
        return Decided(Truth.UNKNOWN, shows, "agent-unmapped", record.sources)
    return None


def unsure_records(chart: Chart, agents: frozenset[str]) -> list[Order | Administration | Dispense]:
    """Records that count, of a drug that may be one of these agents or another."""
    records: list[Order | Administration | Dispense] = [
        *chart.orders,
        *chart.administrations,
        *chart.dispenses,
    ]
    return [r for r in records if agents & set(r.may_be) and r.standing not in _NOT_HELD]


def _counts(each: TherapyLine, definition: str) -> bool:
    palliative = each.line.setting == "palliative"
    match definition:
        case "A":
            return palliative and each.line.her2_directed
        case "B":
            return palliative
        case _:
            return each.line.her2_directed


def _named(lines: list[TherapyLine]) -> str:
    return "; ".join(f"{e.line.regimen or ', '.join(e.line.agents)} from {e.line.start}" for e in lines)


def _criterion(verdict: Verdict, reason: str | None, statement: str, lines: list[TherapyLine]) -> Criterion:
    sources = [each.exposures[0].sources for each in lines]
    return Criterion("her2-lines", verdict, reason, statement, cite(*(s for group in sources for s in group)))
