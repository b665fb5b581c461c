"""Is every word around a result one that cannot change whose, of when or how sure it is?

What changes a result ("insurance denied it because ...", "a clinic for ...") cannot be listed; what reports
say around one can, nearly.
"""

import re

from abstractor.fhir.text.assertion import Scope, clause_start, list_end
from abstractor.fhir.text.words import plain_words, words_by_meaning

__all__ = ["is_plain"]

_LISTS = ("grammar", "people", "places", "specimens", "disease", "tests", "reporting", "treatment")
_KNOWN = frozenset().union(
    *(plain_words(f"vocabulary.{name}") for name in _LISTS),
    *(plain_words(f"binding.{name}") for name in ("blocks", "negations", "silent")),
    *(plain_words(f"adjective.{name}") for name in ("disease", "after")),
    words_by_meaning("answers"),
    words_by_meaning("methods"),
)
_ENDINGS = tuple(plain_words("vocabulary.endings"))
_WORD = re.compile(r"[a-z][a-z'/-]*[a-z]")
# Behind one of these the sentence goes on to something else.
_ON = re.compile(
    r"[,;(\[]|\bmk[a-z]+"
    r"| (?:who|which|whose|where|here|on|with|s/p|and|to|after|since|for|presenting|receiving) "
)


def is_plain(scope: Scope) -> bool:
    """The words before a result in its clause, and those right behind it."""
    on = _ON.search(scope.plain, max(list_end(scope), scope.start + 2))
    said = scope.plain[clause_start(scope.plain, scope.start) : on.start() if on else None]
    return all(_is_known(word) for word in _WORD.findall(said))


def _is_known(word: str) -> bool:
    if word in _KNOWN or word.startswith(("mk", "sign", "bracket", "said")) or word.endswith(_ENDINGS):
        return True
    parts = re.split(r"[-/]|'s?$", word)
    return len(parts) > 1 and all(len(part) < 2 or part in _KNOWN for part in parts)
