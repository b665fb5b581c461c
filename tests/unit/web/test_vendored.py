"""Vendored files are the ones that were pinned: their digests lie beside them, and nothing else does."""

import hashlib
import json
from pathlib import Path

import abstractor.web

VENDOR = Path(abstractor.web.__file__).parent / "static" / "vendor"
OURS = {".npmrc", "SHA256SUMS", "package.json", "package-lock.json"}


def sums() -> dict[str, str]:
    lines = (VENDOR / "SHA256SUMS").read_text().splitlines()
    return {name: digest for digest, name in (line.split() for line in lines)}


def test_every_vendored_file_has_its_digest() -> None:
    assert {path.name for path in VENDOR.iterdir()} - OURS == set(sums())


def test_the_digests_hold() -> None:
    for name, digest in sums().items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest, name


def test_the_lock_pins_what_the_package_asks_for_and_names_no_address() -> None:
    asked = json.loads((VENDOR / "package.json").read_text())["dependencies"]
    lock = (VENDOR / "package-lock.json").read_text()
    locked = json.loads(lock)["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in asked} == asked
    assert all(locked[f"node_modules/{name}"]["integrity"].startswith("sha512-") for name in asked)
    assert "http" not in lock
    assert "omit-lockfile-registry-resolved=true" in (VENDOR / ".npmrc").read_text()


def test_each_package_brings_its_licence() -> None:
    assert "Zero-Clause BSD" in (VENDOR / "htmx.LICENSE").read_text()
