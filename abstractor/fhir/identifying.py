"""Whose record number it is: a search of Patient by identifier, sent in a body and not in an address.

Addresses stand in access logs, on the way and at the clinic; a record number should not. Only a Patient who
carries the number counts: an endpoint that passes the search over would give anybody.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus

import msgspec

from abstractor.fhir.about import about
from abstractor.fhir.cohort_file import ByNumber
from abstractor.fhir.failure import Failure, Reason
from abstractor.fhir.page import Entry
from abstractor.fhir.paging import Stopped, pages
from abstractor.fhir.search import search_path
from abstractor.fhir.survivor import Survivor, survivor_of

__all__ = ["Asked", "Identifying", "Post"]

Post = Callable[[str, Mapping[str, str]], bytes | Failure]
_PAGES = 3  # of the patients with one number; whoever gives more has passed the number over
_PAGE_SIZE = "20"


class _Identifier(msgspec.Struct):
    system: str | None = None
    value: str | None = None


class _Identified(msgspec.Struct):
    identifier: list[_Identifier | None] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a record number names; `failure` is set where the search itself was not answered."""

    survivor: Survivor
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Identifying:
    """`in_address`: the site allows record numbers in addresses, because the clinic searches by GET alone."""

    get: Callable[[str], bytes | Failure]
    post: Post
    root: str
    in_address: bool = False

    def ask(self, wanted: ByNumber) -> Asked:
        found: dict[str, Survivor] = {}
        others = False
        for step in self._steps(wanted):
            if isinstance(step, Stopped):
                failure = step.failure if step.page == 1 else None
                return Asked(Survivor(None, why=f"search-not-whole:{step.detail}"), failure)
            for entry in step:
                carries = _carries(entry.body, wanted)
                others = others or carries is False
                if carries:
                    one = survivor_of(self.get, _reference(entry.body), entry.body)
                    found[one.reference or f"unread {len(found)}"] = one
        if len(found) > 1:
            return Asked(Survivor(None, why="several-patients"))
        nobody = "others-came-than-asked-for" if others else "no-patient"
        return Asked(next(iter(found.values()), Survivor(None, why=nobody)))

    def _steps(self, wanted: ByNumber) -> Iterator[tuple[Entry, ...] | Stopped]:
        asked = {"identifier": wanted.searched, "_count": _PAGE_SIZE}
        by_body = f"{self.root}Patient/_search"
        first = self.root + search_path("Patient", asked) if self.in_address else by_body

        def get(url: str) -> bytes | Failure:
            if url == by_body:
                return self.post(url, asked)
            # The endpoint's own links may hold the number in plain sight.
            spelled = not self.in_address and wanted.value in unquote_plus(url)
            return Failure(Reason.UNUSABLE_LINK) if spelled else self.get(url)

        for page in pages(get, first, max_pages=_PAGES):
            yield page if isinstance(page, Stopped) else page.entries


def _reference(patient: bytes) -> str:
    known = about(patient)
    return f"Patient/{known.id}" if known is not None and known.id else ""


def _carries(body: bytes, wanted: ByNumber) -> bool | None:
    """None for what is no Patient, as an outcome among the entries."""
    known = about(body)
    if known is None or known.resourceType != "Patient":
        return None
    try:
        told = msgspec.json.decode(body, type=_Identified).identifier
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return any(_is_it(one, wanted) for one in told or () if one is not None)


def _is_it(one: _Identifier, wanted: ByNumber) -> bool:
    same = (one.value or "").strip().casefold() == wanted.value.casefold()
    return same and (wanted.system is None or one.system == wanted.system)
