# One command for each thing a person wants. Everything lives in .venv; nothing is installed elsewhere, but for
# Chromium, which the browser tests need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
JOBS ?= 2

.PHONY: run demo test lint fix docs pictures bench chaos lock check clean help

help:  ## this list
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

run: $(STAMP)  ## the dashboard with the demo story (or: make run CONFIG=smoulder.toml)
	@$(BIN)/smoulder run $(if $(CONFIG),--config $(CONFIG))

demo: run  ## the same

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

test: $(STAMP) chromium  ## every test, browser included
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile

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
