"""`abstractor export` as it is typed: from charts in files to files for others."""

import csv
import json
from pathlib import Path

from tests.acceptance.running import ROOT, abstractor

HOST = ROOT / "tests" / "dirty" / "host.ndjson"


def test_charts_in_files_become_tables_that_name_nobody(tmp_path: Path) -> None:
    abstracts, out = tmp_path / "abstracts.jsonl", tmp_path / "out"
    made = abstractor("abstract", HOST, "--period", "2022-01-01/2022-12-31", "-o", abstracts)
    assert made.code == 0, made.err
    done = abstractor("export", "csv", "--from", abstracts, "-o", out, "--json")
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert (told["patients"], told["identified"]) == (1, False)
    assert "not clinically signed" in done.err and "not clinically signed" in told["notice"]
    with (out / "lines.csv").open(encoding="utf-8", newline="") as lines:
        assert [row["regimen"] for row in csv.DictReader(lines)] == ["THP", "TDXD"]
    assert "host" not in "".join(path.read_text("utf-8") for path in out.iterdir())
    again = abstractor("export", "csv", "--from", abstracts, "-o", out)
    assert (again.code, again.out) == (1, "")
    assert again.err == f"abstractor: {out}: is there already; name a new folder\n"
