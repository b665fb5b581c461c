"""Addresses of endpoints: which can be used, and what is shown of them."""

from dataclasses import replace
from typing import Any

import pytest

from abstractor.errors import OptionError
from abstractor.fhir.address import Endpoint, origin_of


@pytest.mark.parametrize(
    "address",
    [
        "",
        "clinic.example/fhir",
        "ftp://clinic.example/fhir",
        "https:///fhir",
        "https://clinic.example/fhir?x=1",
        "https://clinic.example/fhir#x",
        "https://name:word@clinic.example/fhir",
        "https://clinic.example:port/fhir",
        "http://a",
    ],
)
def test_an_address_that_cannot_be_used(address: str) -> None:
    with pytest.raises(OptionError) as refused:
        Endpoint(address)
    assert "word" not in str(refused.value).replace("password", "")


@pytest.mark.parametrize("setting", ["page_size", "max_pages", "tries", "max_body"])
def test_a_setting_of_zero_is_refused(setting: str) -> None:
    with pytest.raises(OptionError):
        replace(Endpoint("https://clinic.example/fhir"), **{setting: 0})  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    "settings",
    [
        {"at_once": 0},
        {"at_once": 33},
        {"requests_per_second": 0},
        {"requests_per_second": -1.0},
        {"requests_per_second": float("nan")},
        {"requests_per_second": float("inf")},
        {"headers": (("Epic-Client-ID", "a\r\nHost: evil"),)},
        {"headers": (("Epic-Client-ID", ""),)},
        {"headers": (("Epic Client", "a"),)},
        {"headers": (("authorization", "Bearer a"),)},
    ],
    ids=str,
)
def test_a_setting_that_cannot_be_kept_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(OptionError):
        replace(Endpoint("https://clinic.example/fhir"), **settings)


@pytest.mark.parametrize("address", ["https://clinic.example/fhir", "https://clinic.example/fhir/"])
def test_where_a_resource_came_from(address: str) -> None:
    endpoint = Endpoint(address)
    assert endpoint.address_of("Condition", "1", 9) == "https://clinic.example/fhir/Condition/1"
    assert endpoint.address_of("Condition", None, 9) == "https://clinic.example/fhir/Condition#9"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://clinic.example/fhir?patient=1", "https://clinic.example"),
        ("HTTPS://Clinic.Example:443/x", "https://clinic.example"),
        ("http://clinic.example:8080", "http://clinic.example:8080"),
        ("https://name:word@clinic.example/", "https://clinic.example"),
        ("http://[::1]:80/", "http://[::1]"),
        ("https://clinic.example:99999/", None),
        ("file:///etc/passwd", None),
        ("//clinic.example/", None),
        ("https://[x", None),
    ],
)
def test_the_origin_of_an_address(url: str, origin: str | None) -> None:
    assert origin_of(url) == origin
