"""Which patient a received resource is about, so that nobody else's record enters a chart."""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

import msgspec

from abstractor.fhir.address import origin_of
from abstractor.fhir.references import resolve

__all__ = ["About", "about", "patient_id"]

# FHIR allows 64 letters, digits, "-" and "."; real servers use "_" and longer ones. None can leave a path.
_ID = re.compile(r"(?!\.+$)[A-Za-z0-9._~-]{1,255}")


class Reference(msgspec.Struct):
    reference: str | None = None


class About(msgspec.Struct):
    """The few elements that pulling looks at."""

    resourceType: str
    id: str | None = None
    subject: Reference | None = None
    patient: Reference | None = None
    medicationReference: Reference | None = None

    def somebody_elses(self, identity: str) -> bool:
        """A reference to no patient (a group, a contained one, none) is for the reader to judge."""
        if self.resourceType == "Patient":
            return self.id is not None and self.id != identity
        return any(patient != identity for patient in self.patients)

    @property
    def patients(self) -> tuple[str, ...]:
        """The ids of the patients whose it says it is."""
        named = (resolve(one.reference, {}, expected="Patient") for one in self._named())
        return tuple(
            one.removeprefix("Patient/") for one in named if one is not None and one.startswith("Patient/")
        )

    def elsewhere(self, roots: Collection[str]) -> bool:
        """Is it about a patient of another server than that with these addresses, whose ids are not this
        one's? The scheme alone may differ, behind a proxy.
        """
        written = [one.reference or "" for one in self._named()]
        absolute = [one for one in written if "://" in one and "/Patient/" in one]
        ours = {_plain(root) for root in roots}
        return any(_plain(one.partition("/Patient/")[0]) not in ours for one in absolute)

    def _named(self) -> list[Reference]:
        return [one for one in (self.subject, self.patient) if one is not None]


def _plain(root: str) -> str:
    parts = urlsplit(origin_of(root) or "")
    path = root.partition("://")[2].partition("/")[2].rstrip("/")
    return f"{parts.netloc.lower()}/{path}"


def about(body: bytes) -> About | None:
    """None where the resource is not readable: it is kept as it came, and the reader quarantines it."""
    try:
        return msgspec.json.decode(body, type=About)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def patient_id(reference: str) -> str | None:
    """The id of "Patient/1"; None where it could not stand in an address."""
    kind, _, identity = reference.partition("/")
    return identity if kind == "Patient" and _ID.fullmatch(identity) else None
