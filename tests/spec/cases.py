"""The cases of the recommendations, as their TOML files tell them, and the story that each one is."""

import tomllib
from dataclasses import dataclass, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from fixtures.stories import Tale, tale

__all__ = ["Case", "all_cases", "told"]

FOLDER = Path(__file__).parent / "recommendations"


@dataclass(frozen=True, slots=True)
class Course:
    drugs: list[str]
    start: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """Something with a day: a drug refused, an ejection fraction measured."""

    what: str
    on: date


@dataclass(frozen=True, slots=True)
class Case:
    """`row` is the recommendation that decides, null where none does; `document` the one it stands in, where
    that is another than the edition. `adds`: what joined the last line as maintenance; then that is judged.

    Facts on record: CNS metastases (`brain`), their local therapy (`brain_treated`), `lung` disease, `heart`
    failure, `lvef` in percent, `ecog`, drugs `refused`, receptors, and a disease status `stable`. Procedures
    are held, unless `procedures` is false.
    """

    edition: str
    says: str
    why: str
    metastatic: date
    lines: tuple[Course, ...]
    verdict: str
    row: str | None = None
    document: str | None = None
    adjuvant: Course | None = None
    adds: Course | None = None
    receptors: Literal["positive", "negative"] | None = None
    brain: date | None = None
    brain_treated: date | None = None
    lung: date | None = None
    heart: date | None = None
    stable: date | None = None
    lvef: Given | None = None
    ecog: Given | None = None
    refused: Given | None = None
    procedures: bool = True


def all_cases() -> list[Case]:
    files = sorted(FOLDER.glob("*.toml"))
    assert files, "no case is told"
    return [case for file in files for case in _cases(tomllib.loads(file.read_text(encoding="utf-8")))]


def _cases(file: dict[str, Any]) -> list[Case]:
    known = {field.name for field in fields(Case)} - {"edition"}
    found = []
    for told_case in file["case"]:
        assert told_case.keys() <= known, f"{told_case['says']}: {sorted(told_case.keys() - known)}"
        read = {name: _fact(name, value) for name, value in told_case.items()}
        found.append(Case(edition=file["edition"], **read))
    return found


def _fact(name: str, value: Any) -> Any:
    match name:
        case "lines":
            return tuple(_course(line) for line in value)
        case "adjuvant" | "adds":
            return _course(value)
        case "lvef" | "ecog" | "refused":
            return Given(str(value["what"]), value["on"])
        case _:
            return value


def _course(told: dict[str, Any]) -> Course:
    return Course(told["drugs"], told["from"], told.get("until"))


def told(case: Case) -> Tale:
    """The patient of the case: HER2-positive with a liver metastasis, treated as told."""
    first = case.adjuvant.start if case.adjuvant else case.metastatic
    end = (case.adds or case.lines[-1]).start + timedelta(days=120)
    patient = tale("someone", as_of=end)
    patient.her2_positive_mbc(
        (first - timedelta(days=21)).isoformat(), "liver", metastatic=case.metastatic.isoformat()
    )
    if case.adjuvant and case.adjuvant.until:
        patient.course(
            case.adjuvant.drugs, case.adjuvant.start.isoformat(), until=case.adjuvant.until.isoformat()
        )
    for number, line in enumerate(case.lines):
        last = case.lines[number + 1].start if number + 1 < len(case.lines) else end
        patient.course(line.drugs, line.start.isoformat(), through=(last - timedelta(days=7)).isoformat())
    if case.adds:
        patient.course(case.adds.drugs, case.adds.start.isoformat(), through=end.isoformat())
    _on_record(case, patient)
    return patient


def _on_record(case: Case, patient: Tale) -> None:
    """What else the chart holds."""
    if case.receptors:
        patient.hormone_receptors(case.receptors, (case.metastatic - timedelta(days=3)).isoformat())
    if case.procedures:
        patient.procedure("Insertion of a venous access port", case.metastatic.isoformat())
    if case.brain:
        patient.metastasis("brain", case.brain.isoformat())
    if case.brain_treated:
        on = case.brain_treated.isoformat()
        patient.procedure("Stereotactic radiosurgery of brain metastasis", on)
    if case.lung:
        patient.condition("J84.10", "Pulmonary fibrosis, unspecified", case.lung.isoformat())
    if case.heart:
        patient.condition("I50.9", "Heart failure, unspecified", case.heart.isoformat())
    if case.stable:
        patient.disease("stable", case.stable.isoformat())
    if case.lvef:
        patient.lvef(float(case.lvef.what), case.lvef.on.isoformat())
    if case.ecog:
        patient.performance(int(case.ecog.what), case.ecog.on.isoformat())
    if case.refused:
        patient.given(
            case.refused.what, case.refused.on.isoformat(), status="not-done", why_not="Patient refused"
        )
