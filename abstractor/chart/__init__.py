"""What the clinic recorded about one patient, as clinical facts; FHIR ends before this room.

Every fact carries its `sources`: the elements that were read, by resource, version and path (its date
first). A fact that several systems sent is one fact with all their sources. `standing` says how far a
status lets a fact be relied on. Facts are sorted and frozen, so the same records give the same chart and
the same digest.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from abstractor.chart.activities import Activity, LeftOpen, Mention, Unlisted
from abstractor.chart.amounts import Bounds
from abstractor.chart.drugs import Administration, Dispense, Dose, Order, Statement
from abstractor.chart.lean import lean
from abstractor.chart.provenance import Source, Standing
from abstractor.codes import Coding
from abstractor.dates import DateInterval, exact

__all__ = [
    "Activity",
    "Administration",
    "Biomarker",
    "Bounds",
    "Chart",
    "Completeness",
    "Diagnosis",
    "Dispense",
    "Dose",
    "Issue",
    "LeftOpen",
    "Mention",
    "Order",
    "Patient",
    "Procedure",
    "Result",
    "Seen",
    "Source",
    "Stage",
    "Standing",
    "Statement",
    "Unlisted",
    "Visit",
]


@dataclass(frozen=True, slots=True)
class Patient:
    """`disputed`: the record says of this death that there was none, too."""

    reference: str
    birth: DateInterval | None
    gender: str | None
    deceased: bool
    death: DateInterval | None
    sources: tuple[Source, ...]
    disputed: bool = False


@lean
@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A Condition or an AdverseEvent. `when` is its onset, else the day it was recorded; `concepts` what its
    codes mean.

    `recorded` is the day it was written down, `encounter` the visit it belongs to; `in_encounter`: it was
    recorded as a diagnosis of a visit, whether or not it names it. `site` is its body site in words,
    `primary` what the Condition means that it is said to come from (mCODE's related primary cancer).
    Of a lung disease `grade` is the CTCAE grade that its words give to it, and `unsure` the words that deny
    it, leave it open or tell of an earlier one. `verified` is the standing by its status alone, where its
    meaning stands in words and `standing` is weaker for that.
    """

    concepts: tuple[str, ...]
    codings: tuple[Coding, ...]
    text: str | None
    when: DateInterval | None
    ended: DateInterval | None
    standing: Standing
    clinical_status: str | None
    severity: str | None
    sources: tuple[Source, ...]
    recorded: DateInterval | None = None
    encounter: str | None = None
    in_encounter: bool = False
    site: str | None = None
    primary: tuple[str, ...] = ()
    grade: Bounds | None = None
    unsure: str | None = None
    verified: Standing | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage Observation or Condition.stage: `category` is "m" or "group", `value` as written ("M1",
    "IV")."""

    category: str
    value: str
    when: DateInterval | None
    standing: Standing
    sources: tuple[Source, ...]


@lean
@dataclass(frozen=True, slots=True)
class Biomarker:
    """A tumour-marker result. `marker`: "her2", "er", "pr", and what is never a HER2 status of the tissue:
    "her2-serum", "her2-gene" (sequencing).

    `method`: "ihc", "ish", "overall", "sequencing" or "text". `reading` is the coded or written answer
    ("positive", "negative", "equivocal", "indeterminate", "0", "1+", "2+", "3+"; of a gene "amplified"),
    null where it could not be told; `text` is the value as written. `quantity` says what `number` is:
    "ratio", "copies" or "percent", null where that is not known. `tissue` is where it was taken, in words;
    `about` what the Conditions mean that it names; `report` the panel that it belongs to.
    """

    marker: str
    method: str
    reading: str | None
    text: str | None
    number: float | None
    when: DateInterval | None
    standing: Standing
    sources: tuple[Source, ...]
    quantity: str | None = None
    tissue: str | None = None
    about: tuple[str, ...] = ()
    report: str | None = None
    status: str | None = None


@lean
@dataclass(frozen=True, slots=True)
class Result:
    """Any other Observation: `number` in `unit`, or a coded or written value (`value_concepts`, `text`).

    `between` stands for `number` where only its ends are known (">55", "30-35"). `about` is what the
    Conditions mean that it names. `panel`: of several results that were not sent with it.
    """

    concepts: tuple[str, ...]
    number: float | None
    unit: str | None
    value_concepts: tuple[str, ...]
    text: str | None
    when: DateInterval | None
    standing: Standing
    sources: tuple[Source, ...]
    about: tuple[str, ...] = ()
    between: Bounds | None = None
    panel: bool = False


@lean
@dataclass(frozen=True, slots=True)
class Visit:
    """An Encounter. `starts`/`ends` are its period's ends; `attender` the clinician who saw the patient;
    `left_open` what its name may mean besides."""

    reference: str
    starts: DateInterval | None
    ends: DateInterval | None
    class_code: str | None
    concepts: tuple[str, ...]
    standing: Standing
    status: str | None
    attender: str | None
    site: str | None
    sources: tuple[Source, ...]
    left_open: LeftOpen | None = None


@lean
@dataclass(frozen=True, slots=True)
class Procedure:
    """A Procedure or DiagnosticReport (`kind`): something done or reported, by concept.

    `unread` is true where it may be anything: none of its codes belongs to a system that we hold a table for
    (CPT without a site's file), and its name says nothing that we know. `left_open`: what it may mean too.
    """

    kind: str
    concepts: tuple[str, ...]
    unread: bool
    text: str | None
    when: DateInterval | None
    standing: Standing
    status_reasons: tuple[str, ...]
    sources: tuple[Source, ...]
    left_open: LeftOpen | None = None


class Seen(StrEnum):
    """How much of one resource type was seen for this patient."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    REFUSED = "refused"
    NOT_ASKED = "not-asked"
    EMPTY = "empty"  # asked, whole, and there is none

    @property
    def whole(self) -> bool:
        return self in (Seen.COMPLETE, Seen.EMPTY)


@lean
@dataclass(frozen=True, slots=True)
class Completeness:
    type: str
    state: Seen
    count: int
    detail: str | None


@dataclass(frozen=True, slots=True)
class Issue:
    """Something about the record itself that a reader must know: `code` is a data-quality flag of the
    contract."""

    code: str
    detail: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """One patient. `completeness` has a row for each type that the program reads, sorted by type."""

    patient: Patient
    diagnoses: tuple[Diagnosis, ...] = ()
    stages: tuple[Stage, ...] = ()
    biomarkers: tuple[Biomarker, ...] = ()
    results: tuple[Result, ...] = ()
    orders: tuple[Order, ...] = ()
    administrations: tuple[Administration, ...] = ()
    dispenses: tuple[Dispense, ...] = ()
    statements: tuple[Statement, ...] = ()
    visits: tuple[Visit, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    activities: tuple[Activity, ...] = ()
    mentions: tuple[Mention, ...] = ()
    unlisted: tuple[Unlisted, ...] = ()
    completeness: tuple[Completeness, ...] = ()
    issues: tuple[Issue, ...] = ()

    def seen(self, resource_type: str) -> Seen:
        for row in self.completeness:
            if row.type == resource_type:
                return row.state
        return Seen.NOT_ASKED

    def seen_whole(self, *resource_types: str) -> bool:
        return all(self.seen(name).whole for name in resource_types)

    def as_of(self, day: date) -> "Chart":
        """The chart as it could be known on that day: facts whose first possible day is later are left out.

        A fact without a date stays. Ends after the day read as still going on.
        """

        def known(when: DateInterval | None) -> bool:
            return when is None or when.earliest <= day

        def diagnosis(each: Diagnosis) -> Diagnosis:
            return each if known(each.ended) else replace(each, ended=None)

        def visit(each: Visit) -> Visit:
            return each if known(each.ends) else replace(each, ends=None)

        def activity(each: Activity) -> Activity:
            return each if known(each.ended) else replace(each, ended=None)

        return replace(
            self,
            diagnoses=tuple(diagnosis(d) for d in self.diagnoses if known(d.when)),
            stages=tuple(s for s in self.stages if known(s.when)),
            biomarkers=tuple(b for b in self.biomarkers if known(b.when)),
            results=tuple(r for r in self.results if known(r.when)),
            orders=tuple(_order_as_of(o, day) for o in self.orders if known(o.when)),
            administrations=tuple(a for a in self.administrations if known(a.when)),
            dispenses=tuple(d for d in self.dispenses if known(d.when)),
            statements=tuple(
                s if known(s.ended) else replace(s, ended=exact(day))
                for s in self.statements
                if known(s.when)
            ),
            visits=tuple(visit(v) for v in self.visits if known(v.starts)),
            procedures=tuple(p for p in self.procedures if known(p.when)),
            activities=tuple(activity(a) for a in self.activities if known(a.when)),
            mentions=tuple(m for m in self.mentions if known(m.when)),
            unlisted=tuple(u for u in self.unlisted if known(u.when)),
            patient=_patient_as_of(self.patient, known),
        )

    @property
    def digest(self) -> str:
        """ "sha256:..." over every fact: the same records give the same digest, whatever their order."""
        return "sha256:" + hashlib.sha256(repr(self).encode()).hexdigest()


def _order_as_of(order: Order, day: date) -> Order:
    """A treatment period that ends later was still going on that day; one without an end says nothing."""
    if order.supply is None or order.supply[1] is None or order.supply[1].earliest <= day:
        return order
    return replace(order, supply=(order.supply[0], exact(day)))


def _patient_as_of(patient: Patient, known: Callable[[DateInterval | None], bool]) -> Patient:
    """Nobody is dead before the day of death; a death without a day is always known."""
    if patient.deceased and patient.death is not None and not known(patient.death):
        return replace(patient, deceased=False, death=None)
    return patient
