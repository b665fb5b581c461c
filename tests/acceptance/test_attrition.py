"""`abstractor attrition`: the steps sum to the patients, and what no agent is known for is listed."""

import json
from pathlib import Path

import pytest

from fixtures.stories import all_stories, write_ndjson
from tests.acceptance.running import abstractor


@pytest.fixture(scope="module")
def abstracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    write_ndjson(folder, all_stories())
    target = folder / "abstracts.jsonl"
    period = "2022-01-01/2022-12-31"
    assert abstractor("abstract", folder, "--period", period, "-o", target).code == 0
    return target


def test_steps_sum_to_the_patients(abstracts: Path) -> None:
    counted = json.loads(abstractor("attrition", abstracts, "--json").out)
    assert counted["notice"].startswith("not clinically signed: ")
    patients = len(abstracts.read_text(encoding="utf-8").splitlines())
    assert sum(step["patients"] for step in counted["steps"]) == patients
    assert [step["step"] for step in counted["steps"]][-2:] == ["review", "included"]
    assert "Chemo, NOS" in dict(counted["unmapped"])


def test_the_table_says_the_same(abstracts: Path) -> None:
    said = abstractor("attrition", abstracts)
    assert said.code == 0
    assert "her2-positive-mbc" in said.out
    assert "Chemo, NOS" in said.out


@pytest.mark.parametrize("content", ["", "no json\n", '{"schema": "abstractor.abstract/2"}\n', "[1]\n"])
def test_what_is_no_file_of_abstracts_is_one_line(tmp_path: Path, content: str) -> None:
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text(content, encoding="utf-8")
    done = abstractor("attrition", wrong)
    assert (done.code, done.out, len(done.err.splitlines())) == (1, "", 1)
