"""From the records of one patient to the chart: what stands of each, its facts, and what was not seen."""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from abstractor.chart import Chart, Source
from abstractor.fhir.answers import Answer
from abstractor.fhir.assemble import assemble, issues_of
from abstractor.fhir.completeness import Doubt, Ledger
from abstractor.fhir.decoding import decoder_of
from abstractor.fhir.facts.coded import Lexicon
from abstractor.fhir.facts.desk import Desk, Record
from abstractor.fhir.facts.translate import translate
from abstractor.fhir.quarantine import Quarantined
from abstractor.fhir.reading import Reading
from abstractor.fhir.types import SHARED_TYPES
from abstractor.fhir.versions import Held, standing

__all__ = ["Charting", "Own", "Reading", "record_of", "standing_records"]

_SPLIT = "a record in several versions, of which the newest cannot be told"

Versions = tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Own:
    """What is held of one patient. `records` stand, sorted by reference; `split` are the identities of those
    in more than one version; `references` are all, counted; `doubts` and `answers` as in `Ledger`."""

    patient: str
    records: Sequence[Record[Any]]
    split: Sequence[str]
    references: Iterable[str]
    quarantined: Sequence[Quarantined]
    doubts: Mapping[Doubt, int]
    answers: Mapping[str, Answer] | None = None


class Charting:
    """Makes charts; `shared` finds the versions of a record that belongs to no one patient."""

    def __init__(self, reading: Reading, shared: Callable[[str], Versions]) -> None:
        self._reading = reading
        self._lexicon = Lexicon(reading.value_sets)
        self._shared = shared

    def chart(self, own: Own, held: Container[str]) -> Chart:
        """`held` are the types that the inputs hold for anybody."""
        reading = self._reading
        shelf = _Shelf(self._shared, reading.zone)
        by_name = {record.reference: record for record in own.records}
        desk = Desk(self._lexicon, reading.zone, by_name, shelf.find)
        desk.remarks.partial.extend(
            (_SPLIT, Source(name, name.partition("/")[0], None, None)) for name in own.split
        )
        facts = translate(own.records, desk)
        names = (*own.references, *shelf.found)
        ledger = Ledger(
            counts=Counter(name.partition("/")[0] for name in names),
            held=held,
            doubts=_with_unclear(own.doubts, desk),
            answers=own.answers,
            overrides=reading.overrides,
        )
        issues = issues_of(desk.remarks, own.quarantined, zone=reading.zone.key)
        return assemble(own.patient, facts, completeness=ledger.rows(), issues=issues)


def _with_unclear(doubts: Mapping[Doubt, int], desk: Desk) -> Mapping[Doubt, int]:
    """What may be the opposite of what it seems was not seen."""
    if not desk.remarks.unclear:
        return doubts
    types = Counter(name.partition("/")[0] for name in {each.resource for each in desk.remarks.unclear})
    return {**doubts, **{Doubt(name, "that contradict themselves"): met for name, met in types.items()}}


class _Shelf:
    """Records that belong to no one patient; it remembers which of them a chart's records named."""

    def __init__(self, shared: Callable[[str], Versions], zone: ZoneInfo) -> None:
        self._shared = shared
        self._zone = zone
        self.found: dict[str, Record[Any]] = {}

    def find(self, reference: str) -> Record[Any] | None:
        if reference not in self.found:
            if reference.partition("/")[0] not in SHARED_TYPES:
                return None
            versions = self._shared(reference)
            if not versions:
                return None
            self.found[reference] = record_of(reference, standing(versions, self._zone)[0], self._zone)
        return self.found[reference]


def standing_records(
    reference: str, versions: Versions, patient: str, zone: ZoneInfo
) -> tuple[list[Record[Any]], bool]:
    """What stands of one identity for that patient, and whether it stands in more than one version."""
    newest = standing(versions, zone) if len(versions) > 1 else versions
    return [record_of(reference, held, zone) for held in newest if held.patient == patient], len(newest) > 1


def record_of(reference: str, held: Held, zone: ZoneInfo) -> Record[Any]:
    resource = decoder_of(held.type, zone).decode(held.body)
    version = resource.meta.version_id if resource.meta is not None else None
    return Record(held.type, reference, resource, held.links, version)
