"""The searches that the plan needs, tried on one patient: what was said, whether pages and changes work."""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from abstractor.chart import Seen
from abstractor.errors import ClinicError
from abstractor.fhir.about import patient_id
from abstractor.fhir.address import Endpoint
from abstractor.fhir.capability import Capability
from abstractor.fhir.endpoint import Connection
from abstractor.fhir.examining.values import Asked, Mark, Step, TypeTried
from abstractor.fhir.failure import Failure
from abstractor.fhir.http import Auth, Http
from abstractor.fhir.ledger import LedgerRow, Said
from abstractor.fhir.page import decode_page
from abstractor.fhir.plan import Plan
from abstractor.fhir.pull import Pulled
from abstractor.fhir.search import search_path
from abstractor.fhir.self_link import ignored

__all__ = ["Paging", "TimedHttp", "changes_tried", "counted", "in_part", "pages_tried", "types_tried"]

_FEW, _MANY = 3, 60
_PAGED = 2  # types whose pages are tried
_MEDICATION = "/Medication/"
_ONE_ALONE = re.compile(r"[?&]_count=1(&|$)")
_NEVER_YET = "2100-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Paging:
    """`lost` is the code of why less came in small pages; None where as much came, or nothing can tell."""

    step: Step
    lost: str | None = None


class TimedHttp(Http):
    """Notes how long each answer took, and how many requests are not made again for the next patient."""

    def __init__(self, endpoint: Endpoint, *, auth: Auth | None) -> None:
        super().__init__(endpoint, auth=auth)
        self._taken: list[float] = []
        self._settled = 0

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> bytes | Failure:
        started = time.perf_counter()
        got = super().fetch(url, headers)
        self._taken.append(time.perf_counter() - started)
        self._settled += _is_remembered(url, got)
        return got

    def forget(self) -> None:
        """What was asked until now is none of one patient's."""
        self._taken.clear()
        self._settled = 0

    def asked(self, plan: Plan, types: Sequence[str]) -> Asked:
        lists = plan.dialect.default.lists
        together = sum(plan.takes_lists(name, lists) for name in types) if lists > 1 else 0
        usual = median(self._taken) if self._taken else 0.0
        return Asked(len(self._taken), self._settled, together, lists, usual)


def _is_remembered(url: str, got: bytes | Failure) -> bool:
    """A count, a page of one, the address of one Medication, or a search that wants a second parameter: asked
    for with it from then on.
    """
    if "_summary=count" in url or _MEDICATION in url or _ONE_ALONE.search(url):
        return True
    return isinstance(got, Failure) and "required" in got.issues


def types_tried(pulled: Pulled, capability: Capability) -> tuple[TypeTried, ...]:
    """By type, from the ledger of the one patient."""
    return tuple(
        _tried(answer.type, [row for row in pulled.rows if row.type == answer.type], pulled, capability)
        for answer in pulled.answers
    )


def _tried(name: str, rows: Sequence[LedgerRow], pulled: Pulled, capability: Capability) -> TypeTried:
    answer = next(each for each in pulled.answers if each.type == name)
    order = list(Said)
    asked = [row for row in rows if row.asked is not None]  # the others say what no request asked for
    said = max((row.said for row in asked or rows), key=order.index, default=Said.NOT_ASKED)
    details = [one for row in rows for one in (row.detail or "").split("; ") if one]
    totals = [row.total for row in rows if row.total is not None]
    return TypeTried(
        name,
        answer.state,
        str(said),
        tuple(dict.fromkeys(row.asked or "" for row in asked)),
        tuple(dict.fromkeys(details)),
        answer.count,
        totals[0] if len(totals) == 1 else None,  # the searches of a fan-out may find the same records
        (name in capability.types) if capability.types else None,
    )


def pages_tried(
    endpoint: Endpoint, connect: Callable[[Endpoint], Connection], patient: str, tried: Sequence[TypeTried]
) -> Paging:
    """Up to two types again in small pages: does as much come? The second only where the first is well."""
    fit = [each for each in tried if _FEW <= each.count <= _MANY and each.asked != ("read",)]
    if not fit:
        said = "not tried: this patient has of no type enough for two pages, and not too much"
        return Paging(Step("paging", Mark.LOOK, said, "try another patient by --patient"))
    told: list[str] = []
    for chosen in sorted(fit, key=lambda each: (len(each.asked), each.count))[:_PAGED]:
        paging = _paged(endpoint, connect, patient, chosen)
        told.append(paging.step.found)
        if paging.step.mark is not Mark.FINE:
            return paging
    return Paging(Step("paging", Mark.FINE, "; ".join(told)))


def _paged(
    endpoint: Endpoint, connect: Callable[[Endpoint], Connection], patient: str, chosen: TypeTried
) -> Paging:
    size = -(-chosen.count // _FEW)
    try:
        with connect(replace(endpoint, page_size=size)) as connection:
            (answer,) = connection.pull(patient, [chosen.type]).answers
    except ClinicError as failed:
        return Paging(Step("paging", Mark.LOOK, f"{chosen.type} in small pages: {failed}"))
    said = f"{chosen.type} in pages of {size}: {answer.count} of {chosen.count} came"
    if answer.count == chosen.count and (answer.detail is None or answer.state is chosen.state):
        return Paging(Step("paging", Mark.FINE, said))
    mend = (
        "ask the EHR team about the `next` links of its searches; until then each type that is searched "
        "counts as seen in part, as in every chart of more than one page"
    )
    told = f"{said} ({answer.detail})" if answer.detail else said
    return Paging(Step("paging", Mark.LOOK, told, mend), answer.detail or "total-larger")


def in_part(tried: Sequence[TypeTried], lost: str) -> tuple[TypeTried, ...]:
    """Where pages lose records, no search of any type is known to bring all: any may fill a page."""
    return tuple(
        replace(
            each, state=Seen.PARTIAL, said=str(Said.TRUNCATED), details=(*each.details, *lost.split("; "))
        )
        if each.state.whole and each.asked != ("read",)
        else each
        for each in tried
    )


def changes_tried(
    http: Http, endpoint: Endpoint, plan: Plan, patient: str, tried: Sequence[TypeTried]
) -> Iterator[tuple[str, str]]:
    """Of each type that may be asked what changed: whether asking for a time to come "works", or why not."""
    for each in tried:
        since = plan.dialect.ways(each.type).since
        if since is None or not each.state.whole or not plan.searched(each.type):
            continue
        searches = plan.asking(each.type, patient_id(patient) or "").searches
        if searches:
            yield (
                each.type,
                _asked_for_changes(http, endpoint, each.type, {**searches[0], since: f"ge{_NEVER_YET}"}),
            )


def counted(http: Http, endpoint: Endpoint, name: str) -> int | None:
    """How many of that type there are; None where the clinic does not say."""
    got = http.fetch(endpoint.root + search_path(name, {"_summary": "count"}))
    page = decode_page(got) if isinstance(got, bytes) else got
    return None if isinstance(page, Failure) else page.total


def _asked_for_changes(http: Http, endpoint: Endpoint, name: str, parameters: Mapping[str, str]) -> str:
    got = http.fetch(endpoint.root + search_path(name, {**parameters, "_count": "1"}))
    page = decode_page(got) if isinstance(got, bytes) else got
    if isinstance(page, Failure):
        return page.detail
    came = [entry for entry in page.entries if entry.mode not in ("outcome", "include")]
    return "ignored" if came or ignored(parameters, page.own) else "works"
