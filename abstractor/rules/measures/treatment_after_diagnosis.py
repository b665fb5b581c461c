"""A drug that is due once a diagnosis stands (a bone-modifying agent after bone metastasis)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from abstractor.abstract import Verdict
from abstractor.chart import Administration, Diagnosis, Dispense, Order, Standing
from abstractor.dates import DateInterval, Truth
from abstractor.rules.found import Found
from abstractor.rules.measures.context import MeasureContext, Outcome, care_ended, finding, queried

__all__ = ["TreatmentAfterDiagnosis"]

_RELIED_ON = (Standing.COUNTS, Standing.ASSUMED, Standing.PARTIAL)
_Record = Order | Administration | Dispense


@dataclass(frozen=True, slots=True)
class TreatmentAfterDiagnosis:
    """Met by a start of one of `agents` at most `within` days from the first diagnosis of `concepts`.

    `ambiguous_agents` could be it or not (a dose that was not stated): they make it unknown.
    `stop_reasons` recorded for one of them are an exception. `first_type` stands first in the measure's
    evidence column.
    """

    edition: str
    concepts: tuple[str, ...]
    diagnosis_name: str
    agents: tuple[str, ...]
    ambiguous_agents: tuple[str, ...]
    treatment_name: str
    within: int
    first_type: str
    stop_reasons: tuple[str, ...]
    excluded_by: tuple[str, ...]

    def findings(self, context: MeasureContext) -> Iterator[Found]:
        """At most one, for the patient; none where the diagnosis is older than the edition."""
        wanted = set(self.concepts)
        diagnoses = [
            d
            for d in context.chart.diagnoses
            if wanted & set(d.concepts) and d.standing in (Standing.COUNTS, Standing.ASSUMED)
        ]
        dated = [(d.when, d) for d in diagnoses if d.when is not None]
        if dated:
            first, diagnosis = min(dated, key=lambda pair: (pair[0].earliest, pair[0].latest))
        elif diagnoses and context.asked[self.edition].valid_from <= context.as_of:
            first, diagnosis = (
                DateInterval(context.asked[self.edition].valid_from, context.as_of),
                diagnoses[0],
            )
        else:
            return
        asked = context.in_force(self.edition, first.latest)
        if asked is None:
            return
        closes = first.latest + timedelta(days=self.within)
        expected = f"{self.treatment_name} within {self.within} days of {self.diagnosis_name} ({first})"
        yield finding(
            context,
            asked,
            self._decide(context, first, diagnosis),
            line=None,
            trigger=first,
            window_end=closes,
            expected=expected,
        )

    def _decide(self, context: MeasureContext, first: DateInterval, diagnosis: Diagnosis) -> Outcome:
        chart, span = context.chart, timedelta(days=self.within)
        sure = (first.latest - span, first.earliest + span)
        closes = first.latest + span
        held = self._records(context, self.agents)
        for record in held:
            if record.when is not None and sure[0] <= record.when.earliest and record.when.latest <= sure[1]:
                shows = f"{', '.join(record.agents)} on {record.when}"
                return Outcome(Verdict.MET, shows, None, (), (*record.sources, *diagnosis.sources))
        refused = self._refused(context, closes)
        if refused is not None:
            return Outcome(
                Verdict.EXCEPTION,
                f"{self.treatment_name} declined or withheld, with its reason",
                "reason-recorded",
                (),
                (*refused.sources, *diagnosis.sources),
            )
        ended = care_ended(chart, self.excluded_by, closes)
        if ended is not None:
            return replace(ended, sources=(*ended.sources, *diagnosis.sources))
        clear = (
            f"an order or dose of {self.treatment_name} dated from {sure[0]} to {sure[1]}",
            "a documented reason against it",
        )
        doubt = self._doubt(context, held, first)
        if doubt is not None:
            return Outcome(
                Verdict.UNKNOWN, doubt.shows, doubt.reason, clear, (*doubt.sources, *diagnosis.sources)
            )
        if context.as_of < closes:
            return Outcome(
                Verdict.PENDING,
                f"none by {context.as_of}; the window closes {closes}",
                None,
                clear,
                diagnosis.sources,
            )
        searched = queried(chart, "MedicationRequest", "MedicationAdministration", "MedicationDispense")
        return Outcome(Verdict.NOT_MET, f"none (searched: {searched})", None, clear, diagnosis.sources)

    def _records(self, context: MeasureContext, agents: tuple[str, ...]) -> list[_Record]:
        chart, wanted = context.chart, set(agents)
        every: tuple[_Record, ...] = (*chart.administrations, *chart.dispenses, *chart.orders)
        return [record for record in every if wanted & set(record.agents) and record.standing in _RELIED_ON]

    def _refused(self, context: MeasureContext, closes: date) -> _Record | None:
        """A dose not given, or an order withdrawn or not to give it, by then, for an accepted reason."""
        wanted = {*self.agents, *self.ambiguous_agents}
        records: tuple[Order | Administration, ...] = (*context.chart.administrations, *context.chart.orders)
        for record in records:
            reasoned = set(record.stop_reasons) & set(self.stop_reasons)
            withheld = record.standing in (Standing.AGAINST, Standing.WITHDRAWN)
            in_time = record.when is None or record.when.on_or_before(closes) is not Truth.NO
            if wanted & set(record.agents) and withheld and reasoned and in_time:
                return record
        return None

    def _doubt(self, context: MeasureContext, held: list[_Record], first: DateInterval) -> Outcome | None:
        span = timedelta(days=self.within)
        start, end = first.earliest - span, first.latest + span

        def may_count(record: _Record) -> bool:
            return record.when is None or not (record.when.latest < start or record.when.earliest > end)

        if not first.is_exact and any(may_count(record) for record in held):
            return Outcome(
                Verdict.UNKNOWN, "treatment near a diagnosis without an exact day", "date-uncertain"
            )
        undated = [record for record in held if may_count(record)]
        if undated:
            return Outcome(
                Verdict.UNKNOWN, "treatment of uncertain date", "date-uncertain", (), undated[0].sources
            )
        unsure = [r for r in self._records(context, self.ambiguous_agents) if may_count(r)]
        if unsure:
            shows = f"{', '.join(unsure[0].agents)} on {unsure[0].when}, its dose not stated"
            return Outcome(Verdict.UNKNOWN, shows, "dose-not-stated", (), unsure[0].sources)
        if not context.chart.seen_whole(self.first_type):
            shows = (
                f"none seen, and {self.first_type} was not seen whole ({context.chart.seen(self.first_type)})"
            )
            return Outcome(Verdict.UNKNOWN, shows, "not-seen-whole")
        return None
