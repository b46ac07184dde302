# GLAN Studio: every command a person needs. `make help` lists them.
VENV ?= .venv
PY := $(VENV)/bin/python
PORT ?= 8501
JOBS ?= auto
ROUNDS ?= 10
BROWSERS ?= 2
# In the order given, the long ones first; xdist would begin with the files of many tests and end with one long trial.
SPREAD := --dist loadfile --no-loadscope-reorder
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev

.DEFAULT_GOAL := help
.PHONY: help run test check format demo bench bench-engine bench-tree bench-quality bench-plans bench-datasets bench-drafts bench-exports bench-review million trials hunt local-model browser clean

help: ## Show what each command does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/bin/python:
	@command -v python3 >/dev/null || { echo "Python 3.11 or newer is needed: https://www.python.org/downloads/"; exit 1; }
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; this is $$(python3 -V)."; exit 1; }
	@echo "Making the virtual environment in $(VENV) ..."
	@python3 -m venv $(VENV) || { echo "python3 -m venv failed; on Debian: apt-get install python3-venv"; exit 1; }

$(STAMP): requirements.txt | $(VENV)/bin/python
	@echo "Installing the packages (once; about a minute) ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(DEV_STAMP): requirements-dev.txt $(STAMP)
	@echo "Installing the test tools (once) ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

run: $(STAMP) ## Set everything up and open the studio at http://127.0.0.1:8501 (PORT=... for another)
	@$(PY) -m streamlit run app.py --server.port $(PORT)

test: $(DEV_STAMP) browser ## Set everything up and run all checks and tests, a real browser included
	@$(MAKE) --no-print-directory check
	@$(PY) -m pytest -n $(JOBS) $(SPREAD) -m "not alone" tests/engine tests/pages tests/unit tests/catalogue
	@$(PY) -m pytest -m alone tests/engine
	@$(PY) -m pytest tests/model
	@$(PY) -m pytest -n $(BROWSERS) $(SPREAD) tests/e2e

check: $(DEV_STAMP) ## Layers, style and types
	@$(VENV)/bin/ruff format --check --quiet . || { echo "Run make format."; exit 1; }
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/lint-imports --no-cache 2>&1 | tail -n 12
	@$(VENV)/bin/mypy

format: $(DEV_STAMP) ## Format the code
	@$(VENV)/bin/ruff format --quiet . && $(VENV)/bin/ruff check --quiet --fix .

demo: $(STAMP) ## Make the worked demo project in the database
	@$(PY) -m core demo

local-model: $(STAMP) ## Download the local language model (1.1 GB) without opening the studio
	@$(PY) -m core.llm.local.install qwen2.5-coder-1.5b --models $${STUDIO_HOME:-var}/models

trials: $(DEV_STAMP) ## Try every promise about data and money with real faults; SCALE=10 for the long tier
	@$(PY) -m tests.trials --scale $(or $(SCALE),1) $(if $(ONLY),--only $(ONLY))

hunt: $(DEV_STAMP) ## Try every property with examples that nobody tried yet, ROUNDS=10 times, until one fails
	@for round in $$(seq $(ROUNDS)); do HYPOTHESIS_PROFILE=hunt \
	  $(PY) -m pytest -n $(JOBS) -m hypothesis tests/catalogue tests/unit tests/pages tests/engine || exit 1; done

bench-engine: $(DEV_STAMP) ## Measure the engine against a bare loop; prints ratios. CALLS="2000 20000" by default
	@$(PY) -m tests.bench.engine $(CALLS)

bench-exports: $(DEV_STAMP) ## Measure writing frozen versions: seconds and memory. ROWS="10000 100000" by default
	@$(PY) -m tests.bench.exports $(ROWS)

bench-tree: $(DEV_STAMP) ## Measure the tree at several sizes. NODES="1000 10000 100000" by default
	@$(PY) -m tests.bench.tree $(NODES)

bench-quality: $(DEV_STAMP) ## Measure the page of cost and quality. SAMPLES="10000 100000" by default
	@$(PY) -m tests.bench.quality $(SAMPLES)

bench-plans: $(DEV_STAMP) ## Measure planning and starting runs of every strategy. SAMPLES="1 10000 100000" by default
	@$(PY) -m tests.bench.plans $(SAMPLES)

million: $(DEV_STAMP) ## Build a store of 1,000,000 samples to look at (SAMPLES=..., HOME_OF_STORE=var/million)
	@$(PY) -m tests.bench.million $(SAMPLES) $(if $(HOME_OF_STORE),--home $(HOME_OF_STORE))

bench-review: $(DEV_STAMP) browser ## Measure the review queue, then key to next sample on screen. SAMPLES="10000 1000000" by default
	@$(PY) -m tests.bench.review $(SAMPLES)
	@$(PY) -m tests.bench.review_screen $(SAMPLES)

bench-datasets: $(DEV_STAMP) ## Measure cleaning a dataset against hashing. ROWS="10000 100000" by default
	@$(PY) -m tests.bench.datasets $(ROWS)

bench-drafts: $(DEV_STAMP) ## Measure preparing, freezing and comparing versions. ROWS="1000 100000" by default
	@$(PY) -m tests.bench.drafts $(ROWS)

bench: bench-engine bench-tree bench-quality bench-plans bench-datasets bench-drafts bench-exports bench-review ## Every benchmark

browser:
	@sh tests/browser.sh

clean: ## Delete the virtual environment and caches; your data in var/ stays
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
