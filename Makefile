# Everything a checkout can do; each target sets up what it needs. `make help` lists them.

VENV ?= .venv
WORKERS ?= 2
KILLS ?= 1000
# real posts that the project never contains; benchmarks and base weights need them
SHARED ?= ../shared
SUPPORTED := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
# the first that runs (not only exists: version managers leave stubs) and that TensorFlow has wheels for
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3 python; do \
	$$python -c '$(SUPPORTED)' >/dev/null 2>&1 && { echo $$python; break; }; done)
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint unit torture format benchmark screenshots samples base constraints clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: $(READY)  ## the virtual environment (VENV=.venv), pinned by constraints.txt

demo: $(READY)  ## fine-tune the shipped model on three invented voices and let them speak
	$(BIN)/tweetgen demo

test: lint unit  ## everything that must hold: lint, types, directions, tests

lint: $(READY)  ## ruff, mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/mypy tweetgen plugins tests benchmarks
	$(BIN)/lint-imports --no-cache

unit: $(READY)  ## the tests alone; ARGS="-k sampler" to choose, WORKERS=0 for one process
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

torture: $(READY)  ## kill the dispatcher at every failpoint and KILLS=1000 times, the daemon a tenth as often; 45 minutes
	TORTURE=$(KILLS) $(BIN)/python -m pytest tests/torture -n 0 --timeout 0 $(ARGS)

format: $(READY)  ## sort imports and mend what ruff can mend
	$(BIN)/ruff check --fix .

benchmark: $(READY)  ## the numbers of benchmarks/LOG.md on this machine (takes its time)
	$(BIN)/python -m benchmarks $(ARGS)

screenshots: $(READY)  ## every page, light and dark, into docs/screenshots (needs Chromium; ARGS=--every for all widths)
	$(BIN)/python -m tests.web.screenshots $(ARGS)

base: $(READY)  ## train weights/base.safetensors again (needs ../shared; two hours, see weights/README.md)
	folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && touch "$$folder/config.yaml" && \
	TWEETGEN_SHARED=$(SHARED) $(BIN)/python -m benchmarks.base_posts > "$$folder/posts.jsonl" && \
	$(BIN)/tweetgen --instance "$$folder" import "$$folder/posts.jsonl" && \
	$(BIN)/tweetgen --instance "$$folder" train --model base --base --from scratch --minutes 110 \
		--set network.cells=384 --set network.embedding=192 --set training.batch=64 \
		--set training.label_dropout=0.2 --set training.dropout=0 --set training.patience=100 && \
	cp "$$folder/weights/base.safetensors" weights/base.safetensors

samples: $(READY)  ## write docs/samples/ again: what the demo voices and the shipped base say, unedited
	$(BIN)/python -m benchmarks.samples

constraints:  ## renew constraints.txt with the newest releases that pyproject.toml allows
	fresh=$$(mktemp -d) && trap 'rm -rf "$$fresh"' EXIT && \
	$(PYTHON) -m venv "$$fresh" && \
	"$$fresh/bin/pip" install --quiet --disable-pip-version-check --editable '.[dev]' && \
	{ echo "# what .[dev] comes to; written by 'make constraints'"; \
	  "$$fresh/bin/pip" freeze --all --exclude-editable | grep '^[A-Za-z0-9._-]*==' | grep -v '^pip=='; \
	} > constraints.txt

clean:  ## remove what tools left behind; the virtual environment stays
	rm -rf build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -path ./$(VENV) -prune -o -name __pycache__ -prune -exec rm -r {} +

$(READY): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "no Python 3.11, 3.12 or 3.13 with venv found; name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@
