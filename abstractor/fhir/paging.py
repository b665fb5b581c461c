"""Following the pages of one search under guard: a page cap, no loop, no other host, every page a searchset.

What must not be followed or believed ends the search with the reason; what came until then is kept.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin

from abstractor.fhir.address import origin_of
from abstractor.fhir.failure import Failure
from abstractor.fhir.page import Page, decode_page

__all__ = ["Stopped", "pages"]


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why the search ended before its last page; `failure` is set where a request failed, on page `page`."""

    detail: str
    page: int
    failure: Failure | None = None


def pages(get: Callable[[str], bytes | Failure], first: str, *, max_pages: int) -> Iterator[Page | Stopped]:
    """`first` is a whole address; every further page must be at its origin."""
    seen: set[str] = set()
    url = first
    while True:
        seen.add(url)
        got = get(url)
        page = decode_page(got) if isinstance(got, bytes) else got
        if isinstance(page, Failure):
            yield Stopped(page.detail, len(seen), page)
            return
        yield page
        if page.following is None:
            return
        link = _resolved(url, page.following.strip())
        objection = _objection(link, first=first, seen=seen, max_pages=max_pages)
        if link is None or objection is not None:
            yield Stopped(objection or "unusable-link", len(seen))
            return
        url = link


def _resolved(page_url: str, link: str) -> str | None:
    """None for what is no address: an empty one would be the page itself."""
    try:
        return urldefrag(urljoin(page_url, link)).url if link else None
    except ValueError:
        return None


def _objection(link: str | None, *, first: str, seen: set[str], max_pages: int) -> str | None:
    if link is None:
        return "unusable-link"
    if origin_of(link) != origin_of(first):
        return "foreign-host"
    if link in seen:
        return "page-loop"
    return "page-cap" if len(seen) >= max_pages else None
