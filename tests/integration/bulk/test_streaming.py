"""A file as it comes over the wire: who is shown our token and headers, and how a transfer can break."""

from collections.abc import Iterator

import httpx
import pytest
import respx

from abstractor.errors import ClinicUnreachable
from abstractor.fhir.failure import Failure, Reason
from abstractor.fhir.http import BrokenOff, Flow, Http
from tests.integration.pull.clinics import quick

OWN, FOREIGN = "https://clinic.example/files/1", "https://store.example/files/1"


@pytest.fixture
def http() -> Iterator[Http]:
    endpoint = quick("https://clinic.example/fhir", headers=(("Epic-Client-ID", "us"),))
    client = Http(endpoint, auth=httpx.BasicAuth("us", "secret"), sleep=lambda _: None)
    yield client
    client.close()


@pytest.mark.parametrize(
    ("url", "signed", "shown"),
    [
        (OWN, True, {"authorization", "epic-client-id"}),
        (OWN, False, {"epic-client-id"}),
        (FOREIGN, False, set()),
    ],
)
def test_only_the_clinics_own_address_hears_who_we_are(
    http: Http, url: str, signed: bool, shown: set[str]
) -> None:
    with respx.mock() as router:
        route = router.get(url).respond(content=b"{}\n")
        with http.streaming(url, signed=signed) as flow:
            assert isinstance(flow, Flow)
            assert b"".join(flow.pieces) == b"{}\n"
        heard = {name.lower() for name in route.calls.last.request.headers}
    assert heard & {"authorization", "epic-client-id"} == shown


@pytest.mark.parametrize("status", [301, 403, 410, 500])
def test_an_answer_that_is_no_file_is_a_failure(http: Http, status: int) -> None:
    with respx.mock() as router:
        router.get(OWN).respond(status, headers={"Location": FOREIGN} if status == 301 else {})
        with http.streaming(OWN) as flow:
            assert isinstance(flow, Failure)
            assert flow.status == status


@pytest.mark.parametrize(
    ("raised", "reason"),
    [(httpx.ReadTimeout, Reason.TIME_OUT), (httpx.RemoteProtocolError, Reason.BROKEN_TRANSFER)],
)
def test_a_transfer_that_breaks_says_how(http: Http, raised: type[Exception], reason: Reason) -> None:
    with respx.mock() as router:
        router.get(OWN).mock(side_effect=raised)
        with pytest.raises(BrokenOff) as broken, http.streaming(OWN):
            pass
    assert broken.value.failure.reason is reason


def test_nobody_there_is_an_error_without_the_path(http: Http) -> None:
    with respx.mock() as router:
        router.get(OWN).mock(side_effect=httpx.ConnectError)
        with pytest.raises(ClinicUnreachable) as nobody, http.streaming(OWN):
            pass
    assert "files" not in str(nobody.value)
