"""Records whose drug nothing can be read of: "study drug", a code of a system that we hold no table for, a
claim for an unclassified drug. A plain name that we do not know is another drug, and is not meant here.
"""

import tomllib
from collections.abc import Iterable
from importlib.resources import files

from abstractor.codes import Coding, ValueSets, tokens_of

__all__ = ["UNCLASSIFIED", "is_nameless"]

_DATA = tomllib.loads(files(__package__).joinpath("nameless.toml").read_text(encoding="utf-8"))
_WORDS = frozenset(_DATA["words"])
UNCLASSIFIED = "unclassified-drug"


def is_nameless(codings: Iterable[Coding], texts: Iterable[str | None], value_sets: ValueSets) -> bool:
    """Does neither a word nor a code say which drug it is?

    A code of a system that we hold a table for, and that is not in it, is another drug than ours.
    """
    held = tuple(codings)
    said = [text for text in (*texts, *(coding.display for coding in held)) if text]
    if any(_names(word, value_sets) for text in said for word in tokens_of(text)):
        return False
    told = (c for c in held if UNCLASSIFIED not in value_sets.concepts_of((c,)))
    return not any(coding.code and coding.system in value_sets.systems for coding in told)


def _names(word: str, value_sets: ValueSets) -> bool:
    """May it be part of a drug's name? A number, a trial's own code ("xyz-101") and a unit are not."""
    letters = word.replace("-", "")
    return letters.isalpha() and len(letters) > 2 and word not in _WORDS and word not in value_sets.ignorable
