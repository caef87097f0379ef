# The commands of this repository; `make help` lists them. Plain pip and python do the same: see README.md.

VENV := .venv
PYTHON := $(VENV)/bin/python
READY := $(VENV)/.ready
AS_ROOT := $(if $(filter 0,$(shell id -u)),,sudo)
ROOT_FLAG := $(if $(filter 0,$(shell id -u)),--allow-root)
PYTEST := $(PYTHON) -m pytest -p no:cacheprovider
NOTEBOOKS := $(PYTHON) authoring/build.py
BOOK := $(PYTHON) book/make_book.py
# Of the command line alone: many systems have a variable of this name, for another purpose.
EDITION := $(if $(filter command,$(word 1,$(origin LANGUAGE))),$(LANGUAGE),en)

.DEFAULT_GOAL := help
.PHONY: help setup lab test lint format notebooks times book book-texts book-check states test-browser wheel lock nbgrader test-hosted test-jax bench-quality bench-speed bench-speed-networks coverage mutants clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' Makefile

setup: $(READY) ## make .venv and install everything into it, at the locked versions

$(READY): requirements.txt constraints.txt pyproject.toml
	@set -e; supported='import sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'; found=; seen=; \
	for name in python3 python3.13 python3.12 python3.11 python; do \
	  version=$$($$name --version 2>&1) || continue; \
	  if $$name -c "$$supported" 2>/dev/null; then found=$$name; break; fi; seen="$$seen $$version ($$name)"; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "This course needs Python 3.11, 3.12 or 3.13. Found:$${seen:- no Python at all}." >&2; \
	  echo "Install one of these from https://www.python.org/downloads/ or your system's packages, then run make again." >&2; exit 1; \
	fi; \
	$(PYTHON) -c "import pip; $$supported" 2>/dev/null || { rm -rf $(VENV); $$found -m venv $(VENV); }; \
	echo "Setting up $(VENV) with $$($(PYTHON) --version): some minutes, once."
	@$(PYTHON) -m pip install --disable-pip-version-check --quiet --compile -r requirements.txt
	@touch $@

lab: $(READY) ## open the course in JupyterLab; ARGS=--no-browser on a remote machine
	$(PYTHON) -m jupyter lab $(ROOT_FLAG) --LabApp.default_url=/lab/tree/lectures/00_start_here.ipynb $(ARGS)

test: lint ## all that a contributor keeps green: lint, unit tests (they cover 90 % or more), doctests, freshness, every notebook under nbval
	$(PYTEST) -q -n 2 -m "not slow" --cov=restorekit --cov-report= --cov-fail-under=90
	$(NOTEBOOKS) check
	@$(MAKE) --no-print-directory book-check
	$(NOTEBOOKS) nbval -q -n 2 --dist loadfile

lint: $(READY) ## check style and format
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

format: $(READY) ## put the code into the common format
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

notebooks: $(READY) ## write lectures/, labs/ and solutions/ from authoring/; UNIT=01 for one unit
	$(NOTEBOOKS) make --unit $(UNIT)
	$(PYTHON) authoring/readme.py

times: $(READY) ## run every notebook in fast mode, one after the other, and print the seconds
	$(NOTEBOOKS) times

book: $(READY) ## build the course as a site, dist/book/index.html; LANGUAGE=ko for the Korean edition, in dist/book/ko
	$(BOOK) build --language $(EDITION)

book-texts: $(READY) ## bring the translators' catalogues, book/locale/, in step with the texts
	$(BOOK) texts

book-check: $(READY) ## which translations and which slider states are missing or stale?
	$(BOOK) check
	$(PYTHON) book/states.py check

states: $(READY) ## compute the states of the book's sliders anew (minutes); UNIT=01 for one unit
	$(PYTHON) book/states.py make --unit $(UNIT)

$(VENV)/.browser: $(READY)
	$(PYTHON) -m pip install --disable-pip-version-check --quiet --compile -e .[browser] -c constraints.txt
	@touch $@

test-browser: $(VENV)/.browser ## the notebooks and the book in a real browser (installs Chromium where there is none); ARGS="-m quick" for a part
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	  { echo "Installing Chromium."; $(AS_ROOT) apt-get update -q && $(AS_ROOT) apt-get install -q -y chromium fonts-nanum; }
	$(BOOK) build
	RESTOREKIT_BROWSER=1 $(PYTEST) -q -n 2 --dist loadgroup $(ARGS) tests/browser

wheel: $(READY) ## build the package into dist/
	$(PYTHON) -m hatchling build -t wheel -d dist

lock: $(READY) ## renew constraints.txt from pyproject.toml
	$(PYTHON) -m pip install --quiet uv
	$(PYTHON) -m uv pip compile --universal --python-version 3.11 pyproject.toml --extra lab --extra dev --extra grade --extra dask --extra book --extra browser \
	  -c authoring/hosted-numerics.txt -o constraints.txt --no-header --no-annotate --quiet

nbgrader: $(READY) ## write the labs as an nbgrader course; OUT=folder (new)
	$(NOTEBOOKS) nbgrader $(or $(OUT),nbgrader_course)

test-hosted: wheel ## run every notebook with the hosted runtime's versions, and check that installing there changes none
	$(PYTHON) authoring/hosted.py

test-jax: $(READY) ## check that networks and training give the same on Keras' JAX backend, on two devices and in two processes too
	$(PYTHON) authoring/jax_backend.py

bench-quality: $(READY) ## measure the tables of the README again; needs RESTOREKIT_DATA
	$(PYTHON) experiments/quality.py $(ARGS)

bench-speed: $(READY) ## measure the times of the library's functions
	$(PYTHON) experiments/speed.py $(ARGS)

bench-speed-networks: $(READY) ## time our networks beside plain Keras and PyTorch (makes .venv-torch for it, 1 GB)
	test -x .venv-torch/bin/python || python3 -m venv .venv-torch
	.venv-torch/bin/python -m pip install --disable-pip-version-check --quiet torch==2.13.0 numpy
	$(PYTHON) experiments/speed_networks.py --peer .venv-torch/bin/python $(ARGS)
	$(PYTHON) experiments/speed_upscaling.py --peer .venv-torch/bin/python $(ARGS)

coverage: $(READY) ## unit tests with the line coverage of each module of restorekit
	$(PYTEST) -q -n 2 -m "not slow" --cov=restorekit --cov-report=term

mutants: $(READY) ## break the library on purpose, 200 times, and count what the tests notice (up to 40 minutes)
	$(PYTHON) experiments/mutants.py $(ARGS)

clean: ## delete what the other targets made, but not the notebooks
	rm -rf $(VENV) .venv-hosted .venv-jax .venv-torch dist build .pytest_cache .ruff_cache .hypothesis .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
