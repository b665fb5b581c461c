"""Every fact of a chart as the pages show it: read again from the stored bytes of its pull, each with the
elements that it was read from. Nothing is kept beyond the call.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from abstractor.abstract import Evidence, cite
from abstractor.chart import (
    Activity,
    Administration,
    Biomarker,
    Chart,
    Diagnosis,
    Dispense,
    Mention,
    Order,
    Procedure,
    Result,
    Source,
    Stage,
    Standing,
    Statement,
    Unlisted,
    Visit,
)
from abstractor.dates import DateInterval
from abstractor.errors import Damaged
from abstractor.fhir.records import Reading
from abstractor.store import raw
from abstractor.store.values import ChartView
from abstractor.workflow.fact_words import DOUBTS, Track, dose_in_words, lane_of, name_of, reading_of
from abstractor.workflow.services import Services

__all__ = ["ChartFacts", "Fact", "FactSource", "chart_facts", "facts_in"]

_Drugs: TypeAlias = tuple[Order | Administration | Dispense | Statement, ...]
_Findings: TypeAlias = tuple[Diagnosis | Stage | Biomarker | Result, ...]
_Done: TypeAlias = tuple[Visit | Procedure | Activity | Mention | Unlisted, ...]
_VOID = (Standing.AGAINST, Standing.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Fact:
    """`what` it is, and its `value`, as short as a drawing wants it. `days` are those that it can lie on
    (null: no date), `until` those of its end. `void`: the record says that it did not happen; `doubt` in
    words. `sources` are numbers of the chart's sources.
    """

    track: Track
    lane: str
    kind: str
    what: str
    value: str
    days: DateInterval | None
    until: DateInterval | None
    doubt: str | None
    void: bool
    elements: tuple[Evidence, ...]
    sources: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FactSource:
    """A stored resource, and the elements of it that facts were read from."""

    resource: str
    version: str | None
    elements: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class ChartFacts:
    """`later` facts are of days after as_of and are left out, as the abstract leaves them out. The numbers
    hold for these sources only; `tag` goes with them. `there` is false where the pull is not kept,
    or is damaged; `unlike` is true where the chart reads otherwise than when it was abstracted.
    """

    facts: tuple[Fact, ...] = ()
    sources: tuple[FactSource, ...] = ()
    later: int = 0
    tag: str = ""
    there: bool = True
    unlike: bool = False

    def source(self, number: int) -> FactSource | None:
        return self.sources[number] if 0 <= number < len(self.sources) else None


def chart_facts(services: Services, view: ChartView) -> ChartFacts:
    """The facts of the chart that the abstract was made of, read from the bytes of the cycle's pull.

    Where one of them is damaged nothing of the chart is read: the rest would look like all there is.
    """
    with services.store.reading() as session:
        try:
            pulled = raw.pulled_chart(session, view.cycle.id, view.patient_id)
        except Damaged:
            pulled = None
    if pulled is None:
        return ChartFacts(there=False)
    reading = Reading(services.value_sets, ZoneInfo(view.cycle.timezone), services.overrides)
    chart, _, _ = services.read_chart(pulled, view.abstract.patient, reading)
    found = facts_in(chart, view.abstract.as_of)
    return replace(found, unlike=chart.digest != view.abstract.stamps.chart)


def facts_in(chart: Chart, as_of: date) -> ChartFacts:
    known = tuple(_facts(chart.as_of(as_of)))
    later = sum(1 for _ in _facts(chart)) - len(known)
    sources = _sources(known)
    numbers = {(one.resource, one.version): number for number, one in enumerate(sources)}
    tag = hashlib.sha256(repr(sources).encode()).hexdigest()[:12]
    numbered = tuple(
        replace(fact, sources=tuple(sorted({numbers[each.resource, each.version] for each in fact.elements})))
        for fact in known
    )
    return ChartFacts(tuple(sorted(numbered, key=_in_time)), sources, later, tag)


def _in_time(fact: Fact) -> tuple[bool, date, date, str, tuple[int, ...]]:
    if fact.days is None:
        return True, date.max, date.max, fact.kind, fact.sources
    return False, fact.days.earliest, fact.days.latest, fact.kind, fact.sources


def _sources(facts: Iterable[Fact]) -> tuple[FactSource, ...]:
    held: dict[tuple[str, str | None], set[Evidence]] = {}
    for fact in facts:
        for each in fact.elements:
            held.setdefault((each.resource, each.version), set()).add(each)
    return tuple(
        FactSource(resource, version, tuple(sorted(elements, key=lambda e: (e.path, str(e.value)))))
        for (resource, version), elements in sorted(held.items(), key=lambda kv: (kv[0][0], kv[0][1] or ""))
    )


def _facts(chart: Chart) -> Iterator[Fact]:
    drugs: _Drugs = (*chart.orders, *chart.administrations, *chart.dispenses, *chart.statements)
    for drug in drugs:
        yield from _drug(drug)
    findings: _Findings = (*chart.diagnoses, *chart.stages, *chart.biomarkers, *chart.results)
    yield from map(_finding, findings)
    done: _Done = (*chart.visits, *chart.procedures, *chart.activities, *chart.mentions, *chart.unlisted)
    yield from map(_done, done)
    if chart.patient.deceased:
        elements = cite(*(s for s in chart.patient.sources if "deceased" in s.path))
        yield Fact(
            Track.DISEASE, "Death", "death", "death", "", chart.patient.death, None, None, False, elements
        )


@dataclass(frozen=True, slots=True)
class _Place:
    track: Track
    lane: str
    kind: str


def _fact(
    place: _Place,
    what: str,
    days: DateInterval | None,
    *,
    standing: Standing,
    sources: Sequence[Source],
    value: str = "",
    until: DateInterval | None = None,
) -> Fact:
    void = standing in _VOID
    return Fact(
        place.track,
        place.lane,
        place.kind,
        what,
        value,
        days,
        None if void else until,
        DOUBTS.get(standing),
        void,
        cite(*sources),
    )


def _drug(drug: Order | Administration | Dispense | Statement) -> Iterator[Fact]:
    kind, value, until = _how(drug)
    for agent in drug.agents or (None,):
        lane = agent or "not identified"
        what = agent or drug.unmapped or "a drug that is not named"
        place = _Place(Track.DRUGS, lane, kind)
        yield _fact(
            place,
            what,
            drug.when,
            standing=drug.standing,
            sources=drug.sources,
            value=value,
            until=until,
        )


def _how(drug: Order | Administration | Dispense | Statement) -> tuple[str, str, DateInterval | None]:
    match drug:
        case Order():
            return "ordered", dose_in_words(drug.dose), drug.supply[1] if drug.supply else None
        case Administration():
            return "given", dose_in_words(drug.dose), None
        case Dispense():
            days = drug.days_supply
            lasts = drug.when.shift(days - 1) if days and drug.when is not None else None
            return "dispensed", "" if not days else f"{days} days", lasts
        case _:
            return "stated", "", drug.ended


def _finding(each: Diagnosis | Stage | Biomarker | Result) -> Fact:
    match each:
        case Diagnosis():
            track, lane = lane_of(each.concepts, (Track.EVENTS, "Other diagnoses"))
            coded = each.text is None or any(each.text == coding.code for coding in each.codings)
            what = name_of(each.concepts, each.text) if coded else each.text or ""
            value = "" if each.grade is None else f"grade {each.grade}"
            kind, until = "diagnosis", each.ended
        case Stage():
            track, lane, what, value = Track.DISEASE, "Stage", "stage", each.value
            kind, until = "result", None
        case Biomarker():
            name = each.marker.replace("her2", "HER2") if "her2" in each.marker else each.marker.upper()
            track, lane, value = Track.MARKERS, name, reading_of(each)
            what, kind, until = name, "result", None
        case _:
            track, lane = lane_of(each.concepts, (Track.RESULTS, "Other results"))
            value = reading_of(each)
            what, kind, until = name_of(each.concepts, each.text), "result", None
    return _fact(
        _Place(track, lane, kind),
        what,
        each.when,
        standing=each.standing,
        sources=each.sources,
        value=value,
        until=until,
    )


def _done(one: Visit | Procedure | Activity | Mention | Unlisted) -> Fact:
    match one:
        case Visit():
            what = name_of(one.concepts, None) if one.concepts else f"visit ({one.class_code or 'no class'})"
            return _fact(
                _Place(Track.VISITS, "Visits", "visit"),
                what,
                one.starts,
                standing=one.standing,
                sources=one.sources,
                until=_stay(one),
            )
        case Procedure():
            track, lane = lane_of(one.concepts, (Track.PROCEDURES, "Other procedures"))
            kind = "report" if one.kind == "DiagnosticReport" else "procedure"
            what = one.text or name_of(one.concepts, None)
        case Activity():
            track, lane = lane_of(one.concepts, (Track.CARE, "Care and referrals"))
            kind, what = "care", one.text or name_of(one.concepts, None)
        case Mention():
            track, lane, kind = Track.CARE, "Words of reports", "note"
            what = f"{one.about.upper() if one.about != 'pneumonitis' else one.about}: “{one.quote}”"
        case _:
            track, lane, kind = Track.CARE, "Not identified", "note"
            what = one.text or f"a {one.kind} that no table names"
    return _fact(_Place(track, lane, kind), what, one.when, standing=one.standing, sources=one.sources)


def _stay(visit: Visit) -> DateInterval | None:
    """The end of a visit that took longer than a day."""
    if visit.ends is None or visit.starts is None:
        return None
    return visit.ends if visit.ends.latest - visit.starts.earliest > timedelta(days=1) else None
