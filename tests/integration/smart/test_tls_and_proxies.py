"""TLS is always checked, by a hospital's own authority where one is named; its proxy is used where it is."""

import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from abstractor.errors import ClinicUnreachable, SetupError
from abstractor.fhir.endpoint import Connection, Endpoint, connect
from abstractor.fhir.smart.tokens import backend_services
from tests.integration.smart.certificates import Authority
from tests.integration.smart.guarded import CLIENT, Guarded, guarded_clinic
from tests.integration.smart.proxy import web_proxy
from tests.unit.fhir_smart.scripted import es384

VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")
# A name that leads nowhere by itself: only the proxy knows that it is this machine.
NAME = "clinic.example"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def hospital(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "hospital")


@pytest.fixture
def clinic(hospital: Authority) -> Iterator[str]:
    certificate = hospital.vouches_for("localhost", NAME)
    with guarded_clinic(Guarded([es384()]), certificate=certificate, name="localhost") as url:
        yield url


def opened(url: str) -> Connection:
    endpoint = Endpoint(url, tries=1, connect_timeout=20, read_timeout=20)
    auth = backend_services(endpoint, client_id=CLIENT, key=es384(), sleep=lambda _: None)
    return connect(endpoint, auth=auth, sleep=lambda _: None)


def pulls(url: str) -> bool:
    with opened(url) as clinic:
        return clinic.pull("Patient/1", ["Patient"]).answers[0].count == 1


def refusal(url: str) -> str:
    with opened(url) as clinic, pytest.raises(ClinicUnreachable) as refused:
        clinic.pull("Patient/1", ["Patient"])
    return str(refused.value)


