"""One resource as it came: its very bytes, before anybody interprets them."""

from dataclasses import dataclass

__all__ = ["Received"]


@dataclass(frozen=True, slots=True)
class Received:
    """`origin` says where from ("Condition.ndjson:12", "https://clinic/fhir/Condition/1"); it is never logged."""

    body: bytes
    origin: str
