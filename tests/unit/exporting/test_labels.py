"""Labels from elsewhere: every wrong cell is told by line and column, and none with what stands there."""

from pathlib import Path

import pytest

from abstractor.abstract import to_json
from abstractor.errors import InputError
from abstractor.export.disclosing import Disclosure
from abstractor.export.labels import Label, WrongCell, labels_for, read_labels
from abstractor.export.subjects import Who
from abstractor.workflow.auditing.design import Charts, Design
from abstractor.workflow.auditing.items import ItemKind, items_of
from abstractor.workflow.exporting.keys import study_key
from abstractor.workflow.exporting.labels import beside_program
from tests.unit.exporting.charts import abstract_of

HEAD = "patient,item,label,reader\n"
GOOD = "Patient/canary-1,criterion:her2-lines,met,A\n"


def read(folder: Path, text: str) -> tuple[tuple[Label, ...], tuple[WrongCell, ...]]:
    path = folder / "labels.csv"
    path.write_text(text, encoding="utf-8")
    return read_labels(path)


def test_labels_are_read_in_any_order_of_columns(tmp_path: Path) -> None:
    text = (
        '\ufeffreader,note,label,item,patient\nA,"two\nlines",met,criterion:her2-lines,S1\n\n'
        "A,,right,line:palliative:1,S1\n"
    )
    labels, wrong = read(tmp_path, text)
    assert wrong == ()
    assert labels == (
        Label(2, "S1", "criterion:her2-lines", "met", "A"),
        Label(5, "S1", "line:palliative:1", "right", "A"),
    )


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (",criterion:her2-lines,met,A", "patient", "is empty"),
        ("canary name,criterion:her2-lines,met,A", "patient", "is no reference"),
        ("Observation/canary,criterion:her2-lines,met,A", "patient", "is no reference"),
        ("Patient/2,,met,A", "item", "is empty"),
        ("Patient/2,canary,met,A", "item", "is no key"),
        ("Patient/2,line:other:1,right,A", "item", "is no key"),
        ("Patient/2,line:palliative:0,right,A", "item", "is no key"),
        ("Patient/2,criterion:her2-lines,,A", "label", "is empty"),
        ("Patient/2,criterion:her2-lines,canary,A", "label", "is no label"),
        ("Patient/2,criterion:her2-lines,preferred,A", "label", "is no label"),
        ("Patient/2,line:palliative:1,met,A", "label", "is no label"),
        ("Patient/2,finding:sequencing:palliative:1:-:ASCO,met,A", "label", "is no label"),
        ("Patient/2,finding:sequencing:palliative:1:-:FDA,preferred,A", "label", "is no label"),
        ("Patient/2,finding:BMA:-:-:-:ASCO,preferred,A", "label", "is no label"),
        ("Patient/2,criterion:her2-lines,met,", "reader", "is empty"),
        ("Patient/2,criterion:her2-lines,met," + "canary" * 20, "reader", "longer"),
    ],
)
def test_a_wrong_cell_is_told_by_line_and_column_alone(
    row: str, column: str, words: str, tmp_path: Path
) -> None:
    _, wrong = read(tmp_path, f"{HEAD}{GOOD}{row}\n")
    assert [(each.line, each.column) for each in wrong] == [(3, column)]
    assert words in wrong[0].wrong
    assert "canary" not in repr(wrong)


def test_every_wrong_row_is_told(tmp_path: Path) -> None:
    rows = "".join(f"canary {number},canary,,A\n" for number in range(500))
    _, wrong = read(tmp_path, HEAD + GOOD + rows)
    assert len(wrong) == 1500
    assert [each.line for each in wrong[::3]] == list(range(3, 503))


def test_a_line_of_another_length_is_told_beside_the_others(tmp_path: Path) -> None:
    rows = "Patient/canary,criterion:x,met\nPatient/canary,canary,met,A\n" + GOOD + "a,b,c,d,e\n"
    _, wrong = read(tmp_path, HEAD + rows)
    assert [(each.line, each.column, each.wrong.partition(":")[0]) for each in wrong] == [
        (2, "", "has 3 cells, the header 4"),
        (3, "item", "is no key of an item"),
        (5, "", "has 5 cells, the header 4"),
    ]
    assert "canary" not in repr(wrong)


def test_what_to_write_instead_is_told(tmp_path: Path) -> None:
    _, wrong = read(tmp_path, HEAD + "S1,line:palliative:1,canary,A\nS1,criterion:x,canary,A\n")
    assert [each.wrong for each in wrong] == [
        "is no label that this item can have: write right, wrong, cannot-tell",
        "is no label that this item can have: write met, not-met, unknown, cannot-tell",
    ]


