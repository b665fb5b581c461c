"""The results of a cycle, or of a file of abstracts, as files in a new folder; de-identified unless asked.

What leaves the database is told in the audit trail before it can be had.
"""

import hashlib
import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, assert_never

from abstractor import __version__
from abstractor.errors import InputError, OptionError
from abstractor.export.disclosing import Disclosure
from abstractor.export.fhir_files import FhirFiles
from abstractor.export.redcap import RedcapFiles
from abstractor.export.subjects import Subject
from abstractor.export.table_set import TableSet
from abstractor.export.tables import Format
from abstractor.guidelines import load_knowledge
from abstractor.guidelines.reading import unsigned_notice
from abstractor.store import trail
from abstractor.store.values import Action
from abstractor.workflow.acting import By
from abstractor.workflow.auditing.reasons import EXCEPTIONS, MISSING, OVERRULED, WRONG
from abstractor.workflow.exporting.charts import Charts, charts_of_audit, charts_of_cycle, charts_of_file
from abstractor.workflow.exporting.folders import whole_folder
from abstractor.workflow.exporting.forms import Asked, Form
from abstractor.workflow.exporting.keys import dates_key, study_key
from abstractor.workflow.services import Services

__all__ = ["LONGEST_REASON", "Exported", "export_audit", "export_cycle", "export_file", "require_reason"]

