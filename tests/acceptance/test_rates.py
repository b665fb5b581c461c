"""`abstractor rates`: every finding of a measure is counted once, and whatever is unknown says why."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

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


def told(abstracts: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in abstracts.read_text(encoding="utf-8").splitlines()]


def expected(charts: list[dict[str, Any]], *, in_period: bool = False) -> Counter[tuple[str, str]]:
    findings = [finding for chart in charts for finding in chart["findings"]]
    return Counter(
        (each["rule"], each["verdict"])
        for each in findings
        if each["rule"] != "sequencing" and (each["in_period"] or not in_period)
    )


def counts(rates: dict[str, Any]) -> Counter[tuple[str, str]]:
    held = {(m["measure"], verdict): count for m in rates["measures"] for verdict, count in m["verdicts"]}
    return Counter({key: count for key, count in held.items() if count})


def test_every_finding_is_counted_once(abstracts: Path) -> None:
    rates = json.loads(abstractor("rates", abstracts, "--json").out)
    charts = told(abstracts)
    assert rates["patients"] == len(charts)
    assert counts(rates) == expected(charts)


def test_of_the_included_what_touches_the_period(abstracts: Path) -> None:
    rates = json.loads(abstractor("rates", abstracts, "--json", "--included", "--in-period").out)
    charts = [chart for chart in told(abstracts) if chart["inclusion"]["verdict"] == "included"]
    assert rates["patients"] == len(charts)
    assert counts(rates) == expected(charts, in_period=True)


def test_whatever_is_unknown_says_why(abstracts: Path) -> None:
    rates = json.loads(abstractor("rates", abstracts, "--json").out)
    for each in rates["measures"]:
        why = dict(each["why"])
        assert sum(why.values()) == dict(each["verdicts"])["unknown"], each["measure"]
        assert "not-stated" not in why, each["measure"]


def test_the_tables_say_the_same(abstracts: Path) -> None:
    rates = json.loads(abstractor("rates", abstracts, "--json").out)
    shown, page = abstractor("rates", abstracts).out, abstractor("rates", abstracts, "--markdown").out
    rows = [line.split(" | ") for line in page.splitlines()[2:]]
    assert [row[0].removeprefix("| ") for row in rows] == [each["measure"] for each in rates["measures"]]
    assert all(each["measure"] in shown for each in rates["measures"])
    lvef = next(each for each in rates["measures"] if each["measure"] == "LVEF-BASE")
    met, missed = (dict(lvef["verdicts"])[verdict] for verdict in ("met", "not-met"))
    (row,) = [row for row in rows if row[0] == "| LVEF-BASE"]
    assert (row[2], row[3], row[8]) == (str(met), str(missed), f"{met / (met + missed):.0%}")


def test_the_attrition_as_a_table_sums_to_the_patients(abstracts: Path) -> None:
    page = abstractor("attrition", abstracts, "--markdown").out
    rows = [line.split(" | ") for line in page.splitlines()[2:]]
    assert sum(int(row[1]) for row in rows) == len(told(abstracts))
    assert "her2-equivocal" in rows[0][3]


def test_two_forms_at_once_are_refused(abstracts: Path) -> None:
    for command in ("rates", "attrition"):
        done = abstractor(command, abstracts, "--json", "--markdown")
        assert (done.code, done.out) == (2, "")


@pytest.mark.parametrize("content", ["", "no json\n", "[1]\n"])
def test_what_is_no_file_of_abstracts_is_one_line(tmp_path: Path, content: str) -> None:
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text(content, encoding="utf-8")
    done = abstractor("rates", wrong)
    assert (done.code, done.out, len(done.err.splitlines())) == (1, "", 1)
