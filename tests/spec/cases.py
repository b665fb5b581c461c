"""The cases of the recommendations, as their TOML files tell them, and the story that each one is."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from fixtures.stories import Tale, tale

__all__ = ["Case", "all_cases", "told"]

FOLDER = Path(__file__).parent / "recommendations"


@dataclass(frozen=True, slots=True)
class Course:
    drugs: list[str]
    start: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """`row` is the recommendation that decides, null where none does."""

    edition: str
    says: str
    why: str
    metastatic: date
    adjuvant: Course | None
    lines: tuple[Course, ...]
    brain: date | None
    lung: date | None
    row: str | None
    verdict: str


def all_cases() -> list[Case]:
    files = sorted(FOLDER.glob("*.toml"))
    assert files, "no case is told"
    return [case for file in files for case in _cases(tomllib.loads(file.read_text(encoding="utf-8")))]


def _cases(file: dict[str, Any]) -> list[Case]:
    known = {"says", "why", "metastatic", "adjuvant", "lines", "brain", "lung", "row", "verdict"}
    for case in file["case"]:
        assert case.keys() <= known, f"{case['says']}: {sorted(case.keys() - known)}"
    return [
        Case(
            edition=file["edition"],
            says=case["says"],
            why=case["why"],
            metastatic=case["metastatic"],
            adjuvant=_course(case["adjuvant"]) if "adjuvant" in case else None,
            lines=tuple(_course(line) for line in case["lines"]),
            brain=case.get("brain"),
            lung=case.get("lung"),
            row=case.get("row"),
            verdict=case["verdict"],
        )
        for case in file["case"]
    ]


def _course(told: dict[str, Any]) -> Course:
    return Course(told["drugs"], told["from"], told.get("until"))


def told(case: Case) -> Tale:
    """The patient of the case: HER2-positive with a liver metastasis, treated as told."""
    first = case.adjuvant.start if case.adjuvant else case.metastatic
    end = case.lines[-1].start + timedelta(days=120)
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
    if case.brain:
        patient.metastasis("brain", case.brain.isoformat())
    if case.lung:
        patient.condition("J84.10", "Pulmonary fibrosis, unspecified", case.lung.isoformat())
    return patient
