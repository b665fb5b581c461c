"""Who has checked a measure or a policy (`signatures.toml`), and how much waits for a clinician's signature.

An edition carries its signature itself. A signature of other content than what stands there is none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources.abc import Traversable
from typing import Any

from abstractor.errors import KnowledgeError
from abstractor.guidelines.build import build_entry
from abstractor.guidelines.gathering import Refusals, raise_all
from abstractor.guidelines.shelf import Place, Shelf, read_toml, shipped
from abstractor.guidelines.signing import digest_of, is_name
from abstractor.rules.library import Library

__all__ = [
    "Signature",
    "Waiting",
    "policies_of",
    "read_signatures",
    "rules_wait",
    "shipped_signatures",
    "waiting",
]

FILE = "signatures.toml"


@dataclass(frozen=True, slots=True)
class Signature:
    """Of a page of the book; `checked_by` is empty until one signs, `content` the digest that is signed."""

    of: str
    checked_by: str = ""
    checked_on: date | None = None
    next_review: date | None = None
    content: str | None = None

    def stands_for(self, value: Any) -> bool:
        return bool(self.checked_by) and self.content == digest_of(value)


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
        signed = sum(page in signatures and signatures[page].stands_for(v) for page, v in pages.items())
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


def shipped_signatures(library: Library) -> Mapping[str, Signature]:
    pages = [f"measures/{measure.id}" for measure in library.measures]
    return read_signatures(shipped(), [*pages, *(f"policies/{name}" for name in policies_of(library))])


def read_signatures(root: Traversable, pages: Iterable[str]) -> Mapping[str, Signature]:
    """Each by its page; raises `KnowledgeError` where it is of no page, or only half given."""
    known, found = set(pages), dict[str, Signature]()
    refusals: Refusals = []
    file = read_toml(Shelf(root), FILE)
    for key in file.keys() - {"signature"}:
        raise KnowledgeError(f"{FILE}, line {file.spots[key].line}: unknown key {key!r}; use signature")
    for entry in file.get("signature", []):
        place = Place(FILE, f"signature of {entry.get('of', '?')!r}", entry, entry.spot)
        signature = build_entry(Signature, entry, place)
        if signature.of not in known:
            refusals.append(place.at("of").refusal("no such page", "name a measure or a policy"))
        if signature.checked_by and not is_name(signature.checked_by):
            refusals.append(place.at("checked_by").refusal("checked_by is no name", "name who checked it"))
        if signature.of in found:
            refusals.append(place.at("of").refusal("signed twice", "keep one"))
        given = (bool(signature.checked_by), signature.checked_on is not None, signature.content is not None)
        if len(set(given)) > 1:
            refusals.append(
                place.refusal("a signature is checked_by, checked_on and content", "give all or none")
            )
        day, review = signature.checked_on, signature.next_review
        if day is not None and review is not None and review < day:
            wrong = "next_review before checked_on"
            refusals.append(place.at("next_review").refusal(wrong, "put the dates in order"))
        found[signature.of] = signature
    raise_all(refusals)
    return found
