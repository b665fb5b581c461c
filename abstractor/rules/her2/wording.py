"""A ruling in plain words: what stands, of which tissue, on which day, and by which criteria."""

from collections.abc import Iterable

from abstractor.rules.her2.assays import Assay
from abstractor.rules.her2.rulings import Ruling
from abstractor.rules.her2.tissue import Tissue

__all__ = ["say_all", "say_criteria", "say_ruling"]

_METHODS = {"ihc": "HER2 IHC", "ish": "HER2 ISH"}


def say_all(rulings: Iterable[Ruling]) -> str:
    return "; ".join(dict.fromkeys(say_ruling(ruling) for ruling in rulings))


def say_ruling(ruling: Ruling) -> str:
    """ "HER2 ISH ratio 2.3, 3.2 copies (ISH group 2) on 2017-02-01, breast"."""
    assay = ruling.assay
    said = f"{_METHODS.get(assay.kind, 'HER2')} {_result(assay)}"
    said += f" ({ruling.group})" if ruling.group else ""
    said += f" on {assay.when}" if assay.when else ", without a date"
    said += f", {assay.place}" if assay.place.tissue is not Tissue.UNSAID else ""
    return f"{said}, {ruling.note}" if ruling.note else said


def say_criteria(rulings: Iterable[Ruling]) -> str:
    """By which criteria; a report of which only the conclusion stands is taken as reported."""
    editions = dict.fromkeys(name for ruling in rulings for name in ruling.editions)
    return f"by {' and '.join(editions)}" if editions else "as reported"


def _result(assay: Assay) -> str:
    parts = [
        assay.score,
        assay.conclusion,
        None if assay.ratio is None else f"ratio {assay.ratio:g}",
        None if assay.copies is None else f"{assay.copies:g} copies",
    ]
    return ", ".join(part for part in parts if part) or "not readable"
