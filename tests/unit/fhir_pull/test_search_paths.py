"""fhirclient's part: it constructs every search and joins every address, and reaches nothing itself."""

import ast
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

import abstractor
from abstractor.fhir.dialects.loading import dialect
from abstractor.fhir.failure import Failure, Reason
from abstractor.fhir.search import Searcher, search_path

ROOT = "https://clinic.example/fhir/"


@pytest.mark.parametrize(
    ("kind", "parameters", "path"),
    [
        ("Condition", {"patient": "p1", "_count": "50"}, "Condition?patient=p1&_count=50"),
        ("AdverseEvent", {"subject": "Patient/p1"}, "AdverseEvent?subject=Patient%2Fp1"),
        (
            "Observation",
            {"patient": "p1", "category": "vital-signs"},
            "Observation?patient=p1&category=vital-signs",
        ),
        ("Patient", {}, "Patient?"),
    ],
)
def test_a_search(kind: str, parameters: dict[str, str], path: str) -> None:
    assert search_path(kind, parameters) == path


@given(value=st.text(min_size=1, max_size=20))
def test_no_value_can_become_another_parameter(value: str) -> None:
    _, _, query = search_path("Condition", {"patient": value}).partition("?")
    assert parse_qsl(query, keep_blank_values=True) == [("patient", value)]


@pytest.mark.parametrize("kind", [*dialect("plain").types, "Patient"])
def test_every_type_asked_has_a_search(kind: str) -> None:
    assert search_path(kind, {"patient": "p1"}).startswith(f"{kind}?")


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("metadata", f"{ROOT}metadata"),
        ("Patient/p1", f"{ROOT}Patient/p1"),
        (f"{ROOT}Condition?page=2", f"{ROOT}Condition?page=2"),
    ],
)
def test_paths_are_joined_to_the_base_and_go_through_our_session(path: str, url: str) -> None:
    asked: list[str] = []
    searcher = Searcher(ROOT, lambda address, _: asked.append(address) or b"body")  # type: ignore[func-returns-value]  # append gives None
    assert (searcher.get(path), asked) == (b"body", [url])


def test_a_failure_comes_back_as_a_value() -> None:
    failure = Failure(Reason.STATUS, status=403, issues=("forbidden",))
    assert Searcher(ROOT, lambda *_: failure).get("Patient/p1") == failure


def test_httpx_and_fhirclient_are_known_where_they_are_needed_and_nowhere_else() -> None:
    package = Path(abstractor.__file__).parent
    known = {
        "httpx": {"fhir/http.py", "fhir/smart/bearer.py"},
        "fhirclient": {"fhir/search.py", "fhir/smart/launch.py"},
        "joserfc": {
            "fhir/smart/assertion.py",
            "fhir/smart/keys.py",
            "fhir/smart/launch.py",
            "web/provider.py",
        },
        "requests": set(),
    }
    found: dict[str, set[str]] = {name: set() for name in known}
    for file in package.rglob("*.py"):
        for name in _imported(file) & set(known):
            found[name].add(file.relative_to(package).as_posix())
    assert found == known


def _imported(file: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(file.read_text())))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return {
        name.split(".")[0]
        for name in plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    }
