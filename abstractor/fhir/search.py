"""Asking the clinic through fhirclient: it constructs searches and addresses, over our own HTTP session.

Used for nothing else. Its session has no time-outs, its paging follows a link to another host, its models
drop a whole page for one bad resource; `$gt` and `include` write searches that R4 does not know, so values
are plain text.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NoReturn

from fhirclient.models.adverseevent import AdverseEvent
from fhirclient.models.careplan import CarePlan
from fhirclient.models.careteam import CareTeam
from fhirclient.models.condition import Condition
from fhirclient.models.diagnosticreport import DiagnosticReport
from fhirclient.models.documentreference import DocumentReference
from fhirclient.models.domainresource import DomainResource
from fhirclient.models.encounter import Encounter
from fhirclient.models.immunization import Immunization
from fhirclient.models.medicationadministration import MedicationAdministration
from fhirclient.models.medicationdispense import MedicationDispense
from fhirclient.models.medicationrequest import MedicationRequest
from fhirclient.models.medicationstatement import MedicationStatement
from fhirclient.models.observation import Observation
from fhirclient.models.patient import Patient
from fhirclient.models.procedure import Procedure
from fhirclient.models.servicerequest import ServiceRequest
from fhirclient.server import FHIRServer

from abstractor.errors import ClinicError
from abstractor.fhir.failure import Failure

__all__ = ["Fetch", "Searcher", "search_path"]

Fetch = Callable[[str, Mapping[str, str] | None], bytes | Failure]

_SEARCHED: Mapping[str, type[DomainResource]] = MappingProxyType(
    {
        model.resource_type: model
        for model in (
            AdverseEvent,
            CarePlan,
            CareTeam,
            Condition,
            DiagnosticReport,
            DocumentReference,
            Encounter,
            Immunization,
            MedicationAdministration,
            MedicationDispense,
            MedicationRequest,
            MedicationStatement,
            Observation,
            Patient,
            Procedure,
            ServiceRequest,
        )
    }
)


def search_path(resource_type: str, parameters: Mapping[str, str]) -> str:
    """ "Condition?patient=1&_count=200", each value escaped."""
    return str(_SEARCHED[resource_type].where(dict(parameters)).construct())


class Searcher:
    """Fetches paths below the base address, and addresses from `next` links as they are."""

    def __init__(self, root: str, fetch: Fetch) -> None:
        self._server = FHIRServer(None, base_uri=root)
        self._server.session = _Session(fetch)

    def get(self, path: str) -> bytes | Failure:
        try:
            body: bytes = self._server.request_data(path)
        except _Failed as failed:
            return failed.failure
        return body


class _Failed(Exception):
    """Carries a failure across fhirclient, which knows exceptions only."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.detail)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class _Reply:
    content: bytes
    status_code: int = 200


class _Session:
    """What fhirclient takes for a requests session. This program never writes to a clinic."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> _Reply:
        got = self._fetch(url, headers)
        if isinstance(got, Failure):
            raise _Failed(got)
        return _Reply(got)

    def put(self, *_: object, **__: object) -> NoReturn:
        raise ClinicError("this program never writes to a clinic's endpoint")

    post = delete = put
