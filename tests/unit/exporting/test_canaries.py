"""No reference, date, name or word of the source leaves by a de-identified export, in any form."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from abstractor.export.subjects import Subject, finding_items
from abstractor.workflow.auditing.design import Charts as ChartsOf
from abstractor.workflow.auditing.design import Design
from abstractor.workflow.auditing.items import items_of
from abstractor.workflow.exporting.charts import Charts
from abstractor.workflow.exporting.exporting import Telling, written
from abstractor.workflow.exporting.forms import Asked, Form
from tests.unit.exporting.charts import CANARIES, REVIEWED, disclosure, subject_of, subjects

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def contents(folder: Path) -> dict[str, str]:
    """Every file as text, with its name."""
    told: dict[str, str] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix == ".parquet":
            frame = pl.read_parquet(path)
            told[path.name] = f"{pl.read_parquet_metadata(path)}\n{frame.write_csv()}"
        else:
            told[path.name] = path.read_text(encoding="utf-8")
    return told


def export(folder: Path, form: Form, every: Sequence[Subject], *, identified: bool) -> dict[str, str]:
    telling = Telling(disclosure(identified=identified), "not signed", NOW, reviewed=True)
    charts = Charts(len(every), lambda: iter([tuple(every)]))
    written(folder, charts, Asked(form, folder, identified=identified), telling)
    return contents(folder)


@pytest.mark.parametrize("form", Form)
def test_nothing_that_tells_who_somebody_is_leaves(form: Form, tmp_path: Path) -> None:
    every = [*subjects(40), replace(subject_of("reviewed"), reviews=REVIEWED)]
    told = export(tmp_path, form, every, identified=False)
    ours = re.compile(r"Patient/S[A-Z2-7]{16}\b")  # of the export itself
    texts = {name: ours.sub("", text) for name, text in told.items()}
    # A date of another patient may fall on one of these days by its shift: in so few it does not.
    assert {(name, canary) for name, text in texts.items() for canary in CANARIES if canary in text} == set()


@pytest.mark.parametrize("form", [form for form in Form if form is not Form.ATTRITION])
def test_the_canaries_would_be_found(form: Form, tmp_path: Path) -> None:
    told = export(tmp_path, form, [subject_of("1"), *subjects(1)], identified=True)
    assert any("canary" in text for text in told.values())
    assert all("identified" in name for name in told if name not in ("export.json", "dictionary.csv"))
    assert '"identified": true' in told["export.json"]


def test_items_go_by_the_keys_of_reviews() -> None:
    abstract = subject_of("1").abstract
    twice = replace(abstract, findings=(*abstract.findings, *abstract.findings))
    asked = items_of(twice, Design(ChartsOf.FLAGGED, 0))
    assert finding_items(twice.findings) == tuple(each.key for each in asked if each.kind == "finding")
