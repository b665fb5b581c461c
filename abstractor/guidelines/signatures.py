"""Who has checked a measure or a policy (`signatures.toml`, shipped or a site's of its own measures), and how
much waits for a clinician's signature.

An edition carries its signature itself. A signature of other content than what stands there is none.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources.abc import Traversable
from typing import Any

from abstractor.errors import KnowledgeError
from abstractor.guidelines.build import build_entry
from abstractor.guidelines.edition_rules import spoken
from abstractor.guidelines.entries import listed
from abstractor.guidelines.gathering import Refusals, noted, raise_all
from abstractor.guidelines.shelf import Place, Shelf, read_toml, shipped
from abstractor.guidelines.signing import digest_of, is_name
from abstractor.rules.library import Edition, Library, Measure, Signature

__all__ = [
    "Signature",
    "Waiting",
    "pages_of",
    "policies_of",
    "read_signatures",
    "rules_wait",
    "shipped_signatures",
    "site_signatures",
    "stale_signatures",
    "stands_for",
    "waiting",
]

FILE = "signatures.toml"


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many of each nobody has signed, and how many there are."""

    editions: tuple[int, int]
    measures: tuple[int, int]
    policies: tuple[int, int]

    @property
    def any(self) -> bool:
        return bool(self.editions[0] or self.measures[0] or self.policies[0])

    def __str__(self) -> str:
        told = (("editions", self.editions), ("measures", self.measures), ("policies", self.policies))
        first, second, third = (f"{open_} of {every} {what}" for what, (open_, every) in told)
        return f"{first}, {second} and {third}"


def policies_of(library: Library) -> Mapping[str, Any]:
    """What each policy says, by the name of its page."""
    return {
        "lines": library.line_policy,
        "inclusion": library.inclusion,
        "her2": library.inclusion.her2,
        "terms": library.terms,
        "regimens": library.regimens,
    }


def waiting(library: Library, signatures: Mapping[str, Signature]) -> Waiting:
    def unsigned(pages: Mapping[str, Any]) -> tuple[int, int]:
        signed = sum(page in signatures and stands_for(signatures[page], v) for page, v in pages.items())
        return len(pages) - signed, len(pages)

    editions = [bool(edition.checked_by) for edition in library.editions]
    return Waiting(
        (editions.count(False), len(editions)),
        unsigned({f"measures/{measure.id}": measure for measure in library.measures}),
        unsigned({f"policies/{name}": value for name, value in policies_of(library).items()}),
    )


def rules_wait(library: Library) -> bool:
    """Is there a measure or a policy that nobody has signed?"""
    found = waiting(library, shipped_signatures(library))
    return bool(found.measures[0] or found.policies[0])


def stands_for(signature: Signature, value: Any) -> bool:
    return bool(signature.checked_by) and signature.content == digest_of(value)


def shipped_signatures(library: Library) -> Mapping[str, Signature]:
    """With those that came with a site's own measures."""
    return {**read_signatures(shipped(), pages_of(library)), **library.signatures}


def pages_of(library: Library) -> Mapping[str, Any]:
    """What can be signed here, by the name of its page."""
    measures: dict[str, Any] = {f"measures/{measure.id}": measure for measure in library.measures}
    return measures | {f"policies/{name}": value for name, value in policies_of(library).items()}


def stale_signatures(library: Library, on: date) -> Iterator[str]:
    """Those of what has changed since, and those whose review was due before that day."""
    pages = pages_of(library)
    for page, signature in shipped_signatures(library).items():
        if signature.checked_by and not stands_for(signature, pages[page]):
            yield f"{page}: it was changed after it was signed; sign it again, with the digest of its page"
        if signature.checked_by and signature.next_review is not None and signature.next_review < on:
            yield f"{page}: the review of its signature was due on {signature.next_review}; review it"


def read_signatures(
    root: Traversable, pages: Iterable[str], *, on: date | None = None
) -> Mapping[str, Signature]:
    """Each by its page; raises `KnowledgeError` where it is of no page, or only half given. `on`: a day by
    which each must have been given."""
    return _read(Shelf(root), dict.fromkeys(pages, frozenset()), "name a measure or a policy", on)


def site_signatures(
    site: Shelf, measures: Iterable[Measure], editions: Iterable[Edition], *, on: date | None = None
) -> Mapping[str, Signature]:
    """Of the site's own measures; who encoded an edition that asks for one does not sign it."""
    if not site.holds(FILE):
        return {}
    encoded_by = {edition.id: spoken(edition.encoded_by) for edition in editions}
    own = {
        f"measures/{measure.id}": frozenset(encoded_by.get(each, "") for each in measure.rule.editions())
        for measure in measures
    }
    mend = f"name one of {', '.join(own)}" if own else "remove it: no measure is the site's own"
    return _read(site, own, mend, on)


def _read(
    shelf: Shelf, encoders: Mapping[str, frozenset[str]], mend: str, on: date | None
) -> Mapping[str, Signature]:
    """`encoders`: of each page that may be signed, who may not sign it."""
    found: dict[str, Signature] = {}
    refusals: Refusals = []
    for entry, place in listed(read_toml(shelf, FILE), "signature", by="of", called="signature of"):
        with noted(refusals):
            signature = build_entry(Signature, entry, place)
            if signature.of not in encoders:
                refusals.append(place.at("of").refusal("no such page", mend))
            if signature.of in found:
                refusals.append(place.at("of").refusal("signed twice", "keep one"))
            refusals += _unsound(signature, place, on)
            if spoken(signature.checked_by) in encoders.get(signature.of, ()):
                wrong = "checked_by encoded the edition that asks for it"
                refusals.append(place.at("checked_by").refusal(wrong, "let another person check it"))
            found[signature.of] = signature
    raise_all(refusals)
    return found


def _unsound(signature: Signature, place: Place, on: date | None) -> Iterator[KnowledgeError]:
    if signature.checked_by and not is_name(signature.checked_by):
        yield place.at("checked_by").refusal("checked_by is no name", "name who checked it")
    given = (bool(signature.checked_by), signature.checked_on is not None, signature.content is not None)
    if len(set(given)) > 1:
        yield place.refusal("a signature is checked_by, checked_on and content", "give all or none")
    day, review = signature.checked_on, signature.next_review
    if day is not None and review is not None and review < day:
        yield place.at("next_review").refusal("next_review before checked_on", "put the dates in order")
    if on is not None and day is not None and day > on:
        wrong = f"checked_on is a day to come ({day})"
        yield place.at("checked_on").refusal(wrong, "give the day of the signature")
