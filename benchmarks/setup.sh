#!/usr/bin/env bash
# Makes what the benchmark needs in benchmarks/.work: the pinned JavaScript peers, and a venv with DuckDB and
# smart-fetch. Called by the Makefile; done once, and again when a lock changes.
set -euo pipefail
cd "$(dirname "$0")"

fail() {
    echo "benchmark: $1" >&2
    exit 1
}

for need in node npm; do
    command -v "$need" >/dev/null ||
        fail "no $need found: install Node.js 18 or newer (Debian: apt-get install nodejs npm)"
done
mkdir -p .work/npm

if ! cmp -s peers/package-lock.json .work/npm/installed.json; then
    echo "benchmark: installing cql-execution, cql-exec-fhir and fqm-execution" >&2
    cp peers/package.json peers/package-lock.json .work/npm/
    (cd .work/npm && npm ci --ignore-scripts --no-audit --no-fund --silent) ||
        fail "the packages of benchmarks/peers/package-lock.json could not be installed: is the package index reachable?"
    cp peers/package-lock.json .work/npm/installed.json
fi

if ! cmp -s requirements.txt .work/venv/installed.txt; then
    echo "benchmark: installing DuckDB and smart-fetch" >&2
    rm -rf .work/venv
    ../.venv/bin/python -m venv --without-pip .work/venv
    ../.venv/bin/python -m pip --python .work/venv/bin/python --disable-pip-version-check install --quiet \
        --require-hashes --requirement requirements.txt ||
        fail "the packages of benchmarks/requirements.txt could not be installed: is the package index reachable?"
    cp requirements.txt .work/venv/installed.txt
fi

# As after a first start: whoever sets PYTHONDONTWRITEBYTECODE would measure the compiler at every start.
env -u PYTHONDONTWRITEBYTECODE ../.venv/bin/python -m compileall -q ../abstractor
