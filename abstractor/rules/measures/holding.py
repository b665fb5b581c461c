"""What may count as evidence for a measure, and what of it a chart holds."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar

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
    Standing,
    Statement,
    Unlisted,
    Visit,
)
from abstractor.chart.lean import lean
from abstractor.dates import DateInterval, Truth
from abstractor.rules.her2.tissue import Tissue, place_of
from abstractor.rules.inclusion_policy import TissueWords
from abstractor.rules.measures.left_open import left_open
from abstractor.rules.measures.little_dosed import LittleDosed, little_dosed

__all__ = ["Drug", "Held", "Holdings", "TumourMarker", "Wanted", "has_value"]

_RELIED_ON = (Standing.COUNTS, Standing.ASSUMED)
_OPEN = (*_RELIED_ON, Standing.PARTIAL, Standing.CONTEXT)
_TAKEN = (*_RELIED_ON, Standing.PARTIAL)
Drug = Order | Administration | Dispense | Statement


class TumourMarker(StrEnum):
    """Those that a measure may ask for."""

    ER = "er"
    PR = "pr"
    HER2 = "her2"


@lean
@dataclass(frozen=True, slots=True)
class Wanted:
    """What counts, by concept: a result with a value, a study that was done or reported, care that was asked
    for, planned or noted (`activities`), a visit, a diagnosis, a tumour marker, or a drug that was ordered or
    given.

    `possible_drugs` could be one of `drugs` or not (a dose that was not stated). `kinds`: the types of
    activity that count, where not all do. `zero_counts`: 0 is a result (a pain score), not an empty field.
    `daily_mg_at_most`: of a drug, an order of no more than so many milligrams a day. `said_counts`: a drug
    that is only said to be taken counts. `of_metastasis`: a tumour marker of a distant site alone.
    `reported`: what the words of a report speak of. `parts`: results that are a part of it, and may be all
    that was sent of it. `name` is what a reader calls it.
    """

    name: str
    results: tuple[str, ...] = ()
    studies: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    visits: tuple[str, ...] = ()
    diagnoses: tuple[str, ...] = ()
    markers: tuple[TumourMarker, ...] = ()
    drugs: tuple[str, ...] = ()
    possible_drugs: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    zero_counts: bool = False
    daily_mg_at_most: float | None = None
    said_counts: bool = True
    of_metastasis: bool = False
    reported: tuple[TumourMarker, ...] = ()
    parts: tuple[str, ...] = ()

    def __hash__(self) -> int:
        # Looked up for every window: nearly all that are not the same have other names.
        return hash(self.name)

    def concepts(self) -> tuple[str, ...]:
        """The concepts by which alone it could be told; none where a marker is enough."""
        coded = (self.results, self.studies, self.activities, self.visits, self.diagnoses)
        return () if self.markers else tuple(each for concepts in coded for each in concepts)

    def types(self) -> tuple[str, ...]:
        """The record kinds that are searched for it."""
        searched: dict[str, bool] = {
            "Observation": bool(self.results or self.markers),
            "Procedure": bool(self.studies),
            "DiagnosticReport": bool(self.studies),
            "Encounter": bool(self.visits),
            "Condition": bool(self.diagnoses),
            "MedicationRequest": bool(self.drugs),
            "MedicationAdministration": bool(self.drugs),
            "MedicationDispense": bool(self.drugs),
        }
        if self.activities:
            kinds = self.kinds or ("ServiceRequest", "CarePlan", "DocumentReference", "CareTeam")
            searched |= dict.fromkeys(kinds, True)
        return tuple(name for name, asked in searched.items() if asked)


@lean
@dataclass(frozen=True, slots=True)
class Held:
    """One fact that counts, or may: `doubt` is a code where its status or its dose leaves it open."""

    when: DateInterval | None
    said: str
    sources: tuple[Source, ...]
    doubt: str | None = None
    fact: "Result | Procedure | Activity | Visit | Diagnosis | Biomarker | Drug | None" = None


@dataclass(slots=True)
class Holdings:
    """A chart's facts by what they mean; made once for all measures of a chart. `attended`: the visits that
    count, once somebody asked for them."""

    chart: Chart
    tissue: TissueWords
    results: Mapping[str, list[Result]] = field(init=False)
    studies: Mapping[str, list[Procedure]] = field(init=False)
    activities: Mapping[str, list[Activity]] = field(init=False)
    visits: Mapping[str, list[Visit]] = field(init=False)
    diagnoses: Mapping[str, list[Diagnosis]] = field(init=False)
    markers: Mapping[str, list[Biomarker]] = field(init=False)
    drugs: Mapping[str, list[Drug]] = field(init=False)
    unread_studies: tuple[Procedure, ...] = field(init=False)
    unread_activities: tuple[Activity, ...] = field(init=False)
    unlisted: Mapping[str, list[Unlisted]] = field(init=False)
    nameless: tuple[Unlisted, ...] = field(init=False)
    panels: tuple[Result, ...] = field(init=False)
    attended: tuple[Visit, ...] | None = field(init=False, default=None)
    _found: dict[Wanted, tuple[Held, ...]] = field(init=False, default_factory=dict)
    _maybe: dict[Wanted, "tuple[Unlisted | Result, ...]"] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        chart = self.chart
        self.results = _by((concept, r) for r in chart.results for concept in r.concepts)
        self.studies = _by((concept, p) for p in chart.procedures for concept in p.concepts)
        self.unread_studies = tuple(p for p in chart.procedures if p.unread and p.standing in _RELIED_ON)
        self.unread_activities = tuple(a for a in chart.activities if a.unread)
        worded = (*chart.unlisted, *left_open(chart))
        self.unlisted = _by((concept, u) for u in worded for concept in u.may_be)
        self.panels = tuple(r for r in chart.results if r.panel and r.standing in _OPEN)
        self.nameless = tuple(u for u in chart.unlisted if not u.may_be)
        self.activities = _by((concept, a) for a in chart.activities for concept in a.concepts)
        self.visits = _by((concept, v) for v in chart.visits for concept in v.concepts)
        self.diagnoses = _by((concept, d) for d in chart.diagnoses for concept in d.concepts)
        self.markers = _by((b.marker, b) for b in chart.biomarkers)
        every: tuple[Drug, ...] = (
            *chart.administrations,
            *chart.dispenses,
            *chart.orders,
            *chart.statements,
        )
        self.drugs = _by((agent, record) for record in every for agent in record.agents)

    def given(self, agents: tuple[str, ...]) -> list[Administration | Dispense]:
        """Doses of the drugs, given or handed out, whatever their standing."""
        return [r for r in _picked(self.drugs, agents) if isinstance(r, Administration | Dispense)]

    def maybe(self, wanted: Wanted) -> tuple[Unlisted | Result, ...]:
        """Records whose codes no table has and whose name may mean it, or whose words do and say more than
        that, and results that are a part of it."""
        if not self.unlisted and not self.nameless and not wanted.parts and not self.panels:
            return ()
        found = self._maybe.get(wanted)
        if found is None:
            found = self._maybe[wanted] = self._perhaps(wanted)
        return found

    def _perhaps(self, wanted: Wanted) -> tuple[Unlisted | Result, ...]:
        names = (*wanted.results, *wanted.studies, *wanted.parts, *(each.value for each in wanted.markers))
        parts = (p for p in _picked(self.results, wanted.parts) if p.standing in _RELIED_ON and has_value(p))
        care = _picked(self.unlisted, (*wanted.activities, *wanted.visits))
        worded = (u for u in care if u.worded)
        results = (*parts, *(p for p in self.panels if not set(p.concepts).isdisjoint(wanted.results)))
        unnamed = self.nameless if wanted.results else ()
        return (*_picked(self.unlisted, names), *worded, *unnamed, *results)

    def refused(self, concepts: tuple[str, ...]) -> list[Procedure | Activity]:
        """Care that was offered and not done."""
        held: list[Procedure | Activity] = [
            *_picked(self.studies, concepts),
            *_picked(self.activities, concepts),
        ]
        return [fact for fact in held if fact.standing is Standing.AGAINST]

    def ordered(self, agents: tuple[str, ...]) -> list[Order]:
        return [r for r in _picked(self.drugs, agents) if isinstance(r, Order)]

    def of(self, wanted: Wanted) -> tuple[Held, ...]:
        """Everything that counts or may, by day; facts without a date last."""
        found = self._found.get(wanted)
        if found is None:
            found = self._found[wanted] = tuple(sorted(_once(self._held(wanted)), key=_by_day))
        return found

    def _held(self, wanted: Wanted) -> Iterator[Held]:
        for mention in self.chart.mentions if wanted.reported else ():
            if mention.about in wanted.reported and _is_reported(mention):
                said = f"{wanted.name} {mention.when or 'without a date'}"
                yield Held(mention.when, said, mention.sources)
        for result in _picked(self.results, wanted.results):
            if has_value(result, zero_counts=wanted.zero_counts):
                yield from _relied(result, result.when, wanted, amount=_amount(result))
        for result in _picked(self.results, wanted.studies) if wanted.studies else ():
            if has_value(result):  # a study that was sent as a result
                yield from _relied(result, result.when, wanted)
        for study in _picked(self.studies, wanted.studies):
            yield from _relied(study, study.when, wanted)
        for activity in _picked(self.activities, wanted.activities):
            if not wanted.kinds or activity.kind in wanted.kinds:
                yield from _relied(activity, activity.when, wanted)
        for visit in _picked(self.visits, wanted.visits):
            yield from _relied(visit, visit.starts, wanted)
        for diagnosis in _picked(self.diagnoses, wanted.diagnoses):
            yield from _relied(diagnosis, diagnosis.when, wanted)
        for marker in _picked(self.markers, wanted.markers):
            yield from _marked(marker, wanted, self.tissue)
        for record in _picked(self.drugs, wanted.drugs):
            if wanted.said_counts or not isinstance(record, Statement):
                yield from self._taken(record, wanted.daily_mg_at_most)
        for record in _picked(self.drugs, wanted.possible_drugs):
            if record.standing in _TAKEN:
                said = f"{_drug(record)}, its dose not stated"
                yield Held(record.when, said, record.sources, "dose-not-stated", record)

    def _taken(self, record: Drug, daily: float | None) -> Iterator[Held]:
        """A drug that was taken, or may have been; no more of it than `daily` mg where that is asked."""
        little = LittleDosed(Truth.YES)
        if daily is not None:
            little = little_dosed(record, daily, self.ordered(record.agents))
        sources = (*record.sources, *little.sources)
        if little.truth is Truth.NO:
            return
        if record.standing in _TAKEN and little.truth is Truth.UNKNOWN:
            yield Held(record.when, f"{_drug(record)}, {little.shows}", sources, little.reason, record)
        elif record.standing in _TAKEN:
            yield Held(record.when, _drug(record), sources, None, record)
        elif record.standing is Standing.CONTEXT:
            said = f"{_drug(record)}, of unknown status"
            yield Held(record.when, said, sources, "status-unknown", record)


def has_value(result: Result, *, zero_counts: bool = False) -> bool:
    """In any form. 0 is what an empty field is sent as, where nothing that is measured can be 0."""
    if result.number is not None:
        return zero_counts or result.number != 0
    return result.between is not None or bool(result.text) or bool(result.value_concepts)


Key = TypeVar("Key")
Value = TypeVar("Value")


def _by(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, list[Value]]:
    grouped: dict[Key, list[Value]] = {}
    for key, value in pairs:
        grouped.setdefault(key, []).append(value)
    return grouped


def _picked(held: Mapping[str, list[Value]], names: tuple[str, ...]) -> Iterator[Value]:
    """Each fact once, by whichever of the names it goes."""
    seen: set[int] = set()
    for name in names:
        for fact in held.get(name, ()):
            if id(fact) not in seen:
                seen.add(id(fact))
                yield fact


def _relied(
    fact: Result | Procedure | Activity | Visit | Diagnosis | Biomarker,
    when: DateInterval | None,
    wanted: Wanted,
    *,
    amount: str = "",
) -> Iterator[Held]:
    """A fact that stands, or one of open status, which may; never one that was withdrawn or refuted."""
    said = f"{wanted.name}{amount} {'on ' + str(when) if when is not None else 'without a date'}"
    if fact.standing in _RELIED_ON or _asked_for(fact):
        yield Held(when, said, fact.sources, None, fact)
    elif fact.standing is Standing.CONTEXT:
        yield Held(when, f"{said}, not final", fact.sources, "not-final", fact)


def _marked(marker: Biomarker, wanted: Wanted, tissue: TissueWords) -> Iterator[Held]:
    """A marker that was read; one whose answer or tissue cannot be told may be it."""
    if marker.reading is None and marker.number is None and marker.text is None:
        return
    place = place_of(marker.tissue, tissue).tissue
    if wanted.of_metastasis and place in (Tissue.BREAST, Tissue.OTHER_CANCER):
        return
    read = marker.reading is not None or marker.number is not None
    doubt = None if read else "result-unread"
    if wanted.of_metastasis and place is not Tissue.DISTANT:
        doubt = "tissue-not-said" if place is Tissue.UNSAID else "tissue-regional"
    for held in _relied(marker, marker.when, wanted):
        yield held if doubt is None or held.doubt is not None else replace(held, doubt=doubt)


def _is_reported(mention: Mention) -> bool:
    """In a report, of what is reported there."""
    reports = any(source.resource.startswith("DiagnosticReport/") for source in mention.sources)
    return reports and mention.assertion != "historical"


def _asked_for(fact: object) -> bool:
    """A referral is evidence as soon as it is ordered."""
    return isinstance(fact, Activity) and fact.standing is Standing.ORDERED_ONLY


def _amount(result: Result) -> str:
    if result.number is None and result.between is None:
        return ""
    amount = result.between if result.number is None else f"{result.number:g}"
    unit = result.unit or "1"  # "1" and "{score}" stand for no unit
    return f" {amount} {'' if unit == '1' or unit.startswith('{') else unit}".rstrip()


def _drug(record: Drug) -> str:
    given = "ordered" if isinstance(record, Order) else "given" if isinstance(record, Administration) else ""
    when = f"on {record.when}" if record.when is not None else "without a date"
    return " ".join(part for part in (", ".join(record.agents), given, when) if part)


def _once(found: Iterable[Held]) -> Iterator[Held]:
    seen: set[int] = set()
    for each in found:
        if id(each.fact) not in seen:
            seen.add(id(each.fact))
            yield each


def _by_day(each: Held) -> tuple[bool, date, date, str]:
    when = each.when
    first, last = (date.max, date.max) if when is None else (when.earliest, when.latest)
    return (when is None, first, last, each.sources[0].resource if each.sources else "")
