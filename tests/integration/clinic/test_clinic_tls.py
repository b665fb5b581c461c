"""The clinic over TLS, by a certificate authority of its own."""

import ssl
import stat
from pathlib import Path

import httpx
import pytest

from fixtures.clinic.complaints import CannotOpen
from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from tests.integration.clinic.shared import record


def trusting(folder: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=folder / "ca.pem")


def fill(door: Door) -> None:
    door.reset([record("Patient", "p1"), *(record("Encounter", f"e{one}", patient="p1") for one in range(3))])


def test_who_trusts_its_authority_reads_it(tmp_path: Path) -> None:
    with open_clinic(tls=tmp_path) as door:
        fill(door)
        assert door.url.startswith("https://127.0.0.1:")
        with httpx.Client(verify=trusting(tmp_path)) as client:
            page = client.get(f"{door.url}/Encounter?patient=p1&_count=2").json()
            following = page["link"][1]["url"]
            assert following.startswith("https://")
            assert client.get(following).json()["entry"][0]["resource"]["id"] == "e2"
            port = httpx.URL(door.url).port
            assert client.get(f"https://localhost:{port}/metadata").status_code == 200
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(f"{door.url}/metadata")
        assert stat.S_IMODE((tmp_path / "clinic.key").stat().st_mode) == 0o600


def test_f03_the_certificate_is_for_another_host(tmp_path: Path) -> None:
    with (
        open_clinic(tls=tmp_path, faults=["tls-wrong"]) as door,
        httpx.Client(verify=trusting(tmp_path)) as client,
    ):
        with pytest.raises(httpx.ConnectError, match=r"CERTIFICATE_VERIFY_FAILED.*not valid for"):
            client.get(f"{door.url}/metadata")


def test_f06_a_reset_over_tls(tmp_path: Path) -> None:
    with open_clinic(tls=tmp_path) as door, httpx.Client(verify=trusting(tmp_path)) as client:
        fill(door)
        door.arm("reset-mid-page")
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            client.get(f"{door.url}/Encounter?patient=p1")
        door.disarm()
        assert client.get(f"{door.url}/Encounter?patient=p1").status_code == 200


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(CannotOpen, match="cannot write certificates"), open_clinic(tls=tmp_path / "taken"):
        pass
