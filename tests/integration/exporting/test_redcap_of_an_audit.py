"""A closed audit for REDCap, from each database: its records keep the rules of its dictionary."""

import csv
from pathlib import Path

from sqlalchemy import text

from abstractor.store.database import Store
from abstractor.workflow.acting import By
from abstractor.workflow.exporting.exporting import export_audit
from abstractor.workflow.exporting.forms import Asked, Form
from tests.integration.exporting.test_exports import kept
from tests.integration.framed import services_on
from tests.integration.keeping import NOW
from tests.unit.exporting.redcap_rules import wrong_in_dictionary, wrong_in_records


def read(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines, strict=True)
        rows = list(reader)
    return list(reader.fieldnames or ()), rows


def test_what_readers_said_is_a_form_that_repeats(store: Store, tmp_path: Path) -> None:
    kept(store)
    with store.writing() as session:
        session.connection().execute(text("UPDATE chart_audit SET state = 'closed'"))
    out = tmp_path / "redcap"
    asked = Asked(Form.REDCAP, out)
    export_audit(services_on(store, tmp_path), 1, asked, by=By("somebody"), now=NOW)
    header, fields = read(out / "redcap_dictionary.csv")
    repeating = [row["form_name"] for row in read(out / "redcap_repeating.csv")[1]]
    records = read(out / "redcap_records.csv")[1]
    assert wrong_in_dictionary(header, fields) == []
    assert wrong_in_records(fields, repeating, records) == []
    (rated,) = [row for row in records if row["redcap_repeat_instrument"] == "rating"]
    told = {name: value for name, value in rated.items() if name.startswith("rtg_") and value}
    assert told.pop("rtg_reader").startswith("K")
    assert told == {
        "rtg_role": "reviewer",
        "rtg_seat": "1",
        "rtg_item": "criterion:visit-in-period",
        "rtg_kind": "criterion",
        "rtg_rule": "visit-in-period",
        "rtg_program": "met",
        "rtg_answer": "agree",
        "rtg_rating": "met",
    }
