"""How a clinician reads the criteria for HER2 in tissue from a terminal: by edition, in the words of the
tables."""

from collections.abc import Iterator
from textwrap import fill

from abstractor.guidelines.signatures import shipped_signatures, stands_for
from abstractor.rules.her2.criteria import Her2Edition, IshCell
from abstractor.rules.library import Library

__all__ = ["criteria_of", "criteria_shown", "criteria_signed"]

_PAGE = "policies/her2"
_WIDTH = 110


def criteria_of(library: Library, edition_id: str) -> Her2Edition | None:
    """None where the id is not that of such an edition."""
    return next((each for each in library.inclusion.her2.editions if each.id == edition_id), None)


def criteria_signed(library: Library) -> str | None:
    """By whom and when all editions of the criteria were checked; null where nobody has."""
    signature = shipped_signatures(library).get(_PAGE)
    if signature is None or not stands_for(signature, library.inclusion.her2):
        return None
    return f"{signature.checked_by}, {signature.checked_on}"


def criteria_shown(edition: Her2Edition, *, signed: str) -> str:
    until = f"to {edition.valid_to}" if edition.valid_to else "and still open"
    affirmed = f", affirmed on {edition.affirmed_on}" if edition.affirmed_on else ""
    paragraphs = [
        "Criteria for HER2 in tissue, by which a report is read that is of these days",
        f"{edition.id}; in force from {edition.valid_from} {until}{affirmed}",
        f"Citation: {edition.citation}",
        f"Signed: {signed}. Read from {edition.source}; confidence {edition.confidence}.",
        "",
        "Immunohistochemistry alone",
        *(f"  IHC {score}: {outcome}" for score, outcome in edition.ihc.items()),
        "",
        "In-situ hybridisation with two probes",
        *map(_cell, edition.dual_probe),
        "",
        "In-situ hybridisation with one probe",
        *map(_cell, edition.single_probe),
    ]
    return "\n".join(paragraphs) + "\n"


def _cell(cell: IshCell) -> str:
    said = "; ".join((f"{cell.name}: {cell.result}", *_beside_ihc(cell)))
    return fill(said, _WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)


def _beside_ihc(cell: IshCell) -> Iterator[str]:
    for score, outcome in cell.by_ihc.items():
        note = f" ({cell.notes[score]})" if score in cell.notes else ""
        yield f"beside IHC {score} {outcome}{note}"
