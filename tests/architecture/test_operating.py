"""docs/operating.md says what the code says: codes and their words, metrics, settings, rules that parse."""

import json
import re

import pytest
import yaml

from abstractor.settings import Settings
from abstractor.workflow.watching.alerts import CODES, SCHEMA
from abstractor.workflow.watching.measures import METRICS
from tests.architecture.sources import ROOT

PAGE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
NAMES = {metric.name for metric in METRICS}


def rows(heading: str) -> list[tuple[str, ...]]:
    """The cells of the table under that head."""
    table = PAGE.partition(f"| {heading} |")[2].partition("\n\n")[0].splitlines()[2:]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in table]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_every_code_stands_there_with_its_words() -> None:
    expected = [
        (f"`{code}`", what.replace("({detail})", "(code)").replace("{detail}", "(number)"), todo)
        for code, (what, todo) in CODES.items()
    ]
    assert rows("code") == expected


def test_every_metric_stands_there() -> None:
    expected = [
        (f"`{metric.name}`", ", ".join(f"`{label}`" for label in metric.labels) or "-", metric.meaning)
        for metric in METRICS
    ]
    assert rows("metric") == expected


def test_what_is_posted_is_json_of_this_version() -> None:
    (example,) = blocks("json")
    told = json.loads(example)
    assert told["schema"] == SCHEMA
    assert CODES[told["code"]] == (told["what"].replace("clinic-unreachable", "{detail}"), told["todo"])


def test_the_examples_for_prometheus_name_metrics_that_there_are() -> None:
    scrape, rules = (yaml.safe_load(block) for block in blocks("yaml"))
    assert scrape["scrape_configs"][0]["authorization"]
    for rule in rules["groups"][0]["rules"]:
        named = set(re.findall(r"abstractor_\w+", rule["expr"]))
        assert named and named <= NAMES, rule["alert"]


@pytest.mark.parametrize("name", sorted(set(re.findall(r"ABSTRACTOR_(\w+)", PAGE))))
def test_every_setting_is_one(name: str) -> None:
    assert name.lower() in Settings.model_fields


def test_the_grace_is_as_the_page_says() -> None:
    assert Settings.model_fields["pull_grace"].default == 6 * 3600
    assert "`ABSTRACTOR_PULL_GRACE` (six hours)" in PAGE
