"""docker-compose.yml as values, for the tests that hold it against the code."""

from dataclasses import dataclass
from typing import Any

import yaml

from tests.architecture.sources import ROOT

__all__ = ["OURS", "Service", "services"]

OURS = ("upgrade", "api", "worker", "clinic")


@dataclass(frozen=True, slots=True)
class Service:
    """One service; `check` is the command of its health check, without the leading CMD."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    ports: tuple[str, ...]
    needs: tuple[str, ...]
    volumes: tuple[str, ...]
    check: tuple[str, ...]


def services() -> dict[str, Service]:
    held = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return {name: _service(name, body) for name, body in held["services"].items()}


def _service(name: str, body: dict[str, Any]) -> Service:
    check = body.get("healthcheck", {}).get("test", ["CMD"])
    assert check[0] == "CMD", f"{name}: a health check without a shell"
    return Service(
        name=name,
        command=tuple(body.get("command", ())),
        environment=body.get("environment", {}),
        ports=tuple(body.get("ports", ())),
        needs=tuple(body.get("depends_on", ())),
        volumes=tuple(volume.partition(":")[0] for volume in body.get("volumes", ())),
        check=tuple(check[1:]),
    )
