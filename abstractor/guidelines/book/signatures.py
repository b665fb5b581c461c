"""Who has checked a measure or a policy (`signatures.toml`), and whether it is still what stands there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources.abc import Traversable

from abstractor.errors import KnowledgeError
from abstractor.guidelines.book.views import Signing
from abstractor.guidelines.build import build_entry
from abstractor.guidelines.gathering import Refusals, raise_all
from abstractor.guidelines.shelf import Place, Shelf, read_toml

__all__ = ["Signature", "read_signatures", "signing_by"]

FILE = "signatures.toml"


@dataclass(frozen=True, slots=True)
class Signature:
    """Of a page of the book; `checked_by` is empty until one signs, `content` the digest that is signed."""

    of: str
    checked_by: str = ""
    checked_on: date | None = None
    next_review: date | None = None
    content: str | None = None


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
        if signature.of in found:
            refusals.append(place.at("of").refusal("signed twice", "keep one"))
        given = (bool(signature.checked_by), signature.checked_on is not None, signature.content is not None)
        if len(set(given)) > 1:
            refusals.append(
                place.refusal("a signature is checked_by, checked_on and content", "give all or none")
            )
        found[signature.of] = signature
    raise_all(refusals)
    return found


def signing_by(signature: Signature | None, digest: str, on: date) -> Signing:
    """What the page shows; a signature of other content than stands there is none."""
    if signature is None:
        return Signing("", None, "", None, None, signed=False, overdue=False)
    changed = bool(signature.checked_by) and signature.content != digest
    review = signature.next_review
    return Signing(
        encoded_by="",
        retrieved_on=None,
        checked_by=signature.checked_by,
        checked_on=signature.checked_on,
        next_review=review,
        signed=bool(signature.checked_by) and not changed,
        overdue=review is not None and review < on,
        changed=changed,
    )
