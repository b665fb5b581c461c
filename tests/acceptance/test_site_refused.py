"""A wrong site folder stops every command at its start: one line, exit code 1, nothing on stdout."""

import shutil
from pathlib import Path

import pytest

from tests.acceptance.running import ROOT, abstractor

SOUND = ROOT / "tests/unit/guidelines/site/sound"
BUNDLE = ROOT / "docs/extending/sample-bundle.json"
PERIOD = ("--period", "2022-01-01/2022-12-31")
SAYS = "codes.csv, line 2: unknown code system 'cpt4'; use a short name of ours or the system's address"


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    site = Path(shutil.copytree(SOUND, tmp_path / "site"))
    codes = site / "codes.csv"
    codes.write_text(codes.read_text("utf-8").replace("cpt", "cpt4"), "utf-8")
    return site


@pytest.mark.parametrize(
    "words",
    [
        ("abstract", BUNDLE, *PERIOD),
        ("guidelines", "list"),
        ("guidelines", "show", "asco-her2-2022"),
        ("guidelines", "book", "-o", "book"),
    ],
    ids=lambda words: " ".join(map(str, words[:2] if words[0] == "guidelines" else words[:1])),
)
def test_a_command_with_the_folder(wrong: Path, words: tuple[str, ...]) -> None:
    said = abstractor(*words, "--site", wrong)
    assert (said.code, said.out) == (1, "")
    assert said.err == f"abstractor: {wrong}/{SAYS}\n"


@pytest.mark.parametrize(
    "words",
    [
        ("demo", "--once"),
        ("run", "--clinic-url", "http://127.0.0.1:9", *PERIOD),
        ("serve",),
        ("worker",),
    ],
    ids=lambda words: words[0],
)
def test_a_service_with_the_setting(wrong: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    data = tmp_path / "data"
    said = abstractor(*words, env={"ABSTRACTOR_SITE": str(wrong), "ABSTRACTOR_DATA_DIR": str(data)})
    assert (said.code, said.out) == (1, "")
    assert said.err.removeprefix("abstractor: ") == f"{wrong}/{SAYS}\n"
    assert not list(data.glob("*.db")), "a database was made before the folder was looked at"


def test_a_wrong_completeness_file(tmp_path: Path) -> None:
    (tmp_path / "completeness.json").write_text('{\n  "Condition": "mostly"\n}\n')
    said = abstractor("abstract", BUNDLE, *PERIOD, "--site", tmp_path)
    assert (said.code, said.out) == (1, "")
    line = f"abstractor: {tmp_path}/completeness.json, line 2: no such state of 'Condition'; write one of: "
    assert said.err.startswith(line)
    checked = abstractor("guidelines", "check", "--site", tmp_path)
    assert (checked.code, checked.out) == (1, "")
    assert f"refused: {line.removeprefix('abstractor: ')}" in checked.err


def test_the_check_tells_all_at_once(wrong: Path) -> None:
    regimens = wrong / "regimens.toml"
    regimens.write_text(regimens.read_text("utf-8").replace("SITE-TX", "THP"), "utf-8")
    (wrong / "completeness.json").write_text("[]\n")
    said = abstractor("guidelines", "check", "--site", wrong, "--on", "2022-06-01")
    refused = [line for line in said.err.splitlines() if line.startswith("refused: ")]
    assert [line.removeprefix(f"refused: {wrong}/").split(":")[0] for line in refused] == [
        "codes.csv, line 2",
        "regimens.toml, line 2, regimen 'THP'",
        "completeness.json, line 1",
    ]
    assert said.err.endswith("abstractor: guidelines: 3 refusals; mend the files named above\n")
    assert (said.code, said.out) == (1, "")
