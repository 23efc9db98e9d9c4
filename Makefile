# Everything from Python 3.11 or newer, make and a network. `make` alone lists the targets.

PYTHON  ?= python3
VENV    ?= .venv
PEER    ?= .venv-peer
# Tests wait for browsers and databases about as long as they compute: one more than the cores of a small machine.
WORKERS ?= 3
# In the order of their names, which begins with the long files, those that open browsers: nobody waits for one at the end.
SHARES  := --dist loadfile --no-loadscope-reorder
PORT    ?= 8000

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
# Two stamps: what it takes to run Hiroba, and what it takes to work on it.
RUN_STAMP  := $(VENV)/.can-run
WORK_STAMP := $(VENV)/.can-work
PEER_STAMP := $(PEER)/.can-run
CATALOGUES := $(wildcard locales/*/LC_MESSAGES/*.po)
COMPILED   := $(CATALOGUES:.po=.mo)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test lint format bench peer browser locales catalogues constraints clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(RUN_STAMP) $(COMPILED) ## the demo deliberation on http://127.0.0.1:8000 (PORT=… for another port)
	@$(BIN)/hiroba demo --port $(PORT)

test: $(WORK_STAMP) $(COMPILED) browser ## the whole suite
	@$(BIN)/python -m pytest -n $(WORKERS) $(SHARES)

lint: $(WORK_STAMP) ## format, types, direction of imports
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet || { echo "Some files are not formatted; “make format” does it."; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/python -m pytest --quiet tests/test_architecture.py

format: $(WORK_STAMP) ## formats the code
	@$(BIN)/ruff check --quiet --fix-only
	@$(BIN)/ruff format

bench: $(WORK_STAMP) $(COMPILED) ## benchmarks (ONLY="speed or stability" for some of them)
	@$(MAKE) --no-print-directory peer || echo "Without red-dwarf beside ours: its environment could not be made."
	@PEER=$(PEER) $(BIN)/python -m pytest -o python_files='bench_*.py' --capture=no -p no:xdist $(if $(ONLY),-k "$(ONLY)") tests/benchmarks

peer: $(PEER_STAMP) ## the environment of red-dwarf, which the benchmarks run beside ours

browser: $(WORK_STAMP)
	@$(BIN)/python -m tests.support.chromium

locales: $(COMPILED) ## compiles the message catalogues

catalogues: $(WORK_STAMP) ## brings the catalogues up to date with the texts in code and templates
	@$(BIN)/python locales/update.py

%.mo: %.po | $(RUN_STAMP)
	@$(BIN)/pybabel --quiet compile --input-file=$< --output-file=$@

constraints: $(BIN)/python ## pins what pyproject.toml asks for (UPGRADE=1 for the newest versions)
	@$(PIP) install uv
	@$(COMPILE) --all-extras --group build $(if $(UPGRADE),--upgrade) --output-file constraints.txt pyproject.toml
	@$(COMPILE) --extra postgres --group build --constraints constraints.txt --output-file constraints-run.txt pyproject.toml
	@echo "red-dwarf==0.4.0" | $(COMPILE) $(if $(UPGRADE),--upgrade) --output-file constraints-peer.txt -

COMPILE = $(BIN)/uv --no-config --quiet pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header

clean: ## removes the environment and everything made from the sources
	@rm -rf $(VENV) $(PEER) build dist test-results .mypy_cache .pytest_cache .ruff_cache .hypothesis $(COMPILED)

# pip refuses hashes together with a local project, so the project follows in a step of its own.
$(RUN_STAMP): pyproject.toml constraints-run.txt | $(BIN)/python
	@echo "Installing Hiroba into $(VENV), about half a minute …"
	@$(PIP) install --require-hashes -r constraints-run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(WORK_STAMP): constraints.txt $(RUN_STAMP)
	@echo "Installing the tools for work and tests into $(VENV), about half a minute …"
	@$(PIP) install --require-hashes -r constraints.txt
	@touch $@

$(PEER_STAMP): constraints-peer.txt | $(PEER)/bin/python
	@echo "Installing red-dwarf into $(PEER), about half a minute …"
	@$(PEER)/bin/python -m pip --disable-pip-version-check -qq install --require-hashes -r constraints-peer.txt
	@touch $@

$(BIN)/python $(PEER)/bin/python:
	$(call require_python)
	@$(PYTHON) -m venv $(@D:/bin=) >/dev/null 2>&1 || { rm -rf $(@D:/bin=); \
		echo "$(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

# $(error) rather than a failing command: it ends with this one line.
VERSION = $(shell $(PYTHON) -c 'import sys; print("%d.%d.%d %s" % (sys.version_info[:3] + ("old" * (sys.version_info < (3, 11)),)))' 2>/dev/null)
require_python = $(if $(VERSION),,$(error Hiroba needs Python 3.11 or newer and finds no “$(PYTHON)”; name one with PYTHON=…))$(if \
	$(filter old,$(VERSION)),$(error Hiroba needs Python 3.11 or newer and “$(PYTHON)” is $(firstword $(VERSION)); name another with PYTHON=…))
