"""An edition that says what an earlier one said, but for some rows: `rows_of` names it.

Rows of its own come first; one with the id of an inherited row stands in that row's place; `without`
leaves rows out. `inherited_confidence` is that of the inherited rows, where it is not known whether the
edition still says the same. The edition that comes of it holds all its rows, so that reading it needs no
other.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from abstractor.guidelines.shelf import Place

__all__ = ["with_inherited"]

ROWS, FROM, WITHOUT, CONFIDENCE = "recommendations", "rows_of", "without", "inherited_confidence"


def with_inherited(
    entry: Mapping[str, Any], earlier: Mapping[str, Mapping[str, Any]], place: Place
) -> dict[str, Any]:
    """The entry with all its rows; `earlier` are the complete entries before it in the file, by id."""
    whole = {key: value for key, value in entry.items() if key not in (FROM, WITHOUT, CONFIDENCE)}
    if FROM not in entry:
        for key in (WITHOUT, CONFIDENCE):
            if key in entry:
                raise place.refusal(f"{key!r} is about rows of no edition", "name it in rows_of")
        return whole
    former = earlier.get(entry[FROM])
    if former is None:
        raise place.refusal(
            f"rows_of {entry[FROM]!r} is no edition before it in the file", "name one that is"
        )
    own = _by_id(entry.get(ROWS, []), place)
    doubt = {"confidence": entry[CONFIDENCE]} if CONFIDENCE in entry else {}
    held = {name: {**row, **doubt} for name, row in _by_id(former[ROWS], place).items()}
    unknown = sorted(set(entry.get(WITHOUT, ())) - held.keys())
    if unknown:
        raise place.refusal(f"without {unknown[0]!r}, which is no row of it", "name rows that it has")
    new = [row for name, row in own.items() if name not in held]
    kept = [own.get(name, row) for name, row in held.items() if name not in entry.get(WITHOUT, ())]
    return {**whole, ROWS: [*new, *kept]}


def _by_id(rows: Iterable[Mapping[str, Any]], place: Place) -> dict[str, Mapping[str, Any]]:
    """Where rows are inherited each is placed by its id, so that none may lack or share one."""
    found: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        if "id" not in row:
            raise place.refusal("a recommendation without an id", "give it one")
        if row["id"] in found:
            raise place.refusal("two recommendations with one id", "give each its own")
        found[row["id"]] = row
    return found
