# The front door. Every target sets up what it needs by itself: .venv, the locked packages, a browser for the tests.
# It asks nothing. PYTHON=... chooses an interpreter; the set-up is redone only when a lock or pyproject.toml changes.

PY := .venv/bin/python
OURS := abstractor worker fixtures benchmarks

.PHONY: help demo serve worker test check fix proof bench mutants knowledge-mutants rates real-input release-editions book lock clean
.DEFAULT_GOAL := help

help: ## Say what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## (.*)/  make \1|\2/' | column -t -s '|' 2>/dev/null \
		|| grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST)

demo: .venv/.runtime ## The whole main job on this machine; DATA=<NDJSON folder> for your own, ARGS=--once to end by itself
	@.venv/bin/abstractor demo $(if $(DATA),--data "$(DATA)") $(ARGS)

serve: .venv/.runtime ## The web service alone, as the settings say (ABSTRACTOR_...)
	@.venv/bin/abstractor serve $(ARGS)

worker: .venv/.runtime ## One worker, as the settings say
	@.venv/bin/abstractor worker $(ARGS)

# Hundreds of programs are started: what Python compiles is kept for the next, whatever this shell says.
test: .venv/.dev ## The tests, in three processes; ARGS=... goes to pytest (ARGS=-n0: in one)
	@bash .ci/browser.sh
	@env -u PYTHONDONTWRITEBYTECODE $(PY) -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder $(ARGS)

proof: .venv/.dev ## The longer proofs, run by hand; their numbers are in docs/
	@bash .ci/browser.sh
	@$(PY) -m pytest -m proof --timeout 3600 tests/proof $(ARGS)
	@$(PY) -m pytest --whole --numprocesses 3 --dist loadfile tests/integration
	@EXAMPLES=200 $(PY) -m pytest --numprocesses 3 --timeout 3600 tests/property
	@$(MAKE) --no-print-directory mutants ARGS=
	@$(MAKE) --no-print-directory knowledge-mutants ARGS=

mutants: .venv/.dev ## Change the rules in 1,000 places, one at a time: which changes does no test notice?
	@$(PY) -m tests.mutation.rules $(ARGS)

knowledge-mutants: .venv/.dev ## Change every date, number, verdict, agent and condition: which does no case notice?
	@$(PY) -m tests.mutation.knowledge --at-once 2 $(ARGS)

bench: .venv/.dev ## Peers, the pull, the auditor's pages, into docs/benchmark.md; ARGS=--quick to see that it runs
	@bash benchmarks/setup.sh
	@$(PY) -m benchmarks.run $(ARGS)
	@$(PY) -m benchmarks.room $(if $(filter --quick,$(ARGS)),--patients 200)

rates: .venv/.dev ## Attrition and measure rates of the sample clinic, into docs/measure-rates.md; TCGA=<folder> adds TCGA-BRCA
	@bash .ci/rates.sh $(TCGA)

real-input: .venv/.dev ## TCGA=<folder> served as an endpoint and read by search and by bulk, into docs/real-input.md
	@$(PY) -m benchmarks.real_input "$(TCGA)" $(ARGS)

check: .venv/.dev ## Lint, format, types, arrows between the rooms, guidelines, migrations in step with the tables
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy $(OURS)
	@.venv/bin/lint-imports
	@.venv/bin/abstractor guidelines check
	@env -u ABSTRACTOR_DATABASE_URL $(PY) -m abstractor.store check

fix: .venv/.dev ## Mend what ruff can mend
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

release-editions: .venv/.dev ## Write down what each edition says now; a change needs its line in CHANGELOG.md
	@$(PY) -m tests.architecture.releasing

book: .venv/.runtime ## Print the editions and measures as pages to read, in book/; ARGS=... goes to `guidelines book`
	@.venv/bin/abstractor guidelines book -o book $(ARGS)

lock: .venv/.dev ## Lock the packages anew, with hashes and without addresses
	@for set in runtime dev; do \
		.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
			--upgrade requirements/$$set.in --output-file requirements/$$set.txt || exit 1; \
	done
	@.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		benchmarks/requirements.in --output-file benchmarks/requirements.txt

clean: ## Remove what the set-up and the tools made; your data stays
	@rm -rf .venv benchmarks/.work .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache test-results

.venv/.runtime: requirements/runtime.txt pyproject.toml .ci/venv.sh
	@bash .ci/venv.sh runtime

.venv/.dev: requirements/dev.txt pyproject.toml .ci/venv.sh
	@bash .ci/venv.sh dev
