# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA := $(abspath ../shared/data)
export ALMENA_MIRROR ?= $(if $(wildcard $(DATA)),$(DATA),)

.PHONY: demo test bench lint strings clean

demo: $(VENV)/.installed
	@$(BIN)/almena demo --city-dir cities/demo

test: $(VENV)/.tests-installed
	@scripts/need-debian.sh
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/check_docstrings.py
	$(BIN)/pytest -n auto

# Renew the translators' catalogues; `.venv/bin/python scripts/strings.py --lacking pt` lists what is not translated.
strings: $(VENV)/.tests-installed
	@$(BIN)/python scripts/strings.py

bench: $(VENV)/.bench-installed
	$(BIN)/python -m benchmarks

$(VENV)/.python: Makefile scripts/make-venv.sh
	@scripts/make-venv.sh "$(PYTHON)" "$(VENV)"

$(VENV)/.installed: $(VENV)/.python pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[documents,reports]'
	@touch $@

$(VENV)/.tests-installed: $(VENV)/.python pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ $(VENV)/.installed

$(VENV)/.bench-installed: $(VENV)/.tests-installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,bench]'
	@touch $@

clean:
	rm -rf $(VENV) cities .pytest_cache .mypy_cache .ruff_cache .hypothesis
