# Everything a developer does, from a bare machine with Python 3.11 or later and make.
PYTHON ?= python3
PORT ?= 8000
OUT ?= site
BIN := .venv/bin
STAMP := .venv/installed
# Whoever publishes under an address of their own names it: BASE=https://data.city.example.jp/
ifdef BASE
export KEIFU_BASE := $(BASE)
endif

.PHONY: setup serve build publish test check validate answers pictures bench clean

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt $(wildcard server/assets/*)
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --group dev --editable .
	$(BIN)/python scripts/assets.py
	touch $(STAMP)

serve: setup
	$(BIN)/keifu serve --port $(PORT)

build: setup
	$(BIN)/keifu build

publish: setup
	$(BIN)/keifu publish $(OUT)

test: setup
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile -m "not alone" --cov --cov-report=
	$(BIN)/python -m pytest -m alone --cov --cov-append --cov-report=term --cov-fail-under=90

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

validate: setup
	$(BIN)/keifu validate

answers: setup
	$(BIN)/python scripts/answers.py

pictures: setup
	$(BIN)/python scripts/pictures.py

bench: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --group bench
	$(BIN)/python -m tests.benchmarks

clean:
	rm -rf .venv .keifu .pytest_cache .mypy_cache .ruff_cache .hypothesis dist