MANIFEST = "export.json"
_SHORTEST_REASON, LONGEST_REASON = 5, 200
REASONS = {**OVERRULED, **EXCEPTIONS, **MISSING, **WRONG}


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, each file with its rows; `notice`: what is to be said of the verdicts. `editions`: of
    what was decided by; `cycle` and `audit`: whose charts they are, none of a file's.
    """

    form: Form
    identified: bool
    patients: int
    files: tuple[tuple[str, int], ...]
    notice: str | None
    editions: tuple[str, ...] = ()
    cycle: int | None = None
    audit: int | None = None

    @property
    def rows(self) -> int:
        return sum(rows for _, rows in self.files)


class Writer(Protocol):
    """What every form of export does: takes charts part by part, and says what it wrote."""

    def add(self, subjects: Sequence[Subject]) -> None: ...
    def files(self) -> dict[str, int]: ...


def export_cycle(services: Services, cycle_id: int, asked: Asked, *, by: By, now: datetime) -> Exported:
    """The latest abstract of each chart of the cycle."""
    require_reason(asked)
    disclosure = _disclosure(services, asked)
    charts = charts_of_cycle(services, cycle_id, disclosure)
    return _traced(services, charts, asked, disclosure, by=by, now=now, audit_id=None)


def export_audit(services: Services, audit_id: int, asked: Asked, *, by: By, now: datetime) -> Exported:
    """The charts of a closed audit with their locked reviews."""
    require_reason(asked)
    disclosure = _disclosure(services, asked)
    charts = charts_of_audit(services, audit_id, disclosure)
    return _traced(services, charts, asked, disclosure, by=by, now=now, audit_id=audit_id)


def export_file(path: Path, asked: Asked, *, now: datetime) -> Exported:
    """A file of abstracts: no database is opened, and none tells of it."""
    disclosure = Disclosure(study_key(asked.key), asked.identified)
    charts = charts_of_file(path, disclosure)
    with whole_folder(asked.folder) as folder:
        library = load_knowledge(None).library
        return written(folder, charts, asked, Telling(disclosure, unsigned_notice(library), now))


def _disclosure(services: Services, asked: Asked) -> Disclosure:
    """Ids and codes are made with the study key, or with one that is thrown away; dates are shifted with one
    of the database, the same in every export.
    """
    tells_dates = not asked.identified and asked.form is not Form.ATTRITION
    dates = dates_key(services.store) if tells_dates else None
    return Disclosure(study_key(asked.key), asked.identified, dates)


@dataclass(frozen=True, slots=True)
class Telling:
    """How the charts are told. `reviewed`: with what readers said of them, in `audit`."""

    disclosure: Disclosure
    notice: str | None
    now: datetime
    reviewed: bool = False
    audit: int | None = None


def _traced(
    services: Services,
    charts: Charts,
    asked: Asked,
    disclosure: Disclosure,
    *,
    by: By,
    now: datetime,
    audit_id: int | None,
) -> Exported:
    notice = unsigned_notice(services.library)
    with whole_folder(asked.folder) as folder:
        telling = Telling(disclosure, notice, now, reviewed=audit_id is not None, audit=audit_id)
        done = written(folder, charts, asked, telling)
        detail = _detail(done, by) + ("" if audit_id is None else f" audit={audit_id}")
        detail += f" reason={json.dumps(asked.reason, ensure_ascii=False)}" if asked.identified else ""
        with services.store.writing() as session:
            trail.record(
                session,
                action=Action.CHARTS_EXPORTED,
                account_id=by.account_id,
                cycle_id=charts.cycle_id,
                now=now,
                detail=detail,
            )
    return done


def written(folder: Path, charts: Charts, asked: Asked, telling: Telling) -> Exported:
    if not charts.number:
        raise InputError("there is no abstract to export; run the cycle, or name another file")
    patients, editions = 0, set[str]()
    with _writer(folder, asked, telling) as writer:
        for subjects in charts.parts():
            writer.add(subjects)
            patients += len(subjects)
            editions.update(*(each.abstract.stamps.editions for each in subjects))
    done = Exported(
        asked.form,
        asked.identified,
        patients,
        tuple(writer.files().items()),
        telling.notice,
        tuple(sorted(editions)),
        charts.cycle_id,
        telling.audit,
    )
    withheld = isinstance(writer, TableSet) and not writer.tells_total
    _describe(folder, done, asked, telling.disclosure, withheld=withheld)
    return done


def _writer(folder: Path, asked: Asked, telling: Telling) -> AbstractContextManager[Writer]:
    disclosure, notice = telling.disclosure, telling.notice
    match asked.form:
        case Form.CSV | Form.PARQUET:
            told = {"notice": notice} if notice else {}
            return TableSet(
                folder, Format(asked.form.value), disclosure, told, telling.reviewed, least=asked.least
            )
        case Form.ATTRITION:
            return TableSet(folder, Format.CSV, disclosure, {}, least=asked.least, counts_only=True)
        case Form.REDCAP:
            return RedcapFiles(folder, disclosure, notice, telling.reviewed)
        case Form.FHIR:
            return FhirFiles(folder, disclosure, __version__, REASONS, notice, telling.now)
        case _:
            assert_never(asked.form)


def _describe(folder: Path, done: Exported, asked: Asked, disclosure: Disclosure, *, withheld: bool) -> None:
    """`export.json`: what the folder holds, and whether it tells who the patients are. `withheld`: they are
    so few that not even their number is told.
    """
    manifest = {
        "schema": "abstractor.export/1",
        "program": __version__,
        **asdict(done),
        "patients": None if withheld else done.patients,
        "small_counts": None if done.identified or asked.least <= 1 else f"1 to {asked.least - 1} left out",
        "study_key": "thrown away" if asked.key is None else "kept",
        "shifts": None if asked.form is Form.ATTRITION else disclosure.shifts,
        "files": [
            {"name": name, "rows": rows, "sha256": _digest(folder / name)} for name, rows in done.files
        ],
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def require_reason(asked: Asked) -> None:
    """Who the patients are leaves with a reason alone."""
    told = (asked.reason or "").strip()
    if asked.identified and not (_SHORTEST_REASON <= len(told) <= LONGEST_REASON and told.isprintable()):
        raise OptionError(
            "say why the patients are to be named, in 5 to 200 characters: the audit trail keeps the reason"
        )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _detail(done: Exported, by: By) -> str:
    identified = "yes" if done.identified else "no"
    return f"by={by.name} form={done.form} identified={identified} patients={done.patients} rows={done.rows}"