@pytest.mark.parametrize("again", [GOOD, GOOD.removeprefix("Patient/").replace(",met", ",not-met")])
def test_an_item_is_labelled_once_by_a_reader(tmp_path: Path, again: str) -> None:
    """However the patient is written."""
    other = GOOD.replace(",A", ",B")
    _, wrong = read(tmp_path, HEAD + GOOD + other + again)
    assert [(each.line, each.column, each.wrong) for each in wrong] == [
        (2, "item", "is labelled by this reader in line 4 too: keep one of them"),
        (4, "item", "is labelled by this reader in line 2 too: keep one of them"),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1: needs each of the columns"),
        ("patient,item,label\n", "line 1: needs each of the columns"),
        ("patient,item,label,reader,label\n", "line 1: needs each of the columns"),
        (HEAD + 'Patient/canary,"criterion:x\n', "cannot be read"),
    ],
)
def test_what_is_no_table_of_labels_is_refused(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=words) as refused:
        read(tmp_path, text)
    assert "canary" not in str(refused.value)
    with pytest.raises(InputError, match="cannot be read"):
        read_labels(tmp_path / "nowhere.csv")


def test_labels_are_the_choices_of_a_review() -> None:
    """What a reader may answer of an item is what a label of it may be."""
    for item in items_of(abstract_of("1"), Design(Charts.FLAGGED, 0)):
        choices = ("right", "wrong") if item.kind is ItemKind.LINE else item.choices
        assert sorted(labels_for(item.key)) == sorted((*choices, "cannot-tell"))
    assert labels_for("canary") == ()


def test_labels_beside_the_program(tmp_path: Path) -> None:
    charts = tmp_path / "abstracts.jsonl"
    charts.write_text("".join(f"{to_json(abstract_of(name))}\n" for name in "12"), encoding="utf-8")
    labels, _ = read(
        tmp_path,
        HEAD
        + GOOD
        + "canary-2,criterion:her2-lines,not-met,A\n"
        + "canary-2,criterion:visit-in-period,cannot-tell,A\n"
        + "canary-2,line:palliative:2,right,A\n"
        + "canary-2,line:palliative:9,wrong,A\n"
        + "canary-3,finding:ILD-ACT:-:-:-:ASCO,met,A\n"
        + "canary-1,finding:ILD-ACT:-:-:-:ASCO,unknown,A\n",
    )
    beside = beside_program(labels, charts, key=None)
    told = beside.rules
    assert (beside.no_patient, beside.no_item) == ((7,), (6,))
    assert [(each.rule, each.same, each.different, each.left_open, each.not_there) for each in told] == [
        ("ILD-ACT", 1, 0, 0, 1),
        ("her2-lines", 1, 1, 0, 0),
        ("line-of-therapy", 1, 0, 0, 1),
        ("visit-in-period", 0, 0, 1, 0),
    ]
    assert [each.share for each in told] == [1.0, 0.5, 1.0, None]


def test_labels_by_study_id(tmp_path: Path) -> None:
    charts, key = tmp_path / "abstracts.jsonl", tmp_path / "key"
    charts.write_text(f"{to_json(abstract_of('1'))}\n", encoding="utf-8")
    name = Disclosure(study_key(key)).study_id(Who("", "Patient/canary-1"))
    labels, _ = read(tmp_path, f"{HEAD}{name},criterion:her2-lines,met,A\n")
    (told,) = beside_program(labels, charts, key=key).rules
    assert told.same == 1


def test_study_ids_of_an_audit_are_bound_to_the_clinic(tmp_path: Path) -> None:
    key = tmp_path / "key"
    clinic = "https://north.example/fhir"
    identity = Disclosure(study_key(key)).study_id(Who(clinic, "Patient/canary-1"))
    abstracts = tmp_path / "abstracts.jsonl"
    abstracts.write_text(f"{to_json(abstract_of('1'))}\n", encoding="utf-8")
    labels, _ = read(tmp_path, f"{HEAD}{identity},criterion:her2-lines,met,A\n")
    (bound,) = beside_program(labels, abstracts, key=key, clinic=f"{clinic}/").rules
    assert (bound.same + bound.different, bound.not_there) == (1, 0)
    (unbound,) = beside_program(labels, abstracts, key=key).rules
    assert unbound.not_there == 1


def test_a_key_that_is_not_there_is_not_made_up_for_labels(tmp_path: Path) -> None:
    labels, _ = read(tmp_path, f"{HEAD}{GOOD}")
    with pytest.raises(InputError, match="--study-key"):
        beside_program(labels, tmp_path / "none", key=tmp_path / "mistyped")
    assert not (tmp_path / "mistyped").exists()
