"""The clinics as IT looks at them: a row each, and all that is known of one. No secret leaves the store."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from urllib.parse import urlsplit

from abstractor.fhir.address import origin_of
from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.store import runs, signing_keys, tokens
from abstractor.store.connection_values import KeyRole
from abstractor.workflow.clinic.clinics import Registered, clinics
from abstractor.workflow.services import Services

__all__ = ["ClinicRow", "clinic_rows", "clinic_shown", "cohort_in_words"]


@dataclass(frozen=True, slots=True)
class ClinicRow:
    """`number` is how the other commands know it; `last_pulled` is when a round last came to its end."""

    name: str
    number: int
    base_url: str
    auth: str
    cohort: str
    way: str
    nightly: str | None
    last_pulled: datetime | None


def clinic_rows(services: Services) -> tuple[ClinicRow, ...]:
    """Every clinic that was added and not removed, by name."""
    there = clinics(services)
    with services.store.reading() as session:
        return tuple(
            ClinicRow(
                name=one.setup.name,
                number=one.clinic.id,
                base_url=one.setup.base_url,
                auth=one.setup.auth,
                cohort=cohort_in_words(one.setup),
                way=one.setup.way,
                nightly=one.setup.nightly,
                last_pulled=runs.last_success(session, one.clinic.id),
            )
            for one in there
        )


def clinic_shown(services: Services, registered: Registered) -> Mapping[str, object]:
    """Every setting by its name in the file, then what is known beside it."""
    setup, number = registered.setup, registered.clinic.id
    shown: dict[str, object] = {one.name: getattr(setup, one.name) for one in fields(ClinicSetup)}
    shown["tell"] = _without_its_path(setup.tell)
    with services.store.reading() as session:
        held = signing_keys.signing_keys(session)
        token = tokens.token_of(session, number)
        shown["clinic"] = number
        shown["last_pulled"] = runs.last_success(session, number)
    if setup.auth != "none":
        signs = (setup.algorithm, KeyRole.CURRENT)
        shown["signs_with"] = next((key.kid for key in held if (key.algorithm, key.role) == signs), None)
        shown["token_until"] = token.expires_at if token is not None else None
        shown["granted"] = token.scope if token is not None else None
    return shown


def cohort_in_words(setup: ClinicSetup) -> str:
    if setup.group is not None:
        return f"group {setup.group}"
    if setup.patients_file is not None:
        return f"file {setup.patients_file}"
    return "by diagnosis" if setup.by_diagnosis else "everybody"


def _without_its_path(tell: str | None) -> str | None:
    """Whoever knows the whole address of a webhook can write to it."""
    if tell is None or tell.startswith("mailto:"):
        return tell
    origin = origin_of(tell)
    return f"{origin}/..." if origin is not None and urlsplit(tell).path not in ("", "/") else origin
