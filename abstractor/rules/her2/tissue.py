"""Which tissue a result was read on: the breast, a regional or a distant site, or another cancer's organ."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from abstractor.rules.inclusion_policy import TissueWords

__all__ = ["Place", "Tissue", "may_be_distant", "place_of"]


class Tissue(StrEnum):
    BREAST = "breast"
    REGIONAL = "regional site"
    DISTANT = "distant site"
    OTHER_CANCER = "organ of another cancer"
    UNSAID = "tissue not said"


@dataclass(frozen=True, slots=True)
class Place:
    """`organs` are the ones that were named, sorted."""

    tissue: Tissue
    organs: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " and ".join(self.organs).replace("_", " ") or self.tissue.value


@lru_cache
def place_of(words: str | None, vocabulary: TissueWords) -> Place:
    """By the words alone; not said by a metastasis "of the breast" that names no other organ, nor by words
    that name the breast and another organ and no spread ("Breast; liver biopsy planned")."""
    said = _plain(words)
    kinds = (
        (Tissue.OTHER_CANCER, vocabulary.other_cancer),
        (Tissue.DISTANT, vocabulary.distant),
        (Tissue.REGIONAL, vocabulary.regional),
        (Tissue.BREAST, vocabulary.breast),
    )
    for tissue, organs in kinds:
        named = _named(said, organs)
        if named:
            spread = any(f" {word} " in said for word in vocabulary.metastatic)
            if tissue is Tissue.BREAST and spread:
                return Place(Tissue.UNSAID)
            of_two = tissue is Tissue.DISTANT and bool(_named(_CANCER.sub(" ", said), vocabulary.breast))
            return Place(Tissue.UNSAID if of_two and not spread else tissue, named)
    return Place(Tissue.UNSAID)


# The disease is called by its organ wherever it is: "liver, breast carcinoma" is of the liver.
_CANCER = re.compile(
    r"(?<= )(?:breast|mammary) (?:[a-z]+ ){0,3}?(?:cancer|carcinoma|adenocarcinoma|primary|origin|tumou?r"
    r"|neoplasm|malignancy|ca)(?= )|(?<= from )(?:the )?breast(?= )"
)

_INTO_THE_BREAST = re.compile(r" (?:to|secondary [a-z ]*neoplasm of) (?:the |left |right |female )*breast ")


def may_be_distant(words: str, vocabulary: TissueWords) -> bool:
    """May a metastasis that these words say be a distant one? Not in regional nodes, nor in the breast."""
    if place_of(words, vocabulary).tissue is Tissue.DISTANT:
        return True
    said = _plain(words)
    regional = any(f" {word} " in said for word in vocabulary.regional_nodes)
    return not regional and _INTO_THE_BREAST.search(said) is None


def _plain(words: str | None) -> str:
    return f" {' '.join(re.findall('[a-z]+', (words or '').lower()))} "


def _named(said: str, organs: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted(organ for organ, words in organs.items() if any(f" {w} " in said for w in words)))
