"""Clean records of one patient, one call a record: final, coded, exactly dated, each with its source."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from abstractor.chart import (
    Activity,
    Administration,
    Biomarker,
    Bounds,
    Chart,
    Completeness,
    Diagnosis,
    Dispense,
    Mention,
    Order,
    Patient,
    Procedure,
    Result,
    Seen,
    Source,
    Standing,
    Visit,
)
from abstractor.codes import Coding
from abstractor.dates import DateInterval, exact

__all__ = ["EVERY", "TYPES", "Records"]

# One cycle, the rhythm of every course that a case tells.
EVERY = 21
# What a chart may be made of; where a case names none of them as unseen, silence says that there is none.
TYPES = (
    "AdverseEvent", "CarePlan", "CareTeam", "Condition", "DiagnosticReport", "DocumentReference", "Encounter",
    "Immunization", "Medication", "MedicationAdministration", "MedicationDispense", "MedicationRequest",
    "MedicationStatement", "Observation", "Organization", "Patient", "Practitioner", "PractitionerRole",
    "Procedure", "ServiceRequest",
)  # fmt: skip


@dataclass
class Records:
    """The records told so far; `chart` is what they give. A drug that is none of `agents` is unmapped."""

    facts: dict[str, list[Any]] = field(default_factory=dict)
    agents: frozenset[str] = frozenset()
    counts: dict[str, int] = field(default_factory=dict)
    death: date | None = None
    born: date | None = None
    gender: str = "female"

    def chart(self, unseen: tuple[str, ...]) -> Chart:
        when = exact(self.death) if self.death else None
        sources = (_source("Patient/case", "Patient.birthDate", "1966-04-12"),)
        patient = Patient(
            "Patient/case",
            exact(self.born) if self.born else None,
            self.gender,
            self.death is not None,
            when,
            sources,
        )
        held = {
            name: tuple(sorted(found, key=lambda each: each.sources)) for name, found in self.facts.items()
        }
        seen = tuple(self._completeness(name, unseen) for name in TYPES)
        return Chart(patient, completeness=seen, **held)

    def _completeness(self, name: str, unseen: tuple[str, ...]) -> Completeness:
        count = 1 if name == "Patient" else self.counts.get(name, 0)
        if name in unseen:
            return Completeness(name, Seen.PARTIAL if count else Seen.NOT_ASKED, count, None)
        return Completeness(name, Seen.COMPLETE if count else Seen.EMPTY, count, None)

    def _known(self, drug: str) -> tuple[str, ...]:
        return (drug,) if drug in self.agents else ()

    def _hold(self, kind: str, fact: object) -> None:
        self.facts.setdefault(kind, []).append(fact)

    def _new(self, resource: str, element: str, on: date) -> tuple[str, DateInterval, tuple[Source, ...]]:
        """The reference of a record, its day and its source."""
        self.counts[resource] = self.counts.get(resource, 0) + 1
        reference = f"{resource}/case-{self.counts[resource]}"
        return reference, exact(on), (_source(reference, f"{resource}.{element}", on.isoformat()),)

    def diagnosis(
        self,
        concepts: tuple[str, ...],
        on: date,
        *,
        severity: str | None = None,
        until: date | None = None,
        against: bool = False,
        grade: int | None = None,
        unsure: str | None = None,
    ) -> None:
        _, when, sources = self._new("Condition", "onsetDateTime", on)
        codings = tuple(Coding("concept", concept) for concept in concepts)
        self._hold(
            "diagnoses",
            Diagnosis(
                concepts=concepts,
                codings=codings,
                text=None,
                when=when,
                ended=None if until is None else exact(until),
                standing=_standing(against),
                clinical_status="active" if until is None else "resolved",
                severity=severity,
                sources=sources,
                recorded=when,
                grade=None if grade is None else Bounds.exactly(grade),
                unsure=unsure,
            ),
        )

    def sentence(self, about: str, quote: str, on: date, *, reading: str | None, assertion: str) -> None:
        """Of a report, as the reader of text would tell it."""
        _, when, sources = self._new("DiagnosticReport", "effectiveDateTime", on)
        said = Mention(about, reading, assertion, quote, 0, len(quote), when, Standing.COUNTS, sources)
        self._hold("mentions", said)

    def biomarker(self, marker: str, reading: str | None, on: date, *, tissue: str | None = "Breast") -> None:
        _, when, sources = self._new("Observation", "effectiveDateTime", on)
        self._hold(
            "biomarkers",
            Biomarker(
                marker=marker,
                method="ihc",
                reading=reading,
                text=reading,
                number=None,
                when=when,
                standing=Standing.COUNTS,
                sources=sources,
                tissue=tissue,
                status="final",
            ),
        )

    def result(
        self,
        concept: str,
        on: date,
        *,
        number: float | None = None,
        unit: str | None = None,
        answer: str | None = None,
    ) -> None:
        """`answer` is a concept of an answer ("answer:stable") or words."""
        _, when, sources = self._new("Observation", "effectiveDateTime", on)
        coded = answer is not None and answer.startswith("answer:")
        self._hold(
            "results",
            Result(
                concepts=(concept,),
                number=number,
                unit=unit,
                value_concepts=(answer,) if answer is not None and coded else (),
                text=answer,
                when=when,
                standing=Standing.COUNTS,
                sources=sources,
            ),
        )

    def procedure(
        self,
        concepts: tuple[str, ...],
        on: date,
        *,
        resource: str = "Procedure",
        against: bool = False,
        why: str | None = None,
    ) -> None:
        _, when, sources = self._new(resource, "performedDateTime", on)
        self._hold(
            "procedures",
            Procedure(
                kind="procedure" if resource == "Procedure" else "report",
                concepts=concepts,
                unread=False,
                text=None,
                when=when,
                standing=_standing(against),
                status_reasons=(why,) if why else (),
                sources=sources,
            ),
        )

    def activity(
        self, resource: str, concept: str, on: date, *, against: bool = False, why: str | None = None
    ) -> None:
        _, when, sources = self._new(resource, "authoredOn", on)
        self._hold(
            "activities",
            Activity(
                kind=resource,
                concepts=(concept,),
                unread=False,
                text=None,
                when=when,
                ended=None,
                standing=_standing(against),
                status="not-done" if against else "completed",
                reasons=(),
                status_reasons=(why,) if why else (),
                sources=sources,
            ),
        )

    def visit(self, concepts: tuple[str, ...], on: date) -> None:
        reference, when, sources = self._new("Encounter", "period.start", on)
        self._hold(
            "visits",
            Visit(reference, when, when, "AMB", concepts, Standing.COUNTS, "finished", None, None, sources),
        )

    def order(
        self, drug: str, on: date, *, against: bool = False, why: str | None = None, urgent: bool = False
    ) -> str:
        reference, when, sources = self._new("MedicationRequest", "authoredOn", on)
        self._hold(
            "orders",
            Order(
                reference=reference,
                agents=self._known(drug),
                unmapped=None if self._known(drug) else drug,
                when=when,
                supply=None,
                standing=_standing(against),
                status="cancelled" if against else "completed",
                intent="order",
                reasons=(),
                stop_reasons=(why,) if why else (),
                requester=None,
                encounter=None,
                sources=sources,
                urgent=urgent,
            ),
        )
        return reference

    def dose(
        self,
        drug: str,
        on: date,
        *,
        oral: bool,
        order: str | None = None,
        against: bool = False,
        why: str | None = None,
    ) -> None:
        """A dose given, or of tablets the supply of one cycle handed over."""
        if oral and not against:
            self._dispensed(drug, on, order)
            return
        reference, when, sources = self._new("MedicationAdministration", "effectiveDateTime", on)
        self._hold(
            "administrations",
            Administration(
                reference=reference,
                kind="administration",
                agents=self._known(drug),
                unmapped=None if self._known(drug) else drug,
                when=when,
                standing=_standing(against),
                status="not-done" if against else "completed",
                order=order,
                reasons=(),
                stop_reasons=(why,) if why else (),
                encounter=None,
                sources=sources,
            ),
        )

    def _dispensed(self, drug: str, on: date, order: str | None) -> None:
        reference, when, sources = self._new("MedicationDispense", "whenHandedOver", on)
        self._hold(
            "dispenses",
            Dispense(
                reference=reference,
                agents=self._known(drug),
                unmapped=None if self._known(drug) else drug,
                when=when,
                days_supply=EVERY,
                standing=Standing.COUNTS,
                status="completed",
                order=order,
                reasons=(),
                sources=sources,
            ),
        )

    def course(self, drug: str, start: date, *, until: date, last: bool, oral: bool) -> None:
        """An order, then a dose every cycle up to `until`; with `last` the last one on that very day."""
        order = self.order(drug, start)
        closing = until - timedelta(days=EVERY // 2) if last else until + timedelta(days=1)
        day = start
        while day < closing:
            self.dose(drug, day, oral=oral, order=order)
            day += timedelta(days=EVERY)
        if last:
            self.dose(drug, until, oral=oral, order=order)


def _standing(against: bool) -> Standing:
    return Standing.AGAINST if against else Standing.COUNTS


def _source(resource: str, path: str, value: str) -> Source:
    return Source(resource, path, "1", value)
