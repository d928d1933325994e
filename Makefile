# `make run` and `make test` are the only two commands a newcomer needs; `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help

PORT ?= 3000
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
RUN := PYTHONPATH=. $(BIN)/python -m
# A file of tests goes to one process as a whole; the browser's files come last in each (tests/conftest.py).
PYTEST := $(RUN) pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder
AS_ROOT := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
LOCKING := pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header
export UV_PYTHON_DOWNLOADS := never
export DEBIAN_FRONTEND := noninteractive

.PHONY: help setup run test check fmt lint types imports dependencies migrate migrations revision seed e2e shots bench lock chromium clean

help: ## Say what each target does
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

setup: ## Install what the lock file names (does nothing when nothing changed)
	@wanted="$$(cat requirements-dev.lock pyproject.toml | sha256sum)"
	if [ "$$(cat $(VENV)/locked 2>/dev/null || true)" = "$$wanted" ]; then exit 0; fi
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Ticketapp needs Python 3.11 or newer." >&2; exit 1; }
	if [ ! -x $(BIN)/python ]; then
	  if ! $(PYTHON) -c 'import ensurepip' 2>/dev/null; then
	    echo "Installing python3-venv, which this Python lacks."
	    $(AS_ROOT) apt-get update -qq && $(AS_ROOT) apt-get install -y -qq python3-venv >/dev/null
	  fi
	  $(PYTHON) -m venv $(VENV)
	fi
	if ! $(UV) --version 2>/dev/null | grep -qF "$$(sed -nE 's/^uv==([0-9.]+).*/uv \1/p' requirements-dev.lock)"; then
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement \
	    <(sed -n '/^uv==/,/sha256:[0-9a-f]*$$/p' requirements-dev.lock)
	fi
	$(UV) pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements-dev.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	echo "$$wanted" > $(VENV)/locked

run: setup ## Serve the demo season on http://localhost:3000 (PORT=… for another port)
	@$(RUN) ticketapp.cli migrate
	$(RUN) ticketapp.cli seed
	exec env PYTHONPATH=. $(BIN)/python -m ticketapp.cli serve --port $(PORT)

test: setup chromium ## Run every test, browser journeys included
	@$(PYTEST) $(PYTEST_ARGS)

check: setup lint imports types dependencies migrations ## Format, lint, import contracts, types, unused dependencies, migrations

fmt: setup ## Format the code and repair what the linter can
	@$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: setup ## Is the code formatted, and does the linter agree with it?
	@$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: setup ## Check types
	@$(BIN)/basedpyright --pythonpath $(BIN)/python

imports: setup ## Check that imports go one way
	@$(BIN)/lint-imports

dependencies: setup ## Is every dependency used, and every import a dependency?
	@$(BIN)/deptry .

migrate: setup ## Bring the database up to date
	@$(RUN) ticketapp.cli migrate

migrations: setup ## Do the migrations build exactly what the models say?
	@$(RUN) ticketapp.cli check-migrations

revision: setup ## Write a migration from the models (MESSAGE="…")
	@$(RUN) alembic revision --autogenerate --message "$(MESSAGE)"

seed: setup ## Fill the database with the demo season
	@$(RUN) ticketapp.cli seed

e2e: setup chromium ## Run only the browser journeys
	@$(PYTEST) -m e2e $(PYTEST_ARGS)

shots: setup chromium ## Take a picture of every screen into var/shots
	@$(PYTEST) -m shots $(PYTEST_ARGS)

bench: setup ## Measure, with the limit of this machine beside each figure
	@$(RUN) tests.harness.with_servers ticketapp.cli bench

lock: setup ## Resolve the dependencies anew and write both lock files
	@$(UV) $(LOCKING) pyproject.toml --output-file requirements.lock
	$(UV) $(LOCKING) --group dev --constraint requirements.lock pyproject.toml --output-file requirements-dev.lock

chromium:
	@command -v chromium >/dev/null && exit 0
	echo "Installing Chromium for the browser tests."
	$(AS_ROOT) apt-get update -qq && $(AS_ROOT) apt-get install -y -qq --no-install-recommends chromium >/dev/null

clean: ## Remove everything that can be made again (not the database)
	@rm -rf $(VENV) .web .states .pytest_cache .ruff_cache .hypothesis .import_linter_cache assets/external
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
