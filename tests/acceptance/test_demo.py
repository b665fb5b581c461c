"""`abstractor demo`: the whole main job with one command, and what it must never say."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fixtures.stories import tale, write_ndjson
from tests.acceptance.running import ROOT, abstractor

KEYS = ["patients", "included", "review", "excluded", "flagged", "quarantined", "seconds"]
QUICK = {"ABSTRACTOR_RECONCILE_EVERY": "2", "ABSTRACTOR_WORKERS": "2"}


def test_the_sample_clinic_ends_with_the_summary_line() -> None:
    done = abstractor("demo", "--once", env=QUICK)
    assert done.code == 0, done.err
    summary = json.loads(done.out.splitlines()[-1])
    assert list(summary) == KEYS
    assert summary["patients"] >= 24
    assert summary["included"] + summary["review"] + summary["excluded"] == summary["patients"]
    assert summary["flagged"] >= summary["review"] > 0
    assert summary["quarantined"] > 0
    assert "Traceback" not in done.err


CANARY = "Zyxwvut-Canary"


def canary_folder(folder: Path) -> Path:
    """A patient whose every free text is a canary, with records that are refused for good measure."""
    told = tale("zyxcanary").her2_positive_mbc("2021-01-04", "bone").thp("2021-01-11", through="2022-03-01")
    told.course(["fam-trastuzumab deruxtecan"], "2022-06-14").order(CANARY, "2022-05-01").visit("2022-06-14")
    told.order("trastuzumab", "2022-05-02").but(authoredOn=f"2022-02-30 {CANARY}")
    story = told.told()
    patient = next(r for r in story.resources if r["resourceType"] == "Patient")
    patient["name"] = [{"family": CANARY}]
    patient["identifier"] = [{"system": "urn:example:mrn", "value": f"MRN-{CANARY}"}]
    write_ndjson(folder, [story])
    return folder


def test_nothing_of_a_patient_is_ever_said(tmp_path: Path) -> None:
    folder = canary_folder(tmp_path)
    for words in (
        ("demo", "--once", "--data", folder),
        ("abstract", folder, "--period", "2022-01-01/2022-12-31"),
    ):
        done = abstractor(*words, env=QUICK)
        assert done.code == 0, done.err
        assert CANARY.lower() not in done.err.lower()
        assert "zyxcanary" not in done.err
    assert json.loads(abstractor("demo", "--once", "--data", folder, env=QUICK).out.splitlines()[-1])[
        "quarantined"
    ]


@pytest.mark.parametrize("words", [("--data", "nowhere"), ("--data", "README.md")])
def test_a_folder_that_is_none_is_one_line(words: tuple[str, str]) -> None:
    done = abstractor("demo", "--once", *words)
    assert (done.code, len(done.err.splitlines())) == (1, 1)


def test_an_empty_folder_is_an_error_not_an_empty_cycle(tmp_path: Path) -> None:
    done = abstractor("demo", "--once", "--data", tmp_path)
    assert done.code == 1
    assert "no *.ndjson" in done.err
    assert "Traceback" not in done.err


def test_the_pages_come_up_and_go_down_with_ctrl_c() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "abstractor", "demo"],
        cwd=ROOT,
        env={**os.environ, **QUICK, "ABSTRACTOR_PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(6)]
        page = re.search(r"http://127\.0\.0\.1:\d+", "".join(said))
        assert page is not None, said
        assert any(line.startswith("Password:") for line in said)
        time.sleep(2)  # until it does nothing but wait
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=40)
        assert process.returncode == 0
        assert "Traceback" not in err
        assert time.monotonic() - started < 40
    finally:
        process.kill()
