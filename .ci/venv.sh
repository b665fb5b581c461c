#!/usr/bin/env bash
# Makes .venv and installs one locked set of packages (runtime or dev) and the project itself. Called by the Makefile.
set -euo pipefail
cd "$(dirname "$0")/.."
set="$1"

fail() {
    echo "set-up: $1" >&2
    exit 1
}

recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

# A version manager's shim may be on PATH and yet start nothing, so each candidate is run once.
interpreter() {
    local candidate
    for candidate in ${PYTHON:-python3.11 python3.12 python3.13 python3 python3.14}; do
        if recent "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    fail "no Python 3.11 or newer found${PYTHON:+ as $PYTHON}: install one (Debian 12: apt-get install python3 python3-venv)"
}

# Debian ships Python without ensurepip unless python3-venv is there; three other ways lead to the same.
create() {
    local python="$1"
    rm -rf .venv
    if "$python" -c 'import ensurepip' 2>/dev/null && "$python" -m venv .venv; then return; fi
    rm -rf .venv
    if command -v uv >/dev/null && uv venv --quiet --seed --python "$python" .venv; then return; fi
    if "$python" -m virtualenv --version >/dev/null 2>&1 && "$python" -m virtualenv --quiet .venv; then return; fi
    rm -rf .venv
    if "$python" -m venv --without-pip .venv 2>/dev/null &&
        "$python" -m pip --python .venv/bin/python install --quiet pip 2>/dev/null; then return; fi
    rm -rf .venv
    fail "cannot make a virtual environment: python3-venv is missing (Debian: apt-get install python3-venv; or install uv)"
}

install() {
    .venv/bin/python -m pip --disable-pip-version-check --no-input install --quiet "$@"
}

if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    echo "set-up: making .venv" >&2
    python="$(interpreter)"
    create "$python"
fi
echo "set-up: installing requirements/$set.txt" >&2
install --require-hashes --requirement "requirements/$set.txt" ||
    fail "the packages of requirements/$set.txt could not be installed (reason above): is the package index reachable?"
install --no-deps --no-build-isolation --editable . ||
    fail "the project itself could not be installed (reason above)"
touch ".venv/.$set"
if [ "$set" = dev ]; then touch .venv/.runtime; fi
