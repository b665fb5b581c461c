"""The word lists of `words.toml` and its neighbours, as patterns and sets."""

import re
import tomllib
from functools import cache, reduce
from importlib.resources import files
from typing import Any

__all__ = ["phrases", "plain_words", "words_by_meaning"]

_PARTS = {"thing": "things", "source": "source", "month": "month"}


@cache
def _lists() -> dict[str, Any]:
    folder = files("abstractor.fhir.text")
    names = ("words.toml", "lungs.toml", "vocabulary.toml", "ejection.toml")
    held = [tomllib.loads(folder.joinpath(name).read_text(encoding="utf-8")) for name in names]
    return {table: lists for each in held for table, lists in each.items()}


def phrases(*places: str, also: str = "") -> re.Pattern[str]:
    """Any phrase of these lists ("historical.before"), as whole words; `also` is a pattern beside them."""
    found: list[str] = []
    for place in places:
        table, _, name = place.partition(".")
        held = _lists()[table]
        filled = [(f"<{part}>", held[key]) for part, key in _PARTS.items() if key in held]
        found += [reduce(lambda said, each: said.replace(*each), filled, entry) for entry in held[name]]
    signs = "".join(f"|{re.escape(each)}" for each in found if not any(map(str.isalnum, each)))
    return re.compile(rf"(?<!\w)(?:{'|'.join(found)})(?!\w){also}{signs}")


def plain_words(place: str) -> frozenset[str]:
    """The words of a list, each as it stands."""
    table, _, name = place.partition(".")
    held = _lists()[table][name]
    return frozenset(held.split() if isinstance(held, str) else held)


def words_by_meaning(table: str) -> dict[str, str]:
    """What each word of a table's lists means: the name of its list."""
    return {word: meaning for meaning, held in _lists()[table].items() for word in held}
