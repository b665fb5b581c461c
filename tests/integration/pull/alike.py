"""Two pulls of the same patient, told apart only by what was not the same there."""

from dataclasses import replace

from abstractor.fhir.endpoint import Pulled
from abstractor.fhir.ledger import LedgerRow

__all__ = ["alike"]


def alike(pulled: Pulled) -> Pulled:
    """Without the time, and without what tells a list from a search of one: that the Patient was searched for
    and not read, and that the clinic gave a total that is the count.
    """

    def row(one: LedgerRow) -> LedgerRow:
        asked = "read" if one.type == "Patient" and one.asked else one.asked
        return replace(one, asked=asked, until=None, total=None if one.total == one.count else one.total)

    return replace(pulled, rows=tuple(map(row, pulled.rows)), through={})
