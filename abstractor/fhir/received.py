"""One resource as it came: its very bytes, before anybody interprets them."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

__all__ = ["NO_LINKS", "Received"]

NO_LINKS: Mapping[str, str] = MappingProxyType({})


class Received(Struct, frozen=True, gc=False):
    """`origin` says where from ("Condition.ndjson:12", "https://clinic/fhir/Condition/1"); it is never
    logged.

    Of a Bundle's entry besides: `full_url`, its own address in the Bundle, and `links`, which resource
    ("Patient/1") each address of that Bundle stands for (only those that do not say so themselves, as
    `urn:uuid:...`).

    `gone`: what came beside it says that it was deleted.
    """

    body: bytes
    origin: str
    full_url: str | None = None
    links: Mapping[str, str] = NO_LINKS
    gone: bool = False
