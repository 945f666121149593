# What one starts from a checkout.  `make` alone lists it.  Needs make, Python 3.11 or newer, and PyPI
# (or a mirror that pip is set up for); everything goes into .venv here.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
# how many tests run at a time, and what else pytest is told: make test ARGS="tests/unit -k hours"
WORKERS ?= 2
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.run
DEV := $(VENV)/.dev
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq

# without compiled files each start takes three times as long
unexport PYTHONDONTWRITEBYTECODE
# what is installed is what the locks say, and nothing of the surroundings
unexport PYTHONPATH PYTHONHOME

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run install test check format-check lint types layers templates translated wheel \
	bench format lock translations revision clean

help:
	@echo "make run           start Learn with its demonstration on http://$(HOST):$(PORT)/ (PORT=...)"
	@echo "make test          the whole test suite (ARGS=... for pytest)"
	@echo "make check         format, lint, types, layers, templates, translations, the wheel"
	@echo "make bench         speed, as ratios to the smallest program of the same kind"
	@echo "make format        format code and templates"
	@echo "make translations  take new texts into learn/translations/, compile them"
	@echo "make lock          newest versions that fit into requirements/"
	@echo "make revision      the next migration, from what the models say (MESSAGE=...)"
	@echo "make clean         remove .venv and what builds leave"

# --- what is installed: made again when a lock or setup.cfg is newer ---

$(RUN): requirements/run.txt setup.cfg pyproject.toml tools/make_venv.sh
	@PYTHON="$(PYTHON)" sh tools/make_venv.sh $(VENV)
	@echo "Installing what requirements/run.txt names ..."
	@$(PIP) install --require-hashes --requirement requirements/run.txt
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

$(DEV): $(RUN) requirements/dev.txt
	@echo "Installing what requirements/dev.txt names ..."
	@$(PIP) install --require-hashes --requirement requirements/dev.txt
	@touch $@

install: $(RUN)

# --- use ---

run: $(RUN)
	@exec $(BIN)/learn serve --demo --host $(HOST) --port $(PORT)

test: $(DEV)
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

bench: $(DEV)
	$(BIN)/python tools/bench

# --- checks: each also stands alone ---

check: format-check lint types layers templates translated wheel
	@echo "All checks passed."

format-check: $(DEV)
	$(BIN)/ruff format --check .

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/vulture

types: $(DEV)
	$(BIN)/mypy

layers: $(DEV)
	$(BIN)/lint-imports

templates: $(DEV)
	$(BIN)/djlint --check --lint templates

translated: $(DEV)
	$(BIN)/python tools/check_translations.py

wheel: $(DEV)
	$(BIN)/python tools/check_wheel.py

# --- upkeep ---

format: $(DEV)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	-$(BIN)/djlint --quiet --reformat templates

translations: $(DEV)
	$(BIN)/python tools/check_translations.py --update

lock: $(DEV)
	UV="$(BIN)/uv" sh tools/lock.sh

revision: $(DEV)
	$(BIN)/python tools/make_revision.py $(MESSAGE)

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
