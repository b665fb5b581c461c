"""Facts to one frozen Chart, and the doubts met on the way to its issues. FHIR ends here.

Everything is sorted, so that the same records give the same chart whatever their order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import reduce
from itertools import groupby
from typing import Any, TypeVar

from abstractor.chart import Chart, Completeness, Issue, Patient, Source
from abstractor.dates import DateInterval
from abstractor.fhir.duplicates import Aliases, merge_dispenses, merge_doses, merge_equal, merge_orders
from abstractor.fhir.facts.desk import Remarks
from abstractor.fhir.facts.patient import merged, unknown_patient
from abstractor.fhir.facts.translate import Facts
from abstractor.fhir.quarantine import Quarantined

__all__ = ["assemble", "issues_of"]

Fact = TypeVar("Fact")


def assemble(
    patient: str, facts: Facts, *, completeness: tuple[Completeness, ...], issues: tuple[Issue, ...]
) -> Chart:
    """The chart of one patient from the facts of its records, which come sorted by reference."""
    aliases: Aliases = {}
    visits = merge_equal(facts.visits, aliases)
    orders = merge_orders(facts.orders, aliases)
    doses = merge_doses(facts.doses, aliases)
    dispenses = merge_dispenses(facts.dispenses, aliases)
    statements = merge_equal(facts.statements, {})
    if aliases:
        orders = [replace(o, encounter=_kept(o.encounter, aliases)) for o in orders]
        doses = [
            replace(d, order=_kept(d.order, aliases), encounter=_kept(d.encounter, aliases)) for d in doses
        ]
        dispenses = [replace(d, order=_kept(d.order, aliases)) for d in dispenses]
        facts.diagnoses = [replace(d, encounter=_kept(d.encounter, aliases)) for d in facts.diagnoses]
        statements = [replace(s, order=_kept(s.order, aliases)) for s in statements]
    return Chart(
        patient=_patient(patient, facts.patients),
        diagnoses=_by_date(merge_equal(facts.diagnoses, {})),
        stages=_by_date(merge_equal(facts.stages, {})),
        biomarkers=_by_date(merge_equal(facts.biomarkers, {})),
        mentions=_by_date(merge_equal(facts.mentions, {})),
        results=_by_date(merge_equal(facts.results, {})),
        orders=_by_date(orders),
        administrations=_by_date(doses),
        dispenses=_by_date(dispenses),
        statements=_by_date(statements),
        visits=tuple(sorted(visits, key=lambda visit: _first_days(visit.starts or visit.ends))),
        procedures=_by_date(merge_equal(facts.procedures, {})),
        activities=_by_date(merge_equal(facts.activities, {})),
        unlisted=_by_date(merge_equal(facts.unlisted, {})),
        completeness=completeness,
        issues=issues,
    )


def _kept(reference: str | None, aliases: Aliases) -> str | None:
    """The record that now stands for the one that was named."""
    passed: set[str] = set()
    while reference is not None and reference in aliases and reference not in passed:
        passed.add(reference)
        reference = aliases[reference]
    return reference


def _patient(reference: str, held: Sequence[Patient]) -> Patient:
    return reduce(merged, held) if held else unknown_patient(reference)


def _by_date(facts: Sequence[Any]) -> tuple[Any, ...]:
    """By date, undated last; what is on the same day keeps its order, which is by reference."""
    return tuple(sorted(facts, key=lambda fact: _first_days(fact.when)))


def _first_days(when: DateInterval | None) -> tuple[date, date]:
    return (date.max, date.max) if when is None else (when.earliest, when.latest)


def issues_of(remarks: Remarks, quarantined: Iterable[Quarantined], *, zone: str) -> tuple[Issue, ...]:
    """The doubts about the record itself, one issue a kind, a quarantined record each its own."""
    issues = [
        Issue(
            "resource-quarantined",
            f"{q.reason}: {q.path}",
            (Source(q.reference, q.path, q.version, None),),
        )
        for q in quarantined
    ]
    grouped = (
        ("agent-unmapped", "medications that could not be told", remarks.unmapped),
        ("date-repaired", f"times without a zone, read as {zone}", remarks.repaired),
        ("date-repaired", "days that stand where none is known, read as no date", remarks.undated),
        ("status-assumed", "records without the status that they should have", remarks.assumed),
        ("status-assumed", "statuses written otherwise than FHIR writes them", remarks.misspelt),
        ("status-assumed", "statuses that FHIR does not know: seen, never relied on", remarks.unknown),
    )
    for code, said, sources in grouped:
        once = tuple(sorted(set(sources), key=_key))
        if once:
            issues.append(Issue(code, f"{len(once)} {said}", once))
    partial = sorted(set(remarks.partial), key=lambda pair: (pair[0], _key(pair[1])))
    for said, pairs in groupby(partial, key=lambda pair: pair[0]):
        issues.append(Issue("partial-record", said, tuple(source for _, source in pairs)))
    return tuple(
        sorted(issues, key=lambda issue: (issue.code, issue.detail, [_key(s) for s in issue.sources]))
    )


def _key(source: Source) -> tuple[str, str, str, str]:
    return source.resource, source.path, source.version or "", str(source.value)
