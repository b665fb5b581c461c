"""What can be asked of an export. Apart from what writes it: the help of a command needs no database."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from abstractor.export.small_cells import LEAST, require_limit

__all__ = ["LEAST", "Asked", "Form", "Wanted"]


class Form(StrEnum):
    CSV = "csv"
    PARQUET = "parquet"
    REDCAP = "redcap"
    FHIR = "fhir"
    ATTRITION = "attrition"


@dataclass(frozen=True, slots=True)
class Asked:
    """`folder` is made. `identified` must be asked for. `key`: the file of a study key, made where there is
    none; without one, study ids and shifts are this export's own and nobody can turn them back.

    `reason`: why who the patients are is to be told; the audit trail keeps it. `least`: counts from 1 to one
    less are left out of a de-identified table of counts.
    """

    form: Form
    folder: Path
    identified: bool = False
    key: Path | None = None
    reason: str | None = None
    least: int = LEAST

    def __post_init__(self) -> None:
        require_limit(self.least)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a page asks for: a cycle's charts or a closed audit's; the rest as the command takes it."""

    form: Form
    cycle_id: int | None = None
    audit_id: int | None = None
    identified: bool = False
    reason: str | None = None
    least: int = 0

    @property
    def name(self) -> str:
        """Of the archive and of the folder in it: an identified one says so."""
        of = f"cycle-{self.cycle_id}" if self.audit_id is None else f"audit-{self.audit_id}"
        return f"abstractor-{self.form}-{of}{'-identified' if self.identified else ''}"
