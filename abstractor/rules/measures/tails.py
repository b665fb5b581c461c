"""How long after the last dose of a drug its label asks for contraception, told beside what is due."""

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["ContraceptionTail", "contraception_after"]


@dataclass(frozen=True, slots=True)
class ContraceptionTail:
    """So many `months` or `weeks` after the last dose of one of `agents`, in patients of that gender."""

    agents: tuple[str, ...]
    gender: str
    months: int = 0
    weeks: int = 0

    @property
    def lasts(self) -> str:
        return _counted(self.months, "month") if self.months else _counted(self.weeks, "week")


def contraception_after(tails: Iterable[ContraceptionTail], agents: Iterable[str], gender: str | None) -> str:
    """In words, for the drugs of a line; of both sexes where the patient's is not recorded. Empty where no
    tail is known for any of them."""
    known = gender in ("female", "male")
    of_patient = [tail for tail in tails if not known or tail.gender == gender]
    told: dict[str, list[str]] = {}
    for agent in agents:
        for tail in of_patient:
            if agent in tail.agents:
                lasts = tail.lasts if known else f"{tail.lasts} ({tail.gender})"
                told.setdefault(lasts, []).append(agent)
    spans = [f"{lasts} after the last dose of {', '.join(names)}" for lasts, names in told.items()]
    return f"contraception until {' and '.join(spans)}" if spans else ""


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
