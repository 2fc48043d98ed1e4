# Everything a developer does, from a bare machine with Python 3.11 or later and make.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
STAMP := .venv/installed

.PHONY: setup serve test check validate answers bench clean

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt server/assets/package.json
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --group dev --editable .
	$(BIN)/python scripts/tokens.py
	touch $(STAMP)

serve: setup
	$(BIN)/keifu serve --port $(PORT)

test: setup
	$(BIN)/python -m pytest --cov --cov-report=term --cov-fail-under=90

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

validate: setup
	$(BIN)/keifu validate

answers: setup
	$(BIN)/python scripts/answers.py

bench: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --group bench
	$(BIN)/python -m tests.benchmarks

clean:
	rm -rf .venv .keifu .pytest_cache .mypy_cache .ruff_cache .hypothesis dist
