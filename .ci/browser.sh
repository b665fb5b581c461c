#!/usr/bin/env bash
# Sees to a Chromium for the browser tests: one on PATH, else Debian's where it may be installed, else Playwright's own.
# It never fails: without a browser it says so in one line, the browser tests fail, and the others run.
set -uo pipefail
cd "$(dirname "$0")/.."

found() { command -v chromium chromium-browser google-chrome >/dev/null 2>&1; }

playwrights_own() {
    .venv/bin/python - <<'PYTHON'
import pathlib, sys
from playwright.sync_api import sync_playwright

with sync_playwright() as playwright:
    sys.exit(not pathlib.Path(playwright.chromium.executable_path).exists())
PYTHON
}

debian() {
    local may=()
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2>/dev/null || return 1
        may=(sudo -n)
    fi
    echo "set-up: installing Debian's chromium for the browser tests" >&2
    "${may[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq update >/dev/null 2>&1 </dev/null
    "${may[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
        chromium fonts-dejavu-core >/dev/null 2>&1 </dev/null && found
}

playwright_install() {
    echo "set-up: asking Playwright for its own Chromium" >&2
    .venv/bin/python -m playwright install chromium >/dev/null 2>&1 </dev/null && playwrights_own
}

found || playwrights_own || debian || playwright_install ||
    echo "set-up: no Chromium: the browser tests will fail (apt-get install chromium; or make test ARGS=--ignore=tests/browser)" >&2
