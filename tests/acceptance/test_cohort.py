"""`abstractor cohort` from outside: who belongs, who cannot be told, and what is no question."""

import json
from pathlib import Path
from typing import Any

import pytest

from fixtures.stories import Tale, tale, write_ndjson
from tests.acceptance.running import Said, abstractor

QUESTION = """
title = "Metastatic breast cancer with an order of T-DM1"
[[diagnosis]]
concepts = ["breast-cancer"]
confirmed = true
[[diagnosis]]
concepts = ["distant-metastasis"]
[order]
agents = ["ado-trastuzumab emtansine"]
"""


def asked(tmp_path: Path, question: str, *words: str | Path) -> Said:
    file = tmp_path / "question.toml"
    file.write_text(question, encoding="utf-8")
    return abstractor("cohort", file, *words)


def rows(said: Said) -> dict[str, dict[str, Any]]:
    assert said.code == 0, said.err
    read = [json.loads(line) for line in said.out.splitlines()]
    assert [row["id"] for row in read] == sorted(row["id"] for row in read)
    return {row["id"]: row for row in read}


def of(*told: Tale, into: Path) -> Path:
    folder = into / "export"
    write_ndjson(folder, [each.told() for each in told])
    return folder


def patient(name: str) -> Tale:
    return tale(name).breast_cancer("2020-01-10").metastasis("liver", "2020-02-01").visit("2020-02-03")


def test_who_belongs_and_what_was_counted(tmp_path: Path) -> None:
    drug = "ado-trastuzumab emtansine"
    folder = of(
        patient("ann").order(drug, "2021-03-02").order(drug, "2020-06-01").visit("2021-03-02"),
        patient("bea").order("trastuzumab", "2021-03-02"),
        patient("cat").order(drug, "2021-03-02", status="cancelled"),
        patient("dot").order(drug, "2021-03-02", form="referenced"),
        tale("eve").breast_cancer("2020-01-10").order(drug, "2021-03-02").visit("2021-03-02"),
        into=tmp_path,
    )
    said = rows(asked(tmp_path, QUESTION, folder))
    assert said["ann"] == {"id": "ann", "in": True, "first_order": "2020-06-01", "orders": 2, "encounters": 2}
    assert {name: row["in"] for name, row in said.items()} == {
        "ann": True,
        "bea": False,
        "cat": False,
        "dot": True,
        "eve": False,
    }
    assert said["cat"]["orders"] == 0


def test_what_was_not_seen_is_not_told_to_be_absent(tmp_path: Path) -> None:
    folder = of(patient("ann"), into=tmp_path)
    row = rows(asked(tmp_path, QUESTION, folder))["ann"]
    assert (row["in"], row["unknown"], row["orders"]) == (None, ["MedicationRequest"], None)


def test_a_record_that_cannot_be_read_leaves_its_own_patient_open(tmp_path: Path) -> None:
    folder = of(patient("ann"), patient("bea").order("trastuzumab", "2021-03-02"), into=tmp_path)
    broken = {
        "resourceType": "MedicationRequest",
        "id": "broken",
        "subject": {"reference": "Patient/ann"},
        "authoredOn": "2021-13-45",
    }
    with (folder / "MedicationRequest.ndjson").open("a", encoding="utf-8") as orders:
        orders.write(json.dumps(broken) + "\n")
    said = asked(tmp_path, QUESTION, folder)
    assert {name: row["in"] for name, row in rows(said).items()} == {"ann": None, "bea": False}
    assert said.counts["MedicationRequest"] == {"read": 2, "used": 1, "not_used": 0, "quarantined": 1}


def test_a_file_comes_out_whole_and_replaces_no_input(tmp_path: Path) -> None:
    folder = of(patient("ann"), into=tmp_path)
    target = tmp_path / "answers.ndjson"
    assert asked(tmp_path, QUESTION, folder, "-o", target).code == 0
    assert target.read_text(encoding="utf-8") == asked(tmp_path, QUESTION, folder).out
    over = asked(tmp_path, QUESTION, folder, "-o", tmp_path / "question.toml")
    assert (over.code, len(over.err.splitlines())) == (2, 1)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('"breast-cancer"', '"breast-cancr"', "breast-cancr"),
        ('"ado-trastuzumab emtansine"', '"kadcylla"', "kadcylla"),
        ("confirmed = true", 'confirmed = "yes"', "neither true nor false"),
        ("confirmed = true", "sure = true", "unknown key 'sure'"),
        ("[order]", "[orders]", "unknown key 'orders'"),
        ('["distant-metastasis"]', "[]", "no list of words"),
        ("[order]", "[order]\nat_least = 0", "from 1 on"),
        ("title = ", "name = ", "unknown key 'name'"),
        ("[[diagnosis]]", "[[diagnosis]", "question.toml, line 3: not TOML ("),
        ('["distant-metastasis"]', '["lvef"]', "line 7: diagnosis.concepts 'lvef' is no diagnosis"),
        ('["distant-metastasis"]', '["answer:positive"]', "'answer:positive' is no diagnosis"),
        ('["distant-metastasis"]', '["echocardiogram"]', "'echocardiogram' is no diagnosis"),
        ('["distant-metastasis"]', '["cardiology-care"]', "'cardiology-care' is no diagnosis"),
        ('["distant-metastasis"]', '["distant"]', "line 7: diagnosis.concepts 'distant' has no code"),
        ("confirmed = true", "confirmed = 1", "line 5: diagnosis.confirmed is neither"),
    ],
)
def test_what_is_no_question_is_refused_with_the_mend(
    tmp_path: Path, before: str, after: str, says: str
) -> None:
    folder = of(patient("ann"), into=tmp_path)
    said = asked(tmp_path, QUESTION.replace(before, after, 1), folder)
    assert (said.code, said.out, len(said.err.splitlines())) == (1, "", 1), said.err
    assert says in said.err
    assert "question.toml" in said.err


@pytest.mark.parametrize("question", ["", 'title = "Nothing"', 'title = "x"\ndiagnosis = 3', "[order]\n"])
def test_a_question_that_asks_for_nothing_is_refused(tmp_path: Path, question: str) -> None:
    said = asked(tmp_path, question, of(patient("ann"), into=tmp_path))
    assert (said.code, said.out, len(said.err.splitlines())) == (1, "", 1), said.err
