"""How the book speaks of a rule: sentences whose drugs and concepts are links, and what stands under each."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from abstractor.guidelines.book.vocabulary import Vocabulary

__all__ = [
    "Line",
    "Piece",
    "Words",
    "amount",
    "counted",
    "days",
    "kinds",
    "line",
    "listed",
    "measured",
    "offset",
    "records",
]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a sentence; `word`: the name of the drug or concept that they stand for."""

    text: str
    word: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence, and the sentences under it."""

    pieces: tuple[Piece, ...]
    under: tuple["Line", ...] = ()

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


def line(*said: str | Iterable[Piece], under: Iterable[Line] = ()) -> Line:
    pieces = (Piece(each) if isinstance(each, str) else each for each in said)
    flat = [one for each in pieces for one in ((each,) if isinstance(each, Piece) else each) if one.text]
    first = replace(flat[0], text=f"{flat[0].text[:1].upper()}{flat[0].text[1:]}")
    return Line((first, *flat[1:]), tuple(under))


@dataclass(frozen=True, slots=True)
class Words:
    """Names as a reader knows them: a drug by its name, a concept by what it stands for."""

    vocabulary: Vocabulary

    def any_of(self, names: Iterable[str]) -> tuple[Piece, ...]:
        return self._joined(names, "or")

    def all_of(self, names: Iterable[str]) -> tuple[Piece, ...]:
        return self._joined(names, "and")

    def said(self, name: str) -> str:
        meaning = self.vocabulary.of(name)
        return name if meaning is None else meaning.words

    def _joined(self, names: Iterable[str], last: str) -> tuple[Piece, ...]:
        """With semicolons where one of them has a comma of its own."""
        found = [Piece(self.said(name), name) for name in names]
        comma = ";" if any("," in piece.text for piece in found) else ","
        pieces: list[Piece] = []
        for at, piece in enumerate(found):
            between = f" {last} " if comma == "," else f"; {last} "
            pieces += [Piece(between if at == len(found) - 1 else f"{comma} ")] if at else []
            pieces.append(piece)
        return tuple(pieces)


def listed(names: Iterable[str], last: str = "or") -> str:
    """ "a, b or c"."""
    *first, final = names
    return f"{', '.join(first)} {last} {final}" if first else final


def counted(number: int, unit: str) -> str:
    return f"1 {unit}" if number == 1 else f"{number} {unit}s"


def days(number: int) -> str:
    return counted(number, "day")


def offset(number: int, side: str) -> str:
    """ "3 days before", or the day itself."""
    return f"{days(number)} {side}" if number else "the day itself"


def amount(number: float) -> str:
    return f"{number:g}"


def records(kind: str) -> str:
    """ "orders (MedicationRequest)"."""
    return f"{_RECORDS[kind]} ({kind})" if kind in _RECORDS else f"records of the type {kind}"


def kinds(names: Iterable[str]) -> str:
    """ "HER2 antibody or taxane"."""
    return listed([_KINDS.get(name, name.replace("-", " ")) for name in names])


def visits(classes: Iterable[str]) -> str:
    """ "emergency (EMER)"."""
    return "; ".join(f"{_VISITS[name]} ({name})" if name in _VISITS else name for name in classes)


def without_kinds(said: str) -> str:
    """A sentence of the rules with its kinds of drugs as a reader knows them."""
    return re.sub(r"\bany ([a-z0-9-]+)", lambda found: f"any {_KINDS.get(found[1], found[1])}", said)


def unit(code: str) -> str:
    """A unit as it is printed; "1" and what UCUM has in braces ("{score}") are none."""
    return "" if code == "1" or code.startswith("{") else _UNITS.get(code.lower(), code)


def measured(number: float, code: str | None) -> str:
    """ "40 %"."""
    return f"{amount(number)} {unit(code or '1')}".rstrip()


_KINDS: Mapping[str, str] = {
    "akt-inhibitor": "AKT inhibitor",
    "antitumour-antibiotic": "antitumour antibiotic",
    "alkylating": "alkylating agent",
    "cdk46": "CDK4/6 inhibitor",
    "checkpoint-inhibitor": "checkpoint inhibitor",
    "endocrine": "endocrine therapy",
    "her2-adc": "HER2 antibody-drug conjugate",
    "her2-antibody": "HER2 antibody",
    "her2-tki": "HER2 tyrosine kinase inhibitor",
    "microtubule-inhibitor": "microtubule inhibitor",
    "mtor-inhibitor": "mTOR inhibitor",
    "parp-inhibitor": "PARP inhibitor",
    "pi3k-inhibitor": "PI3K inhibitor",
    "topoisomerase-inhibitor": "topoisomerase inhibitor",
    "trop2-adc": "TROP2 antibody-drug conjugate",
    "vegf-antibody": "VEGF antibody",
    "vinca": "vinca alkaloid",
}
_UNITS: Mapping[str, str] = {
    "10*3/ul": "10³/µL",
    "u/l": "U/L",
    "ml/min/{1.73_m2}": "mL/min/1.73 m²",
    "ml/min/1.73m2": "mL/min/1.73 m²",
}
_RECORDS: Mapping[str, str] = {
    "CarePlan": "plans",
    "CareTeam": "care teams",
    "Condition": "diagnoses",
    "DiagnosticReport": "reports",
    "DocumentReference": "notes",
    "Encounter": "visits",
    "Immunization": "vaccinations",
    "MedicationAdministration": "doses given",
    "MedicationDispense": "doses handed out",
    "MedicationRequest": "orders",
    "MedicationStatement": "drugs said to be taken",
    "Observation": "results",
    "Procedure": "procedures",
    "ServiceRequest": "referrals and requests",
}
_VISITS: Mapping[str, str] = {
    "AMB": "ambulatory",
    "VR": "virtual",
    "HH": "at home",
    "IMP": "inpatient",
    "OBSENC": "observation",
    "ACUTE": "inpatient, acute",
    "NONAC": "inpatient, not acute",
    "SS": "short stay",
    "EMER": "emergency",
}
