#!/usr/bin/env bash
# Writes docs/measure-rates.md: attrition and measure rates of the sample clinic, and of TCGA-BRCA where its folder of
# NDJSON is given. The tables are what the commands print; nothing is typed in by hand.
set -euo pipefail
cd "$(dirname "$0")/.."
tcga=${1:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
program=.venv/bin/abstractor
page=docs/measure-rates.md

tables() { # title, folder, options of `abstract`
    local title=$1 folder=$2
    shift 2
    "$program" abstract "$folder" "$@" -o "$work/abstracts.jsonl" 2>"$work/said" || [ $? -eq 3 ] # 3: something quarantined
    printf '\n## %s\n\n`abstractor abstract <folder> %s`\n\n' "$title" "$*"
    "$program" attrition "$work/abstracts.jsonl" --markdown 2>>"$work/said"
    printf '\nEvery finding, of the whole history:\n\n'
    "$program" rates "$work/abstracts.jsonl" --markdown 2>>"$work/said"
    printf '\nOf the patients who were included, what touches the period:\n\n'
    "$program" rates "$work/abstracts.jsonl" --included --in-period --markdown 2>>"$work/said"
}

{
    cat <<'PAGE'
# Attrition and measure rates

Made by `make rates` (`TCGA=<folder>` adds TCGA-BRCA, which is no part of this repository; see
[real-input.md](real-input.md)). A measure counts once for each line of treatment, or once for the patient, that it asks of.
The rate is the share met of what was met or not met; what never flags is called advisory. A reason of the attrition counts every
patient of whom it holds, also those whom another criterion stopped.

The sample clinic's charts are made up to try the rules, so its rates say nothing about any clinic: most charts tell only what
their story is about. TCGA-BRCA has no doses, and no tests but those of the tumour.
PAGE
    .venv/bin/python -c 'import sys
from pathlib import Path
from fixtures.stories import all_stories, write_ndjson
write_ndjson(Path(sys.argv[1]), all_stories())' "$work/clinic"
    tables "The sample clinic" "$work/clinic" --period 2022-01-01/2022-12-31
    if [ -n "$tcga" ]; then
        tables "TCGA-BRCA" "$tcga" --period 2027-01-01/2027-12-31 --as-of 2027-12-31
    fi
} >"$work/page"
mv "$work/page" "$page"
