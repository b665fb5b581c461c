"""A clinic tried, step by step, as far as its address, its signing in and its list of patients.

Nothing is stored but the token; nothing that is said holds a value of a patient.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from abstractor.errors import AbstractorError, ClinicMisbehaved, ClinicUnreachable
from abstractor.fhir.endpoint import Connection
from abstractor.fhir.smart.tokens import BackendServices
from abstractor.workflow.clinic.clinics import (
    Registered,
    SealedShelf,
    clinic_endpoint,
    cohort_of,
    connection_to,
    signing_in,
)
from abstractor.workflow.clinic.views import cohort_in_words
from abstractor.workflow.services import Services

__all__ = ["Step", "try_clinic"]


@dataclass(frozen=True, slots=True)
class Step:
    """`said` is one line for IT: what was found, or what is wrong and what to do."""

    step: str
    ok: bool
    said: str


def try_clinic(services: Services, registered: Registered) -> Iterator[Step]:
    """Each step as it is done; where one fails, those that need it are left out."""
    reached = _reach(services, registered)
    yield reached
    if not reached.ok:
        return
    signed = _sign_in(services, registered)
    yield signed
    if not signed.ok:
        return
    try:
        with connection_to(services, registered) as connection:
            described = _describe(connection)
            yield described
            if described.ok:
                yield _count(services, registered, connection)
    except AbstractorError as failure:
        yield Step("connect", False, str(failure))


def _reach(services: Services, registered: Registered) -> Step:
    """Without signing in: most let anybody read what they can do, and those who do not have been reached."""
    endpoint = clinic_endpoint(registered.setup, services.settings)
    secured = "TLS, its certificate is trusted" if endpoint.origin.startswith("https:") else "without TLS"
    try:
        with services.connect(endpoint, dialect=registered.setup.dialect) as connection:
            connection.capability()
    except ClinicUnreachable as failure:
        return Step("reach", False, str(failure))
    except AbstractorError:
        return Step("reach", True, f"{endpoint.origin} answers ({secured}), but not to everybody")
    return Step("reach", True, f"{endpoint.origin} answers ({secured})")


def _sign_in(services: Services, registered: Registered) -> Step:
    try:
        auth = signing_in(services, registered.setup, shelf=SealedShelf(services, registered.clinic.id))
        if auth is None:
            return Step("sign in", True, 'not asked for (auth = "none")')
        return Step("sign in", True, _granted(auth))
    except AbstractorError as failure:
        return Step("sign in", False, str(failure))


def _granted(auth: BackendServices) -> str:
    got = auth.sign_in()
    words = [f"signed in; {len(got.whole)} of the types that are read were granted"]
    for types, how in ((got.partly, "in part alone"), (got.not_granted, "not granted")):
        if types:
            words.append(f"{how}: {', '.join(types)}")
    return "; ".join([*words, *auth.remarks()])


def _describe(connection: Connection) -> Step:
    try:
        statement = connection.capability()
        plan = connection.plan()
    except AbstractorError as failure:
        return Step("metadata", False, str(failure))
    listed = f"{len(statement.types)} types" if statement.types else "no types"
    said = f"{statement.software or 'software not named'}, FHIR {statement.fhir_version or 'not told'}"
    return Step("metadata", True, f"{said}, {listed} listed; asked as {plan.dialect.name}")


def _count(services: Services, registered: Registered, connection: Connection) -> Step:
    """A file's patients all of them, so that each line that names nobody is told, and a Group's, which is one
    request; else the first page.
    """
    setup = registered.setup
    whole = setup.patients_file is not None or setup.group is not None
    most = None if whole else services.settings.page_size
    found, followed = 0, list[int]()
    try:
        for one in islice(cohort_of(services, setup, connection), most):
            found += one.reference is not None
            if one.followed and one.line is not None:
                followed.append(one.line)
    except ClinicMisbehaved as failure:
        said = f"{found} found ({cohort_in_words(setup)}){_merged(followed)}, but: {failure}"
        return Step("patients", False, said)
    except AbstractorError as failure:
        return Step("patients", False, str(failure))
    if not found:
        return Step("patients", False, f"nobody in it ({cohort_in_words(setup)}): is it the right one?")
    least = "at least " if found == most else ""
    said = f"{least}{found} in the cohort ({cohort_in_words(setup)}){_merged(followed)}"
    return Step("patients", True, said)


def _merged(lines: list[int]) -> str:
    """Those of the file who are somebody else in the clinic's records now."""
    told = ", ".join(map(str, sorted(lines)))
    return f"; merged into another, who is pulled instead: line {told}" if lines else ""
