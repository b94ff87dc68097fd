# One command for each thing a person wants. Everything lives in .venv; nothing is installed elsewhere, but for
# Chromium, which the browser tests need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNS := $(VENV)/.installed-to-run
STAMP := $(VENV)/.installed-to-build
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
# On two cores: most tests wait as much as they work, a browser works.
JOBS ?= 3
BROWSERS ?= 2

.PHONY: run demo test lint fix docs pictures bench chaos lock check clean help

help:  ## this list
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

run: $(RUNS)  ## the dashboard with the demo story (or: make run CONFIG=smoulder.toml)
	@$(BIN)/smoulder run $(if $(CONFIG),--config $(CONFIG))

demo: run  ## the same

# Debian keeps venv in a package of its own.
$(BIN)/python:
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && apt-get install -y -qq python3-venv && $(PYTHON) -m venv $(VENV); \
	  else echo "Python's venv is missing; run: sudo apt install python3-venv" >&2; exit 2; fi; }

$(RUNS): pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable '.[all]'
	@touch $@

$(STAMP): pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable '.[dev]'
	@touch $@ $(RUNS)

# A machine that others use stops for seconds: what fails is printed, and tried once more by itself.
AGAIN := --last-failed --last-failed-no-failures none

test: $(STAMP) chromium  ## every test, browser included
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --ignore=tests/browser || \
	  $(BIN)/python -m pytest $(AGAIN) --ignore=tests/browser
	$(BIN)/python -m pytest -n $(BROWSERS) --dist loadfile tests/browser || \
	  $(BIN)/python -m pytest $(AGAIN) tests/browser

.PHONY: chromium
chromium: $(STAMP)
	@$(BIN)/python tests/browser_found.py

lint: $(STAMP)  ## what CI checks before the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tests/docs_command.py --check

fix: $(STAMP)  ## what a machine can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(STAMP)  ## docs/cli.md from the commands themselves
	$(BIN)/python tests/docs_command.py

pictures: $(STAMP) chromium  ## docs/pictures, from a real store in a real browser
	$(BIN)/python -m tests.browser.pictures

bench: $(STAMP)  ## long measures, each beside its yardstick
	$(BIN)/python -m tests.bench

chaos: $(STAMP)  ## kill -9, full disks and broken mail servers, at length
	$(BIN)/python -m tests.bench --chaos

lock: $(STAMP)  ## constraints.txt from what is installed now
	$(BIN)/python -m pip freeze --exclude-editable > constraints.txt

check: lint test  ## what CI runs

clean:  ## everything that can be made again
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
