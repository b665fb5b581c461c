"""The policies that are no authority's edition, as pages: how lines are made, who is included, how HER2 in
tissue is read, what the words of the conditions mean, the catalogue of regimens.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from abstractor.guidelines.book.describing import Told, described
from abstractor.guidelines.book.saying import Words
from abstractor.guidelines.book.signatures import signing_by
from abstractor.guidelines.book.views import Her2Page, PolicyPage, Signing
from abstractor.guidelines.signatures import Signature
from abstractor.guidelines.signing import digest_of
from abstractor.rules.library import Library, Regimen

__all__ = ["POLICIES", "policy"]


POLICIES: Mapping[str, str] = {
    "lines": "How lines of therapy are made",
    "inclusion": "Who is included",
    "her2": "How HER2 in tissue is read",
    "terms": "What the conditions rest on",
    "regimens": "The catalogue of regimens",
}


def policy(
    name: str, library: Library, words: Words, signatures: Mapping[str, Signature], on: date
) -> PolicyPage | Her2Page:
    """The page of that name; `name` is one of `POLICIES`."""

    def signed(value: Any) -> Signing:
        return signing_by(signatures.get(f"policies/{name}"), digest_of(value), on)

    def page(lead: str, value: Any, *without: str) -> PolicyPage:
        rules = described(value, words, without=("id", *without))
        return PolicyPage(
            POLICIES[name], lead, getattr(value, "id", ""), signed(value), rules, digest_of(value)
        )

    title, inclusion = POLICIES[name], library.inclusion
    match name:
        case "lines":
            return page(_LINES, library.line_policy)
        case "inclusion":
            return page(_INCLUSION, inclusion, "her2")
        case "her2":
            her2 = inclusion.her2
            return Her2Page(title, her2, signed(her2), digest_of(her2))
        case "terms":
            return page(_TERMS, library.terms)
        case _:
            held = library.regimens
            return PolicyPage(title, _REGIMENS, "", signed(held), _catalogue(held, words), digest_of(held))


def _catalogue(regimens: tuple[Regimen, ...], words: Words) -> tuple[Told, ...]:
    return tuple(_regimen(each, words) for each in regimens)


def _regimen(each: Regimen, words: Words) -> Told:
    return Told(f"{each.id}, {each.title}", parts=described(each, words, without=("id", "title")))


_LINES = (
    "When drugs given together are one line, what opens the next, and what is only a break. Every number "
    "here is a convention: it moves lines, and with them what is judged."
)
_INCLUSION = (
    "What is read as breast cancer, as distant metastasis and as a visit, and what drugs alone say of HER2."
)
_TERMS = (
    "Metastases of the central nervous system, hormone receptors, the reasons that excuse a choice, how a "
    "result is read before it is held to a limit, and the trials that came before a guideline."
)
_REGIMENS = "The names that the sentences use, and the drugs that each of them needs and allows."
