"""The charts of an export, from a cycle or from a file of abstracts; some hundreds are held at a time.

The order is that of the study ids: the order of the references would tell of them.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import IO, TypeVar
from zoneinfo import ZoneInfo

from abstractor.abstract import LineRef, from_plain
from abstractor.dates import DateInterval
from abstractor.errors import AbstractorError, InputError, OptionError, StoreError
from abstractor.export.disclosing import Disclosure
from abstractor.export.subjects import Given, Rated, Reviewed, Subject, Who
from abstractor.fhir.received import Received
from abstractor.fhir.records import Reading, RecordSet
from abstractor.store import cohorts, exports
from abstractor.store.auditing import audits
from abstractor.store.auditing.values import ADJUDICATION, AuditState, Rating
from abstractor.store.exports import ExportedChart
from abstractor.workflow.exporting.mistyped import first_mistyped
from abstractor.workflow.services import Services

__all__ = ["Charts", "charts_of_audit", "charts_of_cycle", "charts_of_file"]

T = TypeVar("T")
_AT_ONCE = 250


@dataclass(frozen=True, slots=True)
class Charts:
    """`number` of them; `parts` gives some hundreds at a time. `cycle_id` null: they come from a file."""

    number: int
    parts: Callable[[], Iterator[tuple[Subject, ...]]]
    cycle_id: int | None = None


def charts_of_cycle(services: Services, cycle_id: int, disclosure: Disclosure) -> Charts:
    """The latest abstract of each chart of the cycle, with ages, clinicians and sites."""
    with services.store.reading() as session:
        held = exports.charts_of(session, cycle_id)
    return _kept(services, cycle_id, held, disclosure, reviewed={})


def charts_of_audit(services: Services, audit_id: int, disclosure: Disclosure) -> Charts:
    """The charts that the audit drew, each with the abstract that was reviewed and its locked reviews.

    Only once it is closed: who still reads could learn from it what others said.
    """
    with services.store.reading() as session:
        audit = audits.audit_by_id(session, audit_id)
        drawn = exports.charts_drawn(session, audit_id)
    if audit is None:
        raise OptionError(f"there is no audit {audit_id}")
    if audit.state is not AuditState.CLOSED:
        raise OptionError(
            f"audit {audit_id} is {audit.state}: close it first, so that nobody reads unblinded"
        )
    held = {number: reference for number, (reference, _) in drawn.items()}
    reviewed = {number: chart for number, (_, chart) in drawn.items()}
    return _kept(services, audit.cycle_id, held, disclosure, reviewed=reviewed)


def _kept(
    services: Services,
    cycle_id: int,
    held: Mapping[int, str],
    disclosure: Disclosure,
    *,
    reviewed: Mapping[int, int],
) -> Charts:
    """`held`: references by the numbers of abstracts; `reviewed`: charts of an audit by the same."""
    with services.store.reading() as session:
        clinic = cohorts.clinic_of_cycle(session, cycle_id).base_url
        cycle = cohorts.cycle(session, cycle_id)
    if cycle is None:
        raise StoreError(f"there is no cycle {cycle_id}")
    named = {number: disclosure.study_id(Who(clinic, reference)) for number, reference in held.items()}
    _require_distinct(len(set(named.values())), len(named))
    reading = Reading(services.value_sets, ZoneInfo(cycle.timezone), services.overrides)
    order = sorted(named, key=named.__getitem__)

    def parts() -> Iterator[tuple[Subject, ...]]:
        for numbers in _some(order):
            charts = [reviewed[number] for number in numbers if number in reviewed]
            with services.store.reading() as session:
                found = exports.read_charts(session, numbers, people=True)
                reviews = _reviews(exports.ratings_of(session, charts))
            there = [found[number] for number in numbers if number in found]
            yield tuple(
                _subject(each, clinic, reading, reviews.get(reviewed.get(each.abstract_id, 0), ()))
                for each in there
            )

    return Charts(len(order), parts, cycle_id)


def _reviews(rated: Iterable[tuple[Rating, datetime]]) -> dict[int, tuple[Reviewed, ...]]:
    """By chart of the audit; they come by chart, seat and review."""
    by_chart: dict[int, list[Reviewed]] = defaultdict(list)
    for _, ratings in groupby(rated, key=lambda each: each[0].review_id):
        every = list(ratings)
        first, locked_at = every[0]
        by_chart[first.chart_id].append(
            Reviewed(
                reader=first.account_id,
                role="adjudicator" if first.seat_number == ADJUDICATION else "reviewer",
                seat=first.seat_number,
                locked_at=locked_at,
                rated=tuple(_rated(each) for each, _ in every),
            )
        )
    return {chart: tuple(reviews) for chart, reviews in by_chart.items()}


def _rated(rating: Rating) -> Rated:
    setting, _, number = (rating.line or "").partition(":")
    return Rated(
        item=rating.item,
        kind=rating.kind,
        rule=rating.rule,
        answer=rating.answer,
        rating=rating.rating,
        program=rating.program,
        reasons=tuple((rating.reason or "").split()),
        line=LineRef(setting, int(number)) if number else None,
    )


def charts_of_file(path: Path, disclosure: Disclosure) -> Charts:
    """Of a file of abstracts, which is read twice: first where each of them stands. No ages, no sites."""
    places = dict(_places(path, disclosure))
    order = sorted(places)

    def parts() -> Iterator[tuple[Subject, ...]]:
        with path.open("rb") as lines:
            for names in _some(order):
                yield tuple(_at(path, places[name], lines) for name in names)

    return Charts(len(order), parts)


def _places(path: Path, disclosure: Disclosure) -> Iterator[tuple[str, tuple[int, int]]]:
    """By study id, the byte where the abstract begins, and its line."""
    seen = 0
    known: dict[str, int] = {}
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    name = disclosure.study_id(Who("", _patient_at(path, number, line)))
                    if name in known:
                        raise InputError(
                            f"{path}: holds two abstracts of a patient, in lines {known[name]} and {number}; "
                            "give those of one run"
                        )
                    known[name] = number
                    yield name, (seen, number)
                seen += len(line)
    except OSError:
        raise InputError(f"{path}: cannot be read; give a file that `abstractor abstract` wrote") from None


def _patient_at(path: Path, number: int, line: bytes) -> str:
    """Whose abstract it is; the rest is read when it is asked for."""
    try:
        patient = json.loads(line)["patient"]
    except (ValueError, KeyError, TypeError, RecursionError):
        patient = None
    if not isinstance(patient, str) or not patient.startswith("Patient/"):
        raise _no_abstract(path, number)
    return patient


def _at(path: Path, place: tuple[int, int], lines: IO[bytes]) -> Subject:
    """Held to the types of an abstract: whoever gives a file may have written in it."""
    begins, number = place
    lines.seek(begins)
    try:
        abstract = from_plain(json.loads(lines.readline()))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _no_abstract(path, number) from None
    wrong = first_mistyped(abstract)
    if wrong is not None:
        raise _no_abstract(path, number, f": {wrong} is of another type than it says")
    return Subject(abstract, place=f"line {number} of {path.name}")


def _no_abstract(path: Path, number: int, why: str = "") -> InputError:
    return InputError(
        f"{path}, line {number}: is no abstract of this version's schema{why}; "
        "give a file as `abstractor abstract -o` wrote it"
    )


def _subject(held: ExportedChart, clinic: str, reading: Reading, reviews: tuple[Reviewed, ...]) -> Subject:
    return Subject(
        abstract=held.abstract,
        clinic=clinic,
        given={each.line: Given(each.clinician, each.site) for each in held.clinicians},
        born=_born(held, reading),
        reviews=reviews,
        place=f"chart {held.patient_id}",
    )


def _born(held: ExportedChart, reading: Reading) -> DateInterval | None:
    if held.person is None:
        return None
    records = RecordSet(reading)
    records.add(Received(body=held.person.body, origin=held.person.origin))
    return records.chart(held.abstract.patient).patient.birth


def _some(order: Sequence[T]) -> Iterator[Sequence[T]]:
    for at in range(0, len(order), _AT_ONCE):
        yield order[at : at + _AT_ONCE]


def _require_distinct(names: int, charts: int) -> None:
    if names != charts:
        raise AbstractorError("two charts came to the same study id; export again")
