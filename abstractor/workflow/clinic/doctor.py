"""`abstractor doctor`: an endpoint examined, and what its answers mean for each criterion and each rule.

Nothing of a patient is kept: one chart is read to see what is said, and forgotten.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from abstractor import __version__
from abstractor.chart import Seen
from abstractor.errors import ClinicMisbehaved, OptionError, SetupError
from abstractor.fhir.about import patient_id
from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.fhir.cohort_file import read_cohort_file
from abstractor.fhir.endpoint import Connection
from abstractor.fhir.examining.examine import Tell, examine
from abstractor.fhir.examining.values import Chosen, Examination, Mark, Step, TypeTried
from abstractor.fhir.search_codes import codes_of_results
from abstractor.fhir.types import SHARED_TYPES
from abstractor.guidelines.book.blinding import RuleKind, RuleSight, Sight, sight
from abstractor.guidelines.book.cases import read_cases
from abstractor.store import doctor_reports
from abstractor.workflow.clinic.clinics import clinic_endpoint, clinic_meant, cohort_of, signing_in
from abstractor.workflow.clinic.doctor_report import (
    SCHEMA,
    Checked,
    DoctorReport,
    Element,
    RuleLine,
    ScopeLine,
    StepLine,
    TypeLine,
    report_in,
    written,
)
from abstractor.workflow.clinic.estimating import estimate
from abstractor.workflow.clinic.ledger_words import details_in_words
from abstractor.workflow.clinic.nobody import nobody_at_clinic
from abstractor.workflow.clinic.ticket import ticket
from abstractor.workflow.services import Services

__all__ = ["doctor_of_address", "doctor_of_clinic", "kept_report"]

_UNREGISTERED = "clinic"


def doctor_of_clinic(
    services: Services, name: str | None, *, patient: str | None = None, tell: Tell = lambda _: None
) -> DoctorReport:
    """Examine a registered clinic (the only one, without a name) and keep the report, in place of the one
    before. `tell` is told what is tried now.
    """
    registered = clinic_meant(services, name)
    name = registered.setup.name
    last = nobody_at_clinic(services, registered.clinic.id)
    report = _report(services, registered.setup, name=name, patient=patient, last=last, tell=tell)
    with services.store.writing() as session:
        doctor_reports.keep(session, registered.clinic.id, written(report), now=services.clock())
    return report


def doctor_of_address(
    services: Services,
    base_url: str,
    *,
    group: str | None = None,
    patient: str | None = None,
    tell: Tell = lambda _: None,
) -> DoctorReport:
    """Examine an address that is not registered, without signing in; nothing is kept."""
    setup = ClinicSetup(_UNREGISTERED, base_url, group=group)
    return _report(services, setup, name=None, patient=patient, tell=tell)


def kept_report(services: Services, clinic_id: int) -> DoctorReport | None:
    with services.store.reading() as session:
        document = doctor_reports.report_of(session, clinic_id)
    return None if document is None else report_in(document)


def _report(
    services: Services,
    setup: ClinicSetup,
    *,
    name: str | None,
    patient: str | None,
    tell: Tell,
    last: tuple[int, tuple[str, ...]] | None = None,
) -> DoctorReport:
    if patient is not None and patient_id(f"Patient/{patient.removeprefix('Patient/')}") is None:
        raise OptionError("--patient: is no FHIR id (letters, digits, '-' and '.'); give the id of a Patient")
    found = _examined(services, setup, patient, tell)
    if not found.stopped:
        tell("deciding the worked cases of every criterion and rule")
    rules = () if found.stopped else _rules(services, found)
    number, nobody = (0, ()) if found.stopped or last is None else last
    if nobody:
        seen = Step("last round", Mark.LOOK, f"in round {number} {'; '.join(nobody)}")
        found = replace(found, steps=(*found.steps, seen))
    return DoctorReport(
        schema=SCHEMA,
        program=__version__,
        made_at=services.clock().isoformat(timespec="seconds"),
        clinic=name,
        base_url=setup.base_url,
        outcome=_outcome(found, rules),
        steps=tuple(StepLine(one.name, str(one.mark), one.found, one.mend) for one in found.steps),
        software=found.software,
        fhir_version=found.fhir_version,
        dialect=found.dialect,
        scopes=_scopes(found),
        types=tuple(_type(one) for one in found.types),
        rules=rules,
        conformance=tuple(
            Checked(one.type, one.checked, one.failing, tuple(Element(*at) for at in one.at))
            for one in found.conformance
        ),
        bulk_levels=found.bulk_levels,
        changes_by=found.changes_by,
        estimate=estimate(found, setup, per_job=services.settings.pulls_per_job),
        ticket=ticket(setup, found, rules, nobody=nobody),
    )


def _examined(services: Services, setup: ClinicSetup, patient: str | None, tell: Tell) -> Examination:
    try:
        auth = signing_in(services, setup)
    except SetupError as lacking:
        return Examination((Step("sign-in", Mark.STOP, str(lacking)),))
    return examine(
        clinic_endpoint(setup, services.settings),
        lambda connection: _chosen(services, setup, connection, patient),
        auth=auth,
        scopes=setup.scopes,
        dialect=setup.dialect,
        codes=codes_of_results(services.value_sets),
        categorised=setup.categorised_types,
        tell=tell,
    )


def _chosen(services: Services, setup: ClinicSetup, connection: Connection, patient: str | None) -> Chosen:
    """The first of the cohort, unless one is named. A group is listed whole, since that is one request."""
    named = None if patient is None else f"Patient/{patient.removeprefix('Patient/')}"
    if setup.group is not None:
        members: list[str] = []
        gap: str | None = None
        try:
            members.extend(one.reference for one in cohort_of(services, setup, connection) if one.reference)
        except ClinicMisbehaved as amiss:
            if not members:
                raise
            gap = str(amiss)
        return Chosen(named or next(iter(members), None), len(members), gap=gap)
    many = len(read_cohort_file(Path(setup.patients_file))) if setup.patients_file is not None else None
    everybody = setup.patients_file is None and not setup.by_diagnosis
    if named is not None:
        return Chosen(named, many, everybody)
    cohort = cohort_of(services, setup, connection)
    return Chosen(next((one.reference for one in cohort if one.reference), None), many, everybody)


def _rules(services: Services, found: Examination) -> tuple[RuleLine, ...]:
    """What the worked cases say of each, with the types as they came for the one patient."""
    seen = {one.type: one.state for one in found.types if one.type not in SHARED_TYPES}
    folders = () if services.settings.site is None else (services.settings.site,)
    told = sight(services.library, read_cases(folders).measures, seen)
    return tuple(_rule(each, seen) for each in told)


def _rule(each: RuleSight, seen: Mapping[str, Seen]) -> RuleLine:
    return RuleLine(
        str(each.kind),
        each.id,
        f"Choice of treatment by {each.id}" if each.kind is RuleKind.SEQUENCING else each.title,
        str(each.sight),
        _says(each, seen),
        each.never,
        each.because,
        each.cases,
        each.decided,
        each.otherwise,
    )


def _says(each: RuleSight, seen: Mapping[str, Seen]) -> str:
    both = "only together: " if each.together else ""
    causes = both + ", ".join(f"{name} {_WORDS[seen[name]]}" for name in each.because)
    never = " or ".join(f"“{verdict.replace('-', ' ')}”" for verdict in each.never)
    match each.sight:
        case Sight.RUNS:
            return "Can be decided."
        case Sight.UNTRIED:
            return "It has no worked case: whether it can be decided is not known."
        case Sight.BLIND:
            return f"Cannot be decided ({causes})."
        case Sight.IN_PART:
            told = [f"Never says {never}"] if never else []
            if not never and each.cases > each.decided + each.otherwise:
                told = ["Stays open in some charts"]
            if each.otherwise:
                told.append("passes over what stands in the missing records alone")
            return f"{'; '.join(told).capitalize()} ({causes})."


_WORDS = {
    Seen.PARTIAL: "seen in part",
    Seen.REFUSED: "not given",
    Seen.NOT_ASKED: "not asked for",
}


def _outcome(found: Examination, rules: tuple[RuleLine, ...]) -> str:
    if found.stopped:
        return "stopped"
    return "ready" if all(rule.sight == Sight.RUNS for rule in rules) else "blind"


def _scopes(found: Examination) -> ScopeLine | None:
    told = found.scopes
    return None if told is None else ScopeLine(told.asked, told.granted, told.partly, told.not_granted)


def _type(one: TypeTried) -> TypeLine:
    why = details_in_words("; ".join(one.details))
    return TypeLine(one.type, str(one.state), one.said, one.asked, one.details, why, one.count, one.total)
