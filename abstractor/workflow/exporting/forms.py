"""What can be asked of an export. Apart from what writes it: the help of a command needs no database."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

__all__ = ["Asked", "Form"]


class Form(StrEnum):
    CSV = "csv"
    PARQUET = "parquet"
    REDCAP = "redcap"
    FHIR = "fhir"


@dataclass(frozen=True, slots=True)
class Asked:
    """`folder` is made. `identified` must be asked for. `key`: the file of a study key, made where there is
    none; without one, study ids and shifts are this export's own and nobody can turn them back.
    """

    form: Form
    folder: Path
    identified: bool = False
    key: Path | None = None
