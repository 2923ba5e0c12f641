# Needs Python 3.11 or newer with pip, and make. Everything else is fetched, pinned by hash.
PYTHON ?= python3
PORT ?= 8000
ARGS ?=
# Everything is spread over the cores; a few tests are faster without starting servers twice.
SPREAD := $(if $(ARGS),,-n auto --maxprocesses 4)

UV := UV_PYTHON_DOWNLOADS=never .tools/bin/uv
RUN := .venv/bin/python
LOCK := $(UV) pip compile -q --universal --generate-hashes --no-annotate --no-header \
	--no-emit-index-url --no-emit-find-links
# The checks read the settings but run nothing: no secret is needed, no database is asked.
CHECKED := COUNTERSIGN_TESTING=1

# Where it is set, each of the stack's processes would compile everything again, for seconds.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test check reset lock

help:  ## Show this list
	@echo "Countersign. Each target sets up what it needs first."
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: .venv/.locked  ## Make .venv with the locked requirements

demo: setup  ## Run the whole stack with a live demo fleet; PORT=8000, Ctrl-C stops it
	@$(RUN) manage.py up --port $(PORT) $(ARGS)

test: setup  ## Run the tests; ARGS="-k name" narrows them
	$(RUN) -m pytest $(SPREAD) $(ARGS)

check: setup  ## Run the linters, the type checker and the import contracts
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	$(CHECKED) .venv/bin/mypy
	.venv/bin/lint-imports
	$(CHECKED) $(RUN) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	find templates -name '*.html' -exec .venv/bin/djade --check {} +
	.venv/bin/oxlint --deny-warnings static/js

reset:  ## Stop a running stack and delete its data
	@if [ -x $(RUN) ]; then $(RUN) manage.py up --erase; else rm -rf .countersign; fi

lock: .tools/.locked  ## Compile both lock files again from pyproject.toml
	$(LOCK) --group backup pyproject.toml -o requirements.lock
	$(LOCK) --group dev pyproject.toml -o requirements-dev.lock

.tools/.locked: requirements-uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
	"Python 3.11 or newer is needed, $(PYTHON) is %d.%d; try: make PYTHON=python3.12 ..." \
	% sys.version_info[:2])'
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
	--require-hashes --upgrade --target .tools -r requirements-uv.lock
	@touch $@

.venv/.locked: .tools/.locked requirements-dev.lock
	@test -x $(RUN) || $(UV) venv --quiet --allow-existing --no-project --python $(PYTHON) .venv
	@$(UV) pip sync --quiet --require-hashes --python $(RUN) requirements-dev.lock
	@touch $@
