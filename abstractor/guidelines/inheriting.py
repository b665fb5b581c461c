"""An edition that says what an earlier one said, but for some rows: `rows_of` names it.

Rows of its own come first; one with the id of an inherited row stands in that row's place; `without`
leaves rows out. The edition that comes of it holds all its rows, so that reading it needs no other.
"""

from collections.abc import Mapping
from typing import Any

from abstractor.guidelines.shelf import Place

__all__ = ["with_inherited"]

ROWS, FROM, WITHOUT = "recommendations", "rows_of", "without"


def with_inherited(
    entry: Mapping[str, Any], earlier: Mapping[str, Mapping[str, Any]], place: Place
) -> dict[str, Any]:
    """The entry with all its rows; `earlier` are the complete entries before it in the file, by id."""
    whole = {key: value for key, value in entry.items() if key not in (FROM, WITHOUT)}
    if FROM not in entry:
        if WITHOUT in entry:
            raise place.refusal("'without' leaves out rows of no edition", "name it in rows_of")
        return whole
    former = earlier.get(entry[FROM])
    if former is None:
        raise place.refusal(
            f"rows_of {entry[FROM]!r} is no edition before it in the file", "name one that is"
        )
    own = {row.get("id"): row for row in entry.get(ROWS, [])}
    held = {row["id"]: row for row in former[ROWS]}
    unknown = sorted(set(entry.get(WITHOUT, ())) - held.keys())
    if unknown:
        raise place.refusal(f"without {unknown[0]!r}, which is no row of it", "name rows that it has")
    new = [row for name, row in own.items() if name not in held]
    kept = [own.get(name, row) for name, row in held.items() if name not in entry.get(WITHOUT, ())]
    return {**whole, ROWS: [*new, *kept]}
