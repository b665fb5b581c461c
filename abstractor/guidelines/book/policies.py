"""The policies that are no authority's edition, as pages: how lines are made, who is included, how HER2 in
tissue is read, what the words of the conditions mean, the catalogue of regimens.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from abstractor.guidelines.book.describing import Told, described
from abstractor.guidelines.book.signing import digest_of
from abstractor.guidelines.book.views import Her2Page, PolicyPage, signing_of
from abstractor.rules.library import Library

__all__ = ["policies"]


def policies(library: Library, on: date) -> Mapping[str, PolicyPage | Her2Page]:
    """Each by the name of its page."""

    def page(title: str, lead: str, value: Any, **without: tuple[str, ...]) -> PolicyPage:
        rules = described(value, without=("id", *without.get("without", ())))
        identity = getattr(value, "id", "")
        return PolicyPage(title, lead, identity, signing_of(value, on), rules, digest_of(value))

    catalogue = tuple(
        Told(f"{each.id}, {each.title}", parts=described(each, without=("id", "title")))
        for each in library.regimens
    )
    unsigned = signing_of(None, on)
    inclusion = library.inclusion
    return {
        "lines": page("How lines of therapy are made", _LINES, library.line_policy),
        "inclusion": page("Who is included", _INCLUSION, inclusion, without=("her2",)),
        "her2": Her2Page(
            "How HER2 in tissue is read",
            inclusion.her2,
            signing_of(inclusion.her2, on),
            digest_of(inclusion.her2),
        ),
        "terms": page("What the conditions rest on", _TERMS, library.terms),
        "regimens": PolicyPage(
            "The catalogue of regimens", _REGIMENS, "", unsigned, catalogue, digest_of(library.regimens)
        ),
    }


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
