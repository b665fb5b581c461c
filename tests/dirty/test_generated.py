"""10,000 damaged records a run, in five clinics of one seed each: nothing stops the program, nothing is lost,
and each patient gets an abstract of the public form.
"""

import io
import json
import random
from contextlib import redirect_stderr
from functools import cache
from pathlib import Path

import jsonschema
import pytest

from abstractor.cli.app import app
from fixtures.stories import all_stories
from tests.dirty.asking import Outcome, asked
from tests.dirty.damage import DAMAGES

SEEDS = (20261122, 20261123, 20261124, 20261125, 20261126)
DAMAGED = 2_000
SCHEMA = Path(__file__).parents[2] / "docs" / "contract.schema.json"


QUESTION = """
title = "Metastatic breast cancer with an order of T-DM1"
[[diagnosis]]
concepts = ["distant-metastasis"]
[order]
agents = ["ado-trastuzumab emtansine"]
"""


@cache
def schema() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


@cache
def bodies() -> tuple[bytes, ...]:
    return tuple(json.dumps(each).encode() for story in all_stories() for each in story.resources)


def damaged_clinic(seed: int, folder: Path) -> tuple[Path, int]:
    """The sample clinic's records, 2,000 of them damaged, as the lines of a file; and how many lines."""
    chance = random.Random(seed)
    lines = list(bodies())
    for place in chance.sample(range(len(lines)), DAMAGED):
        harmed = chance.choice(DAMAGES)(chance, lines[place])
        while harmed is None:
            harmed = chance.choice(DAMAGES)(chance, lines[place])
        lines[place] = harmed.replace(b"\n", b" ")
    file = folder / f"{seed}.ndjson"
    file.write_bytes(b"\n".join(lines))
    return file, sum(1 for line in lines if line.strip())


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"seed {seed}")
def test_a_damaged_clinic(seed: int, tmp_path: Path) -> None:
    file, lines = damaged_clinic(seed, tmp_path)
    found = asked(file)
    assert found.code == 0
    _nothing_is_lost(found, lines)
    assert {story.patient for story in all_stories()} <= set(found.abstracts)
    for patient in sorted(found.abstracts)[:: 1 + seed % 5]:
        wrong = [
            f"{patient}: {error.message[:200]}" for error in schema().iter_errors(found.abstracts[patient])
        ]
        assert wrong == []


def _nothing_is_lost(found: Outcome, lines: int) -> None:
    host = asked()
    assert found.total("read") - host.total("read") == lines
    for row in found.counts.values():
        assert row["read"] == row["used"] + row["not_used"] + row["quarantined"]
    # Of 2,000 most are quarantined, many are repaired, and some were hurt where nobody reads.
    assert DAMAGED // 3 < found.total("quarantined") < DAMAGED
    assert sum(found.repaired.values()) > DAMAGED // 20


def test_a_cohort_question_to_a_damaged_clinic(tmp_path: Path) -> None:
    """The other way in: records one by one, no chart held; what is not asked for is passed over unread."""
    file, _ = damaged_clinic(SEEDS[0], tmp_path)
    question, out, said = tmp_path / "question.toml", tmp_path / "answers", io.StringIO()
    question.write_text(QUESTION, encoding="utf-8")
    with redirect_stderr(said):
        assert not app(["cohort", str(question), str(file), "-o", str(out)], standalone_mode=False)
    counts = json.loads(said.getvalue().splitlines()[-1])
    assert counts and all(row["read"] == row["used"] + row["quarantined"] for row in counts.values())
    answers = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert {story.patient.partition("/")[2] for story in all_stories()} <= {each["id"] for each in answers}
    assert {True, None} <= {each["in"] for each in answers}
