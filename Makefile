# Two commands: `make run` starts Rapport, `make test` runs every test.
# `make setup` is the set-up both of them call; it does nothing when nothing changed.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Compiled modules are kept whatever the shell says: without them every start is slow.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run setup test check audit torture bench lock demo clean
.DEFAULT_GOAL := run

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Rapport needs Python 3.11 or newer; say which with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python could not make a virtual environment; on Debian: apt install python3-venv"; rm -rf $(VENV); exit 1; }

$(VENV)/.run: requirements/run.lock | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.lock
	@touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@

setup: $(VENV)/.run

run: setup
	@exec $(BIN)/python -m bot run

demo: setup
	@exec $(BIN)/python -m bot demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup -m "not slow" $(ARGS)

# `make torture QUICK=1` takes seconds; `make torture ARGS="--only captures"` runs one part.
torture: $(VENV)/.dev
	$(BIN)/python -m tests.torture $(if $(QUICK),--quick) $(ARGS)

# Known vulnerabilities of what the locks pin, or a line that says nobody could be asked.
audit: $(VENV)/.dev
	$(BIN)/python -m pip check
	$(BIN)/python .ci/audit.py

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks throughput

# The lock files carry hashes and name no index; `make lock ARGS=--upgrade` takes what is newest.
lock: $(VENV)/.dev
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-annotate pyproject.toml -o requirements/run.lock $(ARGS)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-annotate pyproject.toml --group dev -o requirements/dev.lock $(ARGS)

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
