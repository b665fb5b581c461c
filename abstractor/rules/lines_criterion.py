"""The criterion `her2-lines`: two or more lines of HER2+ treatment prescribed, by definition A, B or C
(section 3.6)."""

from abstractor.abstract import Criterion, Verdict, cite
from abstractor.chart import Administration, Chart, Dispense, Order, Standing, Statement
from abstractor.dates import Period, Truth
from abstractor.rules.therapy.course import Therapy, TherapyLine
from abstractor.rules.truth import Decided

__all__ = ["DEFINITIONS", "Record", "drug_in_doubt", "her2_lines", "lines_in_all", "unsure_records"]

DEFINITIONS = {
    "A": "palliative lines with a HER2-directed agent",
    "B": "palliative lines of any systemic therapy",
    "C": "HER2-directed lines in any setting",
}
_NEEDED = 2
Record = Order | Administration | Dispense | Statement
_NOT_HELD = (Standing.AGAINST, Standing.WITHDRAWN)


def her2_lines(
    chart: Chart, therapy: Therapy, period: Period, definition: str, her2_agents: frozenset[str]
) -> Criterion:
    """Met by two lines that started on or before the period's end.

    "Prescribed": an order suffices, and so does a statement, which is told and flagged. Not met by silence
    only where orders and administrations were seen whole, where no line may hide another one, and where no
    metastasis may have been missed that would make lines palliative.
    """
    counted = [each for each in therapy.lines if _counts(each, definition)]
    starts = [(each, each.line.start.on_or_before(period.end)) for each in counted]
    sure = [each for each, started in starts if started is Truth.YES and not each.rests_on_unknown_status]
    possible = [each for each, started in starts if started is not Truth.NO]
    meaning = f"{lines_in_all(therapy)}; {DEFINITIONS[definition]}:"
    if len(sure) >= _NEEDED:
        return _criterion(Verdict.MET, None, f"{meaning} {len(sure)}{_named(sure)}", sure)
    if len(possible) >= _NEEDED:
        doubtful = any(each.rests_on_unknown_status for each in possible)
        reason = "status-unknown" if doubtful else "date-uncertain"
        counts = f"{len(sure)} certain and {len(possible) - len(sure)} doubtful"
        return _criterion(Verdict.UNKNOWN, reason, f"{meaning} {counts}{_named(possible)}", possible)
    said = f"{meaning} {len(possible)}{_named(possible)}"
    if not chart.seen_whole("MedicationRequest", "MedicationAdministration"):
        unseen = [t for t in ("MedicationRequest", "MedicationAdministration") if not chart.seen(t).whole]
        said += "; not seen whole: " + ", ".join(f"{name} ({chart.seen(name)})" for name in unseen)
        return _criterion(Verdict.UNKNOWN, "medications-not-seen-whole", said, possible)
    unplaced = _setting_unseen(chart, therapy, period, definition)
    if unplaced:
        said += f"; no metastasis seen, and Condition was not seen whole ({chart.seen('Condition')})"
        said += f": {len(unplaced)} may be palliative{_named(unplaced)}"
        return _criterion(Verdict.UNKNOWN, "conditions-not-seen-whole", said, unplaced)
    asked = None if definition == "B" else her2_agents
    doubt = _hidden(possible, period) or drug_in_doubt(chart, therapy, period, asked, unsure=her2_agents)
    if doubt is not None:
        return Criterion(
            "her2-lines", Verdict.UNKNOWN, doubt.reason, f"{said}; {doubt.shows}", cite(*doubt.sources)
        )
    return _criterion(Verdict.NOT_MET, "fewer-than-two-lines", said, possible)


def lines_in_all(therapy: Therapy) -> str:
    """ "4 lines of therapy (2 curative + 2 palliative)", as the literature reports them (section 3.1)."""
    palliative = len(therapy.palliative())
    curative = len(therapy.lines) - palliative
    lines = "line" if len(therapy.lines) == 1 else "lines"
    return f"{len(therapy.lines)} {lines} of therapy ({curative} curative + {palliative} palliative)"


def _setting_unseen(chart: Chart, therapy: Therapy, period: Period, definition: str) -> list[TherapyLine]:
    """Lines that would be enough if palliative, and are curative only because no metastasis was seen
    among conditions that were not seen whole."""
    if definition == "C" or therapy.palliative() or chart.seen_whole("Condition"):
        return []
    started = [each for each in therapy.lines if each.line.start.on_or_before(period.end) is not Truth.NO]
    found = [each for each in started if definition == "B" or each.line.her2_directed]
    return found if len(found) >= _NEEDED else []


def _hidden(possible: list[TherapyLine], period: Period) -> Decided | None:
    """A line of which it is open whether it is two."""
    for each in possible:
        for other in each.may_open:
            exposure = other.exposure
            if exposure.when.on_or_before(period.end) is not Truth.NO:
                shows = f"another line may begin with {exposure.agent} on {exposure.when}"
                return Decided(Truth.UNKNOWN, shows, other.reason, exposure.sources)
    return None


def drug_in_doubt(
    chart: Chart, therapy: Therapy, period: Period, agents: frozenset[str] | None, *, unsure: frozenset[str]
) -> Decided | None:
    """A drug on record that could be of these agents (null: any) in another line: of no date, that code and
    text leave open (`unsure`), or of which nothing can be read."""
    for drug in therapy.unplaced:
        if agents is None or drug.agent in agents:
            if drug.when is None:
                return Decided(Truth.UNKNOWN, f"{drug.agent} without a date", "date-uncertain", drug.sources)
            shows = f"{drug.agent} said to be taken on {drug.when}, in no line"
            return Decided(Truth.UNKNOWN, shows, "component-from-statement", drug.sources)
    for record in unsure_records(chart, unsure):
        shows = f"a drug that may be {' or '.join(record.may_be)}"
        return Decided(Truth.UNKNOWN, shows, "agent-unmapped", record.sources)
    return _of_any_drug(chart, period)


def _of_any_drug(chart: Chart, period: Period) -> Decided | None:
    """A record that counts and of whose drug nothing can be read."""
    records: list[Order | Administration | Dispense] = [
        *chart.orders,
        *chart.administrations,
        *chart.dispenses,
    ]
    counted = [
        r
        for r in records
        if r.nameless
        and r.standing not in _NOT_HELD
        and (r.when is None or r.when.on_or_before(period.end) is not Truth.NO)
    ]
    if not counted:
        return None
    sources = tuple(source for record in counted for source in record.sources)
    shows = f"records of a drug that cannot be read: {len(counted)}"
    return Decided(Truth.UNKNOWN, shows, "agent-unmapped", sources)


def unsure_records(chart: Chart, agents: frozenset[str]) -> list[Record]:
    """Records that count, of a drug that may be one of these agents or another."""
    records: list[Record] = [
        *chart.orders,
        *chart.administrations,
        *chart.dispenses,
        *chart.statements,
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
    return f" ({'; '.join(_name(each) for each in lines)})" if lines else ""


def _name(each: TherapyLine) -> str:
    alone = " by a medication statement alone" if each.only_said else ""
    return f"{each.line.regimen or ', '.join(each.line.agents)} from {each.line.start}{alone}"


def _criterion(verdict: Verdict, reason: str | None, statement: str, lines: list[TherapyLine]) -> Criterion:
    sources = [each.exposures[0].sources for each in lines]
    return Criterion("her2-lines", verdict, reason, statement, cite(*(s for group in sources for s in group)))
