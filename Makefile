# Two commands for a newcomer: `make demo` and `make test`. The rest is for those who stay.
# `make check` and `make test` are what CI runs.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SUITES := $(wildcard ../shared/suites)

# One process for each core, each with files of its own.
SIDE_BY_SIDE  := -n auto --dist loadfile
BROWSER_TESTS := tests/browser tests/frameworks tests/examples

export PYTHONDONTWRITEBYTECODE = 1
ifneq ($(SUITES),)
export MITATE_SUITES ?= $(abspath $(SUITES))
endif

.PHONY: help demo test check bench reference snippet clean

help:
	@echo "make demo     start the server with two example sites"
	@echo "make test     set up and run every test, browser tests included"
	@echo "make browsers the snippet's core tests in Chromium, Firefox and WebKit"
	@echo "make check    formatting, lint, types, and the snippet's bytes"
	@echo "make bench    the benchmarks (TINY=1 only proves that they run)"
	@echo "make reference  write the generated pages and the JSON Schema"
	@echo "make snippet  build the browser snippet (needs Node)"

# A virtual environment with what a target needs: the server alone, all of development, or the benchmarks' peers.
$(VENV)/.have-server: pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "mitate needs Python 3.11 or newer"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "mitate needs Python 3.11 or newer; try: make PYTHON=python3.12 demo"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[server]'
	@touch $@

$(VENV)/.have-dev: $(VENV)/.have-server
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

$(VENV)/.have-bench: $(VENV)/.have-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@touch $@

# The system's Chromium when it is there, else the one Playwright brings; as a shell without windows it is four times as fast.
.PHONY: browser
browser: $(VENV)/.have-dev
	@command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || $(BIN)/python -m playwright install chromium

demo: $(VENV)/.have-server
	$(BIN)/mitate demo

# The JSON language service of editors, which tells what the site schema completes.
.PHONY: editors
editors:
	@if command -v npm >/dev/null; then cd tests/editors && npm ci --silent; else echo "no Node here: what editors complete is not tested"; fi

# React, Vue and Svelte, whose pages are built and hydrated as their users do.
.PHONY: frameworks
frameworks:
	@if command -v npm >/dev/null; then cd tests/frameworks && npm ci --silent; else echo "no Node here: slots that belong to a framework are not tested"; fi

test: $(VENV)/.have-dev browser editors frameworks
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) -p no:cacheprovider --ignore tests/browser --ignore tests/browsers --ignore tests/frameworks --ignore tests/examples $(ARGS)
	@# A real browser on a crowded machine: what fails is tried once more, by itself.
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(BROWSER_TESTS) $(ARGS) || $(BIN)/python -m pytest --last-failed $(BROWSER_TESTS) $(ARGS)

# What every browser must pass, in Chromium, Firefox and WebKit; a browser that is not here is told and left out.
.PHONY: browsers
browsers: $(VENV)/.have-dev browser
	@command -v npm >/dev/null && cd tests/browsers && npm ci --silent --ignore-scripts || echo "no Node here: Firefox cannot be driven"
	@command -v firefox-esr >/dev/null || command -v firefox >/dev/null || echo "no Firefox here: apt-get install firefox-esr"
	@command -v WebKitWebDriver >/dev/null || echo "no WebKit here: apt-get install webkit2gtk-driver xvfb"
	$(BIN)/python -m pytest -p no:cacheprovider tests/browsers $(ARGS)

# The benchmarks are checked too, and their peers have types.
check: $(VENV)/.have-bench
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy tests
	$(BIN)/pyright
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory snippet-check; else echo "no Node here: the snippet's bytes are not checked"; fi

# GrowthBook's ready-made script, which the flash benchmark compares with.
.PHONY: flash
flash:
	@if command -v npm >/dev/null; then cd tests/benchmarks/flash && npm ci --silent; else echo "no Node here: the flash benchmark goes without GrowthBook"; fi

bench: $(VENV)/.have-bench browser flash
	$(BIN)/python tests/benchmarks/run.py $(if $(TINY),--tiny)

# Write what is generated: the reference pages, the JSON Schema, the README's shown output.
reference: $(VENV)/.have-dev
	$(BIN)/python scripts/reference.py
	$(BIN)/python scripts/readme.py

snippet:
	cd js-snippet && npm ci --silent && npm run --silent build

.PHONY: snippet-check
snippet-check:
	cd js-snippet && npm ci --silent && npm run --silent check

clean:
	rm -rf $(VENV) js-snippet/node_modules tests/editors/node_modules tests/frameworks/node_modules tests/benchmarks/flash/node_modules tests/browsers/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis
