"""The text of a ticket to whoever runs a clinic's endpoint: what is missing, exactly, and for what it is.

It is made to be copied: names of types, scopes, parameters and codes; nothing of a patient.
"""

from collections.abc import Iterator, Sequence

from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.fhir.examining.values import Examination, Mark, TypeTried
from abstractor.fhir.types import SHARED_TYPES
from abstractor.workflow.clinic.doctor_report import RuleLine
from abstractor.workflow.clinic.ledger_words import asked_in_words, details_in_words

__all__ = ["ticket"]

_STOPS = {"address", "connection", "certificate", "discovery", "sign-in", "statement", "patient"}
_MOST_SEARCHES = 4
_OF_ORDERS = "orders-not-whole"  # mended where the orders are


def ticket(
    setup: ClinicSetup, found: Examination, rules: Sequence[RuleLine], *, nobody: Sequence[str] = ()
) -> str:
    """Empty where there is nothing to ask for. `nobody`: what the last round says that no patient has."""
    points = [
        *_stops(found),
        *_scopes(found),
        *_not_offered(found),
        *_fanned(found),
        *_searches(found),
        *_steps(found),
        *(f"In our last round {sentence}." for sentence in nobody),
    ]
    if not points:
        return ""
    numbered = [f"{number}. {point}" for number, point in enumerate(points, 1)]
    return "\n".join([*_opening(setup, found), "", *numbered, "", *_closing(rules)])


def _opening(setup: ClinicSetup, found: Examination) -> Iterator[str]:
    yield f"Subject: FHIR access for quality improvement ({setup.name})"
    yield ""
    client = f", as the client {setup.client_id}" if setup.client_id else ""
    yield f"We read charts from {setup.base_url}{client}."
    software = found.software or "not named"
    if found.fhir_version is not None:
        yield f"The endpoint says that it is {software}, FHIR {found.fhir_version}."
    yield "These points keep us from seeing what we need. Please mend them, or tell us that they cannot be:"


def _closing(rules: Sequence[RuleLine]) -> Iterator[str]:
    blind = [rule.id for rule in rules if rule.sight == "blind"]
    part = [rule.id for rule in rules if rule.sight == "in-part"]
    if blind:
        yield f"Until then we cannot judge at all: {', '.join(blind)}."
    if part:
        yield f"Until then we can judge only in part: {', '.join(part)}."
    yield "No patient's data is in this message."


def _stops(found: Examination) -> Iterator[str]:
    for step in found.steps:
        if step.mark is Mark.STOP and step.name in _STOPS:
            yield f"We cannot get in ({step.name}): {step.found}." + (f" ({step.mend}.)" if step.mend else "")


def _scopes(found: Examination) -> Iterator[str]:
    if found.scopes is None:
        return
    asked = found.scopes.asked.split()
    for names, words in (
        (found.scopes.not_granted, "not granted"),
        (found.scopes.partly, "granted in part alone"),
    ):
        wanted = [scope for scope in asked if scope.partition("/")[2].partition(".")[0] in names]
        if names:
            listed = " ".join(wanted) or ", ".join(names)
            yield f"Scopes {words}: please register {listed} for this client."


def _not_offered(found: Examination) -> Iterator[str]:
    names = [each.type for each in found.types if _is_missing(each)]
    if names:
        yield (
            f"Types that the CapabilityStatement does not list: {', '.join(names)}. Can they be switched on "
            "(reading, and searching by patient)?"
        )


def _is_missing(tried: TypeTried) -> bool:
    return "not-listed" in tried.details and tried.type not in SHARED_TYPES


def _fanned(found: Examination) -> Iterator[str]:
    """Types of which only some searches are taken, which may not find everything."""
    names = [each.type for each in found.types if _is_fanned(each)]
    if names:
        yield (
            "Types that are searched only with a second parameter, as category, code or intent: "
            f"{', '.join(names)}. What carries another value of it is not seen. Can a search by patient "
            "alone be allowed? Or can you confirm that each record of these types carries one of the "
            "categories that we ask for?"
        )


def _is_fanned(tried: TypeTried) -> bool:
    return bool(tried.details) and all(one.startswith("asked-by-") for one in tried.details)


def _searches(found: Examination) -> Iterator[str]:
    for tried in found.types:
        told = [one for one in tried.details if not one.startswith("asked-by-") and one != _OF_ORDERS]
        if not told or _is_missing(tried) or tried.state.whole:
            continue
        how = [asked_in_words(one) for one in tried.asked[:_MOST_SEARCHES]]
        more = len(tried.asked) - len(how)
        searched = "; ".join(how) + (f"; and {more} more searches" if more > 0 else "")
        why = "; ".join(details_in_words("; ".join(told)))
        yield f"{tried.type}" + (f" ({searched})" if searched else "") + f": {why} [{', '.join(told)}]."


def _steps(found: Examination) -> Iterator[str]:
    for step in found.steps:
        if step.mark is Mark.LOOK and step.name in ("certificate", "changes", "paging") and step.mend:
            if not step.found.startswith("not tried"):
                yield f"{step.name.capitalize()}: {step.found}."
