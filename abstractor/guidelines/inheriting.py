"""An edition that says what an earlier one said, but for some rows: `rows_of` names it.

Rows of its own come first; one with the id of an inherited row stands in that row's place; `without`
leaves rows out. `inherited_confidence` is that of the inherited rows, where it is not known whether the
edition still says the same. The edition that comes of it holds all its rows, so that reading it needs no
other.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from abstractor.guidelines.located import Table, joined, without
from abstractor.guidelines.shelf import Place

__all__ = ["with_inherited"]

_SUBJECT = "subject"
ROWS, FROM, WITHOUT, CONFIDENCE = "recommendations", "rows_of", "without", "inherited_confidence"


def with_inherited(entry: Table, earlier: Mapping[str, Mapping[str, Any]], place: Place) -> Table:
    """The entry with all its rows; `earlier` are the complete entries that it may name, by id."""
    whole = without(entry, FROM, WITHOUT, CONFIDENCE)
    if FROM not in entry:
        for key in (WITHOUT, CONFIDENCE):
            if key in entry:
                raise place.at(key).refusal(f"{key!r} is about rows of no edition", "name it in rows_of")
        return whole
    named = entry[FROM]
    former = earlier.get(named) if isinstance(named, str) else None
    if former is None:
        raise place.at(FROM).refusal(
            f"rows_of {named!r} is no edition before it in the file", "name one that is"
        )
    _refuse_other_subject(entry, former, place)
    rows = entry.get(ROWS, [])
    if not isinstance(rows, list):
        raise place.at(ROWS).refusal("not a list", f"write each as [[edition.{ROWS}]]")
    own = _by_id(rows, place)
    held = {name: _doubted(row, entry) for name, row in _by_id(former[ROWS], place).items()}
    left_out = entry.get(WITHOUT, [])
    if not isinstance(left_out, list):
        raise place.at(WITHOUT).refusal("not a list", "write it in [ ]")
    for number, name in enumerate(left_out):
        if not isinstance(name, str) or name not in held:
            raise place.at(WITHOUT, number).refusal(
                f"without {name!r}, which is no row of it", "name rows that it has"
            )
    new = [row for name, row in own.items() if name not in held]
    kept = [own.get(name, row) for name, row in held.items() if name not in left_out]
    return joined(whole, Table({ROWS: [*new, *kept]}, whole.spot, {ROWS: whole.spot}), spot=whole.spot)


def _refuse_other_subject(entry: Table, former: Mapping[str, Any], place: Place) -> None:
    """Its rows would judge something else; an edition that only asks for measures has none."""
    about, wanted = former.get(_SUBJECT), entry.get(_SUBJECT)
    if about != wanted:
        wrong = f"rows_of {entry[FROM]!r}, which is about {about}, in an edition about {wanted}"
        raise place.at(FROM).refusal(wrong, f"name one about {wanted}")
    if not former[ROWS]:
        raise place.at(FROM).refusal(f"rows_of {entry[FROM]!r}, which has no rows", "leave rows_of out")


def _doubted(row: Table, entry: Table) -> Table:
    if CONFIDENCE not in entry:
        return row
    said = Table({"confidence": entry[CONFIDENCE]}, row.spot, {"confidence": entry.spots[CONFIDENCE]})
    return joined(row, said, spot=row.spot)


def _by_id(rows: Iterable[Table], place: Place) -> dict[str, Table]:
    """Where rows are inherited each is placed by its id, so that none may lack or share one."""
    found: dict[str, Table] = {}
    for number, row in enumerate(rows):
        at = place.at(ROWS, number)
        if not isinstance(row, Table) or not isinstance(row.get("id"), str):
            raise at.refusal("a recommendation without an id", "give it one")
        if row["id"] in found:
            raise at.refusal("two recommendations with one id", "give each its own")
        found[row["id"]] = row
    return found
