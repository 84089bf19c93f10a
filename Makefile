# make run   serves the dashboard on http://localhost:8501
# make test  checks everything: format, lint, types, and all tests in SQLite, PostgreSQL and Chromium
# make test-thorough  tries five times as many examples of each property

PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# Three processes for two cores, since journeys and processes wait for each other; slow files come first (see tests/conftest.py).
TESTS := $(BIN)/pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder

# Without compiled modules, each of the servers and workers that tests start would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-thorough format chromium compiled style types

run: $(VENV)/.installed
	$(BIN)/python -m lib.cli upgrade-database
	$(BIN)/python -m streamlit run app.py

test: $(VENV)/.installed-dev
	@$(MAKE) --no-print-directory --jobs 2 types chromium compiled style
	$(TESTS) --ignore tests/browser
	$(TESTS) tests/browser

test-thorough: $(VENV)/.installed-dev
	$(TESTS) --ignore tests/browser --hypothesis-profile thorough

chromium:
	$(BIN)/python -m tests.provide

# While types are checked on one core, the other compiles what each process of tests would else compile for itself;
# what cannot be compiled is told by the tests.
compiled:
	-@$(BIN)/pytest --collect-only --quiet > /dev/null

style:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types:
	$(BIN)/mypy

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(VENV)/.installed: requirements.txt | $(BIN)/python
	$(INSTALL) -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt requirements.txt | $(BIN)/python
	{ $(INSTALL) $$(grep ^uv== requirements-dev.txt) && $(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements-dev.txt; } \
		|| $(INSTALL) -r requirements-dev.txt
	@touch $@ $(VENV)/.installed

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found. Install one, or name it: make run PYTHON=/path/to/python" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "Python 3.11 or newer is needed, and $(PYTHON) is not. Install one, or name it: make run PYTHON=/path/to/python" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing. Install it first (Debian and Ubuntu: apt-get install python3-venv)." >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