@pytest.mark.parametrize("which", ["SSL_CERT_FILE", "SSL_CERT_DIR", "both"])
def test_the_hospitals_own_authority_is_trusted_where_it_is_named(
    clinic: str, hospital: Authority, tmp_path: Path, which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = hospital.file if which == "SSL_CERT_FILE" else Authority(tmp_path / "other", "another").file
    if which != "SSL_CERT_DIR":
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    if which != "SSL_CERT_FILE":
        monkeypatch.setenv("SSL_CERT_DIR", str(hospital.hashed()))
    assert pulls(clinic)


def test_an_authority_that_nobody_named_is_not_trusted(clinic: str) -> None:
    told = refusal(clinic)
    assert "CERTIFICATE_VERIFY_FAILED" in told
    assert "The web's authorities are trusted now" in told
    assert "by SSL_CERT_FILE" in told


def test_another_authority_is_not_enough(
    clinic: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(Authority(tmp_path / "other").file))
    told = refusal(clinic)
    assert told.startswith("no connection to https://localhost:")
    assert "nobody whom this machine trusts vouches for that certificate" in told
    assert "Only the authorities of SSL_CERT_FILE are trusted now" in told


def test_a_certificate_for_another_name_is_refused(
    hospital: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(hospital.file))
    certificate = hospital.vouches_for("other.example")
    with guarded_clinic(Guarded([es384()]), certificate=certificate, name="localhost") as url:
        assert "the certificate is for another name" in refusal(url)


def test_a_certificate_that_has_expired_is_refused(
    hospital: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(hospital.file))
    certificate = hospital.vouches_for("localhost", until=datetime(2021, 1, 1, tzinfo=UTC))
    with guarded_clinic(Guarded([es384()]), certificate=certificate, name="localhost") as url:
        assert "the clinic's certificate has expired" in refusal(url)


def test_the_token_endpoint_is_checked_as_well(
    clinic: str, hospital: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clinic is vouched for; the other host that it sends us to for a token is not."""
    monkeypatch.setenv("SSL_CERT_FILE", str(hospital.file))
    evil = Guarded([es384()])
    with guarded_clinic(
        evil, certificate=Authority(tmp_path / "evil").vouches_for("localhost"), name="localhost"
    ):
        there = Guarded([es384()], token_url=f"{evil.url}/token")
        certificate = hospital.vouches_for("localhost")
        with guarded_clinic(there, certificate=certificate, name="localhost") as url:
            told = refusal(url)
    assert told.startswith(f"no connection to {evil.url}")
    assert (evil.assertions, there.seen) == ([], [])


@pytest.mark.parametrize(
    ("variable", "content", "named"),
    [
        ("SSL_CERT_FILE", None, "SSL_CERT_FILE names"),
        ("SSL_CERT_FILE", "no certificate", "readable file of certificates in PEM form"),
        ("SSL_CERT_FILE", "", "readable file of certificates in PEM form"),
        ("SSL_CERT_DIR", None, "openssl rehash"),
        ("SSL_CERT_DIR", "a file", "openssl rehash"),
    ],
)
def test_a_variable_that_names_nothing_usable_is_told_of_before_anything_is_asked(
    variable: str, content: str | None, named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "named"
    if content is not None:
        place.write_text(content)
    monkeypatch.setenv(variable, str(place))
    with pytest.raises(SetupError, match=named) as refused:
        connect(Endpoint("https://clinic.example/fhir"))
    assert str(place) in str(refused.value)


def test_a_folder_of_certificates_without_their_hashes_is_told_of(
    hospital: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_DIR", str(hospital.folder))
    with pytest.raises(SetupError, match="openssl rehash"):
        connect(Endpoint("https://clinic.example/fhir"))


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_the_hospitals_proxy_is_used_and_reads_nothing(
    hospital: Authority, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(hospital.file))
    there = Guarded([es384()])
    with (
        web_proxy() as proxy,
        guarded_clinic(there, certificate=hospital.vouches_for(NAME), name=NAME) as url,
    ):
        monkeypatch.setenv(variable, f"http://{proxy.url}")
        assert pulls(url)
        port = url.removesuffix("/fhir").rpartition(":")[2]
    assert set(proxy.asked) == {f"CONNECT {NAME}:{port} HTTP/1.1"}
    assert len(there.tokens) == 1
    assert not any(token.encode() in proxy.read for token in there.tokens)


def test_a_certificate_is_checked_through_the_proxy_too(
    hospital: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proxies that look inside show a certificate of their own: their authority must be named as well."""
    monkeypatch.setenv("SSL_CERT_FILE", str(hospital.file))
    certificate = Authority(tmp_path / "proxy").vouches_for(NAME)
    with web_proxy() as proxy, guarded_clinic(Guarded([]), certificate=certificate, name=NAME) as url:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.url}")
        assert "(or of its proxy) by SSL_CERT_FILE" in refusal(url)
    assert len(proxy.asked) == 1


@pytest.mark.parametrize("known", [True, False])
def test_a_proxy_that_is_itself_asked_by_tls_is_checked_too(
    hospital: Authority, tmp_path: Path, known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(hospital.file))
    vouching = hospital if known else Authority(tmp_path / "other", "another")
    there = Guarded([es384()])
    with (
        web_proxy(certificate=vouching.vouches_for("localhost")) as proxy,
        guarded_clinic(there, certificate=hospital.vouches_for(NAME), name=NAME) as url,
    ):
        monkeypatch.setenv("HTTPS_PROXY", f"https://localhost:{proxy.url.rpartition(':')[2]}")
        if known:
            assert pulls(url)
        else:
            assert "(or of its proxy) by SSL_CERT_FILE" in refusal(url)
    assert bool(proxy.asked) is known


@pytest.mark.parametrize(("spared", "asked"), [(None, True), ("127.0.0.2", False), ("127.0.0.3", True)])
def test_no_proxy_spares_whom_it_names(
    spared: str | None, asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with web_proxy() as proxy, guarded_clinic(Guarded([]), name="127.0.0.2", host="127.0.0.2") as url:
        monkeypatch.setenv("HTTP_PROXY", f"http://{proxy.url}")
        if spared is not None:
            monkeypatch.setenv("NO_PROXY", spared)
        with connect(Endpoint(url, tries=1)) as clinic:
            assert clinic.capability().is_r4
    assert proxy.asked == ([f"GET {url}/metadata HTTP/1.1"] if asked else [])


@pytest.mark.parametrize(
    "address", ["socks5://me:canary-word@127.0.0.1:1", "ftp://x", "http://[::1", "http://x:y"]
)
def test_a_proxy_of_another_kind_is_told_of_before_anything_is_asked(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", address)
    with pytest.raises(SetupError, match="ALL_PROXY names a proxy that cannot be used") as refused:
        connect(Endpoint("https://clinic.example/fhir"))
    assert "canary-word" not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize("status", [407, 403, 502])
def test_a_proxy_that_refuses_is_named_without_its_password(
    status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with web_proxy(refuses=status) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://somebody:canary-word@{proxy.url}")
        with opened(f"https://{NAME}/fhir") as clinic, pytest.raises(ClinicUnreachable) as refused:
            clinic.capability()
    assert len(proxy.asked) == 1
    assert "the proxy that HTTPS_PROXY names" in str(refused.value)
    assert f"ProxyError: {status}" in str(refused.value)
    assert "canary-word" not in "".join(traceback.format_exception(refused.value))
